import CasebookLanguage
import CasebookTables
import CasebookValues

/// `parse line with * "queue=" queue " n=" n: long *`.
enum ParseStage: StageDeclaration {
  static let signature = Signature("parse", ParseOperation.grammar)
  static let summary = "Takes values out of a text by a pattern; rows that differ get nulls."
  static let details = """
    The pattern is a sequence of texts that must be there, columns that take what lies between them, and
    `*` for anything. It describes the whole text. A column may have a type: `n: long`; when a value is
    not of its type, none of the row's columns get one, or with `kind=relaxed` only that column. With
    `kind=regex` the texts are regular expressions, columns take as much as they can, and `flags` (i, m,
    s, U) apply.
    """
  static let examples = [
    Example(
      "print line = \"queue=fraud n=12 done\" | parse line with \"queue=\" queue \" n=\" n: long * | project queue, n",
      "two values", output: "fraud\t12"),
    Example(
      "print line = \"id: 7\" | parse kind=regex line with @\"\\w+:\\s*\" id: long | project id",
      "texts as regular expressions", output: "7"),
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    try ParseOperation.bind(stage, input, binder, keepsAll: true)
  }
}

/// `parse-where`: `parse` that keeps only the rows that match.
enum ParseWhereStage: StageDeclaration {
  static let signature = Signature("parse-where", ParseOperation.grammar)
  static let summary = "Takes values out of a text by a pattern and drops rows that differ."
  static let details = "Patterns are those of `parse`."
  static let examples = [
    Example(
      """
      datatable(line: string)["n=3", "none", "n=4"] | parse-where line with "n=" n: long | project n
      """, output: "3\n4")
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    try ParseOperation.bind(stage, input, binder, keepsAll: false)
  }
}

/// Matches a pattern against a text of each row, which is the last column of the input.
private struct ParseOperation: TableOperation {
  static let grammar: [GrammarElement] = [
    .parameters([
      Parameter("kind", words: ["simple", "regex", "relaxed"]), Parameter("flags"),
    ]), .expression("input"), .word("with"), .pattern("pattern"),
  ]

  let fields: [Field]
  /// For each column of the result: a column of the input, or behind those one of the pattern.
  let outputs: [Int]
  let pattern: ParsePattern
  let keepsAll: Bool
  var title: String { keepsAll ? "parse" : "parse-where" }

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder, keepsAll: Bool
  ) throws(Diagnostic) -> Plan {
    guard let syntax = stage.expression("input") else { return input }
    let source = input.fields
    let text = try binder.text(syntax, over: source)
    let pattern = try ParsePattern(stage, binder)
    let added = pattern.fields.map {
      Field($0.name, $0.type, isProtected: text.isProtected)
    }
    let (fields, outputs) = source.extended(by: added)
    return .apply(
      ParseOperation(fields: fields, outputs: outputs, pattern: pattern, keepsAll: keepsAll),
      [input.adding([binder.output("text", text)])])
  }

  func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
    let table = inputs[0]
    let width = table.columns.count - 1
    let pattern = pattern
    let made = try columnsFromTexts(
      table.columns[width], types: pattern.fields.map(\.type) + [.bool], context
    ) { text, builders in Self.add(text, pattern, to: &builders) }
    let result = Table(
      fields: fields, columns: outputs.map { $0 < width ? table.columns[$0] : made[$0 - width] },
      rowCount: table.rowCount)
    if keepsAll { return result }
    let rows = selection(where: made[made.count - 1])
    return result.gathered(by: rows)
  }

  /// Adds the values of a text, and whether it matched.
  private static func add(
    _ text: UnsafeBufferPointer<UInt8>, _ pattern: ParsePattern, to builders: inout [ColumnBuilder]
  ) {
    var ranges = [Range<Int>](repeating: 0..<0, count: pattern.fields.count)
    var isMatch = pattern.match(text, &ranges)
    var values: [Scalar?] = []
    if isMatch {
      for (column, field) in pattern.fields.enumerated() where field.type != .string {
        values.append(
          value(of: UnsafeBufferPointer(rebasing: text[ranges[column]]), as: field.type))
      }
      isMatch = pattern.isRelaxed || values.allSatisfy { $0 != nil }
    }
    var next = 0
    for (column, field) in pattern.fields.enumerated() {
      if !isMatch {
        builders[column].appendNull()
      } else if field.type == .string {
        builders[column].append(utf8: UnsafeBufferPointer(rebasing: text[ranges[column]]))
      } else {
        builders[column].append(values[next] ?? .null(field.type))
        next += 1
      }
    }
    builders[pattern.fields.count].append(bool: isMatch)
  }
}

extension Binder {
  /// A value as text.
  func text(
    _ syntax: CasebookLanguage.Expression, over fields: [Field]
  ) throws(Diagnostic) -> TypedExpression {
    try converted(try expression(syntax, over: fields), to: .string, span: syntax.span)
  }
}

extension [Field] {
  /// The columns with others added, which take the place of those of the same name; and for each
  /// column of the result its number, added ones counted behind all others.
  func extended(by added: [Field]) -> (fields: [Field], outputs: [Int]) {
    var fields = self
    var outputs = Swift.Array(indices)
    for (index, field) in added.enumerated() {
      if let position = fields.firstIndex(where: { $0.name == field.name }) {
        fields[position] = field
        outputs[position] = count + index
      } else {
        fields.append(field)
        outputs.append(count + index)
      }
    }
    return (fields, outputs)
  }
}

extension Plan {
  /// The plan with further columns behind its own.
  func adding(_ outputs: [Output]) -> Plan {
    .compute(
      self,
      fields.enumerated().map { index, field in
        Output(field, .column(index: index, type: field.type))
      } + outputs)
  }
}
