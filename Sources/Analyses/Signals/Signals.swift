import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// `signals score label=outcome`: whether a score is worth routing on.
enum SignalsStage: StageDeclaration {
  static let signature = Signature.analysis(
    "signals",
    parameters: SignalArguments.labelParameters + SignalArguments.intervalParameters
      + SignalArguments.binParameters + [
        Parameter("top"), Parameter("precision"), Parameter("cost"),
      ])
  static let summary = "How well scores separate positive from negative cases, and how surely."
  static let details = """
    A row a score and group. Labelled rows with a score are used; unlabelled ones are never taken for negative. What
    is undefined is null, and note says why. Without scores: every other numeric column.

    Say what is positive with `label=`: true or 1, else `positive=` and, above two values, `negative=`. `mature=` says
    when a label is final, `as_of=` up to when that is looked at. `direction=` (auto, fixed once on all used rows),
    `interval=` (delong), `confidence=` (0.95), `samples=` (1,000), `bins=` (10), `binning=` (quantile), `edges=(...)`,
    `weight=`, `review_probability=`, `top=` (0.05), `precision=` (0.8), `cost=(fp=1, fn=5, review=0)`.

    auc is the chance that a positive scores beyond a negative, ties half, with DeLong's interval. average_precision is
    the step sum, ks the greatest distance of the two rates and ks_threshold where the true one is farthest ahead. iv,
    iv_null (what noise exceeds once in 20) and mi are of the stated bins, missing scores a bin of their own. A real
    score within 0 to 1, direction higher, also gets brier, log_loss and ece. capture and lift are of the `top=` share,
    recall_at_precision of `precision=`, best_cost of `cost=`. Thresholds are raw scores, flagging is at or beyond
    them, ties go to the strictest. prevalence has Wilson's interval; interval names that of auc, which with weights is
    bootstrap for both. With by, auc_rest to q compare a group with all others. A text score has levels for bins and
    only iv and mi.

    verdict: undefined (under two of a class), constant, thin (under 30 of a class), `leak?` (auc from 0.99), none
    (auc_low up to 0.5), then by auc_low weak (under 0.7), fair (0.8), good (0.9) or strong. A text goes by iv: none (up
    to iv_null, or under 0.02), weak (0.1), fair (0.3), good (0.5), `leak?`.
    """
  static let examples = [
    Example(
      """
      datatable(score: real, y: long)[0.9, 1, 0.8, 1, 0.8, 0, 0.6, 0, 0.5, 1, 0.5, 0, 0.2, 0, 0.1, 0]
      | signals score label=y | project signal, positives, auc, ks, ks_threshold, verdict
      """, "one score", output: "score\t3\t0.8\t0.4666666666666667\t0.8\tthin"),
    Example(
      """
      datatable(age: long, outcome: string)[1, "bad", 2, "good", 3, "bad", 4, "good", 5, "good", 6, ""]
      | signals age label=outcome positive="bad" negative="good" | project n, labelled, direction, auc
      """, "a text label; a case without one is not negative",
      output: "6\t5\tlower\t0.8333333333333334"),
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let arguments = AnalysisArguments(stage, over: input.fields, binder)
    let cases = try SignalArguments(
      stage, over: input, binder, columns: SignalsOperation.columnNames, scores: .anyAlsoText)
    let top = try arguments.share("top")
    let precision = try arguments.share("precision")
    let cost = try FlagCost.read(arguments, binder)
    return .apply(
      SignalsOperation(
        arguments: cases, top: top ?? 0.05, precision: precision ?? 0.8, cost: cost), [cases.plan])
  }
}

/// The figures of every score in every group.
struct SignalsOperation: TableOperation {
  let arguments: SignalArguments
  let top: Double
  let precision: Double
  let cost: FlagCost?
  var title: String { "signals" }

  static let columnNames = ownFields(isProtected: false, isGrouped: true).map(\.name)

  var fields: [Field] {
    arguments.groups
      + Self.ownFields(
        isProtected: arguments.hidesScores, isGrouped: !arguments.groups.isEmpty)
  }

  var mainColumns: [String] {
    arguments.groups.map(\.name) + [
      "signal", "auc", "auc_low", "auc_high", "verdict", "n", "positives", "note",
      "average_precision", "prevalence", "ks", "iv", "brier", "ece",
    ]
  }

