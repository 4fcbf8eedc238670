import CasebookLanguage
import CasebookTables
import CasebookValues

/// `render timechart`: how the result would like to be drawn.
enum RenderStage: StageDeclaration {
  static let signature = Signature(
    "render",
    [
      .optionalWord("kind", ChartKind.allCases.map(\.rawValue)),
      .optional([.word("with"), .bracketedParameters(settings)]),
      .parameters(settings),
    ])
  static let summary = "Says how the result would like to be drawn."
  static let details = """
    The rows stay as they are: a terminal and a report draw them, and files hold them. Without a kind an
    analysis is drawn as its page of help says (`cycle_time` by the rows of its curve), and anything else as a table.

    Unless `xcolumn`, `ycolumns` and `series` say otherwise, x is the first column (the first datetime in a
    timechart), every further number is drawn, and as many text columns as it takes tell rows of one x apart.
    A column whose values are arrays, as `make-series` gives, holds a whole line in each row. Values of protected
    columns are not drawn.
    """
  static let terms =
    ChartKind.allCases.map { ($0.rawValue, $0.summary) }
    + ChartProperty.allCases.map { ($0.rawValue + "=", $0.summary) }
  static let examples = [
    Example(
      "datatable(q: string, n: long)[\"a\", 3] | render barchart with (title=\"Open\")",
      output: "a\t3"),
    Example(
      "range x from 1 to 3 step 1 | extend y = x * x | render linechart with (ymin=0, height=8)",
      output: "1\t1\n2\t4\n3\t9"),
  ]

  private static let settings = ChartProperty.allCases.map { property in
    switch property.value {
    case .words(let words): Parameter(property.rawValue, words: words)
    case .flag: Parameter(property.rawValue, words: ["true", "false"])
    case .columns, .references: Parameter(property.rawValue, takesList: true)
    default: Parameter(property.rawValue)
    }
  }

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let input = stage.word("kind") == nil ? input.drawn : input
    let usual = stage.word("kind") == nil ? input.drawing : nil
    let kind = stage.word("kind") ?? usual?.kind ?? ChartKind.table.rawValue
    let reading = ChartPropertyReading(
      kind: ChartKind(rawValue: kind) ?? .table, fields: input.fields, binder: binder)
    var properties: [RenderHint.Property] = []
    for argument in stage.parameters {
      if let property = try reading.property(argument) { properties.append(property) }
    }
    let hint = RenderHint(
      kind: kind,
      properties: (usual?.properties ?? []).filter { given in
        !properties.contains { $0.name == given.name }
      } + properties)
    return .apply(RenderOperation(fields: input.fields, hint: hint), [input])
  }

  private struct RenderOperation: TableOperation {
    let fields: [Field]
    let hint: RenderHint
    var title: String { "render " + hint.kind }
    var keepsRows: Bool { true }
    var drawing: RenderHint? { hint }

    func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
      var table = inputs[0]
      table.hint = hint
      return table
    }
  }
}

/// Reads the properties of a chart and says at the place what cannot be drawn so.
struct ChartPropertyReading {
  let kind: ChartKind
  let fields: [Field]
  let binder: Binder

  /// The property as the hint keeps it, nil for a name that the parser has already complained of.
  func property(_ argument: Argument) throws(Diagnostic) -> RenderHint.Property? {
    guard let name = argument.name, let property = ChartProperty(rawValue: name.text) else {
      return nil
    }
    if kind.isDrawn, !kind.properties.contains(property) {
      note(
        "`\(kind.rawValue)` has no `\(property.rawValue)`",
        help: "it has " + kind.properties.map(\.rawValue).sorted().joined(separator: ", "),
        at: name.span)
    }
    return RenderHint.Property(
      name: name.text, value: try text(of: argument.value, as: property))
  }

  private func text(
    of value: CasebookLanguage.Expression, as property: ChartProperty
  ) throws(Diagnostic) -> String {
    switch property.value {
    case .text:
      return try value.asName == nil
        ? binder.constantText(value, what: property.rawValue) : plainText(value)
    case .number: return try number(value, property) { _ in true }
    case .count:
      return try number(value, property) { $0 >= 1 && $0 <= 100_000 && $0 == $0.rounded() }
    case .flag: return try word(value, property, ["true", "false"])
    case .words(let words): return try word(value, property, words)
    case .column: return columnName(value)
    case .columns: return value.asList.map { columnName($0) }.joined(separator: ", ")
    case .references:
      var texts: [String] = []
      for item in value.asList {
        if item.asName?.text == "diagonal" {
          texts.append("diagonal")
        } else if item.asName != nil {
          texts.append(columnName(item))
        } else {
          texts.append(try number(item, property) { $0.isFinite })
        }
      }
      return texts.joined(separator: ", ")
    }
  }

  /// A number, or for axes a time or a length of time, in ticks.
  private func number(
    _ value: CasebookLanguage.Expression, _ property: ChartProperty, where isValid: (Double) -> Bool
  ) throws(Diagnostic) -> String {
    // KQL's queries say `ymin=NaN` where they mean none.
    if value.asName?.text.lowercased() == "nan" { return "nan" }
    let scalar = try binder.constant(value, what: property.rawValue)
    switch scalar {
    case .datetime(let ticks), .timespan(let ticks):
      if property.value != .count { return String(ticks) }
    default:
      if let real = scalar.asReal, real.isNaN || isValid(real) {
        return real == real.rounded() && real.magnitude < 1e15
          ? String(Int64(real)) : CasebookValues.text(ofReal: real)
      }
    }
    let words =
      property.value == .count ? "a whole number from 1 to 100000" : "a number"
    throw BindIssue.constantOfType(what: property.rawValue, expected: words).at(value.span)
  }

  private func word(
    _ value: CasebookLanguage.Expression, _ property: ChartProperty, _ words: [String]
  ) throws(Diagnostic) -> String {
    let text = plainText(value)
    guard words.contains(text) else {
      let nearest = nearest(to: text, in: words)
      throw Diagnostic(
        code: "E0213",
        message: "\(property.rawValue) has to be one of \(words.joined(separator: ", "))",
        span: value.span, help: nearest.map { "did you mean \($0)?" },
        fix: nearest.map { Diagnostic.Fix([.init(value.span, $0)]) })
    }
    return text
  }

  /// A column's name.
  ///
  /// That there is none of it is only worth a warning: in KQL the drawing is up to whoever draws.
  private func columnName(_ value: CasebookLanguage.Expression) -> String {
    let name = plainText(value)
    if !fields.contains(where: { $0.name == name }) {
      let nearest = nearest(to: name, in: fields.map(\.name))
      note(
        "no column is named '\(name)' here, so the chart chooses one",
        help: nearest.map { "did you mean \($0)?" }
          ?? "columns here: " + fields.prefix(20).map(\.name).joined(separator: ", "),
        at: value.span, fix: nearest.map { Diagnostic.Fix([.init(value.span, $0)]) })
    }
    return name
  }

  private func plainText(_ value: CasebookLanguage.Expression) -> String {
    value.asName?.text ?? value.asLiteral?.text ?? binder.text(value)
  }

  private func note(_ message: String, help: String, at span: Span, fix: Diagnostic.Fix? = nil) {
    binder.note(
      Diagnostic(
        code: "W0230", severity: .warning, message: message, span: span, help: help, fix: fix))
  }
}
