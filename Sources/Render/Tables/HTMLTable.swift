public import CasebookTables

/// Writes tables as a `<table>` that needs no style sheet and runs nothing.
public struct HTMLTable: Sendable {
  /// The most rows; nil for all.
  public var rowLimit: Int?
  /// Whether numbers and durations keep all their digits.
  public var exactNumbers: Bool

  /// A writer with these options.
  public init(rowLimit: Int? = nil, exactNumbers: Bool = false) {
    self.rowLimit = rowLimit
    self.exactNumbers = exactNumbers
  }

  /// The table as HTML.
  public func text(_ table: Table) -> String {
    var text = ""
    write(table) { text += $0 }
    return text
  }

  /// Hands the text to `sink` row by row.
  public func write<Failure: Error>(
    _ table: Table, to sink: (String) throws(Failure) -> Void
  ) throws(Failure) {
    let rows = MarkupRows(table, rowLimit: rowLimit, exact: exactNumbers)
    try sink("<table>\n")
    if let note = rows.note(table) { try sink("<caption>" + note + "</caption>\n") }
    let names = rows.formats.map { tagged("th", visibleText($0.field.name), .value, $0) }
    try sink("<thead><tr>" + names.joined() + "</tr></thead>\n<tbody>\n")
    for row in 0..<rows.rowCount {
      let cells = rows.formats.map { format in
        let cell = rows.cell(format, row)
        return tagged("td", cell.text, cell.content, format)
      }
      try sink("<tr>" + cells.joined() + "</tr>\n")
    }
    try sink("</tbody>\n</table>\n")
  }

  private func tagged(
    _ tag: String, _ text: String, _ content: CellFormat.Content, _ format: CellFormat
  ) -> String {
    let start = format.isRightAligned ? "<\(tag) style=\"text-align:right\">" : "<\(tag)>"
    let body = escapedHTML(text)
    return start + (content == .value ? body : "<i>" + body + "</i>") + "</\(tag)>"
  }
}

/// A text for the inside of an element or of a quoted attribute.
public func escapedHTML(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "&": result += "&amp;"
    case "\"": result += "&quot;"
    case "'": result += "&#39;"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}
