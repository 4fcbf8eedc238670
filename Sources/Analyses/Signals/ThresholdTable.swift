import CasebookTables
import CasebookValues

/// The rows of `thresholds` for one score in one group.
struct ThresholdTable {
  let operation: ThresholdsOperation
  let ranked: RankedScore
  let group: Int
  let ladder: Ladder
  /// Labelled rows without a score that count as not flagged.
  private let missing: RankedScore.Missing
  /// Rows without a score that count as not flagged.
  private let missingRows: Int
  /// Unlabelled rows with a score.
  private let unlabelled: Int
  private let curve: CurveFigures
  /// The thresholds that get rows, strictest first: a ladder whose counts nobody asks for.
  let lines: Ladder
  /// Rows flagged at each chosen threshold, unlabelled ones too; nil where every step has a row.
  private let flaggedAtLine: [Int]?
  private let isBlank: Bool
  private let unreviewed: Double?
  private let isWeighted: Bool
  var hours: HandlingHours?
  var bounds: [Int: FlagBounds]?

  init(
    _ operation: ThresholdsOperation, _ ranked: RankedScore, _ group: Int, _ frame: CaseFrame
  ) {
    self.operation = operation
    self.ranked = ranked
    self.group = group
    ladder = ranked.ladders[group]
    missing = operation.countsMissing ? ranked.missing[group] : RankedScore.Missing()
    isWeighted = frame.weights != nil
    unlabelled =
      ladder.unflagged + (ladder.unlabelled.map { $0.pointer.reduce(0) { $0 + Int($1) } } ?? 0)
    missingRows =
      operation.countsMissing ? frame.rowCounts[group] - ladder.used - unlabelled : 0
    isBlank = frame.neverReviewed[group] > 0
    unreviewed = ranked.strictestUnreviewed(group, frame)
    let chosen = operation.at.map { Ladder(thresholds: $0, ranked.direction) }
    lines = chosen ?? ladder
    flaggedAtLine = chosen.map { Self.flagged($0, ranked, group, frame) }
    curve = CurveFigures(
      ladder,
      CurveFigures.Wanted(
        precision: operation.precision, recall: operation.recall, cost: operation.cost,
        missing: missing))
  }

  /// Positives and negatives with those without a score where they count.
  private var positives: Int { ladder.positiveCount + missing.positives }
  private var negatives: Int { ladder.negativeCount + missing.negatives }
  private var positiveWeight: Double {
    ladder.positiveWeight + (isWeighted ? missing.positiveWeight : Double(missing.positives))
  }
  private var negativeWeight: Double {
    ladder.negativeWeight + (isWeighted ? missing.negativeWeight : Double(missing.negatives))
  }

  /// The thresholds asked for with the step that each flags down to, strictest first; nil for all steps.
  private var chosen: [(threshold: Double, step: Int?)]? {
    flaggedAtLine.map { _ in
      (0..<lines.count).map { (lines.scores[$0], ladder.lastStep(flaggedAt: lines.scores[$0])) }
    }
  }

  /// The steps that get rows, ascending, each once.
  var wantedSteps: [Int] {
    guard let chosen else { return Array(0..<ladder.count) }
    return Array(Set(chosen.compactMap(\.step))).sorted()
  }

  /// How many rows of a group each threshold flags: between two labelled scores lie unlabelled ones.
  private static func flagged(
    _ lines: Ladder, _ ranked: RankedScore, _ group: Int, _ frame: CaseFrame
  ) -> [Int] {
    var counts = [Int](repeating: 0, count: lines.count)
    for row in 0..<frame.count where frame.groupNumber(row) == group {
      if let line = lines.firstStep(flagging: ranked.values.base[row]) { counts[line] += 1 }
    }
    for line in counts.indices.dropFirst() { counts[line] += counts[line - 1] }
    return counts
  }

  /// Adds the rows.
  func append(to report: inout SignalReport, _ context: RunContext) throws {
    if let chosen {
      let wanted = Set(wantedSteps)
      var points: [Int: FlagPoint] = [:]
      for point in ladder.points() {
        if let step = point.step, wanted.contains(step) { points[step] = point }
      }
      for (line, (threshold, step)) in chosen.enumerated() {
        var point = step.flatMap { points[$0] } ?? FlagPoint()
        point.flagged = flaggedAtLine?[line] ?? point.flagged
        let isExact = step.map { ladder.scores[$0] == threshold } ?? false
        report.append(group: group, values(point, threshold, line, isExact ? marks(step) : ""))
      }
      return
    }
    for point in ladder.points() {
      if report.count & 0xFFF == 0 { try context.checkpoint() }
      let threshold = point.step.map { ladder.scores[$0] }
      report.append(group: group, values(point, threshold, point.step, marks(point.step)))
    }
  }

  private func marks(_ step: Int?) -> String {
    if isBlank || ladder.used == 0 { return "" }
    var marks: [String] = []
    for (name, best) in [("f1", curve.f1), ("youden", curve.youden)]
    where step != nil && best?.step == step {
      marks.append(name)
    }
    if operation.cost != nil, positives + negatives > 0, curve.leastCost?.step == step {
      marks.append("cost")
    }
    for (name, best) in [("precision", curve.atPrecision), ("recall", curve.atRecall)]
    where step != nil && best?.step == step {
      marks.append(name)
    }
    return marks.joined(separator: ", ")
  }

