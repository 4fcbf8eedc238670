import CasebookTables

/// The cells of a table for a text that is laid out by whoever reads it.
struct MarkupRows {
  let formats: [CellFormat]
  let rowCount: Int

  init(_ table: Table, rowLimit: Int?, exact: Bool) {
    let count = min(table.rowCount, max(rowLimit ?? .max, 0))
    rowCount = table.fields.isEmpty ? 0 : count
    formats = table.fields.indices.map {
      CellFormat(table.columns[$0], table.fields[$0], rowCount: count, exact: exact, .unicode)
    }
  }

  func cell(_ format: CellFormat, _ row: Int) -> (text: String, content: CellFormat.Content) {
    var bytes: [UInt8] = []
    let content = format.append(row, limit: .max, to: &bytes).1
    return (String(decoding: bytes, as: UTF8.self), content)
  }

  /// A sentence about rows that are not there.
  func note(_ table: Table) -> String? {
    guard !table.fields.isEmpty, rowCount < table.rowCount else { return nil }
    return formatCount(table.rowCount, of: "row") + ", " + formatCount(rowCount) + " shown"
  }
}
