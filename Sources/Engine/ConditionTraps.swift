import CasebookLanguage
import CasebookTables

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

  /// The traps of a pipeline that yielded `table`.
  init(_ pipeline: Pipeline, _ table: Table) {
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
}
