public import CasebookTables

/// Writes tables as Markdown, as GitHub reads it.
public struct MarkdownTable: Sendable {
  /// The most rows; nil for all.
  public var rowLimit: Int?
  /// Whether numbers and durations keep all their digits.
  public var exactNumbers: Bool

  /// A writer with these options.
  public init(rowLimit: Int? = nil, exactNumbers: Bool = false) {
    self.rowLimit = rowLimit
    self.exactNumbers = exactNumbers
  }

  /// The table as Markdown, each line ended by a line break.
  public func text(_ table: Table) -> String {
    var text = ""
    write(table) { text += $0 }
    return text
  }

  /// Hands the text to `sink` line by line.
  public func write<Failure: Error>(
    _ table: Table, to sink: (String) throws(Failure) -> Void
  ) throws(Failure) {
    let rows = MarkupRows(table, rowLimit: rowLimit, exact: exactNumbers)
    if !table.fields.isEmpty {
      try sink(line(table.fields.map { escaped(visibleText($0.name)) }))
      try sink(line(rows.formats.map { $0.isRightAligned ? "---:" : "---" }))
    }
    for row in 0..<rows.rowCount {
      try sink(line(rows.formats.map { text(rows.cell($0, row)) }))
    }
    if let note = rows.note(table) { try sink("\n" + note + "\n") }
  }

  private func line(_ cells: [String]) -> String {
    "| " + cells.joined(separator: " | ") + " |\n"
  }

  private func text(_ cell: (text: String, content: CellFormat.Content)) -> String {
    cell.content == .value ? escaped(cell.text) : cell.text
  }

  /// The text with what Markdown, or the HTML in it, would read as markup made plain.
  ///
  /// Goes by scalars: a combining mark after a bar does not keep the bar from ending the cell.
  private func escaped(_ text: String) -> String {
    let scalars = Array(text.unicodeScalars)
    var result = String.UnicodeScalarView()
    for (index, scalar) in scalars.enumerated() {
      switch scalar {
      case "|", "\\", "`", "*", "[", "~": result.append("\\")
      case "_" where !isInsideWord(scalars, index): result.append("\\")
      case "<", ">", "&":
        result.append(contentsOf: escapedHTML(String(scalar)).unicodeScalars)
        continue
      default: break
      }
      result.append(scalar)
    }
    return String(result)
  }

  /// An underscore between letters or digits marks nothing.
  private func isInsideWord(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
    index > 0 && index + 1 < scalars.count
      && (scalars[index - 1].properties.isAlphabetic
        || scalars[index - 1].properties.numericType != nil)
      && (scalars[index + 1].properties.isAlphabetic
        || scalars[index + 1].properties.numericType != nil)
  }
}

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
