import CasebookRender
import CasebookTables
import CasebookValues

/// Writes a report as a Jupyter notebook of format 4.5.
///
/// No kernel speaks the language, so the cells carry the tag by which Jupyter's own runner leaves them out.
struct ReportNotebook {
  private static let screen = Screen(width: 88, colour: false)

  private let report: Report

  init(_ report: Report) { self.report = report }

  /// The notebook as JSON.
  var text: String {
    var cells: [Dynamic] = []
    if !report.titleIsInProse { cells.append(markdown("# " + escapedMarkdown(report.title), 0)) }
    var count = 0
    for entry in report.entries {
      if let prose = entry.prose {
        cells.append(markdown(ReportMarkdown.markdown(prose), cells.count))
      }
      if let statement = entry.statement {
        count += 1
        cells.append(code(statement, number: count, cells.count))
      }
    }
    cells.append(markdown(ReportMarkdown.provenance(report).joined(separator: "\n"), cells.count))
    let notebook = Dynamic.bag([
      ("cells", .array(cells)),
      (
        "metadata",
        .bag([
          (
            "language_info", .bag([("file_extension", .string(".cb")), ("name", .string("kusto"))])
          ),
          ("title", .string(report.title)),
        ])
      ),
      ("nbformat", .long(4)),
      ("nbformat_minor", .long(5)),
    ])
    return indented(notebook, "") + "\n"
  }

  // MARK: Cells

  private func markdown(_ text: String, _ index: Int) -> Dynamic {
    .bag([
      ("cell_type", .string("markdown")), ("id", .string("cell-\(index + 1)")),
      ("metadata", .bag([])), ("source", lines(text)),
    ])
  }

  private func code(_ statement: ReportStatement, number: Int, _ index: Int) -> Dynamic {
    .bag([
      ("cell_type", .string("code")),
      ("execution_count", .long(Int64(number))),
      ("id", .string("cell-\(index + 1)")),
      ("metadata", .bag([("tags", .array([.string("skip-execution")]))])),
      ("outputs", .array(outputs(statement, number))),
      ("source", lines(statement.text)),
    ])
  }

  private func outputs(_ statement: ReportStatement, _ number: Int) -> [Dynamic] {
    var outputs: [Dynamic] = []
    switch statement.outcome {
    case .table(let table): outputs.append(result(table, number))
    case .text(let text): outputs.append(stream(text))
    case .holds(let reason):
      outputs.append(
        stream("✓ Holds" + (reason.map { ", or else: " + visibleText($0) } ?? "") + "\n"))
    case .failure(let failure):
      if let rows = failure.rows { outputs.append(result(rows, number)) }
      let first = failure.text.split(separator: "\n").first.map(String.init) ?? ""
      outputs.append(
        .bag([
          ("ename", .string("Casebook")), ("evalue", .string(first)),
          ("output_type", .string("error")), ("traceback", .array([.string(failure.text)])),
        ]))
    case .nothing: break
    }
    var notes = statement.findings + statement.warnings
    if let time = statement.volatileSince {
      notes.append("Computed at \(time); another hour gives another result.")
    }
    if !notes.isEmpty { outputs.append(stream(notes.map { visibleText($0) + "\n" }.joined())) }
    return outputs
  }

  private func stream(_ text: String) -> Dynamic {
    .bag([
      ("name", .string("stdout")), ("output_type", .string("stream")), ("text", lines(text)),
    ])
  }

  /// A result in every form that a reader may want: as HTML, as text, and its chart as a picture.
  private func result(_ table: Table, _ number: Int) -> Dynamic {
    let html = HTMLTable(rowLimit: report.rowLimit).text(table)
    var data: [(key: String, value: Dynamic)] = []
    var text = TableDrawing(Self.screen, rowLimit: report.rowLimit).text(table)
    if case .chart(let chart) = Chart.drawn(table) {
      data.append(("image/svg+xml", lines(ChartSVG(idPrefix: "chart\(number)").text(chart))))
      text = ChartDrawing(Self.screen, offersRows: false).text(chart)
    } else {
      data.append(("text/html", lines(html)))
    }
    data.append(("text/plain", lines(text)))
    return .bag([
      ("data", .bag(data)), ("execution_count", .long(Int64(number))), ("metadata", .bag([])),
      ("output_type", .string("execute_result")),
    ])
  }

  // MARK: JSON

  /// A text as notebooks hold it: its lines, each with its end.
  private func lines(_ text: String) -> Dynamic {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      String(line) + "\n"
    }
    if let last = lines.popLast(), last != "\n" { lines.append(String(last.dropLast())) }
    return .array(lines.map { .string($0) })
  }

  /// JSON with a line for each part, so that versions of a notebook can be compared.
  private func indented(_ value: Dynamic, _ indent: String) -> String {
    let inner = indent + " "
    switch value {
    case .array(let elements) where !elements.isEmpty:
      let parts = elements.map { inner + indented($0, inner) }
      return "[\n" + parts.joined(separator: ",\n") + "\n" + indent + "]"
    case .bag(let pairs) where !pairs.isEmpty:
      let parts = pairs.map {
        inner + Dynamic.string($0.key).jsonText + ": " + indented($0.value, inner)
      }
      return "{\n" + parts.joined(separator: ",\n") + "\n" + indent + "}"
    default: return value.jsonText
    }
  }
}
