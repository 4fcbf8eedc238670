import CasebookEngine
import CasebookRender
import CasebookTables

/// Writes a report as one HTML file that opens without a network and in which nothing runs but its own script.
struct ReportHTML {
  private let report: Report
  private var headings: HeadingLevels
  private var body = ""
  private var chartCount = 0
  private var tableCount = 0
  /// Statements that show nothing and wait for one that does.
  private var quiet: [ReportStatement] = []

  init(_ report: Report) {
    self.report = report
    headings = HeadingLevels(report)
  }

  /// The page.
  var text: String {
    var page = self
    page.writeBody()
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8"/>
      <meta http-equiv="Content-Security-Policy" content="\(ReportStyle.policy)"/>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <meta name="referrer" content="no-referrer"/>
      <meta name="generator" content="Casebook \(shown(report.provenance.version))"/>
      <title>\(shown(report.title))</title>
      <style>\(ReportStyle.css)</style>
      </head>
      <body>
      <main>

      """ + page.body + """
        <script>\(ReportStyle.script)</script>
        </body>
        </html>

        """
  }

  private mutating func writeBody() {
    if !report.titleIsInProse { body += "<h1>" + shown(report.title) + "</h1>\n" + byline }
    for entry in report.entries {
      if let prose = entry.prose {
        writeQuiet()
        write(prose)
      }
      if let statement = entry.statement { write(statement) }
    }
    writeQuiet()
    if report.skippedCount > 0 {
      body +=
        "<p class=\"note\">The run stopped here; "
        + formatCount(report.skippedCount, of: "statement") + " after it did not run.</p>\n"
    }
    body += "</main>\n" + ProvenanceHTML(report.provenance, scriptName: report.scriptName).text
  }

  /// The parameters and the clock in a line below the title.
  private var byline: String {
    var facts = report.provenance.parameters.map { "\($0.name) = \($0.value)" }
    if let clock = report.provenance.clock { facts.append("as of \(clock)") }
    guard !facts.isEmpty else { return "" }
    return "<p class=\"byline\">" + facts.map(shown).joined(separator: " · ") + "</p>\n"
  }

  // MARK: Prose

  private mutating func write(_ prose: Prose) {
    let writer = MarkdownHTML(restored: { prose.restoringQuotes(in: $0) })
    for block in MarkdownDocument(prose.text).blocks {
      let isTitle = headings.isBeforeTitle
      let level = headings.adjusted(block)
      let html = writer.text([level])
      body += prose.replacingMarks(in: html) { quote(prose.quotes[$0]) }
      if isTitle, !headings.isBeforeTitle { body += byline }
    }
  }

  private func quote(_ quote: Prose.Quote) -> String {
    switch quote.value {
    case .text(let text): "<span class=\"value\">" + shown(text) + "</span>"
    case .problem(let reason):
      "<mark class=\"wrong\">" + shown(quote.raw) + " (" + shown(reason) + ")</mark>"
    case .unknown: shown(quote.raw)
    }
  }

  // MARK: Statements

  private mutating func write(_ statement: ReportStatement) {
    if statement.showsNothing || (statement.isQuoted && statement.saysNothingMore) {
      quiet.append(statement)
      return
    }
    if case .holds(let reason) = statement.outcome {
      writeQuiet()
      writeFold([statement], headline: reason.map { "Holds, or else: " + $0 } ?? "Holds")
      return
    }
    body += "<section class=\"cell\">\n"
    writeFold(quiet + [statement])
    quiet = []
    write(statement.outcome)
    for finding in statement.findings {
      body += "<p class=\"finding\">" + shown(finding) + "</p>\n"
    }
    for warning in statement.warnings {
      body += "<p class=\"warning\">" + shown(warning) + "</p>\n"
    }
    if let time = statement.volatileSince {
      body +=
        "<p class=\"note\">Computed at " + shown(time)
        + "; another hour gives another result.</p>\n"
    }
    body += "</section>\n"
  }

  private mutating func writeQuiet() {
    guard !quiet.isEmpty else { return }
    writeFold(quiet)
    quiet = []
  }

  /// The statements, folded; the last one tells which they are, or a headline that it holds.
  ///
  /// A result that prose quotes is folded away with its statement.
  private mutating func writeFold(_ statements: [ReportStatement], headline: String? = nil) {
    let title =
      headline.map { shown("✓ " + $0) }
      ?? "<code>" + shown(oneLine(statements.last?.text ?? "")) + "</code>"
    body +=
      "<details\(headline == nil ? "" : " class=\"holds\"")><summary>" + title
      + "</summary>\n"
    for statement in statements {
      body +=
        "<pre><code>" + StatementHTML().text(statement.text, signatures: Engine.signatures)
        + "</code></pre>\n"
      if statement.isQuoted, case .table(let table) = statement.outcome { body += sortable(table) }
    }
    body += "</details>\n"
  }

  /// A statement as one line; the page cuts it where the line ends.
  private func oneLine(_ text: String) -> String {
    String(text.split(whereSeparator: \.isWhitespace).joined(separator: " ").prefix(200))
  }

  private mutating func write(_ outcome: ReportStatement.Outcome) {
    switch outcome {
    case .table(let table): write(table)
    case .text(let text): body += "<pre><code>" + lines(text) + "</code></pre>\n"
    case .failure(let failure):
      body +=
        "<div class=\"failure\">\n<p>This failed.</p>\n<pre><code>" + lines(failure.text)
        + "</code></pre>\n"
      if let rows = failure.rows { body += sortable(rows) }
      body += "</div>\n"
    case .nothing, .holds: break
    }
  }

  // MARK: Results

  private mutating func write(_ table: Table) {
    switch Chart.drawn(table) {
    case .chart(let chart):
      body += "<figure>\n" + pictures(of: chart) + "</figure>\n"
      body +=
        "<details class=\"data\"><summary>Data: "
        + formatCount(table.rowCount, of: "row") + "</summary>\n" + sortable(table)
        + "</details>\n"
    case .table(let problem):
      body += sortable(table)
      if let problem {
        body += "<p class=\"note\">No chart: " + shown(problem) + ".</p>\n"
      }
    }
  }

  /// The chart as wide as the page, and once more for narrow screens, where its text would be too small.
  ///
  /// A flow map is as wide as it must be; where the screen is not, it is scrolled. A picture of very many marks is
  /// there once and shrinks.
  private mutating func pictures(of chart: Chart) -> String {
    chartCount += 1
    let wide = picture(of: chart, "chart", width: 720)
    if case .flow = chart.body { return framed(wide, "broad") }
    guard wide.utf8.count < 200_000 else { return framed(wide, "scaled") }
    return framed(wide, "wide") + framed(picture(of: chart, "narrow", width: 340), "narrow")
  }

  private func picture(of chart: Chart, _ prefix: String, width: Double) -> String {
    ChartSVG(
      idPrefix: "\(prefix)\(chartCount)", hasGround: false, hasStyle: false, width: width
    ).text(chart)
  }

  private func framed(_ picture: String, _ place: String) -> String {
    "<div class=\"chart \(place)\" role=\"group\" aria-label=\"Chart \(chartCount)\">\n" + picture
      + "</div>\n"
  }

  private mutating func sortable(_ table: Table) -> String {
    tableCount += 1
    return SortableTable(rowLimit: report.rowLimit, label: "Table \(tableCount)").text(table)
  }

  private func shown(_ text: String) -> String { escapedHTML(visibleText(text)) }

  private func lines(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { shown(String($0)) }
      .joined(separator: "\n")
  }
}

/// Gives headings levels without gaps: the title alone has the first, and none is more than one below the last.
struct HeadingLevels {
  private(set) var isBeforeTitle: Bool
  private var least: Int
  private var last = 1

  init(_ report: Report) {
    isBeforeTitle = report.titleIsInProse
    let all = report.entries.compactMap(\.prose)
      .flatMap { MarkdownDocument($0.text).headingLevels }
    least = all.dropFirst(report.titleIsInProse ? 1 : 0).min() ?? 1
  }

  /// A block whose heading, if it is one, has its level on the page.
  mutating func adjusted(_ block: MarkdownBlock) -> MarkdownBlock {
    guard case .heading(let level, let text) = block else { return block }
    if isBeforeTitle {
      isBeforeTitle = false
      return .heading(level: 1, text)
    }
    last = max(2, min(level - least + 2, last + 1, 6))
    return .heading(level: last, text)
  }
}
