import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// `redundancy a, b, c label=outcome`: what a score adds to another.
enum RedundancyStage: StageDeclaration {
  static let signature = Signature.analysis(
    "redundancy", parameters: SignalArguments.labelParameters)
  static let summary = "How alike scores rank, and what each adds to each other."
  static let details = """
    A row an ordered pair, on labelled rows that have both scores. spearman and tau (tau-b) are of the raw scores. A
    logistic regression on the z-scores of both is compared with one on given alone: gain is auc_both - auc_given,
    chi2 the likelihood ratio on one degree of freedom with its p, q over all rows of the result, and coefficient
    that of signal. Fitted and measured on the same rows, so a gain is flattered. Where the classes are separated or
    the scores depend on each other, the fit does not exist and its figures are null.
    """
  static let examples = [
    Example(
      """
      datatable(a: real, b: real, y: long)
        [0.9, 0.4, 1, 0.8, 0.9, 1, 0.7, 0.3, 0, 0.4, 0.5, 1, 0.3, 0.2, 0, 0.1, 0.6, 0]
      | redundancy a, b label=y direction=higher | project signal, given, labelled, spearman, tau
      """, "two scores of six cases",
      output: """
        a\tb\t6\t0.08571428571428572\t0.06666666666666665
        b\ta\t6\t0.08571428571428572\t0.06666666666666665
        """)
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let cases = try SignalArguments(
      stage, over: input, binder, columns: RedundancyOperation.ownFields(false).map(\.name),
      scores: .twoOrMore)
    return .apply(RedundancyOperation(arguments: cases), [cases.plan])
  }
}

/// Every ordered pair of scores in every group.
private struct RedundancyOperation: TableOperation {
  let arguments: SignalArguments
  var title: String { "redundancy" }

  static func ownFields(_ isProtected: Bool) -> [Field] {
    [
      Field("signal", .string), Field("given", .string), Field("n", .long),
      Field("labelled", .long), Field("spearman", .real), Field("tau", .real),
      Field("auc_given", .real), Field("auc_both", .real), Field("gain", .real),
      Field("chi2", .real), Field("p", .real), Field("q", .real),
      Field("coefficient", .real, isProtected: isProtected),
    ]
  }

  var fields: [Field] { arguments.groups + Self.ownFields(arguments.hidesScores) }

  var mainColumns: [String] {
    arguments.groups.map(\.name) + [
      "signal", "given", "spearman", "auc_given", "auc_both", "gain", "q", "labelled",
    ]
  }

  var drawing: RenderHint? {
    RenderHint(
      kind: "heattable",
      properties: [
        .init(name: "xcolumn", value: "given"), .init(name: "series", value: "signal"),
        .init(name: "ycolumns", value: "gain"),
      ])
  }

  func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
    let frame = try CaseFrame(inputs[0], arguments, context)
    let ranked = try arguments.scores.map { try RankedScore($0, frame, [], context) }
    if let first = ranked.first {
      SignalWarnings.ofNeverReviewed(first, frame, "fits are null", context)
    }
    var found: [[RedundancyPair]] = []
    for first in ranked.indices {
      for second in ranked.indices where second > first {
        found.append(
          try RedundancyPair.pairs(ranked[first], ranked[second], first, second, frame, context))
      }
    }
    var rows = found.flatMap { $0 }.sorted {
      ($0.signal, $0.given, $0.group) < ($1.signal, $1.given, $1.group)
    }
    let adjusted = BenjaminiHochberg.adjust(rows.map(\.p))
    for index in rows.indices { rows[index].q = adjusted[index] }
    say(rows, context)
    var report = SignalReport(Self.ownFields(arguments.hidesScores))
    for row in rows {
      report.append(
        group: row.group,
        [
          .string(arguments.scores[row.signal].name), .string(arguments.scores[row.given].name),
          .figure(frame.rowCounts[row.group]), .figure(row.labelled), .figure(row.spearman),
          .figure(row.tau), .figure(row.aucGiven), .figure(row.aucBoth), .figure(row.gain),
          .figure(row.chi2), .figure(row.p), .figure(row.q), .figure(row.coefficient),
        ])
    }
    return report.table(frame)
  }

  private func say(_ rows: [RedundancyPair], _ context: RunContext) {
    if !arguments.groups.isEmpty {
      let tested = rows.count { $0.q != nil }
      let adding = rows.count { ($0.q ?? 1) < 0.05 }
      if tested > 0 {
        context.find(
          "In \(countText(adding)) of \(countText(tested)) rows a score is shown to add to another (q < 0.05)."
        )
      }
      return
    }
    guard
      let best = rows.filter({ $0.gain != nil }).max(by: { ($0.gain ?? 0) < ($1.gain ?? 0) }),
      let gain = best.gain, let q = best.q
    else { return }
    let names = (arguments.scores[best.signal].name, arguments.scores[best.given].name)
    if q < 0.05 {
      context.find(
        "\(names.0) adds most, to \(names.1): its AUC rises by \(spokenNumber(gain)) on the rows that were fitted, "
          + "which flatters it.")
    } else {
      context.find("No score is shown to add to another (q < 0.05).")
    }
  }
}
