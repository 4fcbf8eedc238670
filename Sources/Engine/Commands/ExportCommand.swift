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
  static let task = HelpTask.leave
  static let summary = "Writes a result as .csv, .tsv, .json, .ndjson, .md, .html, .svg or .dot."
  static let details = """
    A file that is there is left alone unless `replace` is said. In CSV and TSV, texts that a spreadsheet would
    run as a formula get a ' in front, unless `raw` is said. Protected columns are written as ***.

    .svg is the chart that `render` asks for, or that the analysis is usually drawn as; .dot is a flow map for
    Graphviz; .html holds the chart, if there is one, and the table.
    """
  static let examples = [
    Example("export range n from 1 to 3 step 1 to \"numbers.csv\" replace")
  ]

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    guard let pipeline = command.pipeline("pipeline"), let path = command.string("path") else {
      return .nothing
    }
    let isRaw = command.has("raw")
    guard let form = form(of: path, isRaw: isRaw) else {
      throw Diagnostic(
        code: "E0324", message: "the file's ending says no format that can be written",
        span: command.expression("path")?.span ?? command.span,
        help: "endings: .csv, .tsv, .json, .ndjson, .md, .html, .svg, .dot")
    }
    let file = resolved(path, in: run.engine.configuration.directory)
    do {
      let isRehearsal = run.engine.configuration.isRehearsal
      let target = try NewFile(
        file, replaces: isRehearsal || command.has("replace"))
      let binder = run.makeBinder()
      let written = try binder.plan(of: pipeline)
      let plan = form.isChart ? written.drawn : written
      var table = try run.execute(plan)
      table.hint = table.hint ?? plan.drawing
      try write(table, as: form, at: command.expression("path")?.span ?? command.span) { bytes in
        try run.context.checkpoint()
        try target.write(bytes)
      }
      if !isRehearsal { try target.commit() }
      return .message("wrote \(path): \(formatCount(table.rowCount, of: "row"))")
    } catch let error as FileError {
      throw Diagnostic(
        code: "E0403", message: "\(path) cannot be \(error.action): \(error.reason)",
        span: command.expression("path")?.span ?? command.span,
        help: error.isTaken ? "say `replace` behind the path to overwrite it" : error.help)
    }
  }

  /// What a file holds, by its ending.
  private enum Form {
    case rows(OutputFormat)
    case html
    case svg
    case dot

    /// Whether the file holds a drawing and nothing else.
    var isChart: Bool {
      switch self {
      case .svg, .dot: true
      case .rows, .html: false
      }
    }
  }

  private static func form(of path: String, isRaw: Bool) -> Form? {
    switch path.split(separator: ".").last?.lowercased() {
    case "csv": .rows(.csv(raw: isRaw))
    case "tsv": .rows(.tsv(raw: isRaw))
    case "json": .rows(.json)
    case "ndjson", "jsonl": .rows(.ndjson)
    case "md", "markdown": .rows(.markdown)
    case "html", "htm": .html
    case "svg": .svg
    case "dot", "gv": .dot
    default: nil
    }
  }

  private static func write(
    _ table: Table, as form: Form, at span: Span, to sink: ByteSink
  ) throws {
    func send(_ text: String) throws { try Array(text.utf8).withUnsafeBytes(sink) }
    switch form {
    case .rows(let format): try CasebookFormats.write(table, as: format, to: sink)
    case .html: try HTMLPage().write(table) { text throws(any Error) in try send(text) }
    case .svg: try send(ChartSVG().text(chart(table, otherwise: .table, at: span)))
    case .dot:
      // A file of that kind can hold nothing else, however the result is drawn elsewhere.
      var mapped = table
      if mapped.hint?.chartKind != .flowmap { mapped.hint = RenderHint(.flowmap) }
      let chart = try chart(mapped, otherwise: .flowmap, at: span)
      guard case .flow(let map) = chart.body else {
        throw Diagnostic(
          code: "E0327", message: "only a flow map can be written as .dot", span: span,
          help: "such as `transitions`, `variants`, `paths` and `steps` give; or write to a .svg")
      }
      try send(dotText(map, title: chart.title))
    }
  }

  /// The chart that a result asks for; `kind` where it asks for none.
  private static func chart(
    _ table: Table, otherwise kind: ChartKind, at span: Span
  ) throws -> Chart {
    let hint = table.hint ?? RenderHint(kind)
    var problem = "nothing says how it is drawn"
    if hint.chartKind != .table {
      do {
        return try Chart(table, hint)
      } catch {
        problem = error.sentence
      }
    }
    throw Diagnostic(
      code: "E0327", message: "there is no chart to write: " + problem, span: span,
      help: kind == .flowmap
        ? "`transitions`, `variants`, `paths` and `steps` give what a map is made of"
        : "`| render` says how a result is drawn, for example `| render barchart`")
  }
}
