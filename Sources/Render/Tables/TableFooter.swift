import CasebookTables

/// What the drawing of a table does not show, in words.
struct TableFooter {
  /// The lines that all may take where there are many names.
  private static let mostLines = 2
  /// Names of columns take so much room even where a line has less.
  private static let leastRoom = 20

  private let rows: String?
  private let areRowsCut: Bool
  private let hidden: [String]
  private let shortened: [String]

  init(_ table: Table, rowsShown: Int, columnsShown: [Int], shortened: [Int]) {
    if table.rowCount == 0 {
      rows = "0 rows"
    } else if table.fields.isEmpty {
      rows = formatCount(table.rowCount, of: "row") + ", no columns"
    } else if rowsShown < table.rowCount {
      rows = formatCount(table.rowCount, of: "row") + ", " + formatCount(rowsShown) + " shown"
    } else {
      rows = nil
    }
    areRowsCut = rowsShown < table.rowCount
    let shown = Set(columnsShown)
    hidden = table.fields.indices.filter { !shown.contains($0) }.map { table.fields[$0].name }
    self.shortened = shortened.map { table.fields[$0].name }
  }

  /// A line where it fits into one, none wider than the screen: what is left out, and how to see it.
  func lines(_ screen: Screen) -> [String] {
    var parts: [String] = []
    if let rows { parts.append(rows) }
    let leads = [
      (formatCount(hidden.count, of: "column") + " not shown: ", hidden),
      ("shortened: ", shortened),
    ].filter { !$0.1.isEmpty }
    if !leads.isEmpty {
      let way = areRowsCut ? "`last full` shows all" : "`last wide` shows them"
      let taken = (parts + leads.map(\.0) + [way]).reduce(0) { $0 + $1.count + 2 }
      let room =
        screen.width.map { max(($0 * Self.mostLines - taken) / leads.count, Self.leastRoom) }
        ?? .max
      parts += leads.map { $0 + list($1, room: room, screen) } + [way]
    }
    return parts.isEmpty ? [] : wrapped(parts.joined(separator: "; "), width: screen.width)
  }

  /// Names with commas between them, as many as fit, one at least.
  private func list(_ names: [String], room: Int, _ screen: Screen) -> String {
    var used = 0
    var shown: [String] = []
    for (index, name) in names.enumerated() {
      let (text, width) = fitted(name, to: 40, screen.glyphs)
      let rest = names.count - index - 1
      used += width + 2
      // What is left out is counted, which takes room as well.
      if used + (rest > 0 ? " and \(formatCount(rest)) more".count : 0) > room, !shown.isEmpty {
        break
      }
      shown.append(text)
    }
    let rest = names.count - shown.count
    return shown.joined(separator: ", ") + (rest > 0 ? " and \(formatCount(rest)) more" : "")
  }
}
