import CasebookTables
import CasebookValues

/// What one method of `bias_check` says.
struct BiasRow: Sendable {
  typealias Bounds = (low: Double, high: Double)
  let method: String
  let group: Int
  private let labelled: Int
  private var effectiveCount: Double?
  private(set) var prevalence: Double?
  private(set) var prevalenceBounds: Bounds?
  private var precision: Double?
  private var recall: Double?
  private var recallBounds: Bounds?
  private var fpr: Double?
  private var fprBounds: Bounds?
  private var auc: Double?
  private var aucBounds: Bounds?
  private var averagePrecision: Double?
  var note = ""

  init(_ method: String, _ group: Int, _ frame: CaseFrame) {
    self.method = method
    self.group = group
    labelled = frame.labelledCounts[group]
  }

  /// The figures of weighted cases.
  mutating func read(
    _ cases: SortedCases, _ direction: Direction, _ frame: CaseFrame, _ threshold: Double?,
    _ arguments: SignalArguments, _ context: RunContext
  ) throws {
    let ladder = try cases.ladder(group: group, frame, context)
    effectiveCount = ladder.weights?.effectiveCount
    prevalence = ladder.prevalence
    auc = RankFigures(ladder).auc
    averagePrecision = CurveFigures(ladder).averagePrecision
    if let threshold {
      let sums = BaselineSums(ladder, threshold)
      let flagged = sums.flaggedPositives + sums.flaggedNegatives
      precision = flagged > 0 ? sums.flaggedPositives / flagged : nil
      recall = sums.positives > 0 ? sums.flaggedPositives / sums.positives : nil
      fpr = sums.negatives > 0 ? sums.flaggedNegatives / sums.negatives : nil
    }
    noteUndefined(ladder, threshold)
    if arguments.intervalMethod == .none { return }
    let samples = try Resampling.ranked(
      cases, group: group, frame, samples: arguments.samples, context)
    prevalenceBounds = Resampling.bounds(
      samples.map(\.prevalence), confidence: arguments.confidence)
    aucBounds = Resampling.bounds(samples.map(\.auc), confidence: arguments.confidence)
    guard let threshold else { return }
    let outcomes = Buffer<Int8>(count: frame.count) { target in
      for row in 0..<frame.count {
        let score = cases.scores.base[row]
        let isFlagged = direction == .higher ? score >= threshold : score <= threshold
        let isPositive = frame.classes.base[row] == CaseClass.positive
        target[row] = (isFlagged ? 1 : 0) + (isPositive ? 2 : 0)
      }
    }
    let sums = try Resampling.sums(
      outcomes: 4, rows: cases.run(group), outcomes, frame.weights, samples: arguments.samples,
      context)
    recallBounds = Self.shares(sums, flagged: 3, other: 2, arguments.confidence)
    fprBounds = Self.shares(sums, flagged: 1, other: 0, arguments.confidence)
  }

  private static func shares(
    _ sums: [[Double]], flagged: Int, other: Int, _ confidence: Double
  ) -> Bounds? {
    Resampling.bounds(
      sums.map { sample in
        let all = sample[flagged] + sample[other]
        return all > 0 ? sample[flagged] / all : nil
      }, confidence: confidence)
  }

  private mutating func noteUndefined(_ ladder: Ladder, _ threshold: Double?) {
    var notes = Notes()
    if ladder.used == 0 {
      notes.add("prevalence", "no labels")
    } else if ladder.positiveCount == 0 {
      notes.add("auc", "no positives")
    } else if ladder.negativeCount == 0 {
      notes.add("auc", "no negatives")
    }
    if threshold == nil { notes.add("precision", "no threshold") }
    note = notes.text
  }

  // MARK: Begg and Greenes

  /// The rates among reviewed cases on both sides of the threshold, times the shares of both sides among all
  /// scored cases.
  mutating func readFlagged(
    _ ranked: RankedScore, _ frame: CaseFrame, _ threshold: Double?, _ arguments: SignalArguments,
    _ context: RunContext
  ) throws {
    guard let threshold else {
      note = "prevalence: no threshold"
      return
    }
    if frame.neverReviewed[group] > 0 {
      note = "prevalence: never reviewed, \(rowsText(frame.neverReviewed[group]))"
      return
    }
    let own = frame.ownWeights
    var rows = BufferBuilder<Int32>()
    // Negative, positive and unlabelled, first the unflagged, then the flagged.
    let outcomes = Buffer<Int8>(count: frame.count) { target in
      for row in 0..<frame.count {
        let score = ranked.values.base[row]
        if score.isNaN || frame.groupNumber(row) != group {
          target[row] = -1
          continue
        }
        rows.append(Int32(truncatingIfNeeded: row))
        let isFlagged =
          ranked.direction == .higher ? score >= threshold : score <= threshold
        target[row] = Int8(frame.classes.base[row]) + (isFlagged ? 3 : 0)
      }
    }
    let all = rows.finish()
    var sums = [Double](repeating: 0, count: 6)
    for place in 0..<all.count {
      let row = Int(all.base[place])
      sums[Int(outcomes.base[row])] += own?.base[row] ?? 1
    }
    let figures = Self.corrected(sums)
    effectiveCount = nil
    (prevalence, precision, recall, fpr) = (
      figures.prevalence, figures.precision, figures.recall, figures.fpr
    )
    note =
      prevalence == nil
      ? "prevalence: no labels on one side of the threshold" : "auc: rates at one threshold only"
    if arguments.intervalMethod == .none { return }
    let samples = try Resampling.sums(
      outcomes: 6, rows: all, outcomes, own, samples: arguments.samples, context
    ).map { Self.corrected($0) }
    let confidence = arguments.confidence
    prevalenceBounds = Resampling.bounds(samples.map(\.prevalence), confidence: confidence)
    recallBounds = Resampling.bounds(samples.map(\.recall), confidence: confidence)
    fprBounds = Resampling.bounds(samples.map(\.fpr), confidence: confidence)
  }

  /// Begg and Greenes (1983).
  private static func corrected(
    _ sums: [Double]
  ) -> (prevalence: Double?, precision: Double?, recall: Double?, fpr: Double?) {
    let (rest, flagged) = (sums[0] + sums[1] + sums[2], sums[3] + sums[4] + sums[5])
    let (restLabelled, flaggedLabelled) = (sums[0] + sums[1], sums[3] + sums[4])
    let precision = flaggedLabelled > 0 ? sums[4] / flaggedLabelled : nil
    // A side without rows holds nothing; one with rows but no label is unknown.
    guard rest + flagged > 0, rest == 0 || restLabelled > 0, flagged == 0 || flaggedLabelled > 0
    else { return (nil, precision, nil, nil) }
    let (restShare, flaggedShare) = (rest / (rest + flagged), flagged / (rest + flagged))
    let missed = rest > 0 ? sums[1] / restLabelled * restShare : 0
    let found = (precision ?? 0) * flaggedShare
    let prevalence = missed + found
    return (
      prevalence, precision, prevalence > 0 ? found / prevalence : nil,
      prevalence < 1 ? (flaggedShare - found) / (1 - prevalence) : nil
    )
  }

  /// The values of the stage's columns.
  func values(n: Int) -> [Scalar] {
    var values: [Scalar] = [
      .string(method), .figure(n), .figure(labelled), .figure(effectiveCount),
    ]
    values += scalars(prevalence, prevalenceBounds)
    values.append(.figure(precision))
    values += scalars(recall, recallBounds)
    values += scalars(fpr, fprBounds)
    values += scalars(auc, aucBounds)
    values += [.figure(averagePrecision), .string(note)]
    return values
  }
}
