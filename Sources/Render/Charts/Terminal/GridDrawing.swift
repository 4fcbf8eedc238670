import CasebookValues

/// Draws shaded cells: names to the left and on top, a shade for each pair, and the figure where there is room.
struct GridDrawing {
  let grid: ChartGrid
  let screen: Screen
  let glyphs: ChartGlyphs
  let width: Int
  let showsLegend: Bool
  private let left: Int
  private let cellWidth: Int
  private let shown: Int

  init(_ grid: ChartGrid, _ screen: Screen, width: Int, showsLegend: Bool) {
    self.grid = grid
    self.screen = screen
    self.width = width
    self.showsLegend = showsLegend
    glyphs = screen.chartGlyphs
    let names = (grid.rows + [grid.rowTitle]).map {
      fitted($0, to: max(width / 3, 4), screen.glyphs).width
    }
    left = (names.max() ?? 0) + 2
    let room = max(width - left, 2)
    let headers = grid.columns.map { displayWidth(visibleText($0)) }.max() ?? 1
    let figures = grid.cells.joined().compactMap { $0.map { displayWidth($0.text) } }.max() ?? 1
    if grid.showsFigures {
      // The figure, its shade and a gap; names on top get what room there is.
      let least = figures + 4
      let wanted = max(least, min(headers + 1, 16))
      cellWidth = grid.columns.count * wanted <= room ? wanted : least
    } else {
      cellWidth = max(min(room / max(grid.columns.count, 1), max(headers + 1, 2), 8), 1)
    }
    shown = min(grid.columns.count, max(room / cellWidth, 1))
  }

  var lines: [String] {
    var lines = [header]
    for (row, name) in grid.rows.enumerated() {
      var canvas = Canvas(width: width, height: 1)
      canvas.write(fitted(name, to: left - 2, screen.glyphs).text, 0, 0)
      for column in 0..<shown {
        draw(grid.cells[row][column], left + column * cellWidth, on: &canvas)
      }
      lines.append(canvas.lines(screen).joined())
    }
    if shown < grid.columns.count {
      lines += wrapped(
        formatCount(grid.columns.count - shown, of: "column") + " not shown: "
          + grid.columns[shown...].prefix(5).map { visibleText($0, unicode: screen.unicode) }
          .joined(separator: ", "), width: width
      ).map { screen.painted($0, .faint) }
    }
    if showsLegend { lines += legend }
    return lines
  }

  private var header: String {
    var canvas = Canvas(width: width, height: 1)
    canvas.write(fitted(grid.rowTitle, to: left - 2, screen.glyphs).text, 0, 0, .heading)
    // Where cells are narrow, a name stands over several of them.
    let widest = grid.columns.prefix(shown).map { displayWidth(visibleText($0)) }.max() ?? 1
    let stride = grid.showsFigures ? 1 : max(1, (min(widest, 10) + 1 + cellWidth - 1) / cellWidth)
    for column in Swift.stride(from: 0, to: shown, by: stride) {
      let room = min(cellWidth * stride - 1, width - left - column * cellWidth)
      let name = fitted(grid.columns[column], to: max(room, 1), screen.glyphs)
      let start = left + column * cellWidth
      let shift = grid.showsFigures ? max(cellWidth - 1 - name.width, 0) : 0
      canvas.write(name.text, start + shift, 0, .heading)
    }
    return canvas.lines(screen).joined()
  }

  private func draw(_ cell: ChartGrid.Cell?, _ column: Int, on canvas: inout Canvas) {
    guard let cell else {
      if !grid.showsFigures { canvas.put(screen.unicode ? "·" : " ", column, 0, .faint) }
      return
    }
    let shade = shade(cell)
    guard grid.showsFigures else {
      for place in 0..<max(cellWidth - (cellWidth > 3 ? 1 : 0), 1) {
        canvas.put(shade, column + place, 0, .series(0))
      }
      return
    }
    let text = fitted(cell.text, to: max(cellWidth - 3, 1), screen.glyphs)
    canvas.write(text.text, column + cellWidth - 1 - text.width, 0)
    canvas.put(shade, column + cellWidth - 3 - text.width, 0, .series(0))
  }

  private func shade(_ cell: ChartGrid.Cell) -> String {
    if cell.shade <= 0 { return glyphs.shades[0] }
    return glyphs.shades[min(Int(cell.shade * 4) + 1, 4)]
  }

  private var legend: [String] {
    let text =
      fitted(grid.valueTitle, to: 30, screen.glyphs).text + ": " + grid.least.text + " "
      + glyphs.shades.joined() + " " + grid.greatest.text + ", "
      + fitted(grid.columnTitle, to: 30, screen.glyphs).text
      + " on top"
    return wrapped(text, width: width).map { screen.painted($0, .faint) }
  }
}
