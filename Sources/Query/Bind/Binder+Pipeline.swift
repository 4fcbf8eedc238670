public import CasebookLanguage
public import CasebookTables
public import CasebookValues

extension Binder {
  /// The plan of a pipeline.
  public func plan(of pipeline: Pipeline) throws(Diagnostic) -> Plan {
    var plan = try head(of: pipeline)
    for stage in pipeline.stages { plan = try bind(stage, over: plan) }
    return plan
  }

  /// The plan of what a pipeline begins with.
  func head(of pipeline: Pipeline) throws(Diagnostic) -> Plan {
    switch pipeline.source {
    case .expression(let expression): return try table(expression)
    case .stage(let stage): return try bind(stage, over: .oneRow)
    case .continuation:
      guard let previous = readPrevious() else {
        throw BindIssue.needsPriorResult.at(pipeline.span)
      }
      return previous
    case .input:
      guard let surroundingInput else { throw BindIssue.needsPriorResult.at(pipeline.span) }
      return surroundingInput
    case .command(let command): return try table(of: command)
    }
  }

  /// What a command's word means at the head of a pipeline: a table of that name if there is one and
  /// nothing follows the word, else the command's listing.
  private func table(of command: Command) throws(Diagnostic) -> Plan {
    if command.parts.isEmpty {
      if case .table(let plan)? = try currentMeaning(of: command.word) { return plan }
      if let stored = try storedTable(command.word) { return stored }
    }
    guard let commandTable else {
      throw BindIssue.unsupported("a command inside a pipeline", instead: nil).at(command.span)
    }
    readsSession = true
    return .values(try commandTable(command))
  }

  /// The plan of a pipeline whose rows come from `input` when it begins with a stage.
  public func plan(of pipeline: Pipeline, over input: Plan) throws(Diagnostic) -> Plan {
    let outer = surroundingInput
    surroundingInput = input
    defer { surroundingInput = outer }
    return try plan(of: pipeline)
  }

  /// The plan of one stage over its input.
  func bind(_ stage: Stage, over input: Plan) throws(Diagnostic) -> Plan {
    guard let name = stage.name, let declaration = stages.stage(name) else {
      throw BindIssue.unknownStage(stage.word.text).at(stage.word.span)
    }
    return try declaration.bind(stage, input, self)
  }

  /// The plan of an expression that stands where a table is needed.
  public func table(_ expression: CasebookLanguage.Expression) throws(Diagnostic) -> Plan {
    switch expression.kind {
    case .bracketed(let inner): return try table(inner)
    case .pipeline(let pipeline): return try plan(of: pipeline)
    case .name(let name): return try table(named: name)
    case .call(let call): return try table(call, span: expression.span)
    case .member(_, let name):
      throw BindIssue.unsupported(
        "a table of another database", instead: "write \(quoted(name.text)) alone"
      ).at(expression.span)
    default: throw BindIssue.needsTable(text(expression)).at(expression.span)
    }
  }

  /// The plan of a table by its name.
  public func table(named name: String, span: Span) throws(Diagnostic) -> Plan {
    try table(named: Name(name, span: span))
  }

  private func table(named name: Name) throws(Diagnostic) -> Plan {
    switch try currentMeaning(of: name) {
    case .table(let plan): return plan
    case .value: throw BindIssue.needsTable(name.text).at(name.span)
    case .function(let function):
      return try tabularCall(function, name: name, arguments: [], span: name.span)
    case nil: break
    }
    if name.text == "_", let previous = readPrevious() { return previous }
    if let stored = try storedTable(name) { return stored }
    if let listing, let table = try listing(name) {
      readsSession = true
      return .values(table)
    }
    throw BindIssue.unknownTable(name.text, known: knownTables).at(name.span)
  }

  /// The names that a table may have here.
  var knownTables: [String] {
    let views = scope.tableNames.filter { name in
      if case .function(let function)? = scope[name] {
        function.syntax.parameters.isEmpty
      } else {
        true
      }
    }
    return views + catalog.tableNames
  }

