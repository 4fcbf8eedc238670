import CasebookTables
import CasebookValues

/// Estimates of how many positives a period holds, from the labels of a baseline.
///
/// cc, acc (Forman 2008; Rogan and Gladen 1978), pcc, pacc (Bella et al. 2010), em (Saerens et al. 2002).
struct PrevalenceMethods: Sendable {
  typealias Bounds = (low: Double, high: Double)

  /// One method's estimate.
  struct Method: Sendable {
    let name: String
    var value: Double?
    var bounds: Bounds?
    var isUsable = false
    var note = ""
  }

  private(set) var all: [Method]
  /// Rows with a score that are estimated, and used rows of the baseline.
  let n: Int
  let baseCount: Int
  /// The rate of the labelled ones among the estimated rows.
  let observed: Double?

  init(
    _ ranked: RankedScore, _ scored: ScoredCells, _ pair: DriftCells.Pair, _ frame: CaseFrame,
    _ threshold: Double, _ arguments: SignalArguments, _ context: RunContext
  ) throws {
    let base = ranked.ladders[pair.base]
    let period = scored.ladders[pair.cell].turned(to: ranked.direction)
    n = period.used
    baseCount = base.used
    let isBlank = frame.neverReviewed[pair.base] > 0
    observed = frame.neverReviewed[pair.cell] > 0 ? nil : ranked.ladders[pair.cell].prevalence
    let isProbability =
      ranked.direction == .higher && period.spansProbabilities
      && (base.count == 0 || base.spansProbabilities)
    let before = BaselineSums(base, threshold)
    let now = PeriodSums(period, threshold)
    all = ["cc", "acc", "pcc", "pacc", "em"].map { Method(name: $0) }
    all[0].value = now.flaggedShare
    if !isBlank {
      all[1].value = before.adjusted(now)
      all[3].value = before.adjustedMean(now)
      if isProbability {
        all[2].value = now.meanScore
        all[4].value = Self.expectationMaximised(period, prior: base.prevalence)
      }
    }
    noteReasons(before, now, isProbability: isProbability, isBlank: isBlank)
    let verdict = try CalibrationFigures.verdict(
      ranked, pair.base, frame, arguments, context)
    for index in all.indices where all[index].value != nil {
      let needsCalibration = [2, 4].contains(index)
      all[index].isUsable = !needsCalibration || verdict == "calibrated"
      if needsCalibration, verdict != "calibrated" {
        all[index].note = "the baseline is \(verdict)"
      }
    }
    try findBounds(before, now, ranked, pair, frame, threshold, arguments, context)
  }

  private mutating func noteReasons(
    _ before: BaselineSums, _ now: PeriodSums, isProbability: Bool, isBlank: Bool
  ) {
    for index in all.indices where all[index].value == nil {
      if now.all == 0 {
        all[index].note = "prevalence: no scores"
      } else if isBlank {
        all[index].note = "prevalence: never reviewed"
      } else if index == 2 || index == 4, !isProbability {
        all[index].note = "prevalence: no probability"
      } else if before.positives == 0 || before.negatives == 0 {
        all[index].note = "prevalence: one class in the baseline"
      } else {
        all[index].note = "prevalence: the baseline does not tell positives apart"
      }
    }
  }

  // MARK: Expectation maximisation

  /// The prior at which the rescaled scores have it as their mean, found by rescaling until it moves by
  /// less than 1e-10.
  static func expectationMaximised(_ ladder: Ladder, prior: Double?) -> Double? {
    guard let prior, prior > 0, prior < 1, ladder.used > 0 else { return nil }
    var current = prior
    for _ in 0..<100_000 {
      let (up, down) = (current / prior, (1 - current) / (1 - prior))
      var sum = 0.0
      for step in 0..<ladder.count {
        let s = ladder.scores.base[step]
        let weight = ladder.weight(step)
        let all = up * s + down * (1 - s)
        if all > 0 { sum += weight * up * s / all }
      }
      let next = sum / (ladder.positiveWeight + ladder.negativeWeight)
      let moved = abs(next - current)
      current = next
      if moved < 1e-10 { break }
    }
    return min(max(current, 0), 1)
  }

  // MARK: Intervals