  var drawing: RenderHint? {
    arguments.drawing(
      "intervals", x: "signal", y: ["auc"], bounds: ["auc"], references: "0.5")
  }

  func estimatedRows(_ inputs: [Int]) -> Int { arguments.scores.count }

  private static func ownFields(isProtected: Bool, isGrouped: Bool) -> [Field] {
    func shown(_ name: String, _ type: ScalarType = .real) -> Field { Field(name, type) }
    func hidden(_ name: String, _ type: ScalarType = .real) -> Field {
      Field(name, type, isProtected: isProtected)
    }
    var fields = [
      shown("signal", .string), shown("n", .long), shown("labelled", .long),
      shown("missing", .long), shown("positives", .long),
    ]
    fields += Field.withInterval("prevalence")
    fields += [
      shown("positive_rate_missing"), shown("distinct", .long), shown("top_value_share"),
      shown("direction", .string),
    ]
    fields += Field.withInterval("auc")
    fields += [
      shown("interval", .string), shown("average_precision"), shown("ks"), hidden("ks_threshold"),
      shown("iv"), shown("iv_null"), shown("bins", .long), hidden("binning", .string),
      shown("pure_bins", .long), shown("mi"), shown("mi_share"), hidden("brier"),
      hidden("brier_skill"), hidden("log_loss"), hidden("clipped", .long), hidden("ece"),
      shown("capture"), shown("lift"), shown("recall_at_precision"), hidden("threshold_precision"),
      shown("best_f1"), hidden("threshold_f1"), shown("best_cost"), hidden("threshold_cost"),
      shown("verdict", .string), hidden("note", .string),
    ]
    if isGrouped {
      fields += [
        shown("auc_rest"), shown("difference"), shown("z"), shown("p"), shown("q"),
      ]
    }
    return fields
  }

