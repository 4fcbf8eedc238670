extension SVGDrawing {
  /// Rows with marks along one axis.
  mutating func draw(_ chart: ChartRows, showsLegend: Bool) {
    let frame = RowFrame(chart, width: width)
    let rowHeight = 24.0
    let headHeight = frame.isStacked ? 18.0 : 0
    if let title = chart.axis.title {
      document.text(
        cutText(title, to: width - frame.left - 12), frame.left, top + 12,
        ["class": "chart-faint", "fill": "#5f6b7a"])
      top += 20
    }
    let begin = top
    let end = top + (rowHeight + headHeight) * Double(chart.rows.count)
    let ticks = chart.axis.ticks(atMost: max(2, Int(frame.inner / 80)))
    for tick in ticks {
      guard let x = frame.x(tick.value) else { continue }
      document.line(
        x, begin, x, end, ["class": "chart-grid", "stroke": "#e2e6eb", "stroke-width": "1"])
    }
    for row in chart.rows {
      drawLabels(row, frame, frame.isStacked ? headHeight : rowHeight)
      top += headHeight
      for mark in row.marks { draw(mark, frame, rowHeight, name: row.labels.last ?? "") }
      top += rowHeight
    }
    for value in chart.references + (chart.hasZeroLine ? [0] : []) {
      guard let x = frame.x(value) else { continue }
      document.line(
        x, begin, x, end,
        [
          "class": "chart-axis", "stroke": "#5f6b7a", "stroke-width": "1",
          "stroke-dasharray": value == 0 ? "none" : "4 4",
        ])
    }
    drawAxis(ticks, frame)
    if showsLegend, chart.fills.count > 1 {
      let classes = chart.fills.indices.map { fill($0) }
      legend(chart.fills, from: frame.left) { index, x, y, document in
        document.rectangle(
          x, y - 6, 16, 11, ["class": classes[index], "fill": ChartSVG.colour(index)])
      }
    }
  }

  /// Where names, figures and marks of rows stand.
  struct RowFrame {
    let chart: ChartRows
    private(set) var labels: [Double]
    private(set) var figure: Double
    private(set) var left: Double
    let inner: Double
    /// Whether names and figures stand above the marks, for want of room beside them.
    let isStacked: Bool

    init(_ chart: ChartRows, width: Double) {
      self.chart = chart
      let count = chart.rows.map(\.labels.count).max() ?? 1
      let widest = (0..<count).map { index in
        chart.rows.map { row in
          row.labels.indices.contains(index) ? textWidth(row.labels[index]) : 0
        }.max() ?? 0
      }
      let widestFigure = chart.rows.map { textWidth($0.figure) }.max() ?? 0
      labels = widest.map { min($0, width * 0.36 / Double(count)) + 14 }
      figure = min(widestFigure, width * 0.34) + 14
      left = 12 + labels.reduce(0, +) + figure
      let isCut = figure < widestFigure + 14 || zip(labels, widest).contains { $0 < $1 + 14 }
      // Names beside their marks read best; a narrow picture has room for one of them.
      isStacked = width < 480 && (isCut || width - left < width * 0.4)
      if isStacked {
        left = 12
        figure = min(widestFigure, width * 0.6) + 14
        let room = width - 24 - figure
        labels = widest.map { min($0 + 14, room / Double(count)) }
      }
      inner = max(width - left - 20, 20)
    }

    /// Where figures end.
    func figureEnd(_ width: Double) -> Double { isStacked ? width - 12 : left - 12 }

    /// Where a value stands, nil outside the axis.
    func x(_ value: Double) -> Double? {
      guard let share = chart.axis.position(value), share >= -0.001, share <= 1.001 else {
        return nil
      }
      return left + share * inner
    }

    func clamped(_ value: Double) -> Double? {
      let share = chart.axis.position(value) ?? (chart.axis.isLog && value <= 0 ? 0 : nil)
      return share.map { left + min(max($0, 0), 1) * inner }
    }
  }

  private mutating func drawLabels(_ row: ChartRows.Row, _ frame: RowFrame, _ height: Double) {
    var x = 12.0
    for (index, size) in frame.labels.enumerated() {
      if row.labels.indices.contains(index), !row.labels[index].isEmpty {
        document.text(
          cutText(row.labels[index], to: size - 8), x, top + height / 2 + 4, ["fill": "#1c2430"])
      }
      x += size
    }
    document.text(
      cutText(row.figure, to: frame.figure - 8), frame.figureEnd(width), top + height / 2 + 4,
      ["class": "chart-faint", "fill": "#5f6b7a", "text-anchor": "end"])
  }

  private mutating func draw(
    _ mark: ChartRows.Mark, _ frame: RowFrame, _ height: Double, name: String
  ) {
    let middle = top + height / 2
    switch mark {
    case .bar(let from, let to, let fill, let text):
      guard let start = frame.clamped(from), let end = frame.clamped(to) else { return }
      document.rectangle(
        min(start, end), top + 4, max(abs(end - start), 0.75), height - 8,
        ["class": self.fill(fill), "fill": ChartSVG.colour(fill), "rx": "1.5"],
        hover: name + ": " + text)
    case .interval(let low, let high):
      let start = low.map { frame.clamped($0) } ?? frame.left
      let end = high.map { frame.clamped($0) } ?? frame.left + frame.inner
      guard let start, let end else { return }
      let style: SVGDocument.Attributes = [
        "class": "chart-axis", "stroke": "#5f6b7a", "stroke-width": "1.5",
      ]
      document.line(start, middle, end, middle, style)
      if low != nil { document.line(start, middle - 4, start, middle + 4, style) }
      if high != nil { document.line(end, middle - 4, end, middle + 4, style) }
    case .dot(let value, let fill, let text):
      guard let x = frame.x(value) else { return }
      document.element(
        "circle",
        [
          "cx": number(x), "cy": number(middle), "r": "4.5", "class": self.fill(fill),
          "fill": ChartSVG.colour(fill),
        ], hover: name + ": " + text)
    case .box(let low, let first, let median, let third, let high, let text):
      draw(.interval(low, high), frame, height, name: name)
      guard let start = frame.clamped(first), let end = frame.clamped(third),
        let line = frame.clamped(median)
      else { return }
      document.rectangle(
        start, top + 4, max(end - start, 1), height - 8,
        [
          "class": fill(0) + " " + stroke(0), "fill": ChartSVG.colour(0), "fill-opacity": "0.3",
          "stroke": ChartSVG.colour(0),
        ], hover: name + ": " + text)
      document.line(
        line, top + 4, line, top + height - 4,
        ["class": stroke(0), "stroke": ChartSVG.colour(0), "stroke-width": "2.5"])
    }
  }

  private mutating func drawAxis(_ ticks: [ChartAxis.Tick], _ frame: RowFrame) {
    document.line(
      frame.left, top, frame.left + frame.inner, top,
      ["class": "chart-axis", "stroke": "#5f6b7a", "stroke-width": "1"])
    var (free, hasContext) = (0.0, false)
    for tick in ticks {
      guard let x = frame.x(tick.value) else { continue }
      let half = textWidth(tick.text) / 2
      let middle = min(x, width - 4 - half)
      guard middle - half >= free else { continue }
      document.text(
        tick.text, middle, top + 18,
        ["class": "chart-faint", "fill": "#5f6b7a", "text-anchor": "middle"])
      free = middle + half + 6
      if let context = tick.context {
        hasContext = true
        document.text(
          context, min(middle - half, width - 4 - textWidth(context)), top + 34,
          ["class": "chart-faint", "fill": "#5f6b7a"])
      }
    }
    top += hasContext ? 40 : 24
  }

  /// Names with values.
  mutating func draw(_ figures: [Chart.Figure]) {
    for figure in figures {
      document.text(
        cutText(figure.name, to: width - 24), 12, top + 14,
        ["class": "chart-faint", "fill": "#5f6b7a"])
      document.text(
        cutText(figure.text, to: width - 24, size: 26), 12, top + 44,
        ["class": "chart-strong", "fill": "#1c2430", "font-size": "26"])
      top += 58
    }
  }
}
