public import CasebookTables

/// Writes the first rows of a table for a page that can sort them.
///
/// Nothing runs without the page's script: `data-r` of a cell is the place of its value in its column, and the
/// heads become buttons only where the script is there. Styles are the page's too.
public struct SortableTable: Sendable {
  /// No cell is longer; half a page of text in one cell would hide the others.
  static let greatestCellWidth = 240

  /// The most rows.
  public var rowLimit: Int
  /// What the table is called, for those who hear it.
  public var label: String

  /// A writer.
  public init(rowLimit: Int, label: String) {
    self.rowLimit = rowLimit
    self.label = label
  }

  /// The table as HTML, with the true number of rows below.
  public func text(_ table: Table) -> String {
    let rows = MarkupRows(table, rowLimit: rowLimit, exact: false)
    guard !table.fields.isEmpty else {
      return "<p class=\"count\">" + formatCount(table.rowCount, of: "row") + ", no columns</p>\n"
    }
    let ranks = rows.formats.map { places($0, rows.rowCount) }
    let fit = fit(rows)
    var text = """
      <div class="scroll\(fit.rawValue)" role="group" tabindex="0" aria-label="\(escapedHTML(visibleText(label)))">
      <table class="sortable">
      <thead><tr>
      """
    text += rows.formats.map { format in
      "<th scope=\"col\"\(classes(format, .value))>" + escapedHTML(visibleText(format.field.name))
        + "</th>"
    }.joined()
    text += "</tr></thead>\n<tbody>\n"
    for row in 0..<rows.rowCount {
      text += "<tr>"
      for (column, format) in rows.formats.enumerated() {
        let (cell, content) = shown(format, row)
        let name =
          fit.needsNames ? " data-h=\"" + escapedHTML(visibleText(format.field.name)) + "\"" : ""
        let isLong = format.canBeCut && PrintFit.hasLongWord(cell)
        text +=
          "<td\(classes(format, content, isLong: isLong)) data-r=\"\(ranks[column][row])\"\(name)>"
        text += escapedHTML(cell) + "</td>"
      }
      text += "</tr>\n"
    }
    return text + "</tbody>\n</table>\n</div>\n" + count(table, rows)
  }

  private func fit(_ rows: MarkupRows) -> PrintFit {
    PrintFit(
      columnWidths: rows.formats.map { format in
        (0..<rows.rowCount).reduce(visibleText(format.field.name).count) { width, row in
          let text = shown(format, row).0
          return max(width, PrintFit.width(of: text, canBeFolded: format.canBeCut))
        }
      }, rowCount: rows.rowCount)
  }

  private func shown(_ format: CellFormat, _ row: Int) -> (String, CellFormat.Content) {
    var bytes: [UInt8] = []
    let limit = format.canBeCut ? Self.greatestCellWidth : .max
    let content = format.append(row, limit: limit, to: &bytes).1
    return (String(decoding: bytes, as: UTF8.self), content)
  }

  private func classes(
    _ format: CellFormat, _ content: CellFormat.Content, isLong: Bool = false
  ) -> String {
    var names: [String] = []
    if isLong { names.append("x") }
    if format.isRightAligned {
      names.append("n")
    } else if !format.canBeCut {
      names.append("w")
    }
    if content != .value { names.append("none") }
    return names.isEmpty ? "" : " class=\"" + names.joined(separator: " ") + "\""
  }

  /// A sentence about how many rows there are.
  private func count(_ table: Table, _ rows: MarkupRows) -> String {
    if table.rowCount == 0 { return "<p class=\"count\">0 rows</p>\n" }
    guard let note = rows.note(table) else { return "" }
    return "<p class=\"count\">" + note + "</p>\n"
  }

  /// The place of each shown value among those of its column, equal ones sharing it; nothing is -1, and
  /// protected values have none.
  private func places(_ format: CellFormat, _ rowCount: Int) -> [Int] {
    guard !format.field.isProtected else { return Array(repeating: 0, count: rowCount) }
    let column = format.column
    let rows = (0..<rowCount).filter { !column.isNull($0) }
    var places = Array(repeating: -1, count: rowCount)
    func rank<Key: Comparable>(_ key: (Int) -> Key) {
      let order = rows.map { (key($0), $0) }.sorted { $0.0 < $1.0 }
      var place = 0
      for (index, entry) in order.enumerated() {
        if index > 0, order[index - 1].0 < entry.0 { place += 1 }
        places[entry.1] = place
      }
    }
    switch column.data {
    case .bools(let values): rank { values[$0] }
    case .longs(let values): rank { values[$0] }
    // NaN stands below every number, as in `sort`.
    case .reals(let values): rank { values[$0].isNaN ? -.infinity : values[$0] }
    case .texts: rank { column.text($0) }
    }
    return places
  }
}

extension Table {
  /// The cells of a row as they are shown: protected values as `***`, reals as a table has them.
  public func shownCells(ofRow row: Int) -> [String] {
    let one = slice(row..<(row + 1))
    let rows = MarkupRows(one, rowLimit: 1, exact: false)
    return rows.formats.map { rows.cell($0, 0).text }
  }
}
