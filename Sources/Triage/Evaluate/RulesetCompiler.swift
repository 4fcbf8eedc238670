public import CasebookLanguage
public import CasebookQuery
public import CasebookTables
import CasebookValues

/// Binds a ruleset to the columns of some cases.
public struct RulesetCompiler {
  private let ruleset: Ruleset
  private let fields: [Field]
  private let binder: Binder
  private var conditions: ConditionCompiler
  private var outcomes: [Outcome] = []
  private var readsProtected = false

  /// The ruleset over cases with these columns.
  ///
  /// Throws a diagnostic at `span`, which says in which rule something is wrong.
  static func compiled(
    _ stored: StoredRuleset, over fields: [Field], _ outer: Binder, at span: Span
  ) throws(Diagnostic) -> CompiledRuleset {
    let ruleset = try read(stored, outer, at: span)
    var compiler = try RulesetCompiler(ruleset, stored, fields, outer, span)
    return try compiler.compile(at: span)
  }

  /// The ruleset, and nodes for parts of its conditions, one list a rule of its text.
  static func explained(
    _ stored: StoredRuleset, leaves: [[CasebookLanguage.Expression]], over fields: [Field],
    _ outer: Binder, at span: Span
  ) throws(Diagnostic) -> (set: CompiledRuleset, nodes: [[(node: Int, reads: [Int])]]) {
    let ruleset = try read(stored, outer, at: span)
    var compiler = try RulesetCompiler(ruleset, stored, fields, outer, span)
    var nodes: [[(node: Int, reads: [Int])]] = []
    for (rule, leaves) in zip(ruleset.rules, leaves) {
      var found: [(node: Int, reads: [Int])] = []
      for leaf in leaves where rule.state != .off {
        found.append(
          try compiler.told("in rule \(rule.name) of \(ruleset.reference)", span) {
            (compiler) throws(Diagnostic) in try compiler.condition(leaf)
          })
      }
      nodes.append(found)
    }
    return (try compiler.compile(at: span), nodes)
  }

  /// The ruleset without the rules that cannot be bound, and what is wrong with those.
  static func tolerant(
    _ stored: StoredRuleset, over fields: [Field], _ outer: Binder, at span: Span
  ) throws(Diagnostic) -> (set: CompiledRuleset, broken: [(rule: String, error: Diagnostic)]) {
    let ruleset = try read(stored, outer, at: span)
    var broken: [(rule: String, error: Diagnostic)] = []
    var sound = ruleset
    sound.rules = []
    for rule in ruleset.rules {
      var compiler = try RulesetCompiler(ruleset, stored, fields, outer, span)
      do throws(Diagnostic) {
        _ = try compiler.compiled(rule, at: span)
        sound.rules.append(rule)
      } catch {
        if rule.state != .off { broken.append((rule.name, error)) }
      }
    }
    sound.rights = []
    for clause in ruleset.rights {
      var compiler = try RulesetCompiler(ruleset, stored, fields, outer, span)
      do throws(Diagnostic) {
        _ = try compiler.condition(clause.right, isOutcome: true)
        if let wrong = clause.wrong { _ = try compiler.condition(wrong, isOutcome: true) }
        sound.rights.append(clause)
      } catch {
        broken.append(("", error))
      }
    }
    var compiler = try RulesetCompiler(sound, stored, fields, outer, span)
    return (try compiler.compile(at: span), broken)
  }

  /// The values of every list that a set names.
  static func listValues(
    of ruleset: Ruleset, _ stored: StoredRuleset, _ outer: Binder, at span: Span
  ) throws(Diagnostic) -> [String: [Scalar]] {
    var result: [String: [Scalar]] = [:]
    for name in ruleset.usedLists {
      guard let origin = ruleset.lists[name] else { continue }
      let column = try values(name, origin, stored, outer, span).columns[0]
      result[name] = (0..<column.count).map { column.scalar($0) }
    }
    return result
  }

  /// The ruleset as read; what is wrong with its text is told at `span`.
  static func read(
    _ stored: StoredRuleset, _ outer: Binder, at span: Span
  ) throws(Diagnostic) -> Ruleset {
    do throws(Diagnostic) {
      return try RulesetReader.ruleset(stored, outer)
    } catch {
      throw Diagnostic(
        code: error.code, message: "in \(stored.name): \(error.message)", span: span,
        help: error.help)
    }
  }