  func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
    let frame = try CaseFrame(inputs[0], arguments, context)
    var rows: [SignalRow] = []
    for score in arguments.scores {
      try context.checkpoint()
      rows +=
        try score.isText
        ? levelRows(score, frame, context) : numberRows(score, frame, context)
    }
    if !arguments.groups.isEmpty {
      let adjusted = BenjaminiHochberg.adjust(rows.map { $0.comparison?.p })
      for index in rows.indices { rows[index].q = adjusted[index] }
    }
    say(rows, context)
    var report = SignalReport(
      Self.ownFields(isProtected: arguments.hidesScores, isGrouped: !arguments.groups.isEmpty))
    for row in rows {
      report.append(group: row.group, row.values(isGrouped: !arguments.groups.isEmpty))
    }
    return report.table(frame)
  }

  // MARK: Numbers

  private func numberRows(
    _ score: SignalArguments.Score, _ frame: CaseFrame, _ context: RunContext
  ) throws -> [SignalRow] {
    var (rows, direction) = try readRows(score, frame, context)
    if arguments.intervalMethod == .bootstrap {
      let cases = try SortedCases(frame.scores(score), frame, direction, context)
      for index in rows.indices {
        try context.checkpoint()
        let samples = try Resampling.ranked(
          cases, group: index, frame, samples: arguments.samples, context)
        rows[index].aucBounds = Resampling.bounds(
          samples.map(\.auc), confidence: arguments.confidence)
        rows[index].prevalenceBounds = Resampling.bounds(
          samples.map(\.prevalence), confidence: arguments.confidence)
      }
    }
    for index in rows.indices { rows[index].conclude(self) }
    if rows.contains(where: { $0.verdict == "leak?" }) {
      context.warn(
        "\(score.name): leak? an AUC of 0.99 is rarely earned; was the score known before the label?"
      )
    }
    return rows
  }

  /// The rows without what resamples say; the ladders are let go of before those are drawn.
  private func readRows(
    _ score: SignalArguments.Score, _ frame: CaseFrame, _ context: RunContext
  ) throws -> ([SignalRow], Direction) {
    let isGrouped = frame.groups != nil
    let ranked = try RankedScore(score, frame, isGrouped ? .whole : [], context)
    let parts = try SignalPart.all(ranked, self, frame, context)
    let rows = try context.mapParallel(frame.groupCount) { group in
      var row = SignalRow(score, group, frame)
      row.read(ranked, parts[group], self, frame)
      if isGrouped, !row.isRestBlank {
        let rest = RankFigures(ranked.whole, without: ranked.ladders[group])
        row.rest = rest.auc
        row.comparison = parts[group].ranks?.difference(to: rest)
      }
      return row
    }
    warn(ranked, rows, frame, context)
    return (rows, ranked.direction)
  }

  private func warn(
    _ ranked: RankedScore, _ rows: [SignalRow], _ frame: CaseFrame, _ context: RunContext
  ) {
    let name = ranked.score.name
    if ranked.whole.positiveCount > 0, ranked.whole.negativeCount > 0 {
      SignalWarnings.ofBins(name, pure: rows.reduce(0) { $0 + ($1.bins?.pureCount ?? 0) }, context)
    }
    if ranked.whole.count == 1 { context.warn("\(name): constant, it separates nothing") }
    SignalWarnings.ofMissing(ranked, frame, context)
    SignalWarnings.ofLabelling(ranked, arguments.binning, frame, context)
  }

  // MARK: Texts

  private func levelRows(
    _ score: SignalArguments.Score, _ frame: CaseFrame, _ context: RunContext
  ) throws -> [SignalRow] {
    let levels = group(by: [frame.table.columns[score.column]], rowCount: frame.count)
    var cells = [[Int32: BinFigures.Cell]](repeating: [:], count: frame.groupCount)
    var order = [[Int32]](repeating: [], count: frame.groupCount)
    for row in 0..<frame.count where frame.classes.base[row] != CaseClass.unlabelled {
      if row & 0xFFFF == 0 { try context.checkpoint() }
      let (group, level) = (frame.groupNumber(row), levels.ids.base[row])
      let weight = frame.weights?.base[row] ?? 1
      let isPositive = frame.classes.base[row] == CaseClass.positive
      if cells[group][level] == nil { order[group].append(level) }
      cells[group][level, default: BinFigures.Cell()].add(isPositive: isPositive, weight)
    }
    let rows = (0..<frame.groupCount).map { group in
      var row = SignalRow(score, group, frame)
      let bins = BinFigures(order[group].compactMap { cells[group][$0] })
      row.readLevels(bins, frame)
      if frame.neverReviewed[group] == 0 {
        row.prevalenceBounds =
          frame.weights == nil && arguments.intervalMethod != .none
          ? Wilson.interval(
            Double(row.positives), of: Double(row.labelled), confidence: arguments.confidence) : nil
      }
      return row
    }
    SignalWarnings.ofBins(
      score.name, pure: rows.reduce(0) { $0 + ($1.bins?.pureCount ?? 0) }, context)
    return rows
  }

  // MARK: Finding

  private func say(_ rows: [SignalRow], _ context: RunContext) {
    if arguments.groups.isEmpty {
      sayBest(rows, context)
    } else if rows.contains(where: { $0.comparison != nil }) {
      let tested = rows.count { $0.q != nil }
      let different = rows.count { ($0.q ?? 1) < 0.05 }
      context.find(
        "The AUC differs from the rest's in \(countText(different)) of \(countText(tested)) "
          + "group rows (q < 0.05, two-sided).")
    }
  }

  private func sayBest(_ rows: [SignalRow], _ context: RunContext) {
    let known = rows.filter { $0.figures?.auc != nil && !$0.isBlank }
    guard
      let best = known.max(by: { ($0.figures?.auc ?? 0) < ($1.figures?.auc ?? 0) }),
      let auc = best.figures?.auc
    else { return }
    let interval = best.aucBounds.map { bounds in
      " (\(spokenNumber(arguments.confidence * 100)) % \(spokenNumber(bounds.low)) to "
        + "\(spokenNumber(bounds.high)))"
    }
    let name = known.count > 1 ? "Of \(known.count) scores, \(best.name)" : best.name
    let verb = known.count > 1 ? " has the highest AUC, " : " has an AUC of "
    let class2 = min(best.positives, best.used - best.positives)
    let doubt =
      class2 < 30
      ? "; one class has only \(countText(class2)) \(class2 == 1 ? "case" : "cases")" : ""
    context.find(
      "\(name)\(verb)\(spokenNumber(auc))\(interval ?? ""), on \(countText(best.used)) labelled "
        + "cases\(doubt).")
  }
}
