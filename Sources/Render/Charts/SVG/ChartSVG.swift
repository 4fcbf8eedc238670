/// Draws charts as SVG: one element that needs nothing else and runs nothing.
///
/// It has a title and a description for those who do not see it, values that show when the pointer rests on
/// a mark, and colours for light and dark that a page may set through the variables `--chart-ink`, `--chart-faint`,
/// `--chart-grid`, `--chart-paper` and `--chart-1` to `--chart-8`.
public struct ChartSVG: Sendable {
  /// What ids begin with; pictures on one page need different ones.
  public let idPrefix: String
  /// Whether it brings its own ground, as a file does that is opened alone.
  public let hasGround: Bool
  /// Whether it brings its own style; a page that allows no style but its own holds `pageStyle`.
  public let hasStyle: Bool
  /// How wide it is where the chart does not say so.
  public let width: Double

  /// A drawer.
  public init(
    idPrefix: String = "chart", hasGround: Bool = true, hasStyle: Bool = true, width: Double = 720
  ) {
    self.idPrefix = idPrefix
    self.hasGround = hasGround
    self.hasStyle = hasStyle
    self.width = width
  }

  /// The style of every picture, for a page that holds several.
  public static var pageStyle: String { style }

  /// The chart as an `<svg>` element.
  public func text(_ chart: Chart) -> String {
    let width = chart.width.map { min(max(Double($0) * 8, 160), 4000) } ?? self.width
    var drawing = SVGDrawing(width: width, idPrefix: idPrefix)
    if let title = chart.title {
      drawing.document.text(
        cutText(title, to: width - 24, size: 16), 12, 24,
        ["class": "chart-title", "fill": "#1c2430"])
      drawing.top = 40
    }
    draw(chart, on: &drawing)
    for note in chart.notes { drawing.note(note) }
    return framed(drawing, chart)
  }

  private func draw(_ chart: Chart, on drawing: inout SVGDrawing) {
    let height = chart.height.map { min(max(Double($0) * 18, 60), 4000) }
    switch chart.body {
    case .plot(let plot): drawing.draw(plot, height: height ?? 280, showsLegend: chart.showsLegend)
    case .panels(let plots):
      for plot in plots {
        drawing.draw(plot, height: height ?? 160, showsLegend: chart.showsLegend)
      }
    case .rows(let rows): drawing.draw(rows, showsLegend: chart.showsLegend)
    case .grid(let grid): drawing.draw(grid, showsLegend: chart.showsLegend)
    case .sparklines(let lines): drawing.draw(lines)
    case .flow(let map): drawing.draw(map)
    case .passages(let passages): drawing.draw(passages, height: height ?? 110)
    case .card(let figures): drawing.draw(figures)
    }
  }

  private func framed(_ drawing: SVGDrawing, _ chart: Chart) -> String {
    let (width, height) = (number(drawing.width), number(drawing.top + 8))
    let summary = chart.summary
    let title = chart.title ?? summary.title
    let id = SVGDocument.escaped(idPrefix)
    var text = """
      <svg xmlns="http://www.w3.org/2000/svg" class="casebook-chart" role="img" \
      aria-labelledby="\(id)-title \(id)-desc" viewBox="0 0 \(width) \(height)" \
      width="\(width)" height="\(height)"\(hasStyle ? " style=\"max-width:100%;height:auto\"" : "")>
      <title id="\(id)-title">\(SVGDocument.escaped(title))</title>
      <desc id="\(id)-desc">\(SVGDocument.escaped(summary.text))</desc>

      """
    if hasStyle { text += "<style>\(ChartSVG.style)</style>\n" }
    if hasGround {
      text +=
        "<rect class=\"chart-paper\" width=\"\(width)\" height=\"\(height)\" fill=\"#ffffff\"/>\n"
    }
    return text + drawing.document.body + "</svg>\n"
  }