  /// A name in braces that is no column, in the texts of a rule; nil when all are.
  public static func unknownTextColumn(_ rule: Rule, _ fields: [Field]) -> String? {
    [rule.because, rule.note].lazy.compactMap { $0 }
      .compactMap { Template($0, fields).unknown }.first
  }

  /// Binds one definition of a set to the columns of its dataset, for its errors.
  ///
  /// A condition's error has its span counted from the beginning of the condition.
  public static func check(
    _ name: String, of ruleset: Ruleset, _ stored: StoredRuleset, _ cases: Plan, _ outer: Binder
  ) throws(Diagnostic) {
    guard let rule = ruleset.rules.first(where: { $0.name == name }) else { return }
    var compiler = try RulesetCompiler(ruleset, stored, cases.fields, outer, rule.span)
    do throws(Diagnostic) {
      _ = try compiler.condition(rule.when)
    } catch {
      let offset = rule.when.span.lower
      throw Diagnostic(
        code: error.code, message: error.message,
        span: Span(
          max(error.span.lower - offset, 0), max(error.span.upper - offset, 0)),
        help: error.help)
    }
  }

  private init(
    _ ruleset: Ruleset, _ stored: StoredRuleset, _ fields: [Field], _ outer: Binder, _ span: Span
  ) throws(Diagnostic) {
    self.ruleset = ruleset
    self.fields = fields
    conditions = ConditionCompiler(fields: fields, context: outer.context)
    binder = Binder(
      catalog: outer.catalog, stages: outer.stages,
      scope: try Self.lists(of: ruleset, stored, outer, span), context: outer.context,
      source: ruleset.source, runNow: outer.runNow)
    if let decided = try Self.column(
      ruleset.decided, otherwise: ["opened_at"], fields, ruleset, span),
      fields[decided].type == .datetime
    {
      binder.rowClock = TypedExpression(
        .column(index: decided, type: .datetime), isProtected: fields[decided].isProtected)
    }
  }

  // MARK: Compiling

  private mutating func compile(at span: Span) throws(Diagnostic) -> CompiledRuleset {
    var rules: [CompiledRule] = []
    for rule in ruleset.rules where rule.state != .off {
      rules.append(try compiled(rule, at: span))
    }
    var nevers: [(node: Int, outcome: Int)] = []
    for clause in ruleset.nevers {
      let (node, _) = try told("in a `never close`", span) { (compiler) throws(Diagnostic) in
        try compiler.condition(clause.when)
      }
      nevers.append((node, outcome(Outcome(action: "route", queue: clause.queue))))
    }
    let fallback = outcome(Self.outcome(of: ruleset.fallback))
    let unknown = outcome(Self.outcome(of: ruleset.unknown ?? ruleset.fallback))
    let conflict = outcome(Outcome(action: "conflict", queue: ""))
    var rights: [ExclusiveKind: (right: Int, wrong: Int?)] = [:]
    for clause in ruleset.rights where canJudge(clause) {
      let what = "in `right \(clause.kind.rawValue)`"
      let (right, _) = try told(what, span) { (compiler) throws(Diagnostic) in
        try compiler.condition(clause.right, isOutcome: true)
      }
      var wrong: Int?
      if let syntax = clause.wrong {
        wrong = try told(what, span) { (compiler) throws(Diagnostic) in
          try compiler.condition(syntax, isOutcome: true).node
        }
      }
      rights[clause.kind] = (right, wrong)
    }
    var overturned: Int?
    if let syntax = ruleset.overturned, columnsAreHere(syntax) {
      overturned = try told("in `overturned`", span) { (compiler) throws(Diagnostic) in
        try compiler.condition(syntax, isOutcome: true).node
      }
    }
    let decided = try Self.column(
      ruleset.decided, otherwise: ["opened_at"], fields, ruleset, span)
    if let decided, fields[decided].type != .datetime {
      throw Diagnostic(
        code: "E0631",
        message:
          "the time of the decision, '\(fields[decided].name)', is \(fields[decided].type.name)",
        span: span, help: "ruleset \(spelled(ruleset.name)) ... decided COLUMN, a datetime column")
    }
    let handling = try Self.column(ruleset.handling, otherwise: [], fields, ruleset, span)
    if let handling, fields[handling].type != .timespan {
      throw Diagnostic(
        code: "E0632",
        message: "the handling time, '\(fields[handling].name)', is \(fields[handling].type.name)",
        span: span, help: "a timespan column is needed: | extend handling = closed_at - opened_at")
    }
    let key = try Self.column(ruleset.key, otherwise: ["case_id", "id"], fields, ruleset, span)
    return CompiledRuleset(
      ruleset: ruleset, fields: fields, rules: rules, program: conditions.program,
      inputs: [], decided: decided.map { conditions.input(column: $0) },
      handling: handling.map { conditions.input(column: $0) },
      key: key.map { conditions.input(column: $0) }, nevers: nevers, rights: rights,
      overturned: overturned, outcomes: outcomes, fallback: fallback, unknown: unknown,
      conflict: conflict, readsProtected: readsProtected
    ).reading(conditions.inputs)
  }

