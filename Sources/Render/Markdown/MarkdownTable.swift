public import CasebookTables
import CasebookValues

/// Writes the first rows of a table in Markdown, aligned so that the text can be read as it is.
public struct MarkdownTable: Sendable {
  /// No cell is longer.
  private static let greatestCellWidth = 240
  /// Cells are not padded beyond this: one long text should not stretch every row.
  private static let greatestPadding = 40

  /// The most rows.
  public var rowLimit: Int

  /// A writer.
  public init(rowLimit: Int) { self.rowLimit = rowLimit }

  /// The table, with the true number of rows below.
  public func text(_ table: Table) -> String {
    let rows = MarkupRows(table, rowLimit: rowLimit, exact: false)
    guard !table.fields.isEmpty else {
      return formatCount(table.rowCount, of: "row") + ", no columns\n"
    }
    var columns = rows.formats.map { [escapedMarkdown($0.field.name)] }
    for row in 0..<rows.rowCount {
      for (index, format) in rows.formats.enumerated() { columns[index].append(cell(format, row)) }
    }
    let widths = columns.map { cells in
      max(3, cells.map { min(displayWidth($0), Self.greatestPadding) }.max() ?? 0)
    }
    var lines: [String] = []
    for row in 0...rows.rowCount {
      let cells = rows.formats.indices.map { index in
        padded(columns[index][row], widths[index], right: rows.formats[index].isRightAligned)
      }
      lines.append("| " + cells.joined(separator: " | ") + " |")
      if row == 0 { lines.append(rule(rows.formats, widths)) }
    }
    if let note = rows.note(table) { lines += ["", note] }
    if table.rowCount == 0 { lines += ["", "0 rows"] }
    return lines.joined(separator: "\n") + "\n"
  }

  private func cell(_ format: CellFormat, _ row: Int) -> String {
    var bytes: [UInt8] = []
    let limit = format.canBeCut ? Self.greatestCellWidth : .max
    _ = format.append(row, limit: limit, to: &bytes)
    return escapedMarkdown(String(decoding: bytes, as: UTF8.self))
  }

  private func padded(_ text: String, _ width: Int, right: Bool) -> String {
    let blanks = String(repeating: " ", count: max(width - displayWidth(text), 0))
    return right ? blanks + text : text + blanks
  }

  private func rule(_ formats: [CellFormat], _ widths: [Int]) -> String {
    let parts = zip(formats, widths).map { format, width in
      String(repeating: "-", count: format.isRightAligned ? width - 1 : width)
        + (format.isRightAligned ? ":" : "")
    }
    return "| " + parts.joined(separator: " | ") + " |"
  }
}

/// A text from data for the middle of Markdown: made visible, none of it taken for markup.
public func escapedMarkdown(_ text: String) -> String {
  var result = ""
  for scalar in visibleText(text).unicodeScalars {
    switch scalar {
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "&": result += "&amp;"
    case "\\", "`", "*", "[", "]", "|", "~", "#", "!", "{", "}", "$":
      result += "\\"
      result.unicodeScalars.append(scalar)
    // A single mark within a word is none.
    case "_":
      let isInner = result.last.map { $0.isLetter || $0.isNumber } ?? false
      result += isInner ? "_" : "\\_"
    default: result.unicodeScalars.append(scalar)
    }
  }
  // What would begin a list or end a word's `_`.
  if let first = result.first, "-+=".contains(first) { result = "\\" + result }
  if result.hasSuffix("_"), !result.hasSuffix("\\_") { result = result.dropLast() + "\\_" }
  return result
}

/// Lines in a fence that they cannot close.
public func fencedMarkdown(_ text: String, language: String = "") -> String {
  var longest = 0
  var run = 0
  for character in text {
    run = character == "`" ? run + 1 : 0
    longest = max(longest, run)
  }
  let fence = String(repeating: "`", count: max(3, longest + 1))
  let end = text.hasSuffix("\n") ? "" : "\n"
  return fence + language + "\n" + text + end + fence + "\n"
}
