import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// `cases | backtest intake`: what each rule would have done.
enum BacktestStage: StageDeclaration {
  static let signature = Signature.analysis(
    "backtest",
    parameters: [
      Parameter("log"), Parameter("per"), Parameter("windows", words: ["true", "false"]),
    ] + Maturity.parameters)
  static let summary = "A row a rule: what it would have hit, how precisely, and what without it."
  static let details = """
    Rules stand by `at`, then as declared; behind them default, unknown and the whole set. `reached`: cases at which the
    rule was looked at; `matched`: true, whatever stands before it; `hits`: it won; `unique`: no other live rule is
    true; `marginal`: cases that would go elsewhere without it; `outranked`: true where another rule won, mostly
    `outranked_by`; `overtaken`: unknown, and a later rule won; `unknown`: a value was missing, mostly of
    `unknown_column`; `where_differs`: cases that `where` with the same condition reads otherwise.

    `labelled` hits were right or wrong by the set's `right` clauses; precision is right over labelled, with Wilson's
    95 % interval; `worst` and `best` are what it would be if every unlabelled hit were wrong, right; recall is right
    hits over all cases that are right for that action. Outcomes exist only where someone looked, so `labelled`
    stands beside `precision`. `hours` is the work of the hits. `conflicts`: matched where another matched rule wants
    something else. `drift` compares the last full `per` (7d) with those before, counted from the latest decision.

    `log=L` names a log: `moved` is the share of hits that a person moved to another place later. A place is the
    column queue, or the log's step; case, time and person are those of its roles, or of the usual names. `mature=E`
    says when an outcome is final (a time, or a condition): until then, as of `as_of=` or the end of the data, it
    counts as none, whether it is there or not. The days of rules count only with `windows=true`. A shadow rule is counted as if it alone were added.
    """
  static let examples = [
    Example(
      """
      queue general staff 14 aht 3m; queue fraud_l2 staff 6 aht 9m
      ruleset intake on cases key case_id default route general right route when outcome == "violating" wrong outcome == "benign"
      rule repeat_fraud in intake at 20 when prior_strikes >= 3 and vertical == "fraud" then route fraud_l2
      cases | backtest intake | project rule, hits, labelled, precision, precision_low
      """)
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let arguments = AnalysisArguments(stage, over: input.fields, binder)
    let per = try arguments.ticks("per") ?? 7 * Ticks.perDay
    let hasWindows = try arguments.flag("windows", otherwise: false)
    let deployed = try arguments.deployed(arguments.items.first, binder)
    // Such a rule looks perfect here and could not have fired then.
    for late in deployed.map({ RulesetCheck.lateReads($0.newest, binder, of: input) }) ?? [] {
      binder.note(
        Diagnostic(
          code: "W0633", severity: .warning,
          message: "rule \(late.rule) reads \(late.column), which is known only after the decision",
          span: arguments.items.first?.span ?? stage.word.span,
          help: "what it would have hit then is not what is counted here"))
    }
    let mature = try Maturity.output(arguments, input, binder)
    let outputs = deployed?.outputs(readsKey: arguments.has("log")) ?? []
    var inputs = [Plan.compute(input, outputs + [mature].compactMap { $0 })]
    if let log = arguments.syntax("log") {
      inputs.append(try MoveLog.plan(log, deployed, arguments, binder))
    }
    return .apply(
      BacktestOperation(
        deployed: deployed, per: per, hasWindows: hasWindows, hasMaturity: mature != nil), inputs)
  }
}

/// Counts what the rules would have done.
struct BacktestOperation: TableOperation {
  let deployed: DeployedRuleset?
  let per: Int64
  let hasWindows: Bool
  /// Whether the last column says which outcomes are final.
  let hasMaturity: Bool
  var title: String { "backtest \(deployed?.reference ?? "")" }
  var fields: [Field] { BacktestTable.fields }
  var drawing: RenderHint? {
    RenderHint(
      kind: "barchart",
      properties: [
        RenderHint.Property(name: "xcolumn", value: "rule"),
        RenderHint.Property(name: "ycolumns", value: "hits"),
      ])
  }

  func estimatedRows(_ inputs: [Int]) -> Int { (deployed?.newest.rules.count ?? 0) + 3 }

  func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
    guard let deployed else { return Table(fields: fields) }
    let result = try Backtest.run(
      deployed, columns: inputs[0].columns, rowCount: inputs[0].rowCount,
      moves: inputs.count > 1 ? inputs[1] : nil,
      mature: hasMaturity ? inputs[0].columns.last : nil,
      Backtest.Options(per: per, hasWindows: hasWindows), context)
    for sentence in BacktestFindings.sentences(result) { context.find(sentence) }
    return BacktestTable.table(result)
  }
}
