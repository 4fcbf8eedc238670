public import CasebookTables

/// Draws a result as text: as the chart that it asks for, else as a table.
public struct ResultDrawing: Sendable {
  /// How tables are drawn.
  public var table: TableDrawing

  /// A drawing on a screen.
  public init(_ screen: Screen, rowLimit: Int? = 40) {
    table = TableDrawing(screen, rowLimit: rowLimit)
  }

  /// The result as text, each line ended by a line break.
  public func text(_ table: Table) -> String {
    var text = ""
    write(table) { text += $0 }
    return text
  }

  /// Hands the text to `sink` in parts.
  public func write<Failure: Error>(
    _ result: Table, to sink: (String) throws(Failure) -> Void
  ) throws(Failure) {
    switch Chart.drawn(result) {
    case .chart(let chart): try sink(ChartDrawing(table.screen).text(chart))
    case .table(let problem):
      try table.write(result, to: sink)
      guard let problem else { return }
      for line in wrapped("no chart: " + problem, width: table.screen.width) {
        try sink(table.screen.painted(line, .faint) + "\n")
      }
    }
  }
}

extension Chart {
  /// What a result is drawn as.
  public enum Drawn: Sendable {
    /// A chart.
    case chart(Chart)
    /// A table, with a sentence about why it is no chart where one was asked for.
    case table(problem: String?)
  }

  /// The drawing of a result by its hint, as a chart or as a table.
  public static func drawn(_ table: Table) -> Drawn {
    guard let hint = table.hint, hint.chartKind != .table else { return .table(problem: nil) }
    do {
      return .chart(try Chart(table, hint))
    } catch {
      return .table(problem: error.sentence)
    }
  }
}