  private func table(_ call: Call, span: Span) throws(Diagnostic) -> Plan {
    switch (call.name.text, call.arguments.first?.value) {
    case (let name, _) where scope[name] != nil:
      guard case .function(let function)? = meaning(of: name) else {
        throw BindIssue.notAFunction(name).at(call.name.span)
      }
      return try tabularCall(function, name: call.name, arguments: call.arguments, span: span)
    case ("materialize", let inner?): return Binder.shared(try table(inner))
    case ("table", let inner?):
      guard let literal = inner.asLiteral, literal.kind == .string else {
        throw BindIssue.notConstant(what: "the table's name").at(inner.span)
      }
      return try table(named: Name(literal.text, span: inner.span))
    case ("database", _), ("cluster", _), ("workspace", _), ("adx", _):
      throw BindIssue.unsupported(
        "another cluster or database", instead: "load the data: load \"file.csv\" as name"
      ).at(span)
    default:
      throw BindIssue.unknownTable(call.name.text, known: knownTables).at(call.name.span)
    }
  }

  // MARK: Helpers for stages

  /// Items of `project`, `extend` and their kind as outputs over `input`.
  ///
  /// An item without a name gets the column's own or a default one; `(a, b) = e` takes the elements
  /// of a `dynamic`.
  public func outputs(
    _ items: [Item], over fields: [Field], taken: inout NameSet
  ) throws(Diagnostic) -> [Plan.Output] {
    var outputs: [Plan.Output] = []
    for item in items {
      try requireFreeNames(of: item)
      if let columns = try severalColumns(of: item, over: fields, taken: &taken) {
        outputs += columns
        continue
      }
      if item.namesAreBracketed {
        outputs += try elements(of: item, over: fields, taken: &taken)
        continue
      }
      let value = try expression(item.value, over: fields)
      let name: String
      if let given = item.name {
        name = given.text
        taken.insert(name)
      } else if let natural = naturalName(of: item.value, over: fields) {
        name = taken.unique(natural)
      } else {
        name = taken.numbered("Column")
      }
      outputs.append(output(name, value))
    }
    return outputs
  }

  /// KQL reads these words as its own where a column is named.
  private static let wordsWithoutBrackets: Set<String> = ["first", "last", "missing"]

  /// Throws when an item is named by a word that needs brackets for it.
  func requireFreeNames(of item: Item) throws(Diagnostic) {
    for name in item.names where Self.wordsWithoutBrackets.contains(name.text) && !name.isQuoted {
      throw BindIssue.wordAsName(name.text).at(name.span)
    }
  }

  /// A computed column.
  public func output(_ name: String, _ value: TypedExpression) -> Plan.Output {
    Plan.Output(
      Field(name, value.type, isProtected: value.isProtected), value.expression)
  }

  private func elements(
    of item: Item, over fields: [Field], taken: inout NameSet
  ) throws(Diagnostic) -> [Plan.Output] {
    let value = try expression(item.value, over: fields)
    guard value.type == .dynamic else {
      throw BindIssue.shape(
        "several names need a dynamic array, and this is \(value.type.name)",
        help: "give one name"
      ).at(item.value.span)
    }
    var outputs: [Plan.Output] = []
    for (index, name) in item.names.enumerated() {
      let element = try call(
        MemberAccess.element, [value, TypedExpression(.constant(.long(Int64(index))))],
        span: item.span)
      taken.insert(name.text)
      outputs.append(output(name.text, element))
    }
    return outputs
  }

  /// A condition: its type is `bool`.
  public func condition(
    _ syntax: CasebookLanguage.Expression, over fields: [Field]
  ) throws(Diagnostic) -> TypedExpression {
    let value = try expression(syntax, over: fields)
    switch value.type {
    case .bool: return value
    case .int, .long, .dynamic: return try converted(value, to: .bool, span: syntax.span)
    default: throw BindIssue.conditionNotBool(value.type).at(syntax.span)
    }
  }

  /// A whole number that is known before any row is read.
  public func constantCount(
    _ syntax: CasebookLanguage.Expression, what: String
  ) throws(Diagnostic) -> Int {
    let value = try constant(syntax, what: what)
    guard
      let count = value.asLong ?? value.asReal.flatMap({ Int64(exactly: $0.rounded(.towardZero)) })
    else { throw BindIssue.constantOfType(what: what, expected: "a whole number").at(syntax.span) }
    return Int(count)
  }

