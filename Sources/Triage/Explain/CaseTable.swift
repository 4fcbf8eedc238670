import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// The cases that a ruleset is for, and single ones of them.
struct CaseTable {
  let ruleset: Ruleset
  let plan: Plan
  private let binder: Binder

  /// The dataset of a ruleset.
  init(_ ruleset: Ruleset, _ binder: Binder, at span: Span) throws(Diagnostic) {
    guard let dataset = ruleset.dataset else {
      throw Diagnostic(
        code: "E0641", message: "\(ruleset.name) does not say which cases it is for", span: span,
        help: "ruleset \(spelled(ruleset.name)) on DATASET ...")
    }
    self.ruleset = ruleset
    self.binder = binder
    plan = try binder.table(named: dataset, span: span)
  }

  /// The column of the case's identity.
  var key: Int? {
    let names = ruleset.key.map { [$0] } ?? ["case_id", "id"]
    return names.lazy.compactMap { name in plan.fields.firstIndex { $0.name == name } }.first
  }

  /// The one case of an identity, as a table of one row.
  func row(of id: CasebookLanguage.Expression) throws(Diagnostic) -> Table {
    guard let key else {
      throw Diagnostic(
        code: "E0642", message: "\(ruleset.name) has no key to find a case by", span: id.span,
        help: "ruleset \(spelled(ruleset.name)) ... key COLUMN")
    }
    let field = plan.fields[key]
    let text = id.asName?.text ?? id.asLiteral?.text ?? ""
    let wanted = Scalar.string(text).converted(to: field.type)
    guard !wanted.isMissing, let equal = OperatorCatalogue.function("=="),
      let resolution = equal.resolve([field.type, field.type])
    else { throw unknown(id) }
    let condition = BoundExpression.call(
      BoundExpression.Call(
        name: "==", implementation: resolution.implementation, type: .bool, isPure: true,
        arguments: [.column(index: key, type: field.type), .constant(wanted)]))
    do {
      let found = try Execution(binder.context).run(
        Optimiser.optimised(.take(.filter(plan, condition), count: 1)))
      guard found.rowCount == 1 else { throw unknown(id) }
      return found
    } catch let diagnostic as Diagnostic {
      throw diagnostic
    } catch {
      throw Diagnostic(code: "E0643", message: "\(error)", span: id.span)
    }
  }

  private func unknown(_ id: CasebookLanguage.Expression) -> Diagnostic {
    Diagnostic(
      code: "E0644", message: "\(ruleset.dataset ?? "") has no such case", span: id.span,
      help: "an identity with signs other than letters, digits and _ stands in quotes")
  }
}

/// One case decided, with everything that `triage` says of it.
struct DecidedCase {
  let set: CompiledRuleset
  let state: BlockDecision
  let cases: [Column]
  let decision: [Column]

  init(
    _ set: CompiledRuleset, row: Table, hasWindows: Bool, _ context: RunContext
  ) throws {
    self.set = set
    cases = row.columns
    let outputs = set.inputs.enumerated().map { index, input in
      Plan.Output(Field("\(index)", input.type), input)
    }
    let inputs = try Execution(context).run(.compute(.values(row), outputs)).columns
    let deployed = DeployedRuleset(
      reference: set.ruleset.reference,
      parts: [DeployedRuleset.Part(set: set, inputs: 0..<set.inputs.count)])
    decision = try TriageDecisions.columns(
      deployed, cases: row.columns, columns: inputs, rowCount: 1, hasWindows: hasWindows, context)
    state = BlockDecision(
      set, PreparedAtoms(set.program.atoms, inputs), blockRows: 1, hasWindows: hasWindows)
    state.decide(first: 0, count: 1)
  }

  /// Whether a node is true, false or unknown.
  func truth(_ node: Int) -> Truth {
    if state.truth.isTrue[node][0] & 1 != 0 { return .yes }
    return state.truth.openWords(node)[0] & 1 != 0 ? .unknown : .no
  }

  /// The rule that won, default or unknown.
  var winner: String { decision[0].text(0) }
  var action: String { decision[1].text(0) }
  var queue: String { decision[2].text(0) }
  var limit: Int64? {
    if case .timespan(let ticks) = decision[3].scalar(0) { ticks } else { nil }
  }
  var priority: Int64 { decision[5].scalar(0).asLong ?? 0 }
  var labels: [String] {
    guard case .dynamic(.array(let items)) = decision[6].scalar(0) else { return [] }
    return items.compactMap { if case .string(let text) = $0 { text } else { nil } }
  }
}

extension Truth {
  var word: String {
    switch self {
    case .yes: "true"
    case .no: "false"
    case .unknown: "unknown"
    }
  }
}
