public import CasebookTables

/// A chart as plain values: everything that there is to draw, before anyone decides how.
///
/// The terminal and SVG draw the same value, so that they cannot say different things. It holds no value of
/// a protected column.
public struct Chart: Sendable, Equatable {
  /// What was asked for.
  public var kind: ChartKind
  /// The line above it.
  public var title: String?
  /// What is drawn.
  public var body: Body
  /// Columns of a terminal, where `width` was given.
  public var width: Int?
  /// Lines of a terminal, where `height` was given.
  public var height: Int?
  /// Whether the names of the series are shown.
  public var showsLegend = true
  /// What is not drawn and why, in sentences.
  public var notes: [String] = []
  /// The rows that it was made of.
  public var rowCount = 0

  /// The forms that charts take.
  public enum Body: Sendable, Equatable {
    /// Lines, points, areas and columns over two axes.
    case plot(ChartPlot)
    /// Several plots, one below the other.
    case panels([ChartPlot])
    /// A line of text for each row, with marks along one axis.
    case rows(ChartRows)
    /// Shaded cells.
    case grid(ChartGrid)
    /// A small line for each series.
    case sparklines(ChartSparklines)
    /// Steps and how often one follows the other.
    case flow(FlowMap)
    /// Lines between pairs of time axes.
    case passages(ChartPassages)
    /// Names with values.
    case card([Figure])
  }

  /// A name with its value as text.
  public struct Figure: Sendable, Equatable {
    /// The name.
    public var name: String
    /// The value.
    public var text: String
  }
}

/// Lines, points, areas and columns over two axes.
public struct ChartPlot: Sendable, Equatable {
  /// The axis to the right.
  public var x: ChartAxis
  /// The axis upwards.
  public var y: ChartAxis
  /// What is drawn, first things first.
  public var series: [Series]
  /// Lines to compare with.
  public var references: [Reference] = []
  /// What the sizes of points are, where they have any.
  public var sizeTitle: String?

  /// One line, area, group of columns or cloud of points.
  public struct Series: Sendable, Equatable {
    /// The name in the legend.
    public var name: String
    /// How it is drawn.
    public var mark: Mark
    /// Whether a line is broken, as for values to compare with.
    public var isDashed = false
    /// The points, by rising x unless they are a cloud.
    public var points: [Point]
  }

  /// How a series is drawn.
  public enum Mark: Sendable, Equatable {
    case line, step, area, points
    /// Bars, the `place`th of `count` beside each other, each `width` of the axis wide altogether.
    case columns(width: Double, place: Int, count: Int)
  }

  /// One point.
  public struct Point: Sendable, Equatable {
    /// Where along x.
    public var x: Double
    /// How high; nil breaks a line.
    public var y: Double?
    /// Where a bar or an area begins.
    public var base = 0.0
    /// The lower bound.
    public var low: Double?
    /// The upper bound.
    public var high: Double?
    /// From 0 to 1, how large among the others.
    public var size: Double?
    /// A text beside it.
    public var label: String?
    /// Whether it stands out.
    public var isMarked = false
  }

  /// A line to compare with.
  public enum Reference: Sendable, Equatable {
    /// Where y equals x.
    case diagonal
    /// A level with its figure.
    case level(Double, String)
  }
}

/// Marks along one axis, a line of text for each row.
public struct ChartRows: Sendable, Equatable {
  /// The axis to the right.
  public var axis: ChartAxis
  /// The rows from above.
  public var rows: [Row]
  /// The names of the fills, where there are several.
  public var fills: [String] = []
  /// Values to compare with.
  public var references: [Double] = []
  /// Whether bars grow from zero, so that its place is drawn.
  public var hasZeroLine = false

  /// One row.
  public struct Row: Sendable, Equatable {
    /// The name, and where rows are grouped the name within the group.
    public var labels: [String]
    /// What is drawn, first things first.
    public var marks: [Mark]
    /// The figure behind the marks.
    public var figure: String
  }

  /// One mark of a row.
  public enum Mark: Sendable, Equatable {
    /// A bar between two values, filled as the series of that number.
    case bar(Double, Double, fill: Int, text: String)
    /// A line between two bounds, open at an end that is not known.
    case interval(Double?, Double?)
    /// A dot, drawn like a series of that number.
    case dot(Double, fill: Int, text: String)
    /// Least, first quartile, median, third quartile and greatest.
    case box(Double, Double, Double, Double, Double, text: String)
  }
}

/// Shaded cells.
public struct ChartGrid: Sendable, Equatable {
  /// The names along the top.
  public var columns: [String]
  /// The names along the left.
  public var rows: [String]
  /// The cells, row by row; nil where there is none.
  public var cells: [[Cell?]]
  /// What the columns are.
  public var columnTitle: String
  /// What the rows are.
  public var rowTitle: String
  /// What the shades are.
  public var valueTitle: String
  /// The least and the greatest value with their texts.
  public var least: Cell
  /// The greatest value.
  public var greatest: Cell
  /// Whether each cell has its figure.
  public var showsFigures: Bool

  /// One cell.
  public struct Cell: Sendable, Equatable {
    /// From 0 to 1.
    public var shade: Double
    /// The value.
    public var text: String
  }
}

/// A small line for each series.
public struct ChartSparklines: Sendable, Equatable {
  /// What the lines are over.
  public var x: ChartAxis
  /// The lines.
  public var rows: [Row]

  /// One line with its figures.
  public struct Row: Sendable, Equatable {
    /// The name.
    public var name: String
    /// The points by rising x, from 0 to 1 in both directions; nil where there is no value.
    public var points: [(Double, Double?)]
    /// The last value.
    public var last: String
    /// The least value.
    public var least: String
    /// The greatest value.
    public var greatest: String

    /// Whether two lines are drawn alike.
    public static func == (left: Row, right: Row) -> Bool {
      left.name == right.name && left.last == right.last && left.least == right.least
        && left.greatest == right.greatest
        && left.points.elementsEqual(right.points) { $0.0 == $1.0 && $0.1 == $1.1 }
    }
  }
}

/// Lines between pairs of time axes: when each case left one step and arrived at the next.
public struct ChartPassages: Sendable, Equatable {
  /// The time axis of all bands.
  public var axis: ChartAxis
  /// A band for each pair of steps.
  public var bands: [Band]
  /// The names of the fills.
  public var fills: [String]

  /// The passages between two steps.
  public struct Band: Sendable, Equatable {
    /// The step that is left.
    public var source: String
    /// The step that is arrived at.
    public var target: String
    /// The passages.
    public var lines: [Line]
  }

  /// One passage.
  public struct Line: Sendable, Equatable {
    /// When it left.
    public var left: Double
    /// When it arrived.
    public var arrived: Double
    /// Which fill it has.
    public var fill: Int
  }
}

/// Why a table cannot be drawn as asked.
public struct ChartProblem: Error, Sendable, Equatable {
  /// A sentence.
  public var sentence: String
}
