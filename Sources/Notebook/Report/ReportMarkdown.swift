import CasebookRender
import CasebookTables

/// Writes a report as Markdown: one file, charts drawn as text in blocks of code.
struct ReportMarkdown {
  /// Below a chart its rows follow where they are few.
  private static let rowsBelowChart = 20
  private static let screen = Screen(width: 88, colour: false)

  private let report: Report

  init(_ report: Report) { self.report = report }

  /// The text; its parts are parted by blank lines.
  var text: String {
    var parts: [String] = []
    if !report.titleIsInProse { parts.append("# " + escapedMarkdown(report.title) + "\n") }
    var quiet: [ReportStatement] = []
    func writeQuiet() {
      if !quiet.isEmpty { parts.append(code(quiet)) }
      quiet = []
    }
    for entry in report.entries {
      if let prose = entry.prose {
        writeQuiet()
        parts.append(Self.markdown(prose) + "\n")
      }
      guard let statement = entry.statement else { continue }
      quiet.append(statement)
      if statement.showsNothing { continue }
      writeQuiet()
      parts += Self.parts(statement, rowLimit: report.rowLimit)
    }
    writeQuiet()
    if report.skippedCount > 0 {
      parts.append(
        "*The run stopped here; \(formatCount(report.skippedCount, of: "statement")) after it did not run.*\n"
      )
    }
    parts.append("---\n")
    parts += Self.provenance(report)
    return parts.joined(separator: "\n")
  }

  private func code(_ statements: [ReportStatement]) -> String {
    fencedMarkdown(statements.map(\.text).joined(separator: "\n\n"), language: "kql")
  }

  /// Prose with the values that it quotes.
  static func markdown(_ prose: Prose) -> String {
    prose.markdown { quote in
      switch quote.value {
      case .text(let text): escapedMarkdown(text)
      case .problem(let reason):
        "**" + escapedMarkdown(quote.raw) + "** (" + escapedMarkdown(reason) + ")"
      case .unknown: quote.raw
      }
    }
  }

  // MARK: What came of a statement

  private static func parts(_ statement: ReportStatement, rowLimit: Int) -> [String] {
    var parts: [String] = []
    switch statement.outcome {
    case .table(let table): parts += self.parts(table, rowLimit: rowLimit)
    case .text(let text): parts.append(fencedMarkdown(text))
    case .holds(let reason):
      parts.append("✓ Holds" + (reason.map { ", or else: " + escapedMarkdown($0) } ?? "") + "\n")
    case .failure(let failure):
      parts.append("**This failed.**\n")
      parts.append(fencedMarkdown(failure.text))
      if let rows = failure.rows { parts.append(MarkdownTable(rowLimit: rowLimit).text(rows)) }
    case .nothing: break
    }
    for finding in statement.findings { parts.append("> " + escapedMarkdown(finding) + "\n") }
    for warning in statement.warnings {
      parts.append("> **Note:** " + escapedMarkdown(warning) + "\n")
    }
    if let time = statement.volatileSince {
      parts.append("*Computed at \(time); another hour gives another result.*\n")
    }
    return parts
  }

  private static func parts(_ table: Table, rowLimit: Int) -> [String] {
    let rows = MarkdownTable(rowLimit: rowLimit).text(table)
    switch Chart.drawn(table) {
    case .chart(let chart):
      let drawing = fencedMarkdown(ChartDrawing(screen, offersRows: false).text(chart))
      return table.rowCount <= rowsBelowChart ? [drawing, rows] : [drawing]
    case .table(let problem):
      return [rows] + (problem.map { ["*No chart: \(escapedMarkdown($0)).*\n"] } ?? [])
    }
  }

  /// What the results were made of.
  static func provenance(_ report: Report) -> [String] {
    let facts = ProvenanceFacts(report.provenance, scriptName: report.scriptName).all.map {
      "- " + escapedMarkdown($0.name) + ": " + escapedMarkdown($0.text) + "\n"
    }
    var parts = [facts.joined()]
    if !report.provenance.inputs.isEmpty {
      let lines = [ProvenanceFacts.inputHeads] + report.provenance.inputs.map(ProvenanceFacts.cells)
      var rows = lines.map { "| " + $0.map(escapedMarkdown).joined(separator: " | ") + " |\n" }
      rows.insert("| --- | --- | ---: | --- | --- |\n", at: 1)
      parts.append(rows.joined())
    }
    return parts
  }
}

extension ReportStatement {
  /// Whether there is nothing below its text.
  var showsNothing: Bool { outcome.isQuiet && saysNothingMore }
  /// Whether there is nothing to say about its result.
  var saysNothingMore: Bool { findings.isEmpty && warnings.isEmpty && volatileSince == nil }
}
