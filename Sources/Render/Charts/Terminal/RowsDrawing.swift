import CasebookValues
import Glibc

/// Draws rows with marks along one axis: names, figures, and what they measure.
struct RowsDrawing {
  let chart: ChartRows
  let screen: Screen
  let glyphs: ChartGlyphs
  let width: Int
  let showsLegend: Bool
  private let labelWidths: [Int]
  private let figureWidth: Int
  /// Where the marks begin.
  private let left: Int
  private let inner: Int

  init(_ chart: ChartRows, _ screen: Screen, width: Int, showsLegend: Bool) {
    self.chart = chart
    self.screen = screen
    self.width = width
    self.showsLegend = showsLegend
    glyphs = screen.chartGlyphs
    let count = chart.rows.map(\.labels.count).max() ?? 1
    let most = max(width * 2 / 5 / count, 4)
    labelWidths = (0..<count).map { index in
      chart.rows.map { row in
        row.labels.indices.contains(index)
          ? fittedLabel(row.labels[index], to: most, screen.glyphs, unicode: screen.unicode).width
          : 0
      }.max() ?? 0
    }
    let labels = labelWidths.reduce(0) { $0 + $1 + 2 }
    let figures =
      chart.rows.map { displayWidth(visibleText($0.figure, unicode: screen.unicode)) }
      .max() ?? 0
    // Marks need some room; where there is none, figures say more than bars of three characters.
    figureWidth = min(figures, max(width - labels - 1, 0))
    let start = labels + (figureWidth > 0 ? figureWidth + 2 : 0)
    left = min(start, width)
    inner = width - left >= 5 ? width - left : 0
  }

  var lines: [String] {
    var lines: [String] = []
    if let title = chart.axis.title, inner > 0 || figureWidth > 0 {
      let text = fitted(title, to: width, screen.glyphs)
      let column = inner > 0 ? min(left, width - text.width) : 0
      lines.append(String(repeating: " ", count: column) + screen.painted(text.text, .faint))
    }
    for row in chart.rows { lines.append(line(row)) }
    if inner > 0, showsAxis { lines += axis }
    if showsLegend, chart.fills.count > 1 {
      let names = chart.fills.enumerated().map { index, name in
        (mark: glyphs.fill(index, of: chart.fills.count), name: name, ink: Ink.series(index))
      }
      lines += legendLines(names, screen, width: width, indent: 0)
    }
    return lines
  }

  /// Whether figures alone do not say where the marks stand.
  private var showsAxis: Bool {
    chart.axis.isLog || !chart.references.isEmpty || chart.axis.lower != 0
      || chart.rows.contains { $0.marks.contains { if case .bar = $0 { false } else { true } } }
      || chart.fills.count > 1
  }

  private func line(_ row: ChartRows.Row) -> String {
    var canvas = Canvas(width: width, height: 1)
    var column = 0
    for (index, size) in labelWidths.enumerated() {
      if row.labels.indices.contains(index) {
        let label = fittedLabel(
          row.labels[index], to: size, screen.glyphs, unicode: screen.unicode)
        canvas.write(label.text, column, 0)
      }
      column += size + 2
    }
    if figureWidth > 0 {
      let figure = fitted(row.figure, to: figureWidth, screen.glyphs)
      // Figures of bars stand below each other; longer ones are read from the left.
      let isNumber = row.figure.allSatisfy { !$0.isLetter && $0 != "(" }
      let start = isNumber && isRightAligned ? column + figureWidth - figure.width : column
      canvas.write(figure.text, start, 0, row.figure == "null" ? .faint : nil)
    }
    guard inner > 0 else { return canvas.lines(screen).joined() }
    for mark in row.marks { draw(mark, on: &canvas) }
    if chart.hasZeroLine, let zero = cell(0), canvas.isBlank(zero, 0) {
      canvas.put(glyphs.vertical, zero, 0, .faint)
    }
    for value in chart.references {
      if let place = cell(value), canvas.isBlank(place, 0) {
        canvas.put(glyphs.dashDown, place, 0, .faint)
      }
    }
    return canvas.lines(screen).joined()
  }

  private var isRightAligned: Bool {
    chart.rows.allSatisfy { !$0.figure.contains("(") && !$0.figure.contains(":") }
  }

  // MARK: Marks

