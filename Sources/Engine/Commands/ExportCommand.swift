import CasebookFormats
import CasebookLanguage
import CasebookQuery
import CasebookRender
import CasebookTables

/// `export pipeline to "file.csv"`.
enum ExportCommand: CommandDeclaration {
  static let signature = Signature(
    "export", role: .command,
    [
      .pipelineBefore("pipeline", word: "to"), .word("to"), .string("path"),
      .clauses([[.oneOf("replace", ["replace"])], [.oneOf("raw", ["raw"])]]),
    ])
  static let summary = "Writes a result as .csv, .tsv, .json, .ndjson or .md."
  static let details = """
    A file that is there is left alone unless `replace` is said. In CSV and TSV, texts that a spreadsheet would
    run as a formula get a ' in front, unless `raw` is said. Protected columns are written as ***.
    """
  static let examples = [
    Example("export range n from 1 to 3 step 1 to \"numbers.csv\" replace")
  ]

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    guard let pipeline = command.pipeline("pipeline"), let path = command.string("path") else {
      return .nothing
    }
    let isRaw = command.has("raw")
    guard let format = format(of: path, isRaw: isRaw) else {
      throw Diagnostic(
        code: "E0324", message: "the file's ending says no format that can be written",
        span: command.expression("path")?.span ?? command.span,
        help: "endings: .csv, .tsv, .json, .ndjson, .md")
    }
    let file = resolved(path, in: run.engine.configuration.directory)
    do {
      let target = try NewFile(file, replaces: command.has("replace"))
      let binder = run.makeBinder()
      let table = try run.execute(try binder.plan(of: pipeline))
      try write(table, as: format) { bytes in
        try run.context.checkpoint()
        try target.write(bytes)
      }
      try target.commit()
      return .message("wrote \(path): \(formatCount(table.rowCount, of: "row"))")
    } catch let error as FileError {
      throw Diagnostic(
        code: "E0403", message: "\(path) cannot be \(error.action): \(error.reason)",
        span: command.expression("path")?.span ?? command.span,
        help: error.isTaken ? "say `replace` behind the path to overwrite it" : nil)
    }
  }

  private static func format(of path: String, isRaw: Bool) -> OutputFormat? {
    switch path.split(separator: ".").last?.lowercased() {
    case "csv": .csv(raw: isRaw)
    case "tsv": .tsv(raw: isRaw)
    case "json": .json
    case "ndjson", "jsonl": .ndjson
    case "md", "markdown": .markdown
    default: nil
    }
  }
}
