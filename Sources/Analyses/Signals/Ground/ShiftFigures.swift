import CasebookTables
import Glibc

/// How far the scores of a period lie from those of its baseline.
///
/// Weights stand for counts; the values that chance exceeds once in 20, and chi2, are of as many cases as the
/// weighted ones are worth (Kish 1965).
struct ShiftFigures: Sendable {
  /// The sum of (c - b) ln(c/b) over bins, shares raised to 1e-4 (Siddiqi 2006; Yurdakul 2018).
  let psi: Double
  let psiNull: Double?
  /// The greatest distance of both distributions (Smirnov 1948).
  let ks: Double
  let ksNull: Double
  /// The Jensen-Shannon divergence in bits (Lin 1991).
  let js: Double
  let jsNull: Double?
  /// Pearson's statistic of homogeneity, bins empty in both left out; nil where only one is filled.
  let chi2: Double?
  let chi2Null: Double?
  /// The Wasserstein distance over the baseline's standard deviation; nil where that is 0.
  let shift: Double?
  /// The least share of a bin that the baseline fills.
  let leastShare: Double
  /// The cases of each bin of the baseline and of the period, as many as the weighted ones are worth.
  let counts: (base: [Double], period: [Double])
  /// How many equally weighted cases the period's are worth.
  let effectiveCount: Double

  private static let leastRaised = 1e-4
  /// The square root of ln(2 / 0.05) / 2.
  private static let ksFactor = 1.358099

  /// The figures; nil where either has no scores.
  init?(_ base: Ladder, _ current: Ladder, _ bins: Bins) {
    let (m, n) = (base.usedWeight, current.usedWeight)
    let (mWorth, nWorth) = (base.effectiveCount, current.effectiveCount)
    guard m > 0, n > 0, mWorth > 0, nWorth > 0 else { return nil }
    let before = BinFigures(base, bins).cells.map(\.total)
    let after = BinFigures(current, bins).cells.map(\.total)
    let sizes = 1 / nWorth + 1 / mWorth
    effectiveCount = nWorth
    counts = (before.map { $0 * (mWorth / m) }, after.map { $0 * (nWorth / n) })
    psi = zip(before, after).reduce(0) { sum, pair in
      let b = max(pair.0 / m, Self.leastRaised)
      let c = max(pair.1 / n, Self.leastRaised)
      return sum + (c - b) * log(c / b)
    }
    psiNull =
      bins.count > 1
      ? sizes * ChiSquared.quantile(0.95, degrees: Double(bins.count - 1)) : nil
    js = zip(before, after).reduce(0) { $0 + Self.divergence($1.0 / m, $1.1 / n) } / (2 * log(2))
    jsNull = psiNull.map { $0 / (8 * log(2)) }
    let filled = zip(counts.base, counts.period).filter { $0.0 + $0.1 > 0 }
    chi2 = filled.count > 1 ? Self.pearson(filled, mWorth, nWorth) : nil
    chi2Null =
      filled.count > 1 ? ChiSquared.quantile(0.95, degrees: Double(filled.count - 1)) : nil
    leastShare = (before.filter { $0 > 0 }.min() ?? 0) / m
    let distances = Distances(base, current)
    ks = distances.greatest
    ksNull = Self.ksFactor * sizes.squareRoot()
    let deviation = Self.deviation(base)
    let ratio = distances.area / deviation
    shift = deviation > 0 && ratio.isFinite ? ratio : nil
  }

  private static func divergence(_ b: Double, _ c: Double) -> Double {
    let mean = (b + c) / 2
    return (b > 0 ? b * log(b / mean) : 0) + (c > 0 ? c * log(c / mean) : 0)
  }

  private static func pearson(_ bins: [(Double, Double)], _ m: Double, _ n: Double) -> Double {
    bins.reduce(0) { sum, bin in
      let all = bin.0 + bin.1
      let (before, after) = (all * m / (m + n), all * n / (m + n))
      return sum + (bin.0 - before) * (bin.0 - before) / before
        + (bin.1 - after) * (bin.1 - after) / after
    }
  }

  /// The standard deviation of the scores, divisor n.
  private static func deviation(_ ladder: Ladder) -> Double {
    let n = ladder.usedWeight
    var mean = 0.0
    for step in 0..<ladder.count {
      mean += ladder.scores.base[step] * (ladder.weight(step) / n)
    }
    var squares = 0.0
    for step in 0..<ladder.count {
      let distance = ladder.scores.base[step] - mean
      squares += distance * distance * (ladder.weight(step) / n)
    }
    return squares.squareRoot()
  }
}

/// The greatest distance of two distributions and the area between them.
private struct Distances {
  private(set) var greatest = 0.0
  private(set) var area = 0.0

  init(_ a: Ladder, _ b: Ladder) {
    if a.weights == nil, b.weights == nil {
      // Distances are compared in whole numbers of 1/(mn).
      walk(a, b, a.used, b.used) { $0.size($1) }
    } else {
      walk(a, b, a.usedWeight, b.usedWeight) { $0.weight($1) }
    }
  }

  @inline(__always)
  private mutating func walk<Count: FlagCount>(
    _ a: Ladder, _ b: Ladder, _ m: Count, _ n: Count, _ size: (Ladder, Int) -> Count
  ) {
    var (i, j) = (0, 0)
    var (inA, inB) = (Count.zero, Count.zero)
    var widest = Count.zero
    while i < a.count || j < b.count {
      let score = max(
        i < a.count ? a.scores.base[i] : -.infinity, j < b.count ? b.scores.base[j] : -.infinity)
      if i < a.count, a.scores.base[i] == score {
        inA += size(a, i)
        i += 1
      }
      if j < b.count, b.scores.base[j] == score {
        inB += size(b, j)
        j += 1
      }
      let distance = (inA * n - inB * m).magnitudeOfCount
      widest = max(widest, distance)
      if distance == .zero || (i >= a.count && j >= b.count) { continue }
      let next = max(
        i < a.count ? a.scores.base[i] : -.infinity, j < b.count ? b.scores.base[j] : -.infinity)
      area += distance.real / (m.real * n.real) * (score - next)
    }
    greatest = min(widest.real / (m.real * n.real), 1)
  }
}
