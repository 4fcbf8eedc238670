import CasebookTables
import Glibc

/// How large a sample has to be.
enum SampleSize {
  /// For a share within a margin either way: n0 = z² p(1 - p) / e², and n0 / (1 + (n0 - 1) / N) of a population of N
  /// (Cochran 1977).
  static func margin(
    _ margin: Double, expected: Double, confidence: Double, population: Int?
  ) -> Double {
    let z = NormalDistribution.criticalValue(confidence: confidence)
    let unlimited = z * z * expected * (1 - expected) / (margin * margin)
    guard let population else { return unlimited }
    return population == 0 ? 0 : unlimited / (1 + (unlimited - 1) / Double(population))
  }

  /// That one without a defect proves a defect rate below `rate`: ln(1 - C) / ln(1 - p).
  static func withoutDefects(rate: Double, confidence: Double) -> Double {
    log1p(-confidence) / log1p(-rate)
  }

  /// The least sample that would hold a defect of a lot's with at least that confidence, drawn without replacement
  /// (hypergeometric); nil where the lot has none.
  static func withoutDefects(lot: Int, defects: Int, confidence: Double) -> Int? {
    guard defects > 0, defects <= lot else { return nil }
    // The chance of n draws without a defect, as a logarithm: each draw leaves fewer rows, and all defects.
    var missed = 0.0
    let bound = log1p(-confidence)
    for n in 1...(lot - defects + 1) {
      missed += log1p(-Double(defects) / Double(lot - n + 1))
      if missed <= bound * (1 - 1e-12) { return n }
    }
    return lot - defects + 1
  }

  /// Of each of two samples, to tell two shares apart: pooled normal approximation (Fleiss 1981).
  static func difference(_ p1: Double, _ p2: Double, confidence: Double, power: Double) -> Double {
    let pooled = (p1 + p2) / 2
    let reach =
      NormalDistribution.criticalValue(confidence: confidence)
      * (2 * pooled * (1 - pooled)).squareRoot()
      + NormalDistribution.quantile(power) * (p1 * (1 - p1) + p2 * (1 - p2)).squareRoot()
    return reach * reach / ((p1 - p2) * (p1 - p2))
  }
}

/// Take n, accept the lot with at most c defects among them.
struct AcceptancePlan: Sendable {
  let n: Int
  let accept: Int

  /// The least number to accept whose least sample keeps both risks; nil beyond `mostAccepted`.
  ///
  /// Binomial (Guenther 1969): lots at `ltpd` are accepted with at most the consumer's risk, lots at `aql` refused with
  /// at most the producer's.
  init?(
    aql: Double, ltpd: Double, producerRisk: Double, consumerRisk: Double, _ context: RunContext
  ) throws {
    var least = 1
    for accept in 0...Self.mostAccepted {
      if accept & 0xFF == 0 { try context.checkpoint() }
      least = Self.leastSample(accept, ltpd, consumerRisk, from: max(least, accept + 1))
      if Binomial.upperTail(accept + 1, of: least, aql) <= producerRisk {
        self.init(n: least, accept: accept)
        return
      }
    }
    return nil
  }

  init(n: Int, accept: Int) {
    self.n = n
    self.accept = accept
  }

  /// The chance that a lot is accepted that has so many defects: the operating characteristic.
  func acceptance(at rate: Double) -> Double { Binomial.lowerTail(accept, of: n, rate) }

  /// The chance that such a lot is refused.
  func refusal(at rate: Double) -> Double { Binomial.upperTail(accept + 1, of: n, rate) }

  static let mostAccepted = 20_000

  /// The chance to accept falls as the sample grows.
  private static func leastSample(
    _ accept: Int, _ rate: Double, _ risk: Double, from start: Int
  ) -> Int {
    func isEnough(_ n: Int) -> Bool { Binomial.lowerTail(accept, of: n, rate) <= risk }
    var (low, high) = (start - 1, start)
    while !isEnough(high) { (low, high) = (high, high * 2) }
    return firstIndex(in: (low + 1)..<high, where: isEnough)
  }
}

/// How a sample is dealt out to strata.
struct Allocation: Sendable {
  /// Shares of the sample, not yet whole.
  let raw: [Double]
  /// Rows of each stratum: whole, with at least two (or all) of each.
  let whole: [Int]

  /// Shares in proportion to weights; to all alike where they are 0.
  init(_ weights: [Double], total: Int, sizes: [Int]) {
    let sum = weights.reduce(0, +)
    raw = weights.map {
      sum > 0 ? Double(total) * $0 / sum : Double(total) / Double(max(weights.count, 1))
    }
    whole = Self.whole(raw, total: total, sizes: sizes)
  }

  /// By the largest remainder, at least two of a stratum and never more than it has; what one cannot take goes to the
  /// others.
  private static func whole(_ raw: [Double], total: Int, sizes: [Int]) -> [Int] {
    var counts = zip(raw, sizes).map { min(max(Int($0), min(2, $1)), $1) }
    var left = total - counts.reduce(0, +)
    while left > 0 {
      let open = counts.indices.filter { counts[$0] < sizes[$0] }
      guard let next = open.max(by: { raw[$0] - Double(counts[$0]) < raw[$1] - Double(counts[$1]) })
      else { break }
      counts[next] += 1
      left -= 1
    }
    while left < 0 {
      let rich = counts.indices.filter { counts[$0] > min(2, sizes[$0]) }
      guard let next = rich.min(by: { raw[$0] - Double(counts[$0]) < raw[$1] - Double(counts[$1]) })
      else { break }
      counts[next] -= 1
      left += 1
    }
    return counts
  }

  /// The standard error of the whole's share, with the correction for finite strata (Cochran 1977); nil where a stratum
  /// that varies gets nothing.
  static func standardError(_ sample: [Double], sizes: [Int], shares: [Double]) -> Double? {
    let all = Double(sizes.reduce(0, +))
    var variance = 0.0
    for (stratum, n) in sample.enumerated() {
      let (size, p) = (Double(sizes[stratum]), shares[stratum])
      if p * (1 - p) == 0 || size < 2 { continue }
      guard n > 0 else { return nil }
      let part = size / all
      variance += part * part * p * (1 - p) / n * max(1 - n / size, 0) * size / (size - 1)
    }
    return variance.squareRoot()
  }
}