  private mutating func findBounds(
    _ before: BaselineSums, _ now: PeriodSums, _ ranked: RankedScore, _ pair: DriftCells.Pair,
    _ frame: CaseFrame, _ threshold: Double, _ arguments: SignalArguments, _ context: RunContext
  ) throws {
    let confidence = arguments.confidence
    if arguments.intervalMethod == .none { return }
    if arguments.intervalMethod == .delong {
      all[0].bounds = Wilson.interval(now.flagged, of: now.all, confidence: confidence)
      all[1].bounds = before.deltaBounds(now, confidence: confidence)
    }
    if all.allSatisfy({ $0.value == nil || $0.bounds != nil }) { return }
    let samples = try PrevalenceResamples(
      ranked, pair, frame, threshold, expected: all[4].value, samples: arguments.samples, context)
    for index in all.indices where all[index].value != nil && all[index].bounds == nil {
      all[index].bounds = Resampling.bounds(samples.values[index], confidence: confidence)
    }
  }
}

/// What a baseline says of both classes: how many are flagged and their scores.
struct BaselineSums: Sendable {
  var positives = 0.0
  var negatives = 0.0
  var flaggedPositives = 0.0
  var flaggedNegatives = 0.0
  var positiveScores = 0.0
  var negativeScores = 0.0
  /// The end of the score that means positive.
  let direction: Direction

  init(_ direction: Direction) { self.direction = direction }

  init(_ ladder: Ladder, _ threshold: Double) {
    direction = ladder.direction
    let last = ladder.lastStep(flaggedAt: threshold) ?? -1
    for step in 0..<ladder.count {
      let (p, n) = (ladder.positiveWeight(step), ladder.negativeWeight(step))
      positives += p
      negatives += n
      positiveScores += p * ladder.scores.base[step]
      negativeScores += n * ladder.scores.base[step]
      if step <= last {
        flaggedPositives += p
        flaggedNegatives += n
      }
    }
  }

  private var rates: (tpr: Double, fpr: Double)? {
    guard positives > 0, negatives > 0 else { return nil }
    let rates = (flaggedPositives / positives, flaggedNegatives / negatives)
    return rates.0 > rates.1 ? rates : nil
  }

  /// The flagged share corrected by both rates; nil where positives are not flagged more often.
  func adjusted(_ now: PeriodSums) -> Double? {
    guard let rates, let share = now.flaggedShare else { return nil }
    return min(max((share - rates.fpr) / (rates.tpr - rates.fpr), 0), 1)
  }

  /// The mean score corrected by both classes' means; nil where positives do not score beyond negatives.
  func adjustedMean(_ now: PeriodSums) -> Double? {
    guard positives > 0, negatives > 0, let mean = now.meanScore else { return nil }
    let means = (positiveScores / positives, negativeScores / negatives)
    let share = (mean - means.1) / (means.0 - means.1)
    // Equal means differ by rounding.
    let least = 1e-13 * max(abs(means.0), abs(means.1))
    let ahead = direction == .higher ? means.0 - means.1 : means.1 - means.0
    return ahead > least && share.isFinite ? min(max(share, 0), 1) : nil
  }

  /// The delta method's interval of the corrected share.
  func deltaBounds(_ now: PeriodSums, confidence: Double) -> (low: Double, high: Double)? {
    guard let rates, let share = now.flaggedShare, let a = adjusted(now) else { return nil }
    let variance =
      (share * (1 - share) / now.all + a * a * rates.tpr * (1 - rates.tpr) / positives
        + (1 - a) * (1 - a) * rates.fpr * (1 - rates.fpr) / negatives)
      / ((rates.tpr - rates.fpr) * (rates.tpr - rates.fpr))
    let reach = NormalDistribution.criticalValue(confidence: confidence) * variance.squareRoot()
    return (max(a - reach, 0), min(a + reach, 1))
  }
}

/// What the rows to estimate say: how many are flagged and their scores.
struct PeriodSums: Sendable {
  var all = 0.0
  var flagged = 0.0
  var scores = 0.0

  init() {}

  init(_ ladder: Ladder, _ threshold: Double) {
    let last = ladder.lastStep(flaggedAt: threshold) ?? -1
    for step in 0..<ladder.count {
      let weight = ladder.weight(step)
      all += weight
      scores += weight * ladder.scores.base[step]
      if step <= last { flagged += weight }
    }
  }

  var flaggedShare: Double? { all > 0 ? flagged / all : nil }
  var meanScore: Double? { all > 0 && scores.isFinite ? scores / all : nil }
}
