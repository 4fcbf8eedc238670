import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// `drift score baseline=first period=bin(at, 7d)`: whether a score still means the same cases.
enum DriftStage: StageDeclaration {
  static let signature = Signature.analysis(
    "drift",
    parameters: SignalArguments.labelParameters + SignalArguments.intervalParameters
      + SignalArguments.binParameters + [
        Parameter("baseline", words: ["first", "previous"]), Parameter("period"),
      ])
  static let summary =
    "Whether a score, its positives or its AUC moved from a baseline, period by period."
  static let details = """
    A row a period, ascending, null last; the baseline is no row itself. baseline= is a condition in brackets, first
    (the first period) or previous (each period's own). n counts rows with a score, missing ones are a share
    beside. Bins have the baseline's edges. psi is the sum of (c - b) ln(c/b) over shares raised to 1e-4, ks the
    greatest distance of both distributions, js in bits, chi2 Pearson's statistic; each beside the value that no
    change exceeds once in 20. shift is the Wasserstein distance in the baseline's standard deviations. With label=,
    prevalence_p is of the pooled z test and auc_p of DeLong's unpaired test against the baseline; q over all
    rows of the result. status: thin (a bin expects under 5 rows), moved (chi2 above chi2_null and psi from 0.1),
    moved far (from 0.25), else steady. With by, each group has a baseline of its own. prevalence has Wilson's
    interval and auc DeLong's; with weights, or interval=bootstrap, both are of resamples and there is no p. weight=
    counts in the distribution of scores too, and what chance exceeds is then of as many cases as they are worth.
    """
  static let examples = [
    Example(
      """
      range i from 1 to 200 step 1
      | extend week = iff(i <= 100, 1, 2), score = iff(i <= 100, i % 10, i % 5)
      | drift score baseline=first period=week bins=2 direction=higher
      | project signal, period, n_base, n, ks, shift, status
      """, "all scores fell below 5",
      output: "score\t2\t100\t100\t0.5\t0.8703882797784892\tmoved far")
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let arguments = AnalysisArguments(stage, over: input.fields, binder)
    let period = try arguments.expression("period")
    let type = period?.type ?? .string
    var cases = try SignalArguments(
      stage, over: input, binder, columns: DriftOperation.ownFields(type).map(\.name),
      needsLabel: false)
    guard let syntax = arguments.syntax("baseline") else {
      throw arguments.problem(
        "drift needs a baseline",
        help: "baseline=(opened_at < datetime(2026-01-15)), first or previous")
    }
    let column = period.map { cases.add("period", $0) }
    var baseline = DriftCells.Baseline.first
    if case .name(let word) = syntax.kind, ["first", "previous"].contains(word.text) {
      if word.text == "previous" { baseline = .previous }
      if column == nil {
        throw arguments.problem(
          "baseline=\(word.text) needs periods", help: "period=bin(opened_at, 7d)", at: syntax.span)
      }
    } else if let condition = try arguments.condition("baseline") {
      baseline = .condition(cases.add("baseline", condition))
    }
    return .apply(
      DriftOperation(
        arguments: cases, baseline: baseline, period: column, periodType: type,
        hidesPeriods: period?.isProtected ?? false), [cases.plan])
  }
}

/// Every period of every score and group beside its baseline.
private struct DriftOperation: TableOperation {
  let arguments: SignalArguments
  let baseline: DriftCells.Baseline
  let period: Int?
  let periodType: ScalarType
  let hidesPeriods: Bool
  var title: String { "drift" }

  static func ownFields(
    _ periodType: ScalarType, hidesPeriods: Bool = false, hidesScores: Bool = false
  ) -> [Field] {
    [
      Field("signal", .string), Field("period", periodType, isProtected: hidesPeriods),
      Field("n_base", .long), Field("n", .long), Field("missing_share_base", .real),
      Field("missing_share", .real), Field("bins", .long), Field("psi", .real),
      Field("psi_null", .real), Field("ks", .real), Field("ks_null", .real), Field("js", .real),
      Field("js_null", .real), Field("chi2", .real), Field("chi2_null", .real),
      Field("shift", .real, isProtected: hidesScores), Field("labelled", .long),
      Field("positives", .long),
    ] + Field.withInterval("prevalence") + [
      Field("prevalence_p", .real), Field("prevalence_q", .real),
    ]
      + Field.withInterval("auc") + [
        Field("auc_base", .real), Field("auc_p", .real), Field("auc_q", .real),
        Field("status", .string), Field("note", .string),
      ]
  }

  private var ownFields: [Field] {
    Self.ownFields(periodType, hidesPeriods: hidesPeriods, hidesScores: arguments.hidesScores)
  }

  var fields: [Field] { arguments.groups + ownFields }

  var mainColumns: [String] {
    arguments.groups.map(\.name) + [
      "signal", "period", "n", "psi", "psi_null", "status", "auc", "auc_low", "auc_high", "auc_q",
      "prevalence", "note",
    ]
  }

  var drawing: RenderHint? {
    arguments.drawing(
      periodType == .datetime ? "timechart" : "linechart", x: "period", y: ["psi"],
      references: "psi_null")
  }

