import CasebookLanguage
import CasebookTables
import CasebookValues

/// `search "term" and column: "term"`: rows with a term in any column.
enum SearchStage: StageDeclaration {
  static let signature = Signature(
    "search", role: .stageOrSource,
    [
      .parameters([
        Parameter("kind", words: ["case_sensitive", "case_insensitive", "default"]),
        Parameter("hint.*"),
      ]),
      .optional([.word("in"), .bracketed([.tables("tables")])]), .searchPredicate("predicate"),
    ])
  static let summary = "Keeps the rows that have a term in any column."
  static let details = """
    A text stands for a whole term in any column, `column: "text"` for one in that column; `*` in a text
    stands for the rest of a term, as in "fraud*". Other conditions may be mixed in with `and`, `or` and
    `not`. A first column `$table` says where a row is from. At the head of a pipeline all tables are
    searched, or those behind `in`; tables without a column that the condition names are passed over.
    """
  static let examples = [
    Example(
      """
      datatable(queue: string, note: string)["fraud", "new seller", "spam", "bulk mail"]
      | search "seller" | project queue
      """, "a term", output: "fraud"),
    Example(
      """
      datatable(queue: string, n: long)["fraud", 3, "spam", 8]
      | search queue: "fra*" or n > 5 | project queue
      """, "a term of one column, and another condition", output: "fraud\nspam"),
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    guard let syntax = stage.expression("predicate") else { return input }
    let predicate = SearchPredicate(
      isCased: stage.parameter("kind")?.asName?.text == "case_sensitive", binder)
    if stage.pipe != nil {
      return try leg(input, name: "search_arg0", syntax, predicate)
    }
    var legs: [UnionStage.Leg] = []
    var problem: Diagnostic?
    for table in try tables(stage, binder) {
      do throws(Diagnostic) {
        legs.append(
          UnionStage.Leg(
            plan: try leg(table.plan, name: table.name, syntax, predicate), name: table.name))
      } catch {
        // A table without the column is passed over, unless none has it.
        if error.code != "E0201" { throw error }
        problem = problem ?? error
      }
    }
    guard !legs.isEmpty else {
      throw problem
        ?? BindIssue.shape("there is no table to search", help: "search in (T) \"term\"").at(
          stage.span)
    }
    return UnionStage.union(of: legs)
  }

  private static func leg(
    _ plan: Plan, name: String, _ syntax: CasebookLanguage.Expression, _ predicate: SearchPredicate
  ) throws(Diagnostic) -> Plan {
    let condition = try predicate.condition(syntax, over: plan.fields)
    let fields = plan.fields
    let columns = fields.enumerated().map { index, field in
      Plan.Output(field, .column(index: index, type: field.type))
    }
    guard !fields.contains(where: { $0.name == "$table" }) else {
      return .filter(plan, condition.expression)
    }
    return .compute(
      .filter(plan, condition.expression),
      [Plan.Output(Field("$table", .string), .constant(.string(name)))] + columns)
  }

  private static func tables(_ stage: Stage, _ binder: Binder) throws(Diagnostic)
    -> [UnionStage.Leg]
  {
    let named = stage.tables("tables")
    if !named.isEmpty { return try UnionStage.tables(named, isFuzzy: false, first: 0, binder) }
    var legs: [UnionStage.Leg] = []
    for name in binder.searchedTables {
      legs.append(
        UnionStage.Leg(plan: try binder.table(named: name, span: stage.word.span), name: name))
    }
    return legs
  }
}

extension Binder {
  /// What `search` looks through when no table is named: stored tables, and views of the session.
  fileprivate var searchedTables: [String] {
    let views = scope.names.filter {
      if case .function(let function)? = meaning(of: $0) {
        function.syntax.isView && function.syntax.parameters.isEmpty
      } else {
        false
      }
    }
    return views + catalog.tableNames.filter { !views.contains($0) }
  }
}

/// Makes conditions of `search`'s predicates.
private struct SearchPredicate {
  let isCased: Bool
  let binder: Binder

  init(isCased: Bool, _ binder: Binder) {
    self.isCased = isCased
    self.binder = binder
  }