  /// A value's place in eighths of a column, kept just outside where it is outside.
  private func eighths(_ value: Double) -> Int? {
    guard let share = chart.axis.position(value) else {
      return chart.axis.isLog && value <= 0 ? 0 : nil
    }
    return Int((min(max(share, 0), 1) * Double(inner * 8)).rounded())
  }

  private func cell(_ value: Double) -> Int? {
    guard let share = chart.axis.position(value), share >= -0.001, share <= 1.001 else {
      return nil
    }
    return left + Int((share * Double(inner - 1)).rounded())
  }

  private func clamped(_ value: Double) -> Int? {
    guard let share = chart.axis.position(value) else { return nil }
    return left + Int((min(max(share, 0), 1) * Double(inner - 1)).rounded())
  }

  private func draw(_ mark: ChartRows.Mark, on canvas: inout Canvas) {
    switch mark {
    case .bar(let from, let to, let fill, _): drawBar(from, to, fill, on: &canvas)
    case .interval(let low, let high): drawInterval(low, high, on: &canvas)
    case .dot(let value, let fill, _):
      if let place = cell(value) { canvas.put(glyphs.dot, place, 0, .series(fill)) }
    case .box(let low, let first, let middle, let third, let high, _):
      drawBox(low, first, middle, third, high, on: &canvas)
    }
  }

  private func drawBar(_ from: Double, _ to: Double, _ fill: Int, on canvas: inout Canvas) {
    guard from != to, let start = eighths(chart.axis.isLog && from <= 0 ? chart.axis.lower : from),
      let end = eighths(to)
    else { return }
    let (low, high) = (min(start, end), max(start, end))
    let several = chart.fills.count > 1
    let text = several ? glyphs.fill(fill, of: chart.fills.count) : glyphs.fills[0]
    let ink = several ? Ink.series(fill) : .series(0)
    if !several, screen.unicode, low % 8 == 0, start <= end {
      for column in (low / 8)..<(high / 8) { canvas.put(text, left + column, 0, ink) }
      // A value that is not zero must not look like zero.
      let rest = high % 8 > 0 ? high % 8 : high == low ? 1 : 0
      if rest > 0 { canvas.put(glyphs.eighths[rest - 1], left + high / 8, 0, ink) }
      return
    }
    let first = (low + 4) / 8
    // Of stacked bars the whole counts; alone, what is not zero must not look like zero.
    let last = max((high + 4) / 8, several && chart.axis.unit != .datetime ? first : first + 1)
    for column in first..<max(last, first) where column < inner {
      canvas.put(text, left + column, 0, ink)
    }
  }

  private func drawInterval(_ low: Double?, _ high: Double?, on canvas: inout Canvas) {
    let from = low.map { clamped($0) } ?? left
    let to = high.map { clamped($0) } ?? left + inner - 1
    guard let from, let to, from <= to else { return }
    for column in from...to { canvas.put(glyphs.horizontal, column, 0, .faint) }
    canvas.put(low == nil ? glyphs.openLow : glyphs.lowEnd, from, 0, .faint)
    canvas.put(high == nil ? glyphs.openHigh : glyphs.highEnd, to, 0, .faint)
  }

  private func drawBox(
    _ low: Double, _ first: Double, _ middle: Double, _ third: Double, _ high: Double,
    on canvas: inout Canvas
  ) {
    drawInterval(low, high, on: &canvas)
    guard let from = clamped(first), let to = clamped(third), let place = clamped(middle),
      from <= to
    else { return }
    for column in from...to { canvas.put(glyphs.box, column, 0, .series(0)) }
    canvas.put(glyphs.median, place, 0, .series(0))
  }

  // MARK: The axis

  private var axis: [String] {
    var canvas = Canvas(width: width, height: 3)
    for column in left..<width { canvas.put(glyphs.horizontal, column, 0, .faint) }
    var free = (text: 0, context: 0)
    for tick in chart.axis.ticks(atMost: max(2, inner / 11)) {
      guard let place = cell(tick.value) else { continue }
      canvas.put(glyphs.tickDown, place, 0, .faint)
      let size = displayWidth(tick.text)
      let start = max(min(place - size / 2, width - size), 0)
      if start >= free.text {
        canvas.write(tick.text, start, 1, .faint)
        free.text = start + size + 1
      }
      if let context = tick.context {
        let start = max(min(start, width - displayWidth(context)), 0)
        if start >= free.context {
          canvas.write(context, start, 2, .faint)
          free.context = start + displayWidth(context) + 2
        }
      }
    }
    var lines = canvas.lines(screen)
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }
}