  func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
    let frame = try CaseFrame(inputs[0], arguments, context)
    let cells = try DriftCells(frame, period, baseline, context)
    let regrouped = frame.regrouped(cells.cellOfRow, count: cells.count)
    var rows: [DriftRow] = []
    for score in arguments.scores {
      try context.checkpoint()
      let ranked = try RankedScore(score, regrouped, .whole, context)
      let everywhere = try ScoredCells(ranked.values, regrouped, context)
      let samples = try resamples(ranked, cells, regrouped, context)
      rows += try context.mapParallel(cells.pairs.count) { index in
        let pair = cells.pairs[index]
        var row = DriftRow(ranked.score.name, pair, frame.neverReviewed[pair.group] > 0)
        row.compare(everywhere, pair, arguments.binning)
        row.compareLabels(ranked, pair, arguments, regrouped)
        if let samples { row.take(samples[pair.cell], arguments.confidence) }
        row.conclude(everywhere)
        return row
      }
    }
    let prevalence = BenjaminiHochberg.adjust(rows.map(\.prevalenceP))
    let auc = BenjaminiHochberg.adjust(rows.map(\.aucP))
    var report = SignalReport(ownFields)
    for index in rows.indices {
      rows[index].prevalenceQ = prevalence[index]
      rows[index].aucQ = auc[index]
      let cell = rows[index].pair.cell
      let name: Scalar =
        period.map { frame.table.columns[$0].scalar(cells.firstRows[cell]) } ?? .string("rest")
      report.append(group: rows[index].pair.group, rows[index].values(period: name))
    }
    if cells.pairs.isEmpty, frame.count > 0 {
      context.warn("there is no period beside the baseline")
    }
    say(rows, cells, frame, context)
    return report.table(frame)
  }

  private func resamples(
    _ ranked: RankedScore, _ cells: DriftCells, _ frame: CaseFrame, _ context: RunContext
  ) throws -> [Int: [Resampling.Ranked]]? {
    guard arguments.intervalMethod == .bootstrap, arguments.label != nil else { return nil }
    let cases = try SortedCases(ranked.values, frame, ranked.direction, context)
    var samples: [Int: [Resampling.Ranked]] = [:]
    for pair in cells.pairs {
      samples[pair.cell] = try Resampling.ranked(
        cases, group: pair.cell, frame, samples: arguments.samples, context)
    }
    return samples
  }

  private func say(
    _ rows: [DriftRow], _ cells: DriftCells, _ frame: CaseFrame, _ context: RunContext
  ) {
    for score in arguments.scores where frame.groups == nil {
      let own = rows.filter { $0.name == score.name }
      if own.isEmpty { continue }
      let moved = own.filter { $0.status.hasPrefix("moved") }
      var text = "\(score.name) moved in \(moved.count) of \(own.count) periods"
      text += since(own, moved, cells, frame) {
        $0.binCounts(ofBaseline: $1)
      } _: {
        ChangePoint.ofShares($0)
      }
      let changed = own.filter { ($0.aucQ ?? 1) < 0.05 }
      if own.contains(where: { $0.aucQ != nil }) {
        text += "; its AUC differs from the baseline's in \(changed.count) (q < 0.05)"
        text += since(own, changed, cells, frame) {
          $0.ranking(ofBaseline: $1)
        } _: { values in
          ChangePoint.ofMean(values.map { ($0.auc, $0.variance) })
        }
      }
      context.find(text + ".")
    }
    if frame.groups != nil, !rows.isEmpty {
      let moved = rows.count { $0.status.hasPrefix("moved") }
      let changed = rows.count { ($0.aucQ ?? 1) < 0.05 }
      context.find(
        "Scores moved in \(moved) of \(rows.count) periods of groups, and the AUC differs from the baseline's in "
          + "\(changed) (q < 0.05).")
    }
  }

  private func from(_ row: DriftRow, _ cells: DriftCells, _ frame: CaseFrame) -> String {
    spoken(row, cells, frame).map { ", first in that of " + $0 } ?? ""
  }

  /// When something changed, if it did so once.
  ///
  /// The first period that is flagged dates badly: of those before the change one in twenty is flagged as well.
  /// So all periods are asked together, the baseline as the first.
  private func since<Value>(
    _ rows: [DriftRow], _ changed: [DriftRow], _ cells: DriftCells, _ frame: CaseFrame,
    value: (_ row: DriftRow, _ isBase: Bool) -> Value?, _ split: ([Value]) -> Int?
  ) -> String {
    guard !changed.isEmpty else { return "" }
    if case .previous = baseline { return from(changed[0], cells, frame) }
    let known = rows.filter { value($0, false) != nil && spoken($0, cells, frame) != nil }
    guard let base = known.first.flatMap({ value($0, true) }),
      let index = split([base] + known.compactMap { value($0, false) }),
      let text = spoken(known[index - 1], cells, frame)
    else { return "" }
    return ", a single change being likeliest in that of " + text
  }

  /// The period of a row as a sentence gives it; nil where it may not be shown.
  private func spoken(_ row: DriftRow, _ cells: DriftCells, _ frame: CaseFrame) -> String? {
    guard let period, !hidesPeriods else { return nil }
    let value = frame.table.columns[period].scalar(cells.firstRows[row.pair.cell])
    if value.isNull { return nil }
    if case .datetime(let ticks) = value {
      let text = Scalar.datetime(ticks).text
      return text.hasSuffix("T00:00:00.0000000Z") ? String(text.prefix(10)) : text
    }
    return String(value.text.prefix(40))
  }
}
