import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// `thresholds score label=outcome cost=(fp=1, fn=5) aht=3m`: what each threshold would do.
enum ThresholdsStage: StageDeclaration {
  static let signature = Signature.analysis(
    "thresholds",
    parameters: SignalArguments.labelParameters + SignalArguments.intervalParameters + [
      Parameter("cost"), Parameter("aht"), Parameter("precision"), Parameter("recall"),
      Parameter("at"), Parameter("missing", words: ["out", "unflagged"]),
    ])
  static let summary = "What flagging at each threshold would find, miss and cost."
  static let details = """
    A row for flagging none, then one a distinct used score, strictest first; with at=(...) only those thresholds.
    Counts are of labelled rows, but flagged and hours, of aht= (a length of time or a column, null as its mean),
    are of all rows flagged. cost is fp × fp= + fn × fn= + (tp + fp) × review=, of labelled rows; cost_all scales it
    to all scored rows, each side by its share of labelled ones, and is null where a side has rows but no label.
    mark names the best: f1, youden (tpr - fpr), cost, precision (greatest recall with at least precision=) and
    recall (greatest precision with at least recall=); ties go to the strictest. missing=unflagged counts
    labelled rows without a score as fn and tn, else they are left out. Intervals are Wilson's or bootstrap.
    """
  static let examples = [
    Example(
      """
      datatable(score: real, y: long)[0.9, 1, 0.8, 1, 0.8, 0, 0.6, 0, 0.5, 1, 0.5, 0, 0.2, 0, 0.1, 0]
      | thresholds score label=y cost=(fp=1, fn=3) aht=6m direction=higher
      | project threshold, flagged, tp, fp, fn, tn, hours, cost, mark
      """, "the cheapest threshold is marked",
      output: """
        \t0\t0\t0\t3\t5\t0.0\t9.0\t
        0.9\t1\t1\t0\t2\t5\t0.1\t6.0\t
        0.8\t3\t2\t1\t1\t4\t0.3\t4.0\tf1, youden
        0.6\t4\t2\t2\t1\t3\t0.4\t5.0\t
        0.5\t6\t3\t3\t0\t2\t0.6\t3.0\tcost
        0.2\t7\t3\t4\t0\t1\t0.7\t4.0\t
        0.1\t8\t3\t5\t0\t0\t0.8\t5.0\t
        """)
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let arguments = AnalysisArguments(stage, over: input.fields, binder)
    var cases = try SignalArguments(
      stage, over: input, binder, columns: ThresholdsOperation.ownFields(false).map(\.name))
    var operation = ThresholdsOperation(
      arguments: cases, cost: try FlagCost.read(arguments, binder),
      precision: try arguments.share("precision"), recall: try arguments.share("recall"),
      at: try arguments.reals("at", expected: "numbers", where: { !$0.isNaN }),
      countsMissing: try arguments.word("missing", ["out", "unflagged"]) == "unflagged")
    if let handling = try arguments.expression("aht") {
      guard handling.type == .timespan else {
        throw arguments.problem(
          "aht is the time that handling takes, and this is \(handling.type.name)",
          help:
            "a length such as aht=3m, or a column of lengths; minutes * 1m makes one of a number",
          at: arguments.syntax("aht")?.span)
      }
      operation.handling = cases.add("aht", handling)
      operation.hidesHandling = handling.isProtected
      operation.arguments = cases
    }
    return .apply(operation, [cases.plan])
  }
}

/// Every threshold of a score, or those asked for, with its counts, rates, hours and costs.
struct ThresholdsOperation: TableOperation {
  var arguments: SignalArguments
  let cost: FlagCost?
  let precision: Double?
  let recall: Double?
  let at: [Double]?
  let countsMissing: Bool
  /// The column of handling times.
  var handling: Int?
  var hidesHandling = false
  var title: String { "thresholds" }

  static func ownFields(_ isProtected: Bool, hidesHandling: Bool = false) -> [Field] {
    [
      Field("signal", .string), Field("threshold", .real, isProtected: isProtected),
      Field("rule", .string, isProtected: isProtected), Field("flagged", .long),
      Field("flagged_labelled", .long), Field("tp", .long), Field("fp", .long),
      Field("fn", .long), Field("tn", .long),
    ] + Field.withInterval("precision") + Field.withInterval("recall") + [
      Field("fpr", .real), Field("f1", .real),
      Field("hours", .real, isProtected: hidesHandling), Field("cost", .real),
      Field("cost_all", .real), Field("mark", .string), Field("note", .string),
    ]
  }

  private var ownFields: [Field] {
    Self.ownFields(arguments.hidesScores, hidesHandling: hidesHandling)
  }

  var fields: [Field] { arguments.groups + ownFields }

  /// Costs and hours where they were asked for.
  var mainColumns: [String] {
    let asked = (cost == nil ? [] : ["cost"]) + (handling == nil ? [] : ["hours"])
    return arguments.groups.map(\.name)
      + ["signal", "threshold", "mark", "flagged", "precision", "recall"] + asked
      + ["tp", "fp", "fn", "f1", "note"]
  }

  var drawing: RenderHint? {
    arguments.drawing("linechart", x: "threshold", y: ["precision", "recall"], mark: "mark")
  }

  func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
    let frame = try CaseFrame(inputs[0], arguments, context)
    var report = SignalReport(ownFields)
    for score in arguments.scores {
      let ranked = try RankedScore(score, frame, .unlabelled, context)
      let cases =
        arguments.intervalMethod == .bootstrap
        ? try SortedCases(ranked.values, frame, ranked.direction, context) : nil
      var range = GroupRange()
      for group in 0..<frame.groupCount {
        try context.checkpoint()
        var table = ThresholdTable(self, ranked, group, frame)
        table.hours = try HandlingHours(handling, ranked, table.lines, group, frame, context)
        table.bounds = try resampledBounds(cases, table, group, frame, context)
        try table.append(to: &report, context)
        if frame.groups == nil { table.say(context) }
        if frame.neverReviewed[group] == 0 { range.add(table.bestF1) }
      }
      if frame.groups != nil { range.say(score.name, "the best F1", context) }
    }
    return report.table(frame)
  }

  private func resampledBounds(
    _ cases: SortedCases?, _ table: ThresholdTable, _ group: Int, _ frame: CaseFrame,
    _ context: RunContext
  ) throws -> [Int: FlagBounds]? {
    guard let cases else { return nil }
    let steps = table.wantedSteps
    guard steps.count * arguments.samples <= FlagBounds.mostFigures else {
      context.warn(
        "bootstrap bounds are left out: there are too many thresholds; choose some with at=(...)")
      return nil
    }
    let outside =
      countsMissing
      ? (0..<frame.count).filter {
        table.ranked.values.base[$0].isNaN && frame.groupNumber($0) == group
      }.map { Int32(truncatingIfNeeded: $0) } : []
    let bounds = try FlagBounds.resampled(
      cases, group: group, frame, steps: steps, outside: outside, samples: arguments.samples,
      confidence: arguments.confidence, context)
    return Dictionary(uniqueKeysWithValues: zip(steps, bounds))
  }
}