  private mutating func compiled(
    _ rule: Rule, at span: Span
  ) throws(Diagnostic) -> CompiledRule {
    let place = "in rule \(rule.name) of \(ruleset.reference)"
    let (node, reads) = try told(place, span) { (compiler) throws(Diagnostic) in
      try compiler.condition(rule.when)
    }
    var until: Int?
    if let syntax = rule.exclusive?.until {
      until = try told(place, span) { (compiler) throws(Diagnostic) in
        let value = try compiler.binder.expression(syntax, over: compiler.fields)
        guard value.type == .datetime else {
          throw Diagnostic(
            code: "E0633", message: "a case is held until a time, and this is \(value.type.name)",
            span: syntax.span, help: "hold until now() + 2d to QUEUE")
        }
        compiler.readsProtected = compiler.readsProtected || value.isProtected
        return compiler.conditions.input(value.expression)
      }
    }
    let exclusive = rule.exclusive.map { outcome(Self.outcome(of: $0)) } ?? -1
    let queue = rule.exclusive?.queue ?? ""
    let isHeld = until != nil
    return CompiledRule(
      rule: rule, node: node, reads: reads, outcome: exclusive, until: until,
      released: isHeld ? outcome(Outcome(action: "route", queue: queue)) : exclusive,
      failed: isHeld ? outcome(Outcome(action: "error", queue: queue)) : exclusive)
  }

  /// The node of a condition, and the columns that it reads.
  ///
  /// What is known of an outcome shows in counts only, so its protection does not spread.
  private mutating func condition(
    _ syntax: CasebookLanguage.Expression, isOutcome: Bool = false
  ) throws(Diagnostic) -> (node: Int, reads: [Int]) {
    let value = try binder.condition(syntax, over: fields)
    guard !value.expression.needsWholeInput else {
      throw Diagnostic(
        code: "E0634", message: "a rule sees one case at a time", span: syntax.span,
        help: "compute what depends on other rows before: | serialize | extend ...")
    }
    guard value.expression.isPure else {
      throw Diagnostic(
        code: "E0635", message: "a rule cannot draw random numbers", span: syntax.span,
        help: "`qa p%` draws cases for review")
    }
    if value.isProtected, !isOutcome { readsProtected = true }
    do {
      return (try conditions.node(value.expression), value.expression.columns.sorted())
    } catch {
      throw Diagnostic(code: "E0636", message: "\(error)", span: syntax.span)
    }
  }

  private mutating func told<Result>(
    _ place: String, _ span: Span,
    _ body: (inout RulesetCompiler) throws(Diagnostic) -> Result
  ) throws(Diagnostic) -> Result {
    do throws(Diagnostic) {
      return try body(&self)
    } catch {
      var help = error.help
      if let name = undeclared(error) {
        help = RuleParameters.declaration(of: name, in: ruleset.name, binder.catalog)
      }
      throw Diagnostic(
        code: error.code, message: "\(place): \(error.message)", span: span, help: help)
    }
  }

  /// The name that an error is about where it was a parameter when the rule was entered: no column of the set's own
  /// cases is called so.
  private func undeclared(_ error: Diagnostic) -> String? {
    guard error.code == "E0201", ruleset.version.isEmpty, let dataset = ruleset.dataset,
      let source = try? binder.catalog.table(named: dataset)
    else { return nil }
    let name = ruleset.source[error.span]
    return source.fields.contains { $0.name == name } ? nil : name
  }

  // MARK: Names

