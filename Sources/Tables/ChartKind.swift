/// The kinds of drawing that `render` knows: KQL's, then Casebook's own.
public enum ChartKind: String, Sendable, CaseIterable {
  case timechart, linechart, columnchart, barchart, areachart, stackedareachart, scatterchart
  case piechart, anomalychart, card, ladderchart, table, pivotchart, timepivot, treemap, plotly
  case stepchart, histogram, boxplot, heatmap, heattable, intervals, diverging, timeline, sparkline
  case flowmap, spectrum

  /// What it shows and of which columns, in one sentence.
  public var summary: String {
    switch self {
    case .timechart: "A line over time: the first datetime column, and every number."
    case .linechart: "A line over the first column."
    case .stepchart: "A line that keeps its value until the next point."
    case .areachart: "A line with the area below it filled."
    case .stackedareachart: "Areas that stand on each other."
    case .scatterchart: "A point a row; bounds named `y_low` and `y_high` become error bars."
    case .anomalychart: "A timechart on which the rows of `anomalycolumns` are marked."
    case .columnchart: "An upright bar for each value of the first column."
    case .barchart: "A bar for each value of the first column, with its figure."
    case .piechart: "The share that each row has in the sum, as bars."
    case .histogram: "How often values fall into each of `bins` ranges of one column."
    case .boxplot: "Quartiles of a number by a text column, or of five columns given as figures."
    case .heatmap: "A shade for each pair of two columns, by a third or by the number of rows."
    case .heattable: "The same with the figure in each cell."
    case .intervals: "A dot with its bounds for each row, such as `auc` with `auc_low`, `auc_high`."
    case .diverging: "Bars to both sides of zero."
    case .timeline: "A line for each row from its start to its end."
    case .ladderchart: "The same for KQL: the last two columns are start and end."
    case .sparkline: "A small line for each series, with its last, least and greatest value."
    case .flowmap: "Steps and how often one follows the other, from `source`, `target` and `n`."
    case .spectrum:
      "A line for each passage between two steps, from when it left to when it arrived."
    case .card: "The first row, a line for each value."
    case .table: "A table."
    case .pivotchart, .timepivot, .treemap, .plotly: "Accepted for KQL's sake; shown as a table."
    }
  }

  /// Whether it is a picture at all and not a table.
  public var isDrawn: Bool {
    switch self {
    case .table, .pivotchart, .timepivot, .treemap, .plotly: false
    default: true
    }
  }

  /// The properties that change how it looks.
  public var properties: [ChartProperty] {
    let frame: [ChartProperty] = [.title, .width, .height]
    let axes: [ChartProperty] = [
      .xcolumn, .ycolumns, .series, .xtitle, .ytitle, .xaxis, .yaxis, .xmin, .xmax, .ymin, .ymax,
      .legend,
    ]
    let points: [ChartProperty] = [.low, .high, .reference, .mark, .ysplit, .accumulate]
    let rows: [ChartProperty] = [
      .xcolumn, .ycolumns, .series, .xtitle, .ytitle, .yaxis, .ymin, .ymax, .limit, .legend,
    ]
    switch self {
    case .timechart, .linechart, .stepchart: return frame + axes + points + [.kind]
    case .anomalychart: return frame + axes + points + [.anomalycolumns]
    case .areachart, .stackedareachart: return frame + axes + points + [.kind]
    case .scatterchart: return frame + axes + points + [.size, .kind]
    case .columnchart: return frame + axes + [.kind, .limit, .reference, .ysplit, .accumulate]
    case .barchart: return frame + rows + [.kind, .reference, .accumulate, .low, .high]
    case .piechart: return frame + rows + [.kind]
    case .diverging: return frame + rows + [.kind, .reference, .low, .high]
    case .intervals: return frame + rows + [.kind, .low, .high, .reference]
    case .boxplot: return frame + rows + [.reference]
    case .histogram:
      return frame + [
        .xcolumn, .xtitle, .ytitle, .xaxis, .yaxis, .xmin, .xmax, .ymin, .ymax, .bins, .reference,
      ]
    case .heatmap, .heattable:
      return frame + [
        .xcolumn, .ycolumns, .series, .xtitle, .ytitle, .bins, .limit, .legend,
      ]
    case .timeline, .ladderchart: return frame + [.xcolumn, .series, .start, .end, .xtitle, .limit]
    case .sparkline: return frame + [.xcolumn, .ycolumns, .series, .ymin, .ymax, .limit]
    case .flowmap: return frame + [.source, .target, .ycolumns, .limit]
    case .spectrum: return frame + [.source, .target, .start, .end, .series, .limit]
    case .card: return frame
    case .table, .pivotchart, .timepivot, .treemap, .plotly: return []
    }
  }
}

