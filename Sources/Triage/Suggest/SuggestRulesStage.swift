import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// `cases | suggest_rules intake action="route fraud_l2" target=(outcome == "violating")`.
enum SuggestRulesStage: StageDeclaration {
  static let signature = Signature.analysis(
    "suggest_rules",
    parameters: [
      Parameter("action"), Parameter("target"), Parameter("precision"), Parameter("conditions"),
    ] + Maturity.parameters)
  static let summary = "Rules worth adding to a set: found on older cases, scored on newer ones."
  static let details = """
    Cases that the set leaves to default or unknown are split by the time of their decision: conditions are found on the
    older two thirds and scored on the rest. A candidate is a conjunction of up to `conditions` (3) comparisons whose
    precision for `target` is bounded below by `precision` (0.95) on the older part; at most 20 are scored, each over
    the cases that those before it leave, and their lower bounds are Wilson's at a confidence of 1 - 0.05/20. `verdict`
    is proved where the bound reaches `precision`, else thin; what falls short on newer cases is left out. Columns that
    are declared `late` or computed of such ones, that `target` reads, that are there only where the target is known, times, protected ones and
    the queue are not used, nor are cases whose outcome is not final by `mature=` (as in `backtest`). `hours` is the work of the newer hits. `statement` pastes and runs.
    """
  static let examples = [
    Example(
      """
      queue general staff 14 aht 3m; queue fraud_l2 staff 6 aht 9m
      ruleset intake on cases key case_id default route general
      cases | suggest_rules intake action="route fraud_l2" target=(outcome == "violating") | project statement
      """)
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let arguments = AnalysisArguments(stage, over: input.fields, binder)
    let deployed = try arguments.deployed(arguments.items.first, binder)
    guard let action = try arguments.text("action") else {
      throw arguments.problem(
        "what should the rules do?", help: "action=\"route fraud_l2\"", at: stage.span)
    }
    guard let syntax = arguments.syntax("target"), let target = try arguments.condition("target")
    else {
      throw arguments.problem(
        "which cases are the rules for?", help: "target=(outcome == \"violating\")", at: stage.span)
    }
    let precision =
      try arguments.real("precision", expected: "above 0 and below 1") { $0 > 0 && $0 < 1 } ?? 0.95
    let conditions = try arguments.count("conditions", in: 1...5, otherwise: 3)
    let operation = SuggestRulesOperation(
      deployed: deployed, caseFields: input.fields,
      banned: try banned(deployed, syntax, target, input, binder),
      action: action,
      wanted: try wanted(action, deployed, arguments, binder), precision: precision,
      conditions: conditions, inputCount: deployed?.inputs.count ?? 0)
    let mature = try Maturity.output(arguments, input, binder)
    let isFinal = mature ?? Plan.Output(Field("mature", .bool), .constant(.bool(true)))
    let all = input.fields.enumerated().map { index, field in
      Plan.Output(field, .column(index: index, type: field.type))
    }
    // A target that reads a missing value is not known, whatever `where` would say.
    let known = try knownness(target, input.fields, binder, syntax)
    return .apply(
      operation,
      [
        .compute(
          input,
          all + (deployed?.outputs ?? []) + [
            isFinal, Plan.Output(Field("target", .bool), target.expression),
            Plan.Output(Field("known", .bool), known),
          ])
      ])
  }

  private static func knownness(
    _ target: TypedExpression, _ fields: [Field], _ binder: Binder,
    _ syntax: CasebookLanguage.Expression
  ) throws(Diagnostic) -> BoundExpression {
    var known = TypedExpression(.constant(.bool(true)))
    guard let isPresent = OperatorCatalogue.function("is present"),
      let and = OperatorCatalogue.function("and")
    else { return known.expression }
    for column in target.expression.columns.sorted() {
      let value = TypedExpression(.column(index: column, type: fields[column].type))
      known = try binder.call(
        and, [known, try binder.call(isPresent, [value], span: syntax.span)], span: syntax.span)
    }
    return known.expression
  }

  /// Columns that no rule may read.
  private static func banned(
    _ deployed: DeployedRuleset?, _ syntax: CasebookLanguage.Expression, _ target: TypedExpression,
    _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Set<Int> {
    let fields = input.fields
    let ruleset = deployed?.newest.ruleset
    var names: Set<String> = ["queue", "_queue"]
    binder.catalog.noteMarks(of: ruleset?.dataset ?? "")
    do {
      names.formUnion(try binder.catalog.lateColumns(of: ruleset?.dataset ?? ""))
    } catch {
      throw Diagnostic(code: "E0405", message: "\(error)", span: syntax.span)
    }
    names.formUnion([ruleset?.key, ruleset?.decided, ruleset?.handling].compactMap { $0 })
    var late: Set<String> = []
    let outcomes =
      (ruleset?.rights.map(\.right) ?? []) + (ruleset?.rights.compactMap(\.wrong) ?? [])
      + [ruleset?.overturned].compactMap { $0 }
    for outcome in outcomes {
      outcome.walk { node in if let name = node as? Name { late.insert(name.text) } }
    }
    names.formUnion(late)
    return Set(fields.indices.filter { names.contains(fields[$0].name) })
      .union(input.lateColumns(names: late)).union(target.expression.columns)
  }

  /// What an action written as text does; nil in a script that is only checked.
  private static func wanted(
    _ action: String, _ deployed: DeployedRuleset?, _ arguments: AnalysisArguments,
    _ binder: Binder
  ) throws(Diagnostic) -> Outcome? {
    guard let set = deployed?.newest.ruleset else { return nil }
    let stored = StoredRuleset(name: "", text: "rule x in y when true then \(action)")
    let rule: Rule?
    do throws(Diagnostic) {
      rule = try RulesetReader.ruleset(stored, binder).rules.first
    } catch {
      throw arguments.problem(
        "this is no action: \(error.message)", help: "action=\"route fraud_l2\"",
        at: arguments.syntax("action")?.span)
    }
    guard let exclusive = rule?.exclusive else {
      throw arguments.problem(
        "the rules have to decide cases", help: "action=\"route fraud_l2\"",
        at: arguments.syntax("action")?.span)
    }
    if !exclusive.queue.isEmpty, set.queues[exclusive.queue] == nil {
      throw arguments.problem(
        "no queue is named '\(exclusive.queue)'",
        help: nearest(to: exclusive.queue, in: set.queues.keys.sorted()).map {
          "did you mean \($0)?"
        } ?? "queue \(spelled(exclusive.queue)) staff 4 aht 5m",
        at: arguments.syntax("action")?.span)
    }
    return Outcome(action: exclusive.kind.rawValue, queue: exclusive.queue)
  }
}
