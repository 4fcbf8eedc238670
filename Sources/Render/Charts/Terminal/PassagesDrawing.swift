import CasebookValues

/// Draws lines between pairs of time axes: above, when a case left a step; below, when it arrived at the next.
struct PassagesDrawing {
  let chart: ChartPassages
  let screen: Screen
  let width: Int
  let height: Int

  init(_ chart: ChartPassages, _ screen: Screen, width: Int, height: Int) {
    self.chart = chart
    self.screen = screen
    self.width = width
    self.height = max(height, 2)
  }

  var lines: [String] {
    var lines: [String] = []
    for (index, band) in chart.bands.enumerated() {
      let follows = index > 0 && chart.bands[index - 1].target == band.source
      if !follows { lines.append(rule(band.source)) }
      var canvas = Canvas(width: width, height: height)
      var dots = DotCanvas(columns: width, lines: height, unicode: screen.unicode)
      for line in band.lines {
        guard let from = chart.axis.position(line.left), let to = chart.axis.position(line.arrived)
        else { continue }
        dots.line(dots.dot(from, 1), dots.dot(to, 0), .series(line.fill))
      }
      dots.draw(on: &canvas, left: 0, top: 0, ascii: ".")
      lines += canvas.lines(screen)
      lines.append(rule(band.target))
    }
    return lines + axis
  }

  private func rule(_ name: String) -> String {
    let text = fitted(name, to: max(width - 4, 4), screen.glyphs)
    let rest = max(width - text.width - 1, 0)
    return screen.painted(text.text, .heading) + " "
      + screen.painted(String(repeating: screen.chartGlyphs.horizontal, count: rest), .faint)
  }

  private var axis: [String] {
    var canvas = Canvas(width: width, height: 2)
    var free = (text: 0, context: 0)
    for tick in chart.axis.ticks(atMost: max(2, width / 11)) {
      guard let share = chart.axis.position(tick.value) else { continue }
      let place = Int((share * Double(width - 1)).rounded())
      let size = displayWidth(tick.text)
      let start = max(min(place - size / 2, width - size), 0)
      if start >= free.text {
        canvas.write(tick.text, start, 0, .faint)
        free.text = start + size + 1
      }
      if let context = tick.context, start >= free.context {
        canvas.write(context, start, 1, .faint)
        free.context = start + displayWidth(context) + 2
      }
    }
    var lines = canvas.lines(screen)
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }
}