  /// A value that is known before any row is read; a query inside it is run for it.
  public func constant(
    _ syntax: CasebookLanguage.Expression, what: String
  ) throws(Diagnostic) -> Scalar {
    let value = try expression(syntax, over: [])
    if value.isProtected { throw BindIssue.protectedConstant(what).at(syntax.span) }
    if let constant = value.expression.constantValue { return constant }
    guard let runNow else { throw BindIssue.notConstant(what: what).at(syntax.span) }
    let plan = Plan.compute(.oneRow, [output("value", value)])
    do {
      return try runNow(plan).columns[0].scalar(0)
    } catch {
      throw BindIssue.failed("\(what) could not be computed: \(error)").at(syntax.span)
    }
  }

  /// A text that is known before any row is read.
  public func constantText(
    _ syntax: CasebookLanguage.Expression, what: String
  ) throws(Diagnostic) -> String {
    guard case .string(let text) = try constant(syntax, what: what) else {
      throw BindIssue.constantOfType(what: what, expected: "a text in quotes").at(syntax.span)
    }
    return text
  }

  /// The columns that names and wildcards choose, in the order written.
  public func columns(
    _ items: [Item], of fields: [Field], allowsMissing: Bool = false
  ) throws(Diagnostic) -> [Int] {
    var chosen: [Int] = []
    for item in items {
      switch item.value.unbracketed.kind {
      case .star: chosen += fields.indices.filter { !chosen.contains($0) }
      case .wildcard(let pattern):
        chosen += fields.indices.filter {
          wildcard(pattern, matches: fields[$0].name) && !chosen.contains($0)
        }
      default: chosen.append(try column(item.value, of: fields))
      }
    }
    return chosen
  }

  /// The column that an expression names.
  public func column(
    _ syntax: CasebookLanguage.Expression, of fields: [Field]
  ) throws(Diagnostic) -> Int {
    guard let name = syntax.asName else {
      throw BindIssue.shape("a column's name is needed here", help: "write the name alone").at(
        syntax.span)
    }
    return try column(name, of: fields)
  }

  /// The column of a name.
  public func column(_ name: Name, of fields: [Field]) throws(Diagnostic) -> Int {
    guard let index = fields.firstIndex(where: { $0.name == name.text }) else {
      throw BindIssue.unknownColumn(name.text, inScope: fields.map(\.name)).at(name.span)
    }
    return index
  }

  /// The declared type of a name such as `long`.
  public func type(_ name: Name) throws(Diagnostic) -> ScalarType {
    guard let type = ScalarType(name: name.text) else {
      throw BindIssue.shape(
        "no type is named '\(name.text)'",
        help: "types: " + ScalarType.allCases.map(\.name).joined(separator: ", ")
      ).at(name.span)
    }
    return type
  }

  /// The fields of a schema as written.
  public func fields(_ schema: [ColumnDeclaration]) throws(Diagnostic) -> [Field] {
    var fields: [Field] = []
    for column in schema {
      let type = try column.type.map { name throws(Diagnostic) in try self.type(name) } ?? .string
      if fields.contains(where: { $0.name == column.name.text }) {
        throw BindIssue.duplicateColumn(column.name.text).at(column.name.span)
      }
      fields.append(Field(column.name.text, type))
    }
    return fields
  }
}

/// Whether a name fits a pattern in which `*` stands for any text.
func wildcard(_ pattern: String, matches name: String) -> Bool {
  let parts = pattern.split(separator: "*", omittingEmptySubsequences: false).map(String.init)
  guard parts.count > 1, let first = parts.first, let last = parts.last else {
    return pattern == name
  }
  guard name.hasPrefix(first), name.hasSuffix(last), name.count >= first.count + last.count else {
    return false
  }
  var rest = Substring(name.dropFirst(first.count).dropLast(last.count))
  for part in parts.dropFirst().dropLast() where !part.isEmpty {
    guard let found = rest.firstRange(of: part) else { return false }
    rest = rest[found.upperBound...]
  }
  return true
}
