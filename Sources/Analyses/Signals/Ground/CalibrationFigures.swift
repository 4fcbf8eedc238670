import CasebookTables
import Glibc

/// Whether a score means what it says as a probability.
struct CalibrationFigures: Sendable {
  typealias Bounds = (low: Double, high: Double)
  let probability: ProbabilityFigures
  /// The share of positives.
  let rate: Double
  let bins: BinFigures
  /// Slope and intercept of a logistic regression on logit(score), the score clipped to 1e-6 from its ends
  /// (Cox 1958); nil where it does not exist.
  let slope: Double?
  let intercept: Double?
  /// Rate over mean score.
  let observedToExpected: Double?
  private(set) var slopeBounds: Bounds?
  private(set) var observedBounds: Bounds?
  /// The mean gap that chance alone leaves 19 times in 20; nil with one bin.
  var calibrationErrorNull: Double?
  private let isThin: Bool

  static let clip = 1e-6
  /// Draws of the labels from the scores.
  static let rounds = 1_000

  /// The figures of a ladder; nil without cases or where a score is outside 0 to 1.
  init?(_ ladder: Ladder, _ edges: Bins, confidence: Double) {
    guard let probability = ProbabilityFigures(ladder), let rate = ladder.prevalence else {
      return nil
    }
    self.probability = probability
    self.rate = rate
    bins = BinFigures(ladder, edges)
    let fit = LogisticFit(Self.points(ladder))
    slope = fit?.coefficients[1]
    intercept = fit?.coefficients[0]
    let mean = probability.meanScore
    observedToExpected = mean > 0 ? rate / mean : nil
    isThin = ladder.positiveCount < 30 || ladder.negativeCount < 30
    if ladder.weights == nil {
      let z = NormalDistribution.criticalValue(confidence: confidence)
      slopeBounds = fit.map { fit in
        (fit.coefficients[1] - z * fit.errors[1], fit.coefficients[1] + z * fit.errors[1])
      }
      if mean > 0 {
        observedBounds = Wilson.interval(
          Double(ladder.positiveCount), of: Double(ladder.used), confidence: confidence
        ).map { ($0.low / mean, $0.high / mean) }
      }
    }
  }

  /// Cases by their logit.
  static func points(_ ladder: Ladder) -> LogisticFit.Points {
    var points = LogisticFit.Points(numbers: [[]], positives: [], negatives: [])
    for step in 0..<ladder.count {
      points.numbers[0].append(logit(ladder.scores.base[step]))
      points.positives.append(ladder.positiveWeight(step))
      points.negatives.append(ladder.negativeWeight(step))
    }
    return points
  }

  static func logit(_ score: Double) -> Double {
    let s = min(max(score, clip), 1 - clip)
    return log(s / (1 - s))
  }

  /// Takes the bounds of resamples.
  mutating func take(slopes: [Double?], ratios: [Double?], confidence: Double) {
    slopeBounds = Resampling.bounds(slopes, confidence: confidence)
    observedBounds = Resampling.bounds(ratios, confidence: confidence)
  }

  /// The mean gap of rate and mean score; nil with one bin.
  var calibrationError: Double? { bins.cells.count > 1 ? bins.calibrationError : nil }

  /// Murphy's parts of the Brier score (1973): how far bins are off, and how far they differ.
  var reliability: Double { mean { $0.meanScore.map { $0 } } }
  var resolution: Double { mean { _ in rate } }
  var uncertainty: Double { rate * (1 - rate) }

  private func mean(_ other: (BinFigures.Cell) -> Double?) -> Double {
    let all = bins.cells.reduce(0) { $0 + $1.total }
    return bins.cells.reduce(0) { sum, cell in
      guard let rate = cell.rate, let compared = other(cell) else { return sum }
      return sum + cell.total / all * (rate - compared) * (rate - compared)
    }
  }

  /// What the figures amount to: a cut-off counts only where its interval agrees.
  var verdict: String {
    if isThin { return "thin" }
    if let slope, let slopeBounds {
      if slope < 0.8, slopeBounds.high < 1 { return "over-confident" }
      if slope > 1.25, slopeBounds.low > 1 { return "under-confident" }
    }
    if let observedToExpected, let observedBounds {
      if observedToExpected < 0.9, observedBounds.high < 1 { return "too high" }
      if observedToExpected > 1.1, observedBounds.low > 1 { return "too low" }
    }
    if let error = calibrationError, error > 0.02, let null = calibrationErrorNull, error > null {
      return "misshapen"
    }
    return "calibrated"
  }

  /// What a group's cases say of the calibration of a score.
  static func verdict(
    _ ranked: RankedScore, _ group: Int, _ frame: CaseFrame, _ arguments: SignalArguments,
    _ context: RunContext
  ) throws -> String {
    let ladder = ranked.ladders[group]
    let edges = Bins(arguments.binning, of: ladder)
    guard frame.neverReviewed[group] == 0,
      var figures = CalibrationFigures(ladder, edges, confidence: arguments.confidence)
    else { return "undefined" }
    figures.calibrationErrorNull = try calibrationErrorNull(
      ranked, group: group, edges, frame, context)
    return figures.verdict
  }

  /// The 95th percentile of the mean gap over draws of the labels from the scores, bins held.
  ///
  /// The draw for row i in round r depends on (seed, r, i) only.
  static func calibrationErrorNull(
    _ ranked: RankedScore, group: Int, _ edges: Bins, _ frame: CaseFrame, _ context: RunContext
  ) throws -> Double? {
    if edges.count < 2 { return nil }
    var rows: [Int32] = []
    var binOfRow: [UInt16] = []
    var sums = [Double](repeating: 0, count: edges.count)
    var all = 0.0
    for row in 0..<frame.count
    where frame.classes.base[row] != CaseClass.unlabelled && !ranked.values.base[row].isNaN
      && frame.groupNumber(row) == group
    {
      let weight = frame.weights?.base[row] ?? 1
      let bin = edges.bin(of: ranked.values.base[row])
      rows.append(Int32(truncatingIfNeeded: row))
      binOfRow.append(UInt16(truncatingIfNeeded: bin))
      sums[bin] += weight * ranked.values.base[row]
      all += weight
    }
    guard all > 0 else { return nil }
    let draws = PoissonWeights(seed: context.seed)
    let (scores, weights) = (ranked.values, frame.weights)
    let errors = try context.mapParallel(rounds) { [rows, binOfRow, sums, all] round in
      nullError(rows, binOfRow, sums, all, scores, weights, draws, round)
    }
    return Quantile.ofSorted(errors.sorted(), 0.95)
  }
}

/// The mean gap of one draw of the labels.
private func nullError(
  _ rows: [Int32], _ binOfRow: [UInt16], _ sums: [Double], _ all: Double, _ scores: Buffer<Double>,
  _ weights: Buffer<Double>?, _ draws: PoissonWeights, _ round: Int
) -> Double {
  var found = [Double](repeating: 0, count: sums.count)
  rows.withUnsafeBufferPointer { rows in
    binOfRow.withUnsafeBufferPointer { bins in
      found.withUnsafeMutableBufferPointer { found in
        for place in 0..<rows.count {
          let row = Int(rows[place])
          let isPositive = draws.uniform(row: row, round: round) < scores.base[row]
          found[Int(bins[place])] += isPositive ? weights?.base[row] ?? 1 : 0
        }
      }
    }
  }
  return zip(found, sums).reduce(0) { $0 + abs($1.0 - $1.1) / all }
}
