import CasebookTables

/// Draws charts as text, for terminals and for transcripts.
///
/// Series are told apart by letters and fills, so that colour only helps. Nothing is wider than the screen.
public struct ChartDrawing: Sendable {
  /// The width where there is no terminal.
  static let widthWithoutScreen = 80
  /// The widest that a chart grows by itself.
  static let greatestWidth = 160
  static let leastWidth = 12

  /// What the chart is drawn on.
  public let screen: Screen
  /// Whether a line says how the rows can be seen, as a prompt has it.
  public let offersRows: Bool

  /// A drawing on a screen.
  public init(_ screen: Screen, offersRows: Bool = true) {
    self.offersRows = offersRows
    var screen = screen
    // A screen without a width is a file, which should hold no escape sequences.
    if screen.width == nil { screen.colour = false }
    self.screen = screen
  }

  /// The chart as text, each line ended by a line break.
  public func text(_ chart: Chart) -> String {
    let width = self.width(chart)
    var lines: [String] = []
    if let title = chart.title {
      lines.append(screen.painted(fitted(title, to: width, screen.glyphs).text, .heading))
    }
    lines += body(chart, width)
    for note in footer(chart, width) {
      lines += wrapped(note, width: width).map { screen.painted($0, .faint) }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private func width(_ chart: Chart) -> Int {
    let room = screen.width.map { min($0, ChartDrawing.greatestWidth) }
    let wanted = chart.width ?? room ?? ChartDrawing.widthWithoutScreen
    return max(min(wanted, screen.width ?? 1000), ChartDrawing.leastWidth)
  }

  private func body(_ chart: Chart, _ width: Int) -> [String] {
    let height = min(max(chart.height ?? 14, 3), 200)
    switch chart.body {
    case .plot(let plot):
      return PlotDrawing(
        plot, screen, width: width, height: height, showsLegend: chart.showsLegend
      ).lines
    case .panels(let plots):
      let each = chart.height ?? 8
      return plots.flatMap {
        PlotDrawing($0, screen, width: width, height: max(each, 3), showsLegend: chart.showsLegend)
          .lines
      }
    case .rows(let rows):
      return RowsDrawing(rows, screen, width: width, showsLegend: chart.showsLegend).lines
    case .grid(let grid):
      return GridDrawing(grid, screen, width: width, showsLegend: chart.showsLegend).lines
    case .sparklines(let lines): return SparklinesDrawing(lines, screen, width: width).lines
    case .flow(let map): return FlowMapDrawing(map, screen, width: min(width, 120)).lines
    case .passages(let passages):
      return PassagesDrawing(passages, screen, width: width, height: chart.height ?? 6).lines
    case .card(let figures): return card(figures, width)
    }
  }

  private func card(_ figures: [Chart.Figure], _ width: Int) -> [String] {
    let names = figures.map { fitted($0.name, to: max(width / 2, 4), screen.glyphs) }
    let widest = names.map(\.width).max() ?? 0
    return zip(figures, names).flatMap { figure, name in
      var row = Canvas(width: width, height: 1)
      row.write(name.text, 0, 0, .faint)
      let value = fitted(figure.text, to: max(width - widest - 2, 1), screen.glyphs)
      row.write(value.text, widest + 2, 0, .heading)
      return row.lines(screen)
    }
  }

  /// What is not drawn, and how to see the figures.
  private func footer(_ chart: Chart, _ width: Int) -> [String] {
    let rows = formatCount(chart.rowCount, of: "row")
    let notes = chart.notes.map { visibleText($0, unicode: screen.unicode) }
    guard offersRows, width >= 40 else { return notes + [rows] }
    return notes + ["\(rows); `| render table` shows \(chart.rowCount == 1 ? "it" : "them")"]
  }
}

/// The characters that charts are drawn with.
struct ChartGlyphs {
  let fills: [String]
  let eighths: [String]
  let levels: [String]
  let shades: [String]
  let vertical: String
  let tickLeft: String
  let corner: String
  let horizontal: String
  let tickDown: String
  let dash: String
  let dashDown: String
  let dot: String
  let marked: String
  let lowEnd: String
  let highEnd: String
  let openLow: String
  let openHigh: String
  let half: String
  let box: String
  let median: String
  let forward: String
  let back: String
  let loop: String

  /// The mark of a series: a letter.
  static func letter(_ index: Int) -> String {
    String(Unicode.Scalar(UInt8(65 + index % 26)))
  }

  /// The fill of a series among so many: shades, or letters where there are more of them than shades.
  func fill(_ index: Int, of count: Int) -> String {
    count <= fills.count ? fills[index % fills.count] : ChartGlyphs.letter(index)
  }

  static let unicode = ChartGlyphs(
    fills: ["█", "▒", "░", "▓"], eighths: ["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"],
    levels: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"], shades: [" ", "░", "▒", "▓", "█"],
    vertical: "│", tickLeft: "┤", corner: "└", horizontal: "─", tickDown: "┬", dash: "╌",
    dashDown: "┊", dot: "●", marked: "◆", lowEnd: "├", highEnd: "┤", openLow: "◂", openHigh: "▸",
    half: "▀", box: "▒", median: "█", forward: "→", back: "↩", loop: "↻")
  static let ascii = ChartGlyphs(
    fills: ["#", "=", ".", "+"], eighths: [], levels: ["_", ".", ":", "-", "=", "+", "*", "#"],
    shades: [" ", ".", ":", "+", "#"], vertical: "|", tickLeft: "+", corner: "+", horizontal: "-",
    tickDown: "+", dash: "-", dashDown: ":", dot: "o", marked: "X", lowEnd: "|", highEnd: "|",
    openLow: "<", openHigh: ">", half: "'", box: "=", median: "#", forward: "->", back: "<-",
    loop: "@")
}

extension Screen {
  var chartGlyphs: ChartGlyphs { unicode ? .unicode : .ascii }
}

extension Ink {
  /// The colour of a series; it goes round where there are many.
  static func series(_ index: Int) -> Ink {
    let inks: [Ink] = [.cyan, .yellow, .magenta, .green, .blue, .red]
    return inks[index % inks.count]
  }
}
