import CasebookTables

/// What the drawing of a table does not show, in words.
struct TableFooter {
  /// The most lines that names of columns may take.
  private static let mostLines = 4

  private let rows: String?
  private let hidden: [String]
  private let shortened: [String]

  init(_ table: Table, rowsShown: Int, columnsShown: Int, shortened: [Int]) {
    if table.rowCount == 0 {
      rows = "0 rows"
    } else if table.fields.isEmpty {
      rows = formatCount(table.rowCount, of: "row") + ", no columns"
    } else if rowsShown < table.rowCount {
      rows = formatCount(table.rowCount, of: "row") + ", " + formatCount(rowsShown) + " shown"
    } else {
      rows = nil
    }
    hidden = table.fields.dropFirst(columnsShown).map(\.name)
    self.shortened = shortened.map { table.fields[$0].name }
  }

  /// The lines, none wider than the screen.
  func lines(_ screen: Screen) -> [String] {
    var parts: [String] = []
    if let rows { parts.append(rows) }
    if !hidden.isEmpty {
      let count = formatCount(hidden.count, of: "column") + " not shown: "
      parts.append(count + list(hidden, screen))
    }
    if !shortened.isEmpty { parts.append("shortened: " + list(shortened, screen)) }
    return parts.isEmpty ? [] : wrapped(parts.joined(separator: "; "), width: screen.width)
  }

  /// Names with commas between them, as many as fit into a few lines.
  private func list(_ names: [String], _ screen: Screen) -> String {
    let room = screen.width.map { $0 * TableFooter.mostLines } ?? .max
    var used = 0
    var shown: [String] = []
    for name in names {
      let (text, width) = fitted(name, to: 40, screen.glyphs)
      used += width + 2
      if used > room, !shown.isEmpty { break }
      shown.append(text)
    }
    let rest = names.count - shown.count
    return shown.joined(separator: ", ") + (rest > 0 ? " and \(formatCount(rest)) more" : "")
  }
}
