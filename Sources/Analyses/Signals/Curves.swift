import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// `roc score label=outcome`: both rates at every threshold.
enum RocStage: StageDeclaration {
  static let signature = Signature.analysis("roc", parameters: SignalArguments.labelParameters)
  static let summary = "The true and false positive rate of a score at every threshold."
  static let details = """
    A row for flagging none, then one a distinct used score, strictest first. flagged counts unlabelled rows too,
    flagged_labelled is tp + fp. tpr is tp over all positives, fpr fp over all negatives, null without any. rule is
    the condition for where. The line is exact: every threshold is there.
    """
  static let examples = [
    Example(
      """
      datatable(score: real, y: long)[0.9, 1, 0.5, 0, 0.5, 1, 0.1, 0]
      | roc score label=y direction=higher | project threshold, rule, flagged, tp, fp, tpr, fpr
      """, "the curve of four cases",
      output: """
        \tfalse\t0\t0\t0\t0.0\t0.0
        0.9\tscore >= 0.9\t1\t1\t0\t0.5\t0.0
        0.5\tscore >= 0.5\t3\t2\t1\t1.0\t0.5
        0.1\tscore >= 0.1\t4\t2\t2\t1.0\t1.0
        """)
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    try CurveOperation.bind(stage, input, binder, isROC: true)
  }
}

/// `precision_recall score label=outcome`: precision and recall at every threshold.
enum PrecisionRecallStage: StageDeclaration {
  static let signature = Signature.analysis(
    "precision_recall",
    parameters: SignalArguments.labelParameters + SignalArguments.intervalParameters)
  static let summary = "The precision and recall of a score at every threshold."
  static let details = """
    A row for flagging none, whose precision is null, then one a distinct used score, strictest first. Precision
    has Wilson's interval, or bootstrap bounds with weights or interval=bootstrap. Between two thresholds nothing
    is interpolated: draw steps, and take average_precision of signals for the area.
    """
  static let examples = [
    Example(
      """
      datatable(score: real, y: long)[0.9, 1, 0.5, 0, 0.5, 1, 0.1, 0]
      | precision_recall score label=y direction=higher | project threshold, flagged, precision, recall
      """, "four cases",
      output: """
        \t0\t\t0.0
        0.9\t1\t1.0\t0.5
        0.5\t3\t0.6666666666666666\t1.0
        0.1\t4\t0.5\t1.0
        """)
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    try CurveOperation.bind(stage, input, binder, isROC: false)
  }
}

