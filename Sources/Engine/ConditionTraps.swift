import CasebookLanguage
import CasebookTables
import CasebookValues

/// Words about conditions that do what KQL says and perhaps not what was meant.
///
/// They are told from the result: nothing is said where the trap did not close.
struct ConditionTraps {
  /// Stages behind which a column still holds the values that a condition saw.
  private static let keepingStages: Set<String> = [
    "where", "sort", "top", "take", "project", "project-away", "project-keep", "project-reorder",
    "extend", "serialize", "as", "render",
  ]

  /// Notes with a place.
  private(set) var notes: [Diagnostic] = []
  /// Columns that `!=` let through without a value, with how many rows they are.
  private(set) var keptNulls: [(column: String, rows: Int)] = []

  /// Texts that a conversion made null, with how many rows they are.
  private(set) var lostValues: [(column: String, wanted: String, rows: Int)] = []

  /// The traps of a pipeline that yielded `table`.
  init(_ pipeline: Pipeline, _ table: Table) {
    addLostValues(pipeline, table)
    for stage in pipeline.stages where stage.name == "where" {
      stage.walk { node in
        guard let expression = node as? CasebookLanguage.Expression,
          case .binary(let symbol, let left, let right) = expression.kind
        else { return }
        if symbol == .has, table.rowCount == 0, let literal = right.asLiteral {
          addWholeTerm(literal, right.span)
        }
        if symbol == .notEqual, let name = left.asName ?? right.asName {
          addKeptNulls(name.text, pipeline, table)
        }
      }
    }
  }

  private mutating func addWholeTerm(_ literal: Literal, _ span: Span) {
    guard literal.kind == .string else { return }
    notes.append(
      Diagnostic(
        code: "N0303", severity: .note, message: "`has` finds whole words only, and found none",
        span: span, help: "`contains` finds parts of words, `hasprefix` their beginnings"))
  }

  private mutating func addKeptNulls(_ name: String, _ pipeline: Pipeline, _ table: Table) {
    guard pipeline.stages.allSatisfy({ Self.keepingStages.contains($0.name ?? "") }),
      !keptNulls.contains(where: { $0.column == name }), let index = table.index(of: name)
    else { return }
    let rows = table.columns[index].nullCount
    if rows > 0 { keptNulls.append((name, rows)) }
  }

  /// What is said of a value that a conversion has no value for.
  private static let conversions = [
    "toint": "no int", "tolong": "no long", "todouble": "no number", "toreal": "no number",
    "todecimal": "no number", "tobool": "no bool", "toboolean": "no bool",
    "todatetime": "no time", "totimespan": "no timespan", "totime": "no timespan",
    "toguid": "no guid",
  ]

  /// Conversions of a column that stands beside its result, where some texts came to nothing.
  private mutating func addLostValues(_ pipeline: Pipeline, _ table: Table) {
    guard pipeline.stages.allSatisfy({ Self.keepingStages.contains($0.name ?? "") }) else { return }
    let items = pipeline.stages.flatMap { $0.items("columns") }
    for item in items {
      guard let name = item.name?.text, case .call(let call) = item.value.unbracketed.kind,
        let wanted = Self.conversions[call.name.text],
        let source = call.arguments.first?.value.asName?.text,
        items.filter({ $0.name?.text == name || $0.name?.text == source }).count == 1,
        let result = table.index(of: name), let texts = table.index(of: source)
      else { continue }
      let rows = lostRows(table.columns[texts], table.columns[result])
      if rows > 0 { lostValues.append((source, wanted, rows)) }
    }
  }

  /// Rows with a text and without a value.
  private func lostRows(_ texts: Column, _ result: Column) -> Int {
    guard result.nullCount > 0, texts.type == .string,
      case .texts(let codes, let dictionary) = texts.data
    else { return 0 }
    var rows = 0
    for row in 0..<texts.count where result.isNull(row) {
      if !dictionary.bytes(codes[row]).isEmpty { rows += 1 }
    }
    return rows
  }
}
