import CasebookEngine
import CasebookFormats
import CasebookRender
import CasebookTables

/// Writes one result in the form asked for.
struct ResultWriter {
  let format: ResultFormat
  let screen: Screen
  let view: ResultView
  let rowLimit: Int
  /// Which result of the program it is; charts need names of their own.
  let number: Int

  /// Hands the result to `sink` as text that a terminal may have.
  func write(_ table: Table, to sink: (String) throws(OutputError) -> Void) throws {
    switch format {
    case .table where view == ResultView():
      try ResultDrawing(screen, rowLimit: rowLimit).write(table, to: sink)
    case .table: try drawing.write(table, to: sink)
    case .html:
      if case .chart(let chart) = Chart.drawn(table) {
        let svg = ChartSVG(idPrefix: "chart\(number)", hasGround: false).text(chart)
        try sink("<figure>\n" + svg + "</figure>\n")
      }
      try HTMLTable().write(table, to: sink)
    case .csv, .tsv, .json, .jsonTable, .ndjson, .markdown:
      try CasebookFormats.write(table, as: outputFormat) { bytes in try sink(Self.shown(bytes)) }
    }
  }

  /// Writes the result as it is, unless it goes to a terminal.
  func write(_ table: Table, to output: OutputStream) throws {
    if Console.outputIsTerminal || format == .table || format == .html {
      return try write(table) { text throws(OutputError) in try output.write(text) }
    }
    try CasebookFormats.write(table, as: outputFormat) { bytes in try output.write(bytes) }
  }

  private var drawing: TableDrawing {
    // A file has no width already, and a terminal as wide as needed leaves nothing out.
    let isWide = view.isWide && screen.width != nil
    return TableDrawing(
      isWide ? Screen(width: 1 << 30, colour: screen.colour, unicode: screen.unicode) : screen,
      rowLimit: view.isFull ? nil : rowLimit, maxCellWidth: isWide ? .max : 60)
  }

  private var outputFormat: OutputFormat {
    switch format {
    case .csv, .table, .html: .csv(raw: true)
    case .tsv: .tsv(raw: true)
    case .json: .json
    case .jsonTable: .jsonTable
    case .ndjson: .ndjson
    case .markdown: .markdown
    }
  }

  /// Whole lines as a terminal may have them: data must not move the cursor there.
  private static func shown(_ bytes: UnsafeRawBufferPointer) -> String {
    let lines = String(decoding: bytes, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    return lines.map { line in
      line.split(separator: "\t", omittingEmptySubsequences: false)
        .map { visibleText(String($0)) }.joined(separator: "\t")
    }.joined(separator: "\n")
  }
}