/// Every threshold of a score with what it flags.
private struct CurveOperation: TableOperation {
  let arguments: SignalArguments
  let isROC: Bool
  var title: String { isROC ? "roc" : "precision_recall" }

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder, isROC: Bool
  ) throws(Diagnostic) -> Plan {
    let cases = try SignalArguments(
      stage, over: input, binder, columns: ownFields(isROC, isProtected: false).map(\.name))
    return .apply(CurveOperation(arguments: cases, isROC: isROC), [cases.plan])
  }

  private static func ownFields(_ isROC: Bool, isProtected: Bool) -> [Field] {
    var fields = [
      Field("signal", .string), Field("threshold", .real, isProtected: isProtected),
      Field("rule", .string, isProtected: isProtected), Field("flagged", .long),
      Field("flagged_labelled", .long), Field("tp", .long), Field("fp", .long),
    ]
    fields +=
      isROC
      ? [Field("tpr", .real), Field("fpr", .real)]
      : Field.withInterval("precision") + [Field("recall", .real)]
    return fields
  }

  var fields: [Field] {
    arguments.groups + Self.ownFields(isROC, isProtected: arguments.hidesScores)
  }

  var drawing: RenderHint? {
    isROC
      ? arguments.drawing("linechart", x: "fpr", y: ["tpr"], references: "diagonal")
      : arguments.drawing("stepchart", x: "recall", y: ["precision"], references: "last")
  }

  func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
    let frame = try CaseFrame(inputs[0], arguments, context)
    var report = SignalReport(Self.ownFields(isROC, isProtected: arguments.hidesScores))
    for score in arguments.scores {
      let ranked = try RankedScore(score, frame, .unlabelled, context)
      let cases =
        !isROC && arguments.intervalMethod == .bootstrap
        ? try SortedCases(ranked.values, frame, ranked.direction, context) : nil
      SignalWarnings.ofNeverReviewed(
        ranked, frame, "rates are null where such rows are flagged", context)
      for group in 0..<frame.groupCount {
        try append(ranked, group, cases, frame, &report, context)
      }
      say(ranked, frame, context)
    }
    return report.table(frame)
  }

  private func append(
    _ ranked: RankedScore, _ group: Int, _ cases: SortedCases?, _ frame: CaseFrame,
    _ report: inout SignalReport, _ context: RunContext
  ) throws {
    let ladder = ranked.ladders[group]
    let isBlank = frame.neverReviewed[group] > 0
    let unreviewed = ranked.strictestUnreviewed(group, frame)
    let bounds = try resampledBounds(cases, group, ladder, frame, context)
    for point in ladder.points() {
      if report.count & 0xFFF == 0 { try context.checkpoint() }
      let threshold = point.step.map { ladder.scores[$0] }
      let recall =
        ladder.positiveWeight > 0 && !isBlank
        ? point.truePositiveWeight / ladder.positiveWeight : nil
      var values: [Scalar] = [
        .string(ranked.score.name), .figure(threshold), .string(ranked.rule(threshold)),
        .figure(point.flagged), .figure(point.labelled), .figure(point.truePositives),
        .figure(point.falsePositives),
      ]
      if isROC {
        let fallout =
          ladder.negativeWeight > 0 && !isBlank
          ? point.falsePositiveWeight / ladder.negativeWeight : nil
        values += [.figure(recall), .figure(fallout)]
      } else {
        let isKnown = ranked.flagsReviewed(threshold, strictestUnreviewed: unreviewed)
        values += scalars(
          isKnown ? point.precision : nil,
          isKnown ? precisionBounds(point, ladder, bounds) : nil)
        values.append(.figure(recall))
      }
      report.append(group: group, values)
    }
  }

  private func precisionBounds(
    _ point: FlagPoint, _ ladder: Ladder, _ bounds: [FlagBounds]?
  ) -> FlagBounds.Bounds? {
    switch arguments.intervalMethod {
    case .none: nil
    case .delong:
      FlagBounds(point, positives: ladder.positiveCount, confidence: arguments.confidence).precision
    case .bootstrap: point.step.flatMap { bounds?[$0].precision }
    }
  }

  private func resampledBounds(
    _ cases: SortedCases?, _ group: Int, _ ladder: Ladder, _ frame: CaseFrame,
    _ context: RunContext
  ) throws -> [FlagBounds]? {
    guard let cases else { return nil }
    guard ladder.count * arguments.samples <= FlagBounds.mostFigures else {
      context.warn(
        "bootstrap bounds are left out: there are too many thresholds; round the score, or take fewer samples="
      )
      return nil
    }
    return try FlagBounds.resampled(
      cases, group: group, frame, steps: Array(0..<ladder.count), samples: arguments.samples,
      confidence: arguments.confidence, context)
  }

  private func sayGroups(_ ranked: RankedScore, _ frame: CaseFrame, _ context: RunContext) {
    var range = GroupRange()
    for (group, ladder) in ranked.ladders.enumerated() where frame.neverReviewed[group] == 0 {
      range.add(isROC ? RankFigures(ladder).auc : CurveFigures(ladder).averagePrecision)
    }
    range.say(ranked.score.name, isROC ? "the area" : "average precision", context)
  }

  private func say(_ ranked: RankedScore, _ frame: CaseFrame, _ context: RunContext) {
    if frame.groups != nil { return sayGroups(ranked, frame, context) }
    guard frame.neverReviewed[0] == 0 else { return }
    let ladder = ranked.whole
    let curve = CurveFigures(ladder)
    if isROC {
      guard let auc = RankFigures(ladder).auc, let best = curve.youden else { return }
      let tpr = best.truePositives / ladder.positiveWeight
      let fpr = best.falsePositives / ladder.negativeWeight
      let place = ranked.score.isProtected ? "" : " at \(ranked.rule(ladder.scores[best.step]))"
      context.find(
        "\(ranked.score.name): the area is \(spokenNumber(auc)); the rates lie farthest apart\(place), "
          + "\(spokenNumber(tpr)) of positives against \(spokenNumber(fpr)) of negatives.")
    } else if let average = curve.averagePrecision, let prevalence = ladder.prevalence {
      context.find(
        "\(ranked.score.name): average precision is \(spokenNumber(average)), where flagging at random "
          + "has \(spokenNumber(prevalence)).")
    }
  }
}
