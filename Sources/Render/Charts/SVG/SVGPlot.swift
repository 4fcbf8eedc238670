extension SVGDrawing {
  /// The inside of the axes of a plot.
  struct Area {
    var left: Double
    var top: Double
    var width: Double
    var height: Double
    let plot: ChartPlot

    func x(_ value: Double) -> Double? {
      plot.x.position(value).map { left + min(max($0, -0.5), 1.5) * width }
    }

    func y(_ value: Double) -> Double? {
      plot.y.position(value).map { top + (1 - min(max($0, -0.5), 1.5)) * height }
    }

    /// Whether a value is within the axes.
    func holds(_ point: ChartPlot.Point) -> Bool {
      guard let y = point.y, let across = plot.x.position(point.x), let up = plot.y.position(y)
      else {
        return false
      }
      return across >= -0.001 && across <= 1.001 && up >= -0.001 && up <= 1.001
    }
  }

  /// The most points of a line that have a text each.
  private static let hoverLimit = 400
  private static let dashes = ["", "7 3", "2 3", "9 3 2 3", "4 2", "12 4", "2 2 6 2", "1 3"]

  /// A plot with its axes, title and legend.
  mutating func draw(_ plot: ChartPlot, height: Double, showsLegend: Bool) {
    let yTicks = plot.y.ticks(atMost: max(2, Int(height / 44)))
    let widest = yTicks.map { textWidth($0.text) }.max() ?? 0
    let left = min(max(widest + 20, 36), width / 3)
    if let title = plot.y.title {
      document.text(
        cutText(title, to: width - 24), 12, top + 12, ["class": "chart-faint", "fill": "#5f6b7a"])
      top += 22
    }
    let area = Area(left: left, top: top + 4, width: width - left - 24, height: height, plot: plot)
    drawLeftAxis(yTicks, area)
    drawBottomAxis(area)
    let clip = idPrefix + "-clip-" + number(top)
    document.raw("<clipPath id=\"" + SVGDocument.escaped(clip) + "\">")
    document.rectangle(area.left - 6, area.top - 6, area.width + 12, area.height + 7, [:])
    document.raw("</clipPath>\n<g clip-path=\"url(#" + SVGDocument.escaped(clip) + ")\">\n")
    drawReferences(area)
    for (index, series) in plot.series.enumerated() { draw(series, index, area) }
    document.raw("</g>\n")
    top = area.top + area.height + 22 + bottomRoom(area)
    let isSeveral = plot.series.count > 1 || plot.series.contains { $0.isDashed }
    if showsLegend, isSeveral { legend(plot, left) }
  }

  private func bottomRoom(_ area: Area) -> Double {
    let hasContext = area.plot.x.ticks(atMost: 12).contains { $0.context != nil }
    return (hasContext ? 16 : 0) + (area.plot.x.title == nil ? 0 : 18) + slantedDepth(area)
  }

  /// No name below a column is longer where names are slanted.
  private static let longestSlantedName = 120.0

  /// How far below their usual place names reach that have no room beside each other; 0 where they have it.
  private func slantedDepth(_ area: Area) -> Double {
    guard let names = area.plot.x.names, !names.isEmpty else { return 0 }
    let room = area.width / Double(names.count)
    let widest = names.map { textWidth($0) }.max() ?? 0
    guard widest > room - 6, room >= 15 else { return 0 }
    return slantedExtent(min(widest, SVGDrawing.longestSlantedName)).up
  }

  private mutating func drawLeftAxis(_ ticks: [ChartAxis.Tick], _ area: Area) {
    for tick in ticks {
      guard let y = area.y(tick.value), y >= area.top - 1, y <= area.top + area.height + 1 else {
        continue
      }
      document.line(
        area.left, y, area.left + area.width, y,
        ["class": "chart-grid", "stroke": "#e2e6eb", "stroke-width": "1"])
      document.text(
        tick.text, area.left - 8, y + 4,
        ["class": "chart-faint", "fill": "#5f6b7a", "text-anchor": "end"])
    }
  }

  private mutating func drawBottomAxis(_ area: Area) {
    let floor = area.top + area.height
    document.line(
      area.left, floor, area.left + area.width, floor,
      ["class": "chart-axis", "stroke": "#5f6b7a", "stroke-width": "1"])
    let names = area.plot.x.names
    let room = names.map { area.width / Double(max($0.count, 1)) }
    let depth = slantedDepth(area)
    let most =
      names == nil
      ? max(2, Int(area.width / 80)) : max(Int(area.width / (depth > 0 ? 15 : 44)), 1)
    var free = (text: 0.0, context: 0.0)
    for tick in area.plot.x.ticks(atMost: most) {
      guard let x = area.x(tick.value), x >= area.left - 1, x <= area.left + area.width + 1 else {
        continue
      }
      let stride = names.map { Double(max(1, ($0.count + most - 1) / most)) } ?? 1
      let text = room.map { cutText(tick.text, to: max($0 * stride - 6, 12)) } ?? tick.text
      let half = textWidth(text) / 2
      document.line(
        x, floor, x, floor + 4, ["class": "chart-axis", "stroke": "#5f6b7a", "stroke-width": "1"])
      if depth > 0 {
        let room = min(SVGDrawing.longestSlantedName, (x - 4) / slantedExtent(1).across)
        document.slantedText(cutText(tick.text, to: room), x + 4, floor + 14, endsHere: true)
      } else if x - half >= free.text {
        document.text(
          text, x, floor + 18, ["class": "chart-faint", "fill": "#5f6b7a", "text-anchor": "middle"])
        free.text = x + half + 6
      }
      if let context = tick.context, x - half >= free.context {
        document.text(context, x - half, floor + 34, ["class": "chart-faint", "fill": "#5f6b7a"])
        free.context = x - half + textWidth(context) + 8
      }
    }
    if let title = area.plot.x.title {
      let hasContext = area.plot.x.ticks(atMost: most).contains { $0.context != nil }
      document.text(
        cutText(title, to: area.width), area.left + area.width / 2,
        floor + (hasContext ? 52 : 36) + depth,
        ["class": "chart-faint", "fill": "#5f6b7a", "text-anchor": "middle"])
    }
  }

  private mutating func drawReferences(_ area: Area) {
    for reference in area.plot.references {
      let style: SVGDocument.Attributes = [
        "class": "chart-axis", "stroke": "#5f6b7a", "stroke-width": "1", "stroke-dasharray": "4 4",
      ]
      switch reference {
      case .diagonal:
        let low = max(area.plot.x.lower, area.plot.y.lower)
        let high = min(area.plot.x.upper, area.plot.y.upper)
        if low < high, let x1 = area.x(low), let y1 = area.y(low), let x2 = area.x(high),
          let y2 = area.y(high)
        {
          document.line(x1, y1, x2, y2, style)
        }
      case .level(let value, let text):
        guard let y = area.y(value) else { continue }
        document.line(area.left, y, area.left + area.width, y, style)
        document.text(
          text, area.left + area.width - 4, y - 4,
          ["class": "chart-faint", "fill": "#5f6b7a", "text-anchor": "end", "font-size": "11"])
      }
    }
  }

  // MARK: Series

  private mutating func draw(_ series: ChartPlot.Series, _ index: Int, _ area: Area) {
    if case .columns(let span, let place, let count) = series.mark {
      return drawColumns(series, index, area, span, place, count)
    }
    if series.mark == .area { drawArea(series, index, area) }
    if series.mark == .line || series.mark == .step { drawBand(series, index, area) }
    if series.mark != .points { drawLine(series, index, area) }
    drawPoints(series, index, area)
  }

  private mutating func drawLine(_ series: ChartPlot.Series, _ index: Int, _ area: Area) {
    var path = ""
    var last: (x: Double, y: Double)?
    for point in series.points {
      guard let value = point.y, let x = area.x(point.x), let y = area.y(value) else {
        last = nil
        continue
      }
      if let last {
        if series.mark == .step { path += "L" + number(x) + " " + number(last.y) }
        path += "L" + number(x) + " " + number(y)
      } else {
        path += "M" + number(x) + " " + number(y)
      }
      last = (x, y)
    }
    guard !path.isEmpty else { return }
    let dash = series.isDashed ? "3 4" : SVGDrawing.dashes[index % SVGDrawing.dashes.count]
    document.element(
      "path",
      [
        "d": path, "class": stroke(index), "fill": "none", "stroke": ChartSVG.colour(index),
        "stroke-width": series.isDashed ? "1.5" : "2", "stroke-linejoin": "round",
        "stroke-linecap": "round", "stroke-dasharray": dash.isEmpty ? "none" : dash,
      ], hover: series.name)
  }

  /// The bounds of a line as a band around it.
  private mutating func drawBand(_ series: ChartPlot.Series, _ index: Int, _ area: Area) {
    var (path, run) = ("", [(x: Double, low: Double, high: Double)]())
    func close() -> String {
      guard run.count > 1 else { return "" }
      var (above, below) = ([String](), [String]())
      for (place, point) in run.enumerated() {
        if series.mark == .step, place > 0 {
          above.append(number(point.x) + " " + number(run[place - 1].high))
          below.append(number(point.x) + " " + number(run[place - 1].low))
        }
        above.append(number(point.x) + " " + number(point.high))
        below.append(number(point.x) + " " + number(point.low))
      }
      return "M" + (above + below.reversed()).joined(separator: "L") + "Z"
    }
    for point in series.points {
      guard let low = point.low, let high = point.high, let x = area.x(point.x),
        let bottom = area.y(low), let top = area.y(high)
      else {
        path += close()
        run = []
        continue
      }
      run.append((x, bottom, top))
    }
    path += close()
    guard !path.isEmpty else { return }
    document.element(
      "path",
      [
        "d": path, "class": fill(index), "fill": ChartSVG.colour(index), "fill-opacity": "0.15",
        "stroke": "none",
      ])
  }

  private mutating func drawArea(_ series: ChartPlot.Series, _ index: Int, _ area: Area) {
    var run: [(x: Double, y: Double, base: Double)] = []
    var path = ""
    func close(_ run: [(x: Double, y: Double, base: Double)]) -> String {
      guard run.count > 1 else { return "" }
      let above = run.map { number($0.x) + " " + number($0.y) }
      let below = run.reversed().map { number($0.x) + " " + number($0.base) }
      return "M" + (above + below).joined(separator: "L") + "Z"
    }
    for point in series.points {
      guard let value = point.y, let x = area.x(point.x), let y = area.y(value) else {
        path += close(run)
        run = []
        continue
      }
      let base = area.y(area.plot.y.isLog ? area.plot.y.lower : point.base) ?? y
      run.append((x, y, base))
    }
    path += close(run)
    guard !path.isEmpty else { return }
    document.element(
      "path",
      [
        "d": path, "class": fill(index), "fill": ChartSVG.colour(index), "fill-opacity": "0.25",
        "stroke": "none",
      ], hover: series.name)
  }

  private mutating func drawPoints(_ series: ChartPlot.Series, _ index: Int, _ area: Area) {
    let isCloud = series.mark == .points
    let hasFew = series.points.count <= SVGDrawing.hoverLimit
    for point in series.points where area.holds(point) {
      guard let value = point.y, let x = area.x(point.x), let y = area.y(value) else { continue }
      if isCloud { drawBounds(point, x, index, area) }
      if isCloud || hasFew || point.isMarked {
        let size = point.size.map { 3 + 9 * $0.squareRoot() }
        let radius = size ?? (point.isMarked ? 5 : isCloud ? 3.5 : 2.5)
        let hover =
          (area.plot.series.count > 1 ? series.name + ": " : "") + area.plot.x.text(of: point.x)
          + ", " + area.plot.y.text(of: value) + bounds(point, area)
        document.element(
          "circle",
          [
            "cx": number(x), "cy": number(y), "r": number(radius), "class": fill(index),
            "fill": ChartSVG.colour(index), "fill-opacity": isCloud ? "0.65" : "1",
          ], hover: hover)
      }
      if let label = point.label {
        document.text(
          cutText(label, to: 140), x + 8, y - 6, ["fill": "#1c2430", "font-size": "11"])
      }
    }
  }

  private func bounds(_ point: ChartPlot.Point, _ area: Area) -> String {
    guard point.low != nil || point.high != nil else { return "" }
    let ends = [point.low, point.high].map { $0.map { area.plot.y.text(of: $0) } ?? "" }
    return " (" + ends[0] + ".." + ends[1] + ")"
  }

  private mutating func drawBounds(
    _ point: ChartPlot.Point, _ x: Double, _ index: Int, _ area: Area
  ) {
    guard point.low != nil || point.high != nil, let value = point.y,
      let low = area.y(point.low ?? value), let high = area.y(point.high ?? value)
    else { return }
    let style: SVGDocument.Attributes = [
      "class": stroke(index), "stroke": ChartSVG.colour(index), "stroke-width": "1.25",
      "stroke-opacity": "0.7",
    ]
    document.line(x, low, x, high, style)
    document.line(x - 3, low, x + 3, low, style)
    document.line(x - 3, high, x + 3, high, style)
  }

  private mutating func drawColumns(
    _ series: ChartPlot.Series, _ index: Int, _ area: Area, _ span: Double, _ place: Int,
    _ count: Int
  ) {
    for point in series.points {
      guard let value = point.y, let from = area.x(point.x - span / 2),
        let to = area.x(point.x + span / 2), let y = area.y(value),
        let base = area.y(area.plot.y.isLog ? area.plot.y.lower : point.base)
      else { continue }
      let gap = area.plot.x.names == nil ? min(1, (to - from) * 0.1) : (to - from) * 0.2
      let each = (to - from - gap) / Double(max(count, 1))
      let hover =
        (area.plot.series.count > 1 ? series.name + ", " : "") + columnName(point, span, area)
        + ": "
        + area.plot.y.text(of: value - point.base)
      let height = value == point.base ? 0 : max(abs(base - y), 0.5)
      document.rectangle(
        from + gap / 2 + each * Double(place), min(y, base), max(each, 0.5), height,
        ["class": fill(index), "fill": ChartSVG.colour(index)], hover: hover)
    }
  }

  private func columnName(_ point: ChartPlot.Point, _ span: Double, _ area: Area) -> String {
    if area.plot.x.names != nil { return area.plot.x.text(of: point.x) }
    return area.plot.x.text(of: point.x - span / 2) + " to "
      + area.plot.x.text(of: point.x + span / 2)
  }

  private mutating func legend(_ plot: ChartPlot, _ left: Double) {
    let series = plot.series
    let classes = series.indices.map { (fill($0), stroke($0)) }
    legend(series.map(\.name), from: left) { index, x, y, document in
      switch series[index].mark {
      case .columns, .area:
        document.rectangle(
          x, y - 6, 16, 11, ["class": classes[index].0, "fill": ChartSVG.colour(index)])
      case .points:
        document.element(
          "circle",
          [
            "cx": number(x + 8), "cy": number(y), "r": "4", "class": classes[index].0,
            "fill": ChartSVG.colour(index),
          ])
      case .line, .step:
        let dash =
          series[index].isDashed ? "3 4" : SVGDrawing.dashes[index % SVGDrawing.dashes.count]
        document.line(
          x, y, x + 20, y,
          [
            "class": classes[index].1, "stroke": ChartSVG.colour(index), "stroke-width": "2",
            "stroke-dasharray": dash.isEmpty ? "none" : dash,
          ])
      }
    }
  }
}