  private func values(
    _ point: FlagPoint, _ threshold: Double?, _ line: Int?, _ marks: String
  ) -> [Scalar] {
    let (tp, fp) = (point.truePositives, point.falsePositives)
    let (tpWeight, fpWeight) = (point.truePositiveWeight, point.falsePositiveWeight)
    let isKnown = isReviewed(threshold)
    let limits = intervals(point)
    let f1Size = tpWeight + fpWeight + positiveWeight
    func estimate(_ value: Double?) -> Scalar { isBlank ? .null(.real) : .figure(value) }
    var values: [Scalar] = [
      .string(ranked.score.name), .figure(threshold), .string(ranked.rule(threshold)),
      .figure(point.flagged), .figure(point.labelled), .figure(tp), .figure(fp),
      .figure(positives - tp), .figure(negatives - fp),
    ]
    values += scalars(isKnown ? point.precision : nil, isKnown ? limits?.precision : nil)
    values +=
      isBlank
      ? scalars(nil, nil)
      : scalars(positiveWeight > 0 ? tpWeight / positiveWeight : nil, limits?.recall)
    values += [
      estimate(negativeWeight > 0 ? fpWeight / negativeWeight : nil),
      estimate(positiveWeight > 0 ? 2 * tpWeight / f1Size : nil),
      .figure(hours?.hours(line)), estimate(cost(point)), estimate(costOfAll(point)),
      .string(marks), .string(note(point, threshold)),
    ]
    return values
  }

  private func intervals(_ point: FlagPoint) -> FlagBounds? {
    switch operation.arguments.intervalMethod {
    case .none: nil
    case .delong:
      FlagBounds(point, positives: positives, confidence: operation.arguments.confidence)
    case .bootstrap: point.step.flatMap { bounds?[$0] }
    }
  }

  // MARK: Costs

  private func cost(_ point: FlagPoint) -> Double? {
    operation.cost?.of(
      truePositives: point.truePositiveWeight, falsePositives: point.falsePositiveWeight,
      falseNegatives: positiveWeight - point.truePositiveWeight)
  }

  /// Scored rows that are not flagged, and the labelled ones among them.
  private func unflagged(_ point: FlagPoint) -> (all: Int, labelled: Int) {
    let scored = ladder.used + unlabelled + missingRows
    return (scored - point.flagged, positives + negatives - point.labelled)
  }

  private func costOfAll(_ point: FlagPoint) -> Double? {
    guard let prices = operation.cost else { return nil }
    let rest = unflagged(point)
    let (tp, fp) = (point.truePositiveWeight, point.falsePositiveWeight)
    guard
      let found = scale(point.flagged, point.labelled, tp + fp),
      let missed = scale(
        rest.all, rest.labelled, positiveWeight + negativeWeight - tp - fp)
    else { return nil }
    return (fp * prices.falsePositive + (tp + fp) * prices.review) * found
      + (positiveWeight - tp) * prices.falseNegative * missed
  }

  /// By how much a side's labelled rows stand for all of it; nil with rows but no label.
  private func scale(_ all: Int, _ labelled: Int, _ weight: Double) -> Double? {
    if all == 0 { return 0 }
    if labelled == 0 { return nil }
    // Rows that weigh 1/R already stand for the rows that were not reviewed.
    if operation.arguments.review != nil { return weight > 0 ? Double(all) / weight : nil }
    return Double(all) / Double(labelled)
  }

  // MARK: Words

  private func isReviewed(_ threshold: Double?) -> Bool {
    ranked.flagsReviewed(threshold, strictestUnreviewed: unreviewed)
  }

  private func note(_ point: FlagPoint, _ threshold: Double?) -> String {
    var notes = Notes()
    if !isReviewed(threshold) {
      notes.add("precision", "never reviewed")
    } else if point.labelled == 0 {
      notes.add("precision", point.flagged == 0 ? "nothing flagged" : "no labels")
    }
    if positives == 0 {
      notes.add("recall", "no positives")
    }
    if negatives == 0 {
      notes.add("fpr", "no negatives")
    }
    if operation.cost != nil, !isBlank, costOfAll(point) == nil {
      notes.add("cost_all", "rows without a label on one side")
    }
    if point.step == nil, operation.at == nil, ladder.used > 0 {
      if operation.precision != nil, curve.atPrecision == nil {
        notes.add("mark", "precision is unreachable")
      }
      if operation.recall != nil, curve.atRecall == nil {
        notes.add("mark", "recall is unreachable")
      }
    }
    return notes.text
  }

  /// The greatest F1 among the rows with a score.
  var bestF1: Double? {
    CurveFigures(ladder).f1.map { point in
      2 * point.truePositives
        / (point.truePositives + point.falsePositives + ladder.positiveWeight)
    }
  }

  /// One sentence about the best threshold.
  func say(_ context: RunContext) {
    if isBlank || ranked.score.isProtected { return }
    if let cost = curve.cost, ladder.used > 0 {
      let place = ranked.rule(curve.leastCost.map { ladder.scores[$0.step] })
      let flagging = curve.leastCost == nil ? "flagging none" : "flagging \(place)"
      context.find(
        "\(ranked.score.name): \(flagging) costs least on the labelled cases, \(spokenNumber(cost))."
      )
    } else if let best = curve.f1 {
      let size = best.truePositives + best.falsePositives
      context.find(
        "\(ranked.score.name): the best F1 is at \(ranked.rule(ladder.scores[best.step])), with precision "
          + "\(spokenNumber(best.truePositives / size)) and recall "
          + "\(spokenNumber(best.truePositives / positiveWeight)).")
    }
  }
}
