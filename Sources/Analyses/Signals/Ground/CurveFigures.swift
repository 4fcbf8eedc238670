import CasebookTables

/// What flagging costs, a case each.
struct FlagCost: Sendable {
  /// For a negative that is flagged.
  var falsePositive: Double
  /// For a positive that is not.
  var falseNegative: Double
  /// For reviewing any case that is flagged.
  var review = 0.0

  /// The cost of a threshold.
  func of(truePositives: Double, falsePositives: Double, falseNegatives: Double) -> Double {
    falsePositives * falsePositive + falseNegatives * falseNegative
      + (truePositives + falsePositives) * review
  }
}

/// The best thresholds of a ladder and its average precision, in one scan.
///
/// Ties go to the strictest threshold. Without weights everything is compared in whole numbers.
struct CurveFigures: Sendable {
  /// What is asked for besides.
  struct Wanted: Sendable {
    var precision: Double?
    var recall: Double?
    var cost: FlagCost?
    /// Labelled rows without a score, never flagged.
    var missing = RankedScore.Missing()
  }

  /// A threshold: its step, and what is flagged there.
  struct Point: Sendable {
    let step: Int
    let truePositives: Double
    let falsePositives: Double
  }

  /// The sum of steps in recall times precision there; never a trapezoid (Davis and Goadrich 2006).
  private(set) var averagePrecision: Double?
  /// Where the rates lie farthest apart, either way (Smirnov 1948).
  private(set) var ks: Point?
  /// Where the true positive rate is farthest above the false positive rate.
  private(set) var youden: Point?
  /// The greatest F1 (van Rijsbergen 1979).
  private(set) var f1: Point?
  /// The greatest recall whose precision is at least as asked.
  private(set) var atPrecision: Point?
  /// The greatest precision whose recall is at least as asked.
  private(set) var atRecall: Point?
  /// The least cost of flagging (Elkan 2001); nil where flagging none costs no more.
  private(set) var leastCost: Point?
  /// The cost there, or of flagging none.
  private(set) var cost: Double?

  /// The figures of a ladder.
  init(_ ladder: Ladder, _ wanted: Wanted = Wanted()) {
    if let weights = ladder.weights {
      let (p, n) = (weights.positives.base, weights.negatives.base)
      scan(
        ladder.count, weights.positiveSum + wanted.missing.positiveWeight,
        weights.negativeSum + wanted.missing.negativeWeight, wanted
      ) { (p[$0], n[$0]) }
    } else {
      let (p, n) = (ladder.positives.base, ladder.negatives.base)
      scan(
        ladder.count, ladder.positiveCount + wanted.missing.positives,
        ladder.negativeCount + wanted.missing.negatives, wanted
      ) { (Int(p[$0]), Int(n[$0])) }
    }
  }

  @inline(__always)
  private mutating func scan<Count: FlagCount>(
    _ stepCount: Int, _ positives: Count, _ negatives: Count, _ wanted: Wanted,
    _ step: (Int) -> (Count, Count)
  ) {
    var (tp, fp) = (Count.zero, Count.zero)
    var best = Best<Count>()
    var precisionSum = 0.0
    if let prices = wanted.cost {
      cost = prices.of(
        truePositives: 0, falsePositives: 0, falseNegatives: positives.real)
    }
    for index in 0..<stepCount {
      let (here, there) = step(index)
      tp += here
      fp += there
      if here > .zero { precisionSum += here.real * (tp.real / (tp + fp).real) }
      let gap = tp * negatives - fp * positives
      if gap > best.youden { best.keepYouden(gap, index, tp, fp) }
      if gap.magnitudeOfCount > best.ks { best.keepKS(gap.magnitudeOfCount, index, tp, fp) }
      // F1 is 2 tp / (tp + fp + P): compared as fractions.
      let size = tp + fp + positives
      if tp * best.f1Size > best.f1 * size { best.keepF1(tp, size, index, fp) }
      if wanted.precision != nil || wanted.recall != nil || wanted.cost != nil {
        keep(wanted, index, tp, fp, positives, &best)
      }
    }
    averagePrecision = positives > .zero ? precisionSum / positives.real : nil
    if positives > .zero, negatives > .zero {
      youden = best.youdenPoint
      ks = best.ksPoint
    }
    if positives > .zero { f1 = best.f1Point }
  }

  @inline(__always)
  private mutating func keep<Count: FlagCount>(
    _ wanted: Wanted, _ index: Int, _ tp: Count, _ fp: Count, _ positives: Count,
    _ best: inout Best<Count>
  ) {
    let point = Point(step: index, truePositives: tp.real, falsePositives: fp.real)
    if let least = wanted.precision, positives > .zero, tp > best.recalled,
      tp.real / (tp + fp).real >= least
    {
      best.recalled = tp
      atPrecision = point
    }
    if let least = wanted.recall, positives > .zero, tp.real / positives.real >= least,
      atRecall == nil || tp * best.preciseFlagged > best.precise * (tp + fp)
    {
      (best.precise, best.preciseFlagged) = (tp, tp + fp)
      atRecall = point
    }
    if let prices = wanted.cost {
      let price = prices.of(
        truePositives: tp.real, falsePositives: fp.real, falseNegatives: (positives - tp).real)
      if let known = cost, price < known {
        cost = price
        leastCost = point
      }
    }
  }
}

/// The best of each kind so far.
private struct Best<Count: FlagCount> {
  var youden = Count.least
  var youdenPoint: CurveFigures.Point?
  var ks = Count.zero - Count.unit
  var ksPoint: CurveFigures.Point?
  var f1 = Count.zero
  var f1Size = Count.unit
  var f1Point: CurveFigures.Point?
  var recalled = Count.zero
  var precise = Count.zero
  var preciseFlagged = Count.unit

  mutating func keepYouden(_ gap: Count, _ index: Int, _ tp: Count, _ fp: Count) {
    youden = gap
    youdenPoint = point(index, tp, fp)
  }

  mutating func keepKS(_ gap: Count, _ index: Int, _ tp: Count, _ fp: Count) {
    ks = gap
    ksPoint = point(index, tp, fp)
  }

  mutating func keepF1(_ tp: Count, _ size: Count, _ index: Int, _ fp: Count) {
    (f1, f1Size) = (tp, size)
    f1Point = point(index, tp, fp)
  }

  private func point(_ index: Int, _ tp: Count, _ fp: Count) -> CurveFigures.Point {
    CurveFigures.Point(step: index, truePositives: tp.real, falsePositives: fp.real)
  }
}

/// Counts of cases, or sums of their weights.
protocol FlagCount: SignedNumeric, Comparable {
  static var unit: Self { get }
  /// Below every difference of products of counts.
  static var least: Self { get }
  var real: Double { get }
  var magnitudeOfCount: Self { get }
}

extension Int: FlagCount {
  static var unit: Int { 1 }
  static var least: Int { .min }
  @inline(__always) var real: Double { Double(self) }
  @inline(__always) var magnitudeOfCount: Int { Swift.abs(self) }
}

extension Double: FlagCount {
  static var unit: Double { 1 }
  static var least: Double { -.infinity }
  @inline(__always) var real: Double { self }
  @inline(__always) var magnitudeOfCount: Double { Swift.abs(self) }
}
