public import CasebookTables

extension Chart {
  /// The chart that a hint asks for; throws a sentence where the table cannot be drawn so.
  public init(_ table: Table, _ hint: RenderHint) throws(ChartProblem) {
    guard let kind = hint.chartKind else {
      throw ChartProblem(sentence: "no kind of chart is named \(hint.kind)")
    }
    guard kind.isDrawn else {
      throw ChartProblem(sentence: "`\(kind.rawValue)` is shown as a table")
    }
    guard table.rowCount > 0 else { throw ChartProblem(sentence: "there are no rows to draw") }
    var maker = ChartMaker(table, hint, kind)
    let body = try maker.body()
    self.init(
      kind: kind, title: hint[.title].flatMap { $0.isEmpty ? nil : $0 }, body: body,
      width: maker.columns.count(.width), height: maker.columns.count(.height),
      showsLegend: hint[.legend] != "hidden", notes: maker.notes, rowCount: table.rowCount)
  }
}

/// Makes the body of a chart, and notes what it leaves out.
struct ChartMaker {
  /// The most points that are drawn.
  static let pointLimit = 100_000

  let columns: ChartColumns
  let kind: ChartKind
  var notes: [String] = []

  init(_ table: Table, _ hint: RenderHint, _ kind: ChartKind) {
    columns = ChartColumns(table, hint, kind)
    self.kind = kind
  }

  mutating func body() throws(ChartProblem) -> Chart.Body {
    guard columns.rowCount > 0 else { throw ChartProblem(sentence: "there are no rows to draw") }
    switch kind {
    case .timechart, .linechart, .stepchart, .areachart, .stackedareachart, .scatterchart,
      .anomalychart:
      return try scaledPlot()
    case .columnchart: return try columnPlot()
    case .histogram: return .plot(try histogram())
    case .barchart, .piechart, .diverging: return .rows(try bars())
    case .intervals: return .rows(try intervals())
    case .boxplot: return .rows(try boxes())
    case .timeline, .ladderchart: return .rows(try timeline())
    case .heatmap, .heattable: return .grid(try grid())
    case .sparkline: return .sparklines(try sparklines())
    case .flowmap: return .flow(try flowMap())
    case .spectrum: return .passages(try passages())
    case .card: return .card(card())
    case .table, .pivotchart, .timepivot, .treemap, .plotly:
      throw ChartProblem(sentence: "`\(kind.rawValue)` is shown as a table")
    }
  }

  var isStacked: Bool {
    kind == .stackedareachart || columns.hint[.kind] == "stacked" || isStackedToOne
  }

  var isStackedToOne: Bool { columns.hint[.kind] == "stacked100" }

  /// The axis title that was asked for, else the name of the only column.
  func title(_ property: ChartProperty, _ names: [Int]) -> String? {
    if let title = columns.hint[property] { return title.isEmpty ? nil : title }
    return names.count == 1 ? columns.fields[names[0]].name : nil
  }

  /// Cuts a list to `limit` or the usual number, and says so.
  mutating func cut<Element>(_ list: [Element], usual: Int, what: String) -> [Element] {
    let limit = columns.count(.limit) ?? usual
    guard list.count > limit else { return list }
    notes.append("\(formatCount(list.count)) \(what), the first \(formatCount(limit)) are drawn")
    return Array(list.prefix(limit))
  }

  private func card() -> [Chart.Figure] {
    columns.fields.indices.map {
      Chart.Figure(name: columns.fields[$0].name, text: columns.label($0, 0))
    }
  }
}