  static let light = [
    "#2463a6", "#c96a0a", "#12805c", "#a8327a", "#6354c9", "#0b8297", "#8a6a0f", "#5b6878",
  ]
  private static let dark = [
    "#6fb0f2", "#f3a64a", "#4fc795", "#ee82b8", "#aca1f7", "#4fcbe0", "#dcb951", "#a9b6c6",
  ]

  /// The colour of a series where style sheets are not read.
  static func colour(_ index: Int) -> String { light[index % light.count] }

  private static func variables(
    _ ink: String, _ faint: String, _ grid: String, _ paper: String, _ all: [String]
  ) -> String {
    "--chart-ink:\(ink);--chart-faint:\(faint);--chart-grid:\(grid);--chart-paper:\(paper);"
      + all.enumerated().map { "--chart-\($0 + 1):\($1);" }.joined()
  }

  /// The colours for light, as declarations; a page that is printed wants them whatever the screen has.
  public static let lightVariables = variables("#1c2430", "#5f6b7a", "#e2e6eb", "#ffffff", light)

  private static let style: String = {
    var css =
      ":where(.casebook-chart){" + lightVariables + "}"
      + "@media (prefers-color-scheme:dark){:where(.casebook-chart){"
      + variables("#e8ebf0", "#9aa6b5", "#2c333c", "#14181d", dark) + "}}"
      + ".casebook-chart{font:12px system-ui,-apple-system,\"Segoe UI\",\"DejaVu Sans\",sans-serif}"
      + ".casebook-chart text{fill:var(--chart-ink)}"
      + ".casebook-chart .chart-title{font-size:16px;font-weight:600}"
      + ".casebook-chart .chart-strong{font-weight:600}"
      + ".casebook-chart .chart-faint{fill:var(--chart-faint)}"
      + ".casebook-chart .chart-grid{stroke:var(--chart-grid)}"
      + ".casebook-chart .chart-axis{stroke:var(--chart-faint)}"
      + ".casebook-chart .chart-paper{fill:var(--chart-paper)}"
      + ".casebook-chart .chart-inverse{fill:var(--chart-paper)}"
      + ".casebook-chart .chart-node{fill:var(--chart-paper);stroke:var(--chart-1)}"
    for index in 1...light.count {
      css += ".casebook-chart .chart-f\(index){fill:var(--chart-\(index))}"
      css += ".casebook-chart .chart-s\(index){stroke:var(--chart-\(index))}"
    }
    return css
  }()
}

/// One picture on its way: what is drawn so far and how far down it reaches.
struct SVGDrawing {
  private(set) var width: Double
  let idPrefix: String
  var document = SVGDocument()
  /// Where the next thing begins.
  var top = 12.0

  init(width: Double, idPrefix: String) {
    self.width = width
    self.idPrefix = idPrefix
  }

  /// Makes the picture wider, for what cannot be drawn smaller and stay readable.
  mutating func widen(to wanted: Double) { width = max(width, wanted) }

  /// The class of a fill of a series.
  func fill(_ index: Int) -> String { "chart-f\(index % ChartSVG.light.count + 1)" }
  /// The class of a stroke of a series.
  func stroke(_ index: Int) -> String { "chart-s\(index % ChartSVG.light.count + 1)" }

  mutating func note(_ text: String) {
    for line in wrapped(text, width: Int((width - 24) / 6.2)) {
      top += 16
      document.text(line, 12, top, ["class": "chart-faint", "fill": "#5f6b7a", "font-size": "11"])
    }
  }

  /// Names of series with their marks.
  mutating func legend(
    _ names: [String], from left: Double, swatch: (Int, Double, Double, inout SVGDocument) -> Void
  ) {
    var x = left
    top += 20
    for (index, name) in names.enumerated() {
      let shown = cutText(name, to: 220)
      let size = 26 + textWidth(shown) + 14
      if x > left, x + size > width - 8 {
        x = left
        top += 18
      }
      swatch(index, x, top - 4, &document)
      document.text(shown, x + 26, top, ["fill": "#1c2430"])
      x += size
    }
  }
}