  private static func outcome(of action: ExclusiveAction?) -> Outcome {
    Outcome(action: action?.kind.rawValue ?? "", queue: action?.queue ?? "")
  }

  private mutating func outcome(_ outcome: Outcome) -> Int {
    if let known = outcomes.firstIndex(of: outcome) { return known }
    outcomes.append(outcome)
    return outcomes.count - 1
  }

  /// The column of a role: the one that is named, or the first usual one that is there.
  private static func column(
    _ name: String?, otherwise usual: [String], _ fields: [Field], _ ruleset: Ruleset, _ span: Span
  ) throws(Diagnostic) -> Int? {
    guard let name else {
      return usual.lazy.compactMap { name in fields.firstIndex { $0.name == name } }.first
    }
    if let index = fields.firstIndex(where: { $0.name == name }) { return index }
    let known = fields.map(\.name)
    throw Diagnostic(
      code: "E0637", message: "\(ruleset.reference) reads the column '\(name)', which is not here",
      span: span,
      help: nearest(to: name, in: known).map { "did you mean \($0)?" }
        ?? "columns here: " + known.prefix(12).joined(separator: ", "))
  }

  /// Outcomes are known later: cases without those columns can be triaged all the same.
  private func canJudge(_ clause: RightClause) -> Bool {
    columnsAreHere(clause.right) && clause.wrong.map(columnsAreHere) != false
  }

  private func columnsAreHere(_ syntax: CasebookLanguage.Expression) -> Bool {
    do throws(Diagnostic) {
      _ = try binder.expression(syntax, over: fields)
      return true
    } catch {
      return error.code != "E0201"
    }
  }

  /// The lists as tables that `in` finds.
  private static func lists(
    of ruleset: Ruleset, _ stored: StoredRuleset, _ outer: Binder, _ span: Span
  ) throws(Diagnostic) -> Scope {
    var scope = ruleset.parameterScope
    for name in ruleset.usedLists.sorted() {
      guard let origin = ruleset.lists[name] else { continue }
      scope[name] = .table(.values(try values(name, origin, stored, outer, span)))
    }
    return scope
  }

  private static func absent(
    _ list: String, _ origin: (dataset: String, column: String), _ span: Span
  ) -> Diagnostic {
    Diagnostic(
      code: "E0638",
      message: "list \(list) reads \(origin.dataset).\(origin.column), which is not here",
      span: span, help: "load it, or define the list again")
  }

  private static func values(
    _ name: String, _ origin: (dataset: String, column: String), _ stored: StoredRuleset,
    _ outer: Binder, _ span: Span
  ) throws(Diagnostic) -> Table {
    if let pinned = stored.lists[name] {
      let type = pinned.first?.type ?? .string
      return Table(fields: [Field(name, type)], rows: pinned.map { [$0] })
    }
    guard outer.runNow != nil else {
      // Nothing may run: the type is all that is needed.
      let known = try outer.table(named: origin.dataset, span: span).fields
      guard let field = known.first(where: { $0.name == origin.column }) else {
        throw absent(name, origin, span)
      }
      return Table(fields: [Field(name, field.type)])
    }
    do {
      guard let source = try outer.catalog.table(named: origin.dataset),
        let column = source.fields.firstIndex(where: { $0.name == origin.column })
      else {
        throw absent(name, origin, span)
      }
      let field = source.fields[column]
      var scan = Plan.Scan(name: origin.dataset, source: source)
      scan.columns = [column]
      let key = Plan.Output(field, .column(index: 0, type: field.type))
      return try Execution(outer.context).run(
        .summarize(.scan(scan), Plan.Grouping(keys: [key], aggregates: [])))
    } catch let diagnostic as Diagnostic {
      throw diagnostic
    } catch {
      throw Diagnostic(
        code: "E0638", message: "list \(name) could not be read: \(error)", span: span)
    }
  }
}

extension CompiledRuleset {
  /// The same with the columns that its evaluator reads, which are known when all is compiled.
  fileprivate func reading(_ inputs: [BoundExpression]) -> CompiledRuleset {
    CompiledRuleset(
      ruleset: ruleset, fields: fields, rules: rules, program: program, inputs: inputs,
      decided: decided, handling: handling, key: key, nevers: nevers, rights: rights,
      overturned: overturned, outcomes: outcomes, fallback: fallback, unknown: unknown,
      conflict: conflict, readsProtected: readsProtected)
  }
}