/// What `render ... with (...)` can say of a chart.
public enum ChartProperty: String, Sendable, CaseIterable {
  case title, xcolumn, ycolumns, series, kind, legend, xtitle, ytitle, xaxis, yaxis, xmin, xmax
  case ymin, ymax, ysplit, accumulate, anomalycolumns
  case width, height, low, high, reference, size, mark, bins, limit, start, end, source, target

  /// What a value has to be.
  public enum Value: Sendable, Equatable {
    case text
    case number
    case count
    case flag
    case column
    case columns
    case words([String])
    /// Numbers, columns and the word `diagonal`.
    case references
  }

  /// What its value has to be.
  public var value: Value {
    switch self {
    case .title, .xtitle, .ytitle: .text
    case .xmin, .xmax, .ymin, .ymax: .number
    case .width, .height, .bins, .limit: .count
    case .accumulate: .flag
    case .xcolumn, .size, .mark, .start, .end, .source, .target: .column
    case .ycolumns, .series, .anomalycolumns, .low, .high: .columns
    case .reference: .references
    case .kind: .words(["default", "unstacked", "stacked", "stacked100", "map"])
    case .legend: .words(["visible", "hidden"])
    case .xaxis, .yaxis: .words(["linear", "log"])
    case .ysplit: .words(["none", "axes", "panels"])
    }
  }

  /// What it says, in one sentence.
  public var summary: String {
    switch self {
    case .title: "The line above the chart."
    case .xcolumn: "The column along x."
    case .ycolumns: "The columns that are drawn."
    case .series: "The columns whose values tell one line or bar from another."
    case .kind:
      "`stacked` puts bars and areas on each other, `stacked100` makes them shares, `unstacked` leaves bars in the order of rows."
    case .legend: "Whether the names of the series are shown."
    case .xtitle, .ytitle: "The title of the axis."
    case .xaxis, .yaxis: "How the axis is scaled."
    case .xmin, .xmax, .ymin, .ymax: "Where the axis begins or ends."
    case .ysplit: "`panels` draws a chart for each of the columns."
    case .accumulate: "Whether each value is added to those before it."
    case .anomalycolumns: "Columns that are not zero where a row is to be marked."
    case .width, .height: "The size in columns and lines of a terminal."
    case .low, .high: "Columns with the bounds of `ycolumns`, in the same order."
    case .reference: "Lines to compare with: `diagonal`, numbers, columns."
    case .size: "The column that the size of a point shows."
    case .mark: "The column whose text stands beside a point."
    case .bins: "How many ranges there are."
    case .limit: "How many rows, series or steps are drawn at most."
    case .start, .end: "The columns with the times between which something went on."
    case .source, .target: "The columns with the two steps."
    }
  }
}

extension RenderHint {
  /// The kind, nil when it is none that is known.
  public var chartKind: ChartKind? { ChartKind(rawValue: kind) }

  /// A hint of a kind with properties.
  public init(_ kind: ChartKind, _ properties: KeyValuePairs<ChartProperty, String> = [:]) {
    self.init(
      kind: kind.rawValue,
      properties: properties.map { Property(name: $0.key.rawValue, value: $0.value) })
  }

  /// The value of a property; the last one given counts.
  public subscript(property: ChartProperty) -> String? {
    properties.last { $0.name == property.rawValue }?.value
  }
}
