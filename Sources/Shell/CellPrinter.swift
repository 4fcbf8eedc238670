import CasebookEngine
import CasebookFormats
import CasebookLanguage
import CasebookRender
import CasebookTables
import Glibc

/// Prints cells: results on standard output, everything else on standard error.
final class CellPrinter {
  private let options: ShellOptions
  private let console: Console
  private let output: OutputStream
  private let errors: OutputStream
  /// Whether a blank line parts one result from the next; a prompt parts them by itself.
  private let partsResults: Bool
  private var resultCount = 0

  init(
    _ options: ShellOptions, _ console: Console, _ output: OutputStream, _ errors: OutputStream,
    partsResults: Bool
  ) {
    self.partsResults = partsResults && options.format.partsResults
    self.options = options
    self.console = console
    self.output = output
    self.errors = errors
  }

  /// Prints what came of a statement; `name` is that of the text it stands in.
  func print(_ cell: Cell, name: String?, _ settings: Settings) throws {
    try printOutput(cell, name, settings)
    try output.flush()
    try printNotes(cell, name)
    if settings.isOn("timing") { try errors.write(formatDuration(cell.seconds) + "\n") }
    try errors.flush()
  }

  private func printOutput(_ cell: Cell, _ name: String?, _ settings: Settings) throws {
    let screen = console.screen(STDOUT_FILENO)
    switch cell.output {
    case .table(let table): try printTable(table, screen, settings)
    case .plan(let plan): try printText(PlanDrawing(screen).text(plan))
    case .help(let page): try printText(HelpDrawing(screen).text(page))
    case .topics(let sections): try printText(ListDrawing(screen).text(sections))
    case .message(let sentence):
      guard !options.isQuiet else { return }
      for line in sentence.split(separator: "\n") { try errors.write(visible(String(line)) + "\n") }
    case .failure(let diagnostic):
      if let rows = cell.rowsAtFault { try printRowsAtFault(rows, settings) }
      try errors.write(drawn(diagnostic, cell, name))
    case .interrupted: try errors.write("interrupted\n")
    // At a prompt it is put there; elsewhere it can only be shown.
    case .edit(let statement): if partsResults { try printText(statement + "\n") }
    case .nothing, .leave: break
    }
  }

  private func printNotes(_ cell: Cell, _ name: String?) throws {
    guard !options.isQuiet else { return }
    for finding in cell.findings { try errors.write(visible(finding) + "\n") }
    for note in cell.notes { try errors.write(drawn(note, cell, name)) }
    for warning in cell.warnings {
      let count = warning.rows > 0 ? formatCount(warning.rows, of: "row") + ": " : ""
      try errors.write("warning: " + count + visible(warning.text) + "\n")
    }
  }

  private func drawn(_ diagnostic: Diagnostic, _ cell: Cell, _ name: String?) -> String {
    DiagnosticDrawing(console.screen(STDERR_FILENO))
      .text(diagnostic, source: cell.source, fileName: name)
  }

  private func visible(_ text: String) -> String {
    visibleText(text, unicode: console.screen(STDERR_FILENO).unicode)
  }

  // MARK: Results

  /// Prints a table that is not a statement's.
  func print(_ table: Table) throws {
    try printTable(table, console.screen(STDOUT_FILENO), Settings())
    try output.flush()
  }

  private func printText(_ text: String) throws {
    try partFromLast()
    try output.write(text)
  }

  private func printTable(_ table: Table, _ screen: Screen, _ settings: Settings) throws {
    try partFromLast()
    switch options.format {
    case .table:
      try ResultDrawing(screen, rowLimit: settings.number("rows")).write(table) {
        text throws(OutputError) in try output.write(text)
      }
    case .html:
      if case .chart(let chart) = Chart.drawn(table) {
        let svg = ChartSVG(idPrefix: "chart\(resultCount)", hasGround: false).text(chart)
        try output.write("<figure>\n" + svg + "</figure>\n")
      }
      try HTMLTable().write(table) { text throws(OutputError) in try output.write(text) }
    case .csv: try write(table, .csv(raw: true))
    case .tsv: try write(table, .tsv(raw: true))
    case .json: try write(table, .json)
    case .jsonTable: try write(table, .jsonTable)
    case .ndjson: try write(table, .ndjson)
    case .markdown: try write(table, .markdown)
    }
  }

  /// They are no result, so they go where the error goes.
  private func printRowsAtFault(_ table: Table, _ settings: Settings) throws {
    let screen = console.screen(STDERR_FILENO)
    try TableDrawing(screen, rowLimit: settings.number("rows")).write(table) {
      text throws(OutputError) in try errors.write(text)
    }
  }

  private func write(_ table: Table, _ format: OutputFormat) throws {
    let isTerminal = Console.outputIsTerminal
    try CasebookFormats.write(table, as: format) { bytes in
      if isTerminal { try output.write(Self.shown(bytes)) } else { try output.write(bytes) }
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

  private func partFromLast() throws {
    if partsResults, resultCount > 0 { try output.write("\n") }
    resultCount += 1
  }
}
