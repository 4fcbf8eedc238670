import CasebookValues

/// Draws a plot: axes, lines of dots, columns of blocks, letters for series.
struct PlotDrawing {
  /// The most points of a cloud that are drawn as signs and not as dots.
  private static let letterLimit = 400
  private static let densities = [4, 8, 2, 6]

  let plot: ChartPlot
  let screen: Screen
  let glyphs: ChartGlyphs
  let width: Int
  let height: Int
  let showsLegend: Bool
  private let left: Int
  private let yTicks: [ChartAxis.Tick]
  /// Columns of the area inside the axes.
  let inner: Int

  init(_ plot: ChartPlot, _ screen: Screen, width: Int, height: Int, showsLegend: Bool) {
    self.plot = plot
    self.screen = screen
    self.width = width
    self.height = height
    self.showsLegend = showsLegend
    glyphs = screen.chartGlyphs
    yTicks = plot.y.ticks(atMost: max(2, (height + 1) / 2))
    let widest = yTicks.map { displayWidth($0.text) }.max() ?? 0
    // On a screen so narrow that figures would leave no room, the curve is worth more.
    left = widest + 10 <= width ? widest + 2 : 1
    inner = max(width - left, 4)
  }

  var lines: [String] {
    var lines: [String] = []
    if let title = plot.y.title {
      lines.append(screen.painted(fitted(title, to: width, screen.glyphs).text, .faint))
    }
    var canvas = Canvas(width: width, height: height)
    drawColumns(on: &canvas)
    drawLetters(on: &canvas)
    drawDots(on: &canvas)
    drawLevels(on: &canvas)
    drawLeftAxis(on: &canvas)
    lines += canvas.lines(screen)
    lines += bottomAxis + sizes
    if showsLegend { lines += legend }
    return lines
  }

  // MARK: Axes

  /// The line of the area that holds a share of the height.
  private func line(_ share: Double) -> Int {
    min(max(Int((1 - share) * Double(height)), 0), height - 1)
  }

  private func dotLine(_ share: Double) -> Int {
    min(max(Int(((1 - share) * Double(height - 1)).rounded()), 0), height - 1)
  }

  private var hasColumns: Bool {
    plot.series.contains { if case .columns = $0.mark { true } else { false } }
  }

  private func axisLine(_ value: Double) -> Int? {
    guard let share = plot.y.position(value), share >= -0.001, share <= 1.001 else { return nil }
    return hasColumns ? line(share - 0.5 / Double(height)) : dotLine(share)
  }

  private func drawLeftAxis(on canvas: inout Canvas) {
    for line in 0..<height { canvas.put(glyphs.vertical, left - 1, line, .faint) }
    for tick in yTicks {
      guard let line = axisLine(tick.value) else { continue }
      canvas.put(glyphs.tickLeft, left - 1, line, .faint)
      if left > 1 { canvas.write(tick.text, left - 2 - displayWidth(tick.text), line, .faint) }
    }
  }

