import CasebookEngine
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
  /// Whether statements and results take turns.
  private let isPrompt: Bool
  private var resultCount = 0
  /// How many statements were run here: the number of the next one's cell.
  private var cellCount = 0

  init(
    _ options: ShellOptions, _ console: Console, _ output: OutputStream, _ errors: OutputStream,
    isPrompt: Bool
  ) {
    self.isPrompt = isPrompt
    self.options = options
    self.console = console
    self.output = output
    self.errors = errors
  }

  /// Prints what came of a statement; `name` is that of the text it stands in.
  func print(_ cell: Cell, name: String?, _ settings: Settings) throws {
    cellCount += 1
    try printOutput(cell, name, settings)
    try output.flush()
    try printNotes(cell, name)
    if settings.isOn("timing") { try errors.write(formatDuration(cell.seconds) + "\n") }
    try errors.flush()
  }

  private func printOutput(_ cell: Cell, _ name: String?, _ settings: Settings) throws {
    let screen = console.screen(STDOUT_FILENO)
    switch cell.output {
    case .table(let table):
      try printCellNumber()
      try printTable(table, cell.view, settings)
    case .plan(let plan): try printText(PlanDrawing(screen).text(plan), settings)
    case .help(let page): try printText(HelpDrawing(screen).text(page), settings)
    case .topics(let sections): try printText(ListDrawing(screen).text(sections), settings)
    case .message(let sentence):
      guard !options.isQuiet else { return }
      for line in sentence.split(separator: "\n") { try errors.write(visible(String(line)) + "\n") }
    case .failure(let diagnostic):
      if let rows = cell.rowsAtFault { try printRowsAtFault(rows, settings) }
      try errors.write(drawn(diagnostic, cell, name))
    case .interrupted: try errors.write("interrupted\n")
    // At a prompt it is put there; elsewhere it can only be shown.
    case .edit(let statement): if !isPrompt { try printText(statement + "\n", settings) }
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
      .text(diagnostic, source: cell.source, fileName: cell.script ?? name)
  }

  private func visible(_ text: String) -> String {
    visibleText(text, unicode: console.screen(STDERR_FILENO).unicode)
  }

  // MARK: Results

  /// Prints a table that is not a statement's.
  func print(_ table: Table) throws {
    try printTable(table, nil, Settings())
    try output.flush()
  }

  /// At a prompt a result says which cell it belongs to; a file or pipe holds results only.
  private func printCellNumber() throws {
    guard isPrompt, Console.outputIsTerminal, options.format == .table else { return }
    let isFaint = console.screen(STDOUT_FILENO).colour
    try output.write(isFaint ? "\u{1B}[2m[\(cellCount)]\u{1B}[0m\n" : "[\(cellCount)]\n")
  }

  private func printText(_ text: String, _ settings: Settings) throws {
    try printPaged(settings) { write throws(OutputError) in try write(text) }
  }

  private func printTable(_ table: Table, _ view: ResultView?, _ settings: Settings) throws {
    let format = view?.format.flatMap { ResultFormat(rawValue: $0) } ?? options.format
    let writer = ResultWriter(
      format: format, screen: console.screen(STDOUT_FILENO), view: view ?? ResultView(),
      rowLimit: settings.number("rows"), number: resultCount + 1)
    guard usesPager(settings) else {
      try partFromLast()
      return try writer.write(table, to: output)
    }
    try printPaged(settings) { write in try writer.write(table, to: write) }
  }

  /// Has a text written through the pager, where it is larger than the screen and there is one.
  private func printPaged(
    _ settings: Settings, _ body: ((String) throws(OutputError) -> Void) throws -> Void
  ) throws {
    try partFromLast()
    let size = console.size(STDOUT_FILENO)
    let paged = PagedOutput(
      output, usesPager(settings) ? Pager() : nil, rowCount: size.rows, columnCount: size.columns)
    do {
      try body { text throws(OutputError) in try paged.write(text) }
      try paged.finish()
    } catch OutputError.closed where paged.isPaging {
      // The person has seen enough of it.
      paged.abandon()
    } catch {
      paged.abandon()
      throw error
    }
  }

  private func usesPager(_ settings: Settings) -> Bool {
    isPrompt && Console.outputIsTerminal && settings.isOn("pager")
  }

  /// They are no result, so they go where the error goes.
  private func printRowsAtFault(_ table: Table, _ settings: Settings) throws {
    let screen = console.screen(STDERR_FILENO)
    try TableDrawing(screen, rowLimit: settings.number("rows")).write(table) {
      text throws(OutputError) in try errors.write(text)
    }
  }

  /// Parts one result from the next by a blank line; a prompt on a terminal parts them by itself.
  private func partFromLast() throws {
    let isParted = isPrompt && Console.outputIsTerminal
    if !isParted, options.format.partsResults, resultCount > 0 { try output.write("\n") }
    resultCount += 1
  }
}
