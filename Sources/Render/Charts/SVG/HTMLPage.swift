public import CasebookTables

/// A result as one HTML file: its chart, if it has one, and its table.
public struct HTMLPage: Sendable {
  /// A page.
  public init() {}

  /// Hands the page to `sink` in parts.
  public func write<Failure: Error>(
    _ table: Table, to sink: (String) throws(Failure) -> Void
  ) throws(Failure) {
    let drawn = Chart.drawn(table)
    var title = "Result"
    if case .chart(let chart) = drawn { title = chart.title ?? chart.summary.title }
    try sink(
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width">
      <title>\(escapedHTML(visibleText(title)))</title>
      <style>\(HTMLPage.style)</style>
      </head>
      <body>

      """)
    if case .chart(let chart) = drawn {
      try sink("<figure>\n" + ChartSVG(hasGround: false).text(chart) + "</figure>\n")
    } else if case .table(let problem?) = drawn {
      try sink("<p>No chart: " + escapedHTML(visibleText(problem)) + ".</p>\n")
    }
    try HTMLTable().write(table, to: sink)
    try sink("</body>\n</html>\n")
  }

  private static let style = """
    :root{color-scheme:light dark}\
    body{font:15px system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}\
    figure{margin:0 0 1.5rem}\
    table{border-collapse:collapse}\
    th,td{padding:.25rem .6rem;border-bottom:1px solid color-mix(in srgb,currentColor 20%,transparent);\
    text-align:left}
    """
}