  private var bottomAxis: [String] {
    var canvas = Canvas(width: width, height: 3)
    canvas.put(glyphs.corner, left - 1, 0, .faint)
    for column in left..<max(width, left) { canvas.put(glyphs.horizontal, column, 0, .faint) }
    var free = (text: 0, context: 0)
    for tick in xTicks {
      guard let share = plot.x.position(tick.value), share >= -0.001, share <= 1.001 else {
        continue
      }
      let column = left + Int((share * Double(inner - 1)).rounded())
      canvas.put(glyphs.tickDown, column, 0, .faint)
      let room =
        plot.x.names == nil ? 40 : max(inner * stride / max(plot.x.names?.count ?? 1, 1) - 1, 1)
      let text = fitted(tick.text, to: room, screen.glyphs)
      let start = max(min(column - text.width / 2, width - text.width), 0)
      if start >= free.text {
        canvas.write(text.text, start, 1, .faint)
        free.text = start + text.width + 1
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
    if let title = plot.x.title {
      let text = fitted(title, to: max(width - free.context, 0), screen.glyphs)
      let last = canvas.lines(Screen(width: screen.width, colour: false, unicode: screen.unicode))[
        2]
      let column = max(width - text.width, displayWidth(last) + 1)
      if text.width > 0, column + text.width <= width {
        lines[2] +=
          String(repeating: " ", count: column - displayWidth(last))
          + screen.painted(text.text, .faint)
      }
    }
    if lines[2].isEmpty { lines.removeLast() }
    return lines
  }

  /// How many names one label stands for.
  private var stride: Int {
    guard let names = plot.x.names, !names.isEmpty else { return 1 }
    let widest = min(names.map { displayWidth(visibleText($0)) }.max() ?? 1, 12)
    let room = max(inner / names.count, 1)
    return max(1, (min(widest, 8) + room) / (room + 0))
  }

  private var xTicks: [ChartAxis.Tick] {
    if let names = plot.x.names {
      let fits = names.map { displayWidth(visibleText($0)) }.max() ?? 1
      let room = max(inner / max(names.count, 1), 1)
      if fits < room || room >= 8 { return plot.x.ticks(atMost: names.count) }
      return plot.x.ticks(atMost: max(names.count / max(stride, 1), 1))
    }
    return plot.x.ticks(atMost: max(2, inner / 11))
  }

  /// How large the points of a cloud are, a line of levels a series below the axis.
  private var sizes: [String] {
    guard let title = plot.sizeTitle else { return [] }
    let isSeveral = plot.series.count > 1
    return plot.series.enumerated().compactMap { index, series in
      guard series.mark == .points, series.points.contains(where: { $0.size != nil }) else {
        return nil
      }
      let name = isSeveral ? title + " " + ChartGlyphs.letter(index) : title
      var canvas = Canvas(width: width, height: 1)
      canvas.write(fitted(name, to: max(left - 1, 0), screen.glyphs).text, 0, 0, .faint)
      for point in series.points {
        guard let size = point.size, size > 0, let x = plot.x.position(point.x), x >= -0.001,
          x <= 1.001
        else { continue }
        let column = left + Int((x * Double(inner - 1)).rounded())
        let level = min(max(Int((size * 8).rounded()), 1), glyphs.levels.count)
        canvas.put(glyphs.levels[level - 1], column, 0, .series(index))
      }
      return canvas.lines(screen).joined()
    }
  }

  // MARK: Dots

  private func isDotted(_ series: ChartPlot.Series) -> Bool {
    if case .columns = series.mark { false } else { true }
  }

  private func drawDots(on canvas: inout Canvas) {
    for reference in plot.references where reference == .diagonal {
      var dots = DotCanvas(columns: inner, lines: height, unicode: screen.unicode)
      drawDiagonal(on: &dots)
      dots.draw(on: &canvas, left: left, top: 0, ascii: ".")
    }
    var dots = DotCanvas(columns: inner, lines: height, unicode: screen.unicode)
    for (index, series) in plot.series.enumerated() where isDotted(series) {
      let ink = Ink.series(index)
      if screen.unicode {
        draw(series, ink, index, on: &dots)
      } else {
        var own = DotCanvas(columns: inner, lines: height, unicode: false)
        draw(series, ink, index, on: &own)
        own.draw(on: &canvas, left: left, top: 0, ascii: series.isDashed ? "-" : "*")
      }
    }
    dots.draw(on: &canvas, left: left, top: 0)
  }

  private func drawDiagonal(on dots: inout DotCanvas) {
    let low = max(plot.x.lower, plot.y.lower)
    let high = min(plot.x.upper, plot.y.upper)
    guard low < high, let x0 = plot.x.position(low), let y0 = plot.y.position(low),
      let x1 = plot.x.position(high), let y1 = plot.y.position(high)
    else { return }
    dots.line(dots.dot(x0, y0), dots.dot(x1, y1), .faint, pattern: 8)
  }

  private func draw(
    _ series: ChartPlot.Series, _ ink: Ink, _ index: Int, on dots: inout DotCanvas
  ) {
    if series.mark == .line || series.mark == .step { drawBand(series, ink, on: &dots) }
    var last: (column: Int, line: Int)?
    var isAlone = false
    for point in series.points {
      guard let y = point.y, let x = plot.x.position(point.x), let share = plot.y.position(y) else {
        if let last, isAlone { dots.set(last.column, last.line, ink) }
        last = nil
        continue
      }
      let dot = dots.dot(x, share)
      if series.mark == .points { drawBounds(point, x, ink, on: &dots) }
      switch series.mark {
      case .points:
        if series.points.count > PlotDrawing.letterLimit { dots.set(dot.column, dot.line, ink) }
      case .line, .step, .area, .columns:
        isAlone = last == nil
        if let before = last {
          if series.mark == .step {
            dots.line(before, (dot.column, before.line), ink, pattern: series.isDashed ? 6 : 0)
            dots.line((dot.column, before.line), dot, ink, pattern: series.isDashed ? 6 : 0)
          } else {
            dots.line(before, dot, ink, pattern: series.isDashed ? 6 : 0)
          }
        } else {
          dots.set(dot.column, dot.line, ink)
        }
        if series.mark == .area { fill(from: last, to: dot, point, ink, index, on: &dots) }
      }
      last = dot
    }
  }

  /// The bounds of a line as two lines of sparse dots.
  private func drawBand(_ series: ChartPlot.Series, _ ink: Ink, on dots: inout DotCanvas) {
    for bound in [\ChartPlot.Point.low, \ChartPlot.Point.high] {
      var last: (column: Int, line: Int)?
      for point in series.points {
        guard let y = point[keyPath: bound], let x = plot.x.position(point.x),
          let share = plot.y.position(y)
        else {
          last = nil
          continue
        }
        let dot = dots.dot(x, share)
        if let before = last {
          let corner = series.mark == .step ? (dot.column, before.line) : before
          dots.line(before, corner, ink, pattern: 4)
          dots.line(corner, dot, ink, pattern: 4)
        }
        last = dot
      }
    }
  }

  private func drawBounds(
    _ point: ChartPlot.Point, _ x: Double, _ ink: Ink, on dots: inout DotCanvas
  ) {
    guard point.low != nil || point.high != nil, let y = point.y,
      let low = plot.y.position(point.low ?? y), let high = plot.y.position(point.high ?? y)
    else { return }
    dots.line(dots.dot(x, low), dots.dot(x, high), ink)
  }

  /// A light fill below a line, of another density for each series.
  private func fill(
    from last: (column: Int, line: Int)?, to dot: (column: Int, line: Int),
    _ point: ChartPlot.Point, _ ink: Ink, _ index: Int, on dots: inout DotCanvas
  ) {
    guard screen.unicode, let base = plot.y.position(point.base) ?? plot.y.position(plot.y.lower)
    else { return }
    let floor = dots.dot(0, min(max(base, 0), 1)).line
    let start = last ?? dot
    for column in min(start.column, dot.column)...max(start.column, dot.column) {
      let share =
        dot.column == start.column
        ? 1 : Double(column - start.column) / Double(dot.column - start.column)
      let line = Double(start.line) + share * Double(dot.line - start.line)
      for row in Swift.stride(from: min(Int(line), floor), through: max(Int(line), floor), by: 1)
      where (column + row * 2) % PlotDrawing.densities[index % 4] == 0 {
        dots.set(column, row, ink)
      }
    }
  }

  // MARK: Letters and levels

  /// The letters by which several series are known, now and then along each line, and texts beside points.
  private func drawLetters(on canvas: inout Canvas) {
    let isSeveral = plot.series.count > 1
    for (index, series) in plot.series.enumerated() where isDotted(series) {
      let isCloud = series.mark == .points
      var next = isSeveral ? left + index * 3 % 12 : Int.max
      for (place, point) in series.points.enumerated() {
        guard let y = point.y, let x = plot.x.position(point.x), let share = plot.y.position(y),
          x >= -0.001, x <= 1.001, share >= -0.001, share <= 1.001
        else { continue }
        let column = left + Int((x * Double(inner - 1)).rounded())
        let row = dotLine(share)
        let isLast = isSeveral && place == series.points.count - 1
        if point.isMarked {
          canvas.put(glyphs.marked, column, row, .series(index))
        } else if isCloud, series.points.count <= PlotDrawing.letterLimit {
          canvas.put(
            isSeveral ? ChartGlyphs.letter(index) : glyphs.dot, column, row, .series(index))
        } else if !isCloud, !isSeveral, isAlone(place, series.points) {
          canvas.put(glyphs.dot, column, row, .series(index))
        } else if !isCloud,
          column >= next || isLast || (isSeveral && isAlone(place, series.points)),
          canvas.isBlank(column, row)
        {
          canvas.put(ChartGlyphs.letter(index), column, row, .series(index))
          next = column + 16
        }
        if let label = point.label { write(label, beside: column, row, on: &canvas) }
      }
    }
  }

  /// Whether no line leads to a point or from it.
  private func isAlone(_ place: Int, _ points: [ChartPlot.Point]) -> Bool {
    (place == 0 || points[place - 1].y == nil)
      && (place == points.count - 1 || points[place + 1].y == nil)
  }

  private func write(_ label: String, beside column: Int, _ row: Int, on canvas: inout Canvas) {
    let text = fitted(label, to: 20, screen.glyphs)
    let start = column + 2 + text.width <= width ? column + 2 : column - 1 - text.width
    guard start >= left, (start..<(start + text.width)).allSatisfy({ canvas.isBlank($0, row) })
    else { return }
    canvas.write(text.text, start, row)
  }

  private func drawLevels(on canvas: inout Canvas) {
    for case .level(let value, let text) in plot.references {
      guard let line = axisLine(value) else { continue }
      for column in left..<width where canvas.isBlank(column, line) {
        canvas.put(glyphs.dash, column, line, .faint)
      }
      let start = width - displayWidth(text)
      if start > left { canvas.write(text, start, line, .faint) }
    }
  }

  // MARK: Columns

  private func drawColumns(on canvas: inout Canvas) {
    let count = plot.series.count
    for (index, series) in plot.series.enumerated() {
      guard case .columns(let span, let place, let beside) = series.mark else { continue }
      for point in series.points {
        guard let y = point.y, let from = plot.x.position(point.x - span / 2),
          let to = plot.x.position(point.x + span / 2)
        else { continue }
        let cells = cells(from, to, place, beside)
        let base = plot.y.position(plot.y.isLog ? plot.y.lower : point.base) ?? 0
        guard let top = plot.y.position(y) else { continue }
        draw(
          cells, from: base, to: top, glyphs.fill(index, of: count), .series(index),
          isFine: count == 1,
          on: &canvas)
      }
    }
  }

  /// The columns of the screen that a bar takes.
  private func cells(_ from: Double, _ to: Double, _ place: Int, _ beside: Int) -> Range<Int> {
    let isNamed = plot.x.names != nil
    var lower = from * Double(inner)
    var upper = to * Double(inner)
    if isNamed, upper - lower >= 3 { upper -= 1 }
    let each = (upper - lower) / Double(max(beside, 1))
    lower += each * Double(place)
    upper = lower + each
    let first = left + Int(lower.rounded())
    return first..<max(left + Int(upper.rounded()), first + 1)
  }

  private func draw(
    _ cells: Range<Int>, from base: Double, to top: Double, _ fill: String, _ ink: Ink,
    isFine: Bool,
    on canvas: inout Canvas
  ) {
    let low = min(max(min(base, top), 0), 1) * Double(height)
    let high = min(max(max(base, top), 0), 1) * Double(height)
    guard high > low else { return }
    for row in 0..<height {
      let floor = Double(height - 1 - row)
      let covered = min(high, floor + 1) - max(low, floor)
      guard covered > 0 else { continue }
      var text = covered >= 0.5 ? fill : ""
      if isFine, screen.unicode, covered < 1, top >= base {
        let level = Int((covered * 8).rounded())
        text = level > 0 ? glyphs.levels[level - 1] : row == height - 1 ? glyphs.levels[0] : ""
      } else if isFine, screen.unicode, covered < 0.5, top < base {
        text = covered > 0.25 ? glyphs.half : ""
      }
      // A value that is not zero must not look like zero.
      if text.isEmpty, high - low < 0.5, floor <= low, low < floor + 1 {
        text = screen.unicode ? "▁" : "_"
      }
      guard !text.isEmpty else { continue }
      for column in cells { canvas.put(text, column, row, ink) }
    }
  }

  // MARK: Legend

  private var legend: [String] {
    guard plot.series.count > 1 || plot.series.contains(where: { $0.isDashed }) else { return [] }
    let names = plot.series.enumerated().map {
      index, series -> (mark: String, name: String, ink: Ink) in
      let mark =
        isDotted(series) ? ChartGlyphs.letter(index) : glyphs.fill(index, of: plot.series.count)
      return (mark, series.name + (series.isDashed ? " (dashed)" : ""), .series(index))
    }
    return legendLines(names, screen, width: width, indent: left)
  }
}

/// Names of series with their marks, as many a line as fit.
func legendLines(
  _ names: [(mark: String, name: String, ink: Ink)], _ screen: Screen, width: Int, indent: Int
) -> [String] {
  let indent = indent * 2 < width ? indent : 0
  var lines: [String] = []
  var (line, used) = (String(repeating: " ", count: indent), indent)
  for entry in names {
    let name = fitted(entry.name, to: max(width - indent - 2, 4), screen.glyphs)
    let size = name.width + 2
    if used > indent, used + 2 + size > width {
      lines.append(line)
      (line, used) = (String(repeating: " ", count: indent), indent)
    }
    if used > indent {
      line += "  "
      used += 2
    }
    line += screen.painted(entry.mark, entry.ink) + " " + name.text
    used += size
  }
  return lines + (used > indent ? [line] : [])
}
