import CasebookTables
import CasebookValues

/// What the tests of functions ask of a query.
enum FunctionRun {
  /// The value of an expression: its type and text, `null` for null.
  static func shown(_ expression: String) throws -> String {
    shown(try QueryRun.table("print value = " + expression).columns[0].scalar(0))
  }

  /// A value as tests write it.
  static func shown(_ scalar: Scalar) -> String {
    if scalar.isNull { return "\(scalar.type) null" }
    if case .dynamic(let value) = scalar { return "dynamic \(value.jsonText)" }
    return "\(scalar.type) \(scalar.text)"
  }

  /// The rows of a result, a text a row, columns parted by `|`.
  static func rows(_ text: String) throws -> [String] {
    let table = try QueryRun.table(text)
    return (0..<table.rowCount).map { row in
      table.row(row).map { $0.isNull ? "null" : $0.text }.joined(separator: "|")
    }
  }
}
