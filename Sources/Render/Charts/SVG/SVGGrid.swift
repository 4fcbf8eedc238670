extension SVGDrawing {
  /// Shaded cells.
  mutating func draw(_ grid: ChartGrid, showsLegend: Bool) {
    let names = (grid.rows + [grid.rowTitle]).map { textWidth($0) }.max() ?? 0
    let left = 12 + min(names, width * 0.3) + 10
    let cell = cellWidth(grid, room: width - left - 16)
    let rowHeight = 24.0
    document.text(
      cutText(grid.columnTitle, to: width - left), left, top + 12,
      ["class": "chart-faint", "fill": "#5f6b7a"])
    top += 20
    drawColumnNames(grid, left, cell)
    document.text(
      cutText(grid.rowTitle, to: left - 20), 12, top - 8,
      ["class": "chart-faint", "fill": "#5f6b7a"])
    for (row, name) in grid.rows.enumerated() {
      document.text(cutText(name, to: left - 20), 12, top + 16, ["fill": "#1c2430"])
      for (column, value) in grid.cells[row].enumerated() {
        guard let value else { continue }
        draw(value, grid, (row, column), left + cell * Double(column), cell, rowHeight)
      }
      top += rowHeight
    }
    if showsLegend { drawScale(grid, left) }
  }

  /// How wide a cell is; slanted names leave room for the last one to rise into.
  private func cellWidth(_ grid: ChartGrid, room: Double) -> Double {
    let count = Double(max(grid.columns.count, 1))
    let cell = min(max(room / count, 2), 96)
    let widest = grid.columns.map { textWidth($0, size: 11) }.max() ?? 0
    guard widest > cell - 4, cell >= 16 else { return cell }
    let rise = min(slantedExtent(min(widest, 120)).across, room * 0.15)
    return max((room - rise) / count, 13)
  }

  /// The names of the columns: beside each other, slanted where they have no room for that, and where cells are
  /// narrower than a line of text, some of them.
  private mutating func drawColumnNames(_ grid: ChartGrid, _ left: Double, _ cell: Double) {
    let widest = grid.columns.map { textWidth($0, size: 11) }.max() ?? 0
    if widest > cell - 4, cell >= 13 {
      let longest = min(widest, 120)
      top += slantedExtent(longest).up + 8
      for (index, name) in grid.columns.enumerated() {
        let x = left + cell * (Double(index) + 0.5)
        let room = min(longest, (width - 4 - x) / slantedExtent(1).across)
        document.slantedText(
          cutText(name, to: room, size: 11), x, top - 6, endsHere: false, size: 11)
      }
      return
    }
    top += 20
    let stride = cell - 4 >= widest ? 1 : max(Int((min(widest, 60) / cell).rounded(.up)), 1)
    var free = 0.0
    for (index, name) in grid.columns.enumerated() where index % stride == 0 {
      let x = left + cell * (Double(index) + 0.5)
      let shown = cutText(name, to: max(cell * Double(stride) - 4, 16), size: 11)
      let half = textWidth(shown, size: 11) / 2
      guard x - half >= free else { continue }
      document.text(
        shown, x, top - 8,
        ["class": "chart-faint", "fill": "#5f6b7a", "text-anchor": "middle", "font-size": "11"])
      free = x + half + 3
    }
  }

  private mutating func draw(
    _ value: ChartGrid.Cell, _ grid: ChartGrid, _ place: (row: Int, column: Int), _ x: Double,
    _ cell: Double, _ height: Double
  ) {
    document.rectangle(
      x + 0.5, top + 0.5, cell - 1, height - 1,
      [
        "class": fill(0), "fill": ChartSVG.colour(0),
        "fill-opacity": number(value.shade <= 0 ? 0.04 : 0.1 + 0.8 * value.shade),
      ], hover: grid.rows[place.row] + ", " + grid.columns[place.column] + ": " + value.text)
    guard grid.showsFigures, cell >= 22 else { return }
    // Dark cells in a light page and bright ones in a dark page both carry the colour of the page.
    let isFilled = value.shade > 0.55
    let text = cutText(value.text, to: cell - 4, size: 11)
    document.raw(
      "<text x=\"\(number(x + cell / 2))\" y=\"\(number(top + 16))\" text-anchor=\"middle\" "
        + "font-size=\"11\" pointer-events=\"none\" fill=\"\(isFilled ? "#ffffff" : "#1c2430")\""
        + (isFilled ? " class=\"chart-inverse\"" : "") + ">"
        + SVGDocument.escaped(text) + "</text>\n")
  }

  private mutating func drawScale(_ grid: ChartGrid, _ left: Double) {
    top += 10
    let names = cutText(grid.valueTitle, to: 160) + "  " + grid.least.text
    document.text(names, left, top + 12, ["class": "chart-faint", "fill": "#5f6b7a"])
    var x = left + textWidth(names) + 8
    for step in 0..<10 {
      document.rectangle(
        x, top + 2, 12, 12,
        [
          "class": fill(0), "fill": ChartSVG.colour(0),
          "fill-opacity": number(0.1 + 0.8 * Double(step) / 9),
        ])
      x += 12
    }
    document.text(grid.greatest.text, x + 8, top + 12, ["class": "chart-faint", "fill": "#5f6b7a"])
    top += 20
  }

  /// A small line for each series with its figures.
  mutating func draw(_ chart: ChartSparklines) {
    let names = chart.rows.map { textWidth($0.name) }.max() ?? 0
    let left = 12 + min(names, width * 0.3) + 12
    let titles = ["last", "least", "greatest"]
    let figures = chart.rows.map { [$0.last, $0.least, $0.greatest] }
    let sizes = titles.indices.map { index in
      min(max(textWidth(titles[index]), figures.map { textWidth($0[index]) }.max() ?? 0), 120) + 18
    }
    let inner = max(width - left - sizes.reduce(0, +) - 12, 60)
    var x = left + inner
    for (title, size) in zip(titles, sizes) {
      x += size
      document.text(
        title, x, top + 12, ["class": "chart-faint", "fill": "#5f6b7a", "text-anchor": "end"])
    }
    top += 20
    for (row, texts) in zip(chart.rows, figures) {
      document.text(cutText(row.name, to: left - 20), 12, top + 19, ["fill": "#1c2430"])
      draw(row, left, inner)
      x = left + inner
      for (text, size) in zip(texts, sizes) {
        x += size
        document.text(
          cutText(text, to: size - 10), x, top + 19, ["fill": "#1c2430", "text-anchor": "end"])
      }
      top += 30
    }
    let ends = chart.x.text(of: chart.x.lower) + " .. " + chart.x.text(of: chart.x.upper)
    document.text(ends, left, top + 14, ["class": "chart-faint", "fill": "#5f6b7a"])
    top += 20
  }

  private mutating func draw(_ row: ChartSparklines.Row, _ left: Double, _ inner: Double) {
    var path = ""
    var isOpen = false
    var last: (Double, Double)?
    for (x, y) in row.points {
      guard let y else {
        isOpen = false
        continue
      }
      let place = (left + x * inner, top + 26 - y * 22)
      path += (isOpen ? "L" : "M") + number(place.0) + " " + number(place.1)
      isOpen = true
      last = place
    }
    guard let last else { return }
    document.element(
      "path",
      [
        "d": path, "class": stroke(0), "fill": "none", "stroke": ChartSVG.colour(0),
        "stroke-width": "1.5", "stroke-linejoin": "round",
      ],
      hover: row.name + ": last " + row.last + ", least " + row.least + ", greatest " + row.greatest
    )
    document.element(
      "circle",
      [
        "cx": number(last.0), "cy": number(last.1), "r": "2.5", "class": fill(0),
        "fill": ChartSVG.colour(0),
      ])
  }

  /// Lines between pairs of time axes.
  mutating func draw(_ chart: ChartPassages, height: Double) {
    let (left, inner) = (12.0, width - 24)
    for (index, band) in chart.bands.enumerated() {
      let follows = index > 0 && chart.bands[index - 1].target == band.source
      if !follows { drawRule(band.source, left, inner) }
      for line in band.lines {
        guard let from = chart.axis.position(line.left), let to = chart.axis.position(line.arrived)
        else { continue }
        document.line(
          left + from * inner, top, left + to * inner, top + height,
          [
            "class": stroke(line.fill), "stroke": ChartSVG.colour(line.fill), "stroke-width": "1",
            "stroke-opacity": "0.45",
          ])
      }
      top += height
      drawRule(band.target, left, inner)
    }
    for tick in chart.axis.ticks(atMost: max(2, Int(inner / 90))) {
      guard let share = chart.axis.position(tick.value) else { continue }
      let half = textWidth(tick.text) / 2
      let x = min(max(left + share * inner, left + half), left + inner - half)
      document.text(
        tick.text, x, top + 14,
        ["class": "chart-faint", "fill": "#5f6b7a", "text-anchor": "middle"])
      if let context = tick.context {
        document.text(
          context, min(x - half, width - 12 - textWidth(context)), top + 30,
          ["class": "chart-faint", "fill": "#5f6b7a"])
      }
    }
    top += 36
    if chart.fills.count > 1 {
      let classes = chart.fills.indices.map { stroke($0) }
      legend(chart.fills, from: left) { index, x, y, document in
        document.line(
          x, y, x + 20, y,
          ["class": classes[index], "stroke": ChartSVG.colour(index), "stroke-width": "2"])
      }
    }
  }

  private mutating func drawRule(_ name: String, _ left: Double, _ inner: Double) {
    document.text(
      cutText(name, to: inner), left, top + 14, ["class": "chart-strong", "fill": "#1c2430"])
    document.line(
      left, top + 20, left + inner, top + 20,
      ["class": "chart-axis", "stroke": "#5f6b7a", "stroke-width": "1"])
    top += 20
  }
}
