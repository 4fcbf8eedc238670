import CasebookEngine
import CasebookFormats
import CasebookLanguage
import CasebookRender
import CasebookTables
import CasebookTestSupport

/// Plays a transcript in a fresh folder, on a workspace of its own.
///
/// The folder's own path is left out of what is seen. Within the folder, `datasets` leads to the package's data and `shared` to what lies beside the
/// package. Lines for the harness:
///
/// | line | does |
/// | --- | --- |
/// | `$ cat FILE` | shows a file |
/// | `$ reopen` | closes the workspace and opens it again, in a new session |
/// | `$ as FORMAT` | writes results as `csv`, `tsv`, `json`, `ndjson`, `json-table` or `markdown` from here on |
/// | `$ as table [WIDTH]` | draws results again, on a terminal of that width if one is given |
/// | `$ set NAME VALUE` | gives a parameter, as `--set` does, in a new session |
final class TranscriptRun {
  let folder = TemporaryFolder()
  private var engine: Engine
  private var parameters: [String: String] = [:]
  private var screen = Screen.plain
  private var format: OutputFormat?

  init(threads: Int = 2) throws {
    folder.link("datasets", to: Places.datasets)
    folder.link("shared", to: Places.shared)
    engine = try Self.open(folder, threads, [:])
  }

  /// Every item with the output that there is now.
  func played(_ transcript: Transcript) throws -> [Transcript.Item] {
    defer { try? engine.close() }
    return try transcript.items.map { item in
      switch item {
      case .text: return item
      case .file(let name, let isEscaped, let lines):
        folder.write(name, fileBytes(lines, isEscaped: isEscaped))
        return item
      case .cell(let input, _):
        return .cell(input: input, expected: lines(output(of: input.joined(separator: "\n"))))
      case .directive(let line, _):
        return .directive(line, expected: lines(try carriedOut(line)))
      }
    }
  }

  // MARK: Statements

  /// What a person sees after these statements.
  func output(of text: String) -> String {
    var output = ""
    engine.run(text) { cell in
      let text = shown(cell)
      output += (output.isEmpty || text.isEmpty ? "" : "\n") + text
    }
    return output.replacing(folder.path + "/", with: "")
  }

  private func shown(_ cell: Cell) -> String {
    var text = ""
    switch cell.output {
    case .table(let table): text = shown(table)
    case .message(let message): text = message + "\n"
    case .plan(let plan): text = PlanDrawing(screen).text(plan)
    case .help(let page): text = HelpDrawing(screen).text(page)
    case .topics(let sections): text = ListDrawing(screen).text(sections)
    case .edit(let statement): text = statement + "\n"
    case .nothing: break
    case .failure(let diagnostic):
      text = cell.rowsAtFault.map { TableDrawing(screen).text($0) } ?? ""
      text += DiagnosticDrawing(screen)
        .text(diagnostic, source: cell.source, fileName: cell.script)
    case .interrupted: text = "interrupted\n"
    case .leave: text = "(leaves)\n"
    }
    for finding in cell.findings { text += finding + "\n" }
    for note in cell.notes {
      text += DiagnosticDrawing(screen).text(note, source: cell.source)
    }
    for warning in cell.warnings {
      let count = warning.rows > 0 ? formatCount(warning.rows, of: "row") + ": " : ""
      text += "warning: \(count)\(warning.text)\n"
    }
    return text
  }

  private func shown(_ table: Table) -> String {
    guard let format else { return ResultDrawing(screen).text(table) }
    var bytes: [UInt8] = []
    do {
      try write(table, as: format) { bytes += $0 }
    } catch {
      return "cannot write: \(error)\n"
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  // MARK: The harness

  private func carriedOut(_ line: String) throws -> String {
    let words = line.split(separator: " ").map(String.init)
    switch (words.first, words.count) {
    case ("cat", 2):
      return folder.read(words[1]).map { String(decoding: $0, as: UTF8.self) }
        ?? "no file \(words[1])\n"
    case ("reopen", 1): try reopen()
    case ("set", 3):
      parameters[words[1]] = words[2]
      try reopen()
    case ("as", 2), ("as", 3): return choose(words)
    default: return "the harness does not know this\n"
    }
    return ""
  }

  private func reopen() throws {
    try engine.close()
    engine = try Self.open(folder, engine.configuration.threads ?? 2, parameters)
  }

  private func choose(_ words: [String]) -> String {
    switch words[1] {
    case "table":
      format = nil
      screen = Screen(width: words.count > 2 ? Int(words[2]) : nil, colour: false)
    case "csv": format = .csv(raw: false)
    case "tsv": format = .tsv(raw: false)
    case "json": format = .json
    case "ndjson": format = .ndjson
    case "json-table": format = .jsonTable
    case "markdown": format = .markdown
    default: return "the harness does not know this format\n"
    }
    return ""
  }

  private static func open(
    _ folder: TemporaryFolder, _ threads: Int, _ parameters: [String: String]
  ) throws -> Engine {
    var configuration = Configuration()
    configuration.workspacePath = folder.path("work.casebook")
    configuration.directory = folder.path
    configuration.threads = threads
    configuration.parameters = parameters
    return try Engine(configuration)
  }

  private func lines(_ output: String) -> [String] {
    var lines = output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    while lines.last == "" { lines.removeLast() }
    return lines
  }
}
