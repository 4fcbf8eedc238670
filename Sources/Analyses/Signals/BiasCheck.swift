import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// `bias_check score label=outcome review_probability=R`: what selective review does to the figures.
enum BiasCheckStage: StageDeclaration {
  static let signature = Signature.analysis(
    "bias_check",
    parameters: SignalArguments.labelParameters + SignalArguments.intervalParameters + [
      Parameter("threshold"), Parameter("cell"),
    ])
  static let summary = "The same figures with and without correction for which cases were reviewed."
  static let details = """
    Four rows. naive takes the labelled cases as they come; weighted counts each 1/R, R being review_probability=,
    fixed before review; estimated counts it 1/share, the labelled share of its cell= (a column, by default the
    distinct R); begg_greenes takes the rates among reviewed cases that are flagged and not, times the shares of
    both among all scored cases, which is valid if review was random within each. precision, recall and fpr are at
    threshold=, null without it. effective_n is how many equally weighted cases are worth as much (Kish). Bounds are of
    resamples that all methods share. Where R is 0 for some rows the corrected figures are null.
    """
  static let examples = [
    Example(
      """
      range i from 1 to 400 step 1
      | extend score = (i % 20) / 20.0, y = i * 7919 % 400 < i % 20 * 20
      | extend r = iff(score < 0.5, 0.25, 1.0) | extend y = iff(score < 0.5 and i % 4 != 0, bool(null), y)
      | bias_check score label=y review_probability=r threshold=0.5 samples=50 direction=higher
      | project method, n, labelled, prevalence, recall
      """, "low scores are reviewed one time in four",
      output: """
        naive\t400\t260\t0.6038461538461538\t0.9235668789808917
        weighted\t400\t260\t0.43863636363636368\t0.7512953367875648
        estimated\t400\t260\t0.4625\t0.7837837837837838
        begg_greenes\t400\t260\t0.4625\t0.7837837837837838
        """)
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let arguments = AnalysisArguments(stage, over: input.fields, binder)
    var cases = try SignalArguments(
      stage, over: input, binder, columns: BiasOperation.ownFields.map(\.name), scores: .one)
    guard cases.review != nil else {
      throw arguments.problem(
        "bias_check needs the probability of review",
        help: "review_probability=iff(score < 0.15, 0.1, 1.0), as it was fixed before review")
    }
    let threshold = try arguments.real("threshold", expected: "a number", where: { $0.isFinite })
    let cell = try arguments.expression("cell").map { cases.add("cell", $0) }
    return .apply(
      BiasOperation(arguments: cases, threshold: threshold, cell: cell ?? cases.review ?? 0),
      [cases.plan])
  }
}

/// The methods side by side, in every group.
private struct BiasOperation: TableOperation {
  let arguments: SignalArguments
  let threshold: Double?
  /// The column of cells within which review is taken for random.
  let cell: Int
  var title: String { "bias_check" }

  static let ownFields =
    [
      Field("method", .string), Field("n", .long), Field("labelled", .long),
      Field("effective_n", .real),
    ] + Field.withInterval("prevalence") + [Field("precision", .real)]
    + Field.withInterval("recall")
    + Field.withInterval("fpr") + Field.withInterval("auc") + [
      Field("average_precision", .real), Field("note", .string),
    ]

  var fields: [Field] { arguments.groups + Self.ownFields }

  var mainColumns: [String] {
    arguments.groups.map(\.name) + [
      "method", "prevalence", "prevalence_low", "prevalence_high", "precision", "recall", "fpr",
      "auc", "note", "labelled",
    ]
  }

  var drawing: RenderHint? {
    RenderHint(
      kind: "intervals",
      properties: [
        .init(name: "xcolumn", value: "method"), .init(name: "ycolumns", value: "prevalence"),
        .init(name: "low", value: "prevalence_low"), .init(name: "high", value: "prevalence_high"),
      ])
  }

  func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
    let weighted = try CaseFrame(inputs[0], arguments, context, tellsWorth: false)
    let ranked = try RankedScore(arguments.scores[0], weighted, .whole, context)
    let own = weighted.ownWeights
    let shares = try cellWeights(weighted, context)
    let views = [
      ("naive", weighted.reweighted(own ?? Buffer(repeating: 1, count: weighted.count))),
      ("weighted", weighted), ("estimated", weighted.reweighted(shares)),
    ]
    var report = SignalReport(Self.ownFields)
    var rows: [[BiasRow]] = Array(repeating: [], count: weighted.groupCount)
    for (name, view) in views {
      try context.checkpoint()
      let cases = try SortedCases(ranked.values, view, ranked.direction, context)
      for group in 0..<view.groupCount {
        var row = BiasRow(name, group, view)
        let isBlank = name != "naive" && view.neverReviewed[group] > 0
        if isBlank {
          row.note = "prevalence: never reviewed, \(rowsText(view.neverReviewed[group]))"
        } else {
          try row.read(cases, ranked.direction, view, threshold, arguments, context)
        }
        rows[group].append(row)
      }
    }
    for group in 0..<weighted.groupCount {
      var row = BiasRow("begg_greenes", group, weighted)
      try row.readFlagged(ranked, weighted, threshold, arguments, context)
      rows[group].append(row)
      for row in rows[group] {
        report.append(group: group, row.values(n: weighted.rowCounts[group]))
      }
      if weighted.groups == nil { say(rows[group], context) }
    }
    if weighted.groups != nil {
      var range = GroupRange()
      for row in rows { range.add(row[1].prevalence) }
      range.say(
        arguments.scores[0].name, "the prevalence counted by the probability of review", context)
    }
    return report.table(weighted)
  }

  /// One over the labelled share of each row's cell, for labelled rows.
  private func cellWeights(_ frame: CaseFrame, _ context: RunContext) throws -> Buffer<Double> {
    let keys = arguments.groups.indices.map { frame.table.columns[$0] }
    let cells = group(by: keys + [frame.table.columns[cell]], rowCount: frame.count)
    var counts = [(all: Int, labelled: Int)](repeating: (0, 0), count: cells.count)
    for row in 0..<frame.count {
      let cell = Int(cells.ids.base[row])
      counts[cell].all += 1
      if frame.classes.base[row] != CaseClass.unlabelled { counts[cell].labelled += 1 }
    }
    let unseen = counts.filter { $0.labelled == 0 }.reduce(0) { $0 + $1.all }
    if unseen > 0 {
      context.warn("cells without a label are not estimated", rows: unseen)
    }
    let own = frame.ownWeights
    return Buffer(count: frame.count) { target in
      for row in 0..<frame.count {
        let count = counts[Int(cells.ids.base[row])]
        let isLabelled = frame.classes.base[row] != CaseClass.unlabelled
        let factor = isLabelled ? Double(count.all) / Double(max(count.labelled, 1)) : 1
        target[row] = (own?.base[row] ?? 1) * factor
      }
    }
  }

  private func say(_ rows: [BiasRow], _ context: RunContext) {
    guard let naive = rows.first?.prevalence, let corrected = rows[1].prevalence,
      let bounds = rows[1].prevalenceBounds
    else { return }
    let text =
      "Reviewed cases alone show a prevalence of \(spokenNumber(naive)); counted by their probability of review it "
      + "is \(spokenNumber(corrected)) (\(spokenNumber(arguments.confidence * 100)) % "
      + "\(spokenNumber(bounds.low)) to \(spokenNumber(bounds.high)))"
    let isOutside = naive < bounds.low || naive > bounds.high
    context.find(text + (isOutside ? "." : ", so no distortion is shown."))
  }
}