  func condition(
    _ syntax: CasebookLanguage.Expression, over fields: [Field]
  ) throws(Diagnostic) -> TypedExpression {
    switch syntax.kind {
    case .bracketed(let inner): return try condition(inner, over: fields)
    case .star: return TypedExpression(.constant(.bool(true)))
    case .literal(let literal) where literal.kind != .bool:
      return try anyColumn(of: fields, syntax, has: literal.text)
    case .binary(let symbol, let left, let right) where symbol == .and || symbol == .or:
      return try binder.apply(
        symbol.rawValue, [try condition(left, over: fields), try condition(right, over: fields)],
        [left, right], span: syntax.span)
    case .binary(.search, let column, let term):
      let value = try binder.expression(column, over: fields)
      guard let literal = term.asLiteral else {
        throw BindIssue.notConstant(what: "the term").at(term.span)
      }
      return try has(value, literal.text, syntax)
    case .binary(let symbol, let left, let right):
      guard case .star = left.kind else { return try binder.condition(syntax, over: fields) }
      return try anyColumn(of: fields, syntax) { column throws(Diagnostic) in
        let operand = try binder.expression(right, over: [])
        return try binder.apply(
          symbol.rawValue, [column, operand], [left, right], span: syntax.span)
      }
    case .call(let call) where call.name.text == "not" && call.arguments.count == 1:
      guard let not = FunctionCatalogue.function("not") ?? OperatorCatalogue.function("not") else {
        return try binder.condition(syntax, over: fields)
      }
      return try binder.call(
        not, [try condition(call.arguments[0].value, over: fields)], span: syntax.span)
    case .name(let name) where !fields.contains(where: { $0.name == name.text }):
      // A text that `let` bound is a term like one written out.
      guard case .value(let value)? = binder.meaning(of: name.text),
        case .string(let text)? = value.expression.constantValue
      else { return try binder.condition(syntax, over: fields) }
      return try anyColumn(of: fields, syntax, has: text)
    default: return try binder.condition(syntax, over: fields)
    }
  }

  private func anyColumn(
    of fields: [Field], _ syntax: CasebookLanguage.Expression, has term: String
  ) throws(Diagnostic) -> TypedExpression {
    try anyColumn(of: fields, syntax) { column throws(Diagnostic) in
      try has(column, term, syntax)
    }
  }

  /// The condition that `test` makes of one column, for any of them.
  private func anyColumn(
    of fields: [Field], _ syntax: CasebookLanguage.Expression,
    _ test: (TypedExpression) throws(Diagnostic) -> TypedExpression
  ) throws(Diagnostic) -> TypedExpression {
    var result = TypedExpression(.constant(.bool(false)))
    for (index, field) in fields.enumerated() {
      let column = try binder.converted(
        TypedExpression(.column(index: index, type: field.type), isProtected: field.isProtected),
        to: .string, span: syntax.span)
      let next = try test(column)
      result =
        index == 0
        ? next : try binder.apply("or", [result, next], [syntax, syntax], span: syntax.span)
    }
    return result
  }

  private func has(
    _ value: TypedExpression, _ term: String, _ syntax: CasebookLanguage.Expression
  ) throws(Diagnostic) -> TypedExpression {
    let text = try binder.converted(value, to: .string, span: syntax.span)
    let (symbol, needle) = comparison(term)
    guard let symbol else { return TypedExpression(.constant(.bool(true))) }
    return try binder.apply(
      symbol, [text, TypedExpression(.constant(.string(needle)))], [syntax, syntax],
      span: syntax.span)
  }

  /// How a text with or without `*` is looked for; nil for one that everything has.
  private func comparison(_ term: String) -> (symbol: String?, needle: String) {
    let cased = isCased ? "_cs" : ""
    let bare = term.drop { $0 == "*" }
    let startsOpen = bare.count < term.count
    let core = String(bare.reversed().drop { $0 == "*" }.reversed())
    let endsOpen = core.count < bare.count
    if core.isEmpty { return (startsOpen ? nil : "has" + cased, core) }
    if core.contains("*") {
      let parts = core.split(separator: "*", omittingEmptySubsequences: true).map {
        RegularExpression.escaped(String($0))
      }
      let body = (startsOpen ? "" : "\\b") + parts.joined(separator: ".*") + (endsOpen ? "" : "\\b")
      return ("matches regex", (isCased ? "(?s)" : "(?is)") + body)
    }
    switch (startsOpen, endsOpen) {
    case (false, false): return ("has" + cased, core)
    case (false, true): return ("hasprefix" + cased, core)
    case (true, false): return ("hassuffix" + cased, core)
    case (true, true): return ("contains" + cased, core)
    }
  }
}
