/// How results are written.
public enum ResultFormat: String, Sendable, CaseIterable {
  /// Aligned text.
  case table
  /// Comma-separated values.
  case csv
  /// Tab-separated values.
  case tsv
  /// An array of objects.
  case json
  /// A line for each result, with names and types of its columns and its rows as arrays.
  case jsonTable = "json-table"
  /// An object a line.
  case ndjson
  /// A Markdown table.
  case markdown
  /// An HTML table.
  case html

  /// Whether a blank line parts one result from the next.
  var partsResults: Bool {
    switch self {
    case .table, .csv, .tsv, .markdown, .html: true
    case .json, .jsonTable, .ndjson: false
    }
  }
}
