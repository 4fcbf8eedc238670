import CasebookValues

/// Draws a column of small lines, each with its figures.
struct SparklinesDrawing {
  let chart: ChartSparklines
  let screen: Screen
  let width: Int
  private let nameWidth: Int
  private let size: Int
  private let figures: [(title: String, texts: [String], end: Int)]

  init(_ chart: ChartSparklines, _ screen: Screen, width: Int) {
    self.chart = chart
    self.screen = screen
    self.width = width
    let names = chart.rows.map { fitted($0.name, to: max(width / 3, 4), screen.glyphs).width }
    nameWidth = max(names.max() ?? 0, 1)
    let all = [
      ("last", chart.rows.map(\.last)), ("least", chart.rows.map(\.least)),
      ("greatest", chart.rows.map(\.greatest)),
    ]
    var room = width - nameWidth - 2
    var shown: [(title: String, texts: [String], width: Int)] = []
    for (title, texts) in all {
      let wanted = max(title.count, texts.map { displayWidth($0) }.max() ?? 0) + 2
      guard room - wanted >= 8 else { break }
      room -= wanted
      shown.append((title, texts, wanted))
    }
    let distinct = Set(chart.rows.flatMap { $0.points.map(\.0) }).count
    size = max(min(room, max(distinct, 8), 60), 1)
    var end = nameWidth + 2 + size
    figures = shown.map { figure in
      end += figure.width
      return (figure.title, figure.texts, end)
    }
  }

  var lines: [String] {
    var lines: [String] = []
    if !figures.isEmpty {
      var row = Canvas(width: width, height: 1)
      for figure in figures {
        row.write(figure.title, figure.end - figure.title.count, 0, .faint)
      }
      lines += row.lines(screen)
    }
    for (index, line) in chart.rows.enumerated() {
      var row = Canvas(width: width, height: 1)
      row.write(fitted(line.name, to: nameWidth, screen.glyphs).text, 0, 0)
      for (column, level) in levels(line).enumerated() {
        row.put(level, nameWidth + 2 + column, 0, .series(0))
      }
      for figure in figures {
        let text =
          screen.unicode ? figure.texts[index] : figure.texts[index].replacing("µ", with: "u")
        row.write(text, figure.end - displayWidth(text), 0)
      }
      lines += row.lines(screen)
    }
    let ends = chart.x.text(of: chart.x.lower) + " .. " + chart.x.text(of: chart.x.upper)
    let shown = visibleText(ends, unicode: screen.unicode)
    return lines + wrapped(shown, width: width).map { screen.painted($0, .faint) }
  }

  /// The greatest value within each column; a blank where there is none.
  private func levels(_ row: ChartSparklines.Row) -> [String] {
    let glyphs = screen.chartGlyphs
    var heights = [Double?](repeating: nil, count: size)
    for (x, y) in row.points {
      guard let y else { continue }
      let column = min(max(Int((x * Double(size - 1)).rounded()), 0), size - 1)
      heights[column] = max(heights[column] ?? 0, y)
    }
    return heights.map { height in
      height.map { glyphs.levels[min(Int($0 * 8), 7)] } ?? " "
    }
  }
}
