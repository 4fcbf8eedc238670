import CasebookLanguage
import CasebookNotebook
import CasebookTestSupport
import Testing

/// What a report says, whatever its format.
@Suite struct ReportTests {
  private let reporting = Reporting()

  @Test func theFirstHeadingIsTheTitle() throws {
    let report = try reporting.report("// # Weekly *review*\n// Some words.\nprint 1\n")
    #expect(report.title == "Weekly review")
    #expect(try reporting.report("// No heading.\nprint 1\n").title == "weekly.cb")
    let page = try reporting.body("// # One\n// #### Deep\nprint 1\n// # Two\n// ### Below\n")
    #expect(headings(page) == ["h1 One", "h2 Deep", "h2 Two", "h3 Below"])
  }

  private func headings(_ page: String) -> [String] {
    page.split(separator: "\n").compactMap { line in
      guard line.hasPrefix("<h"), let level = line.dropFirst(2).first else { return nil }
      return "h\(level) " + line.dropFirst(4).prefix { $0 != "<" }
    }
  }

  @Test func proseQuotesResults() throws {
    let page = try reporting.body(
      """
      // # {{ volume.n }} cases
      // From {{ week }}: {{volume}}, {{ share.['of all'] }} and {{ x }}; `{{ code }}` and \\{{ none }}.
      param week: datetime = datetime(2026-03-02)
      let x = 2.50
      print n = 1204 | as volume
      print ['of all'] = 0.25, other = 1 | as share
      """)
    #expect(page.contains("<h1><span class=\"value\">1204</span> cases</h1>"))
    #expect(
      page.contains(
        "From <span class=\"value\">2026-03-02</span>: <span class=\"value\">1204</span>, "
          + "<span class=\"value\">0.25</span> and <span class=\"value\">2.5</span>; "
          + "<code>{{ code }}</code> and {{ none }}."))
  }

  @Test func aQuoteTakesTheLastResultBeforeIt() throws {
    let page = try reporting.text(
      "// {{ a.n }}\nprint n = 1 | as a\n// {{ a.n }}\nprint n = 2 | as a\n// {{ a.n }}\n", as: .md)
    #expect(page.split(separator: "\n").filter { ["1", "2"].contains($0) } == ["1", "1", "2"])
  }

  @Test(arguments: [
    ("// {{ volum.n }}\nprint n = 1 | as volume\n", "E0731", "did you mean volume?"),
    ("// {{ nothing.n }}\nprint 1\n", "E0731", "`| as nothing` behind a pipeline names its result"),
    ("range n from 1 to 3 step 1 | as many\n// {{ many.n }}\n", "E0732", "`| take 1`"),
    ("range n from 1 to 0 step 1 | as none\n// {{ none.n }}\n", "E0732", "`| take 1`"),
    ("print a = 1, b = 2 | as two\n// {{ two.c }}\n", "E0733", "columns here: a, b"),
    ("print a = 1, b = 2 | as two\n// {{ two }}\n", "E0733", "columns here: a, b"),
    ("// {{ a + b }}\nprint 1\n", "E0730", "{{ name.column }}"),
  ])
  func aQuoteThatSaysNothingIsAnError(script: String, code: String, help: String) throws {
    let report = try reporting.report(script)
    let problem = try #require(report.problems.first)
    #expect(problem.diagnostic.code == code)
    #expect(problem.diagnostic.help?.contains(help) == true)
    #expect(problem.source[problem.diagnostic.span].hasPrefix("{{"))
    #expect(report.hasFailed)
    #expect(ReportFormat.html.text(report).contains("<mark class=\"wrong\">{{ "))
  }

  @Test func whatFailsStandsAtItsPlace() throws {
    let script = """
      // # Broken
      print n = 1 | as one
      expect (print n = 1 | where n > 0) is empty because "there should be none"
      // {{ late.n }} comes after.
      print n = 2 | as late
      """
    let report = try reporting.report(script)
    #expect(report.hasFailed)
    #expect(report.skippedCount == 1)
    let page = ReportFormat.html.text(report)
    #expect(page.contains("<p>This failed.</p>"))
    #expect(page.contains("E0701"))
    #expect(page.contains("weekly.cb:3:1"))
    #expect(page.contains("1 statement after it did not run"))
    #expect(!page.contains("comes after"))
    #expect(report.problems.isEmpty)
    let cut = try reporting.report("print n = 1 | as one\nprint m = \n// {{ one.n }} stays\n")
    #expect(cut.hasFailed)
  }

  @Test func anExpectationThatHoldsIsTicked() throws {
    let script = "expect (print n = 1) is n ~ 1 within 0.1 because \"one is one\"\n"
    #expect(try reporting.body(script).contains("<summary>✓ Holds, or else: one is one</summary>"))
  }

  @Test func quietStatementsShareAFold() throws {
    let page = try reporting.body("let a = 1\nlet b = 2\nprint a + b\n")
    #expect(page.components(of: "<details>") == 1)
    #expect(page.contains("print a + b</code></summary>"))
  }

  @Test func theFooterSaysWhatItWasMadeOf() throws {
    reporting.folder.write("three.csv", Array("n,m\n1,2\n3,4\n5,6\n".utf8))
    let script = """
      param least: long = 2
      clock datetime(2026-06-29)
      seed 7
      load "three.csv" as three
      three | where n > least and now() > datetime(2026-01-01) | extend r = rand() | as kept
      """
    let page = try reporting.text(script, ["least": "3"])
    #expect(page.contains("<dt>Parameters</dt><dd>least = 3</dd>"))
    #expect(page.contains("<dt>Clock</dt><dd>2026-06-29</dd>"))
    #expect(page.contains("<dt>Seed</dt><dd>7</dd>"))
    #expect(page.contains("<dt>Lock</dt><dd>none, so the results were not verified</dd>"))
    #expect(page.contains("<td>three</td><td>three.csv</td><td class=\"n\">3</td>"))
  }

  @Test func theFooterComparesWithTheLock() throws {
    let playing = Playing()
    let lock = try playing.lock("print n = 1 | as one\nprint n = 2 | as two\n")
    func footer(_ script: String) throws -> String {
      try reporting.text(script, lock: .found(lock, name: "weekly.cb.lock"))
    }
    #expect(
      try footer("print n = 1 | as one\nprint n = 2 | as two\n").contains(
        "weekly.cb.lock: verified, 2 results as the lock has them"))
    #expect(
      try footer("print n = 1 | as one\nprint n = 3 | as two\n").contains(
        "1 cell differ from the lock: as two"))
    #expect(
      try footer("print n = 1 | as one\nprint x\n").contains(
        "not compared: the script did not run to its end"))
  }

  @Test func charts() throws {
    let page = try reporting.body(
      "datatable(q: string, n: long)[\"a\", 3, \"b\", 5] | render barchart with (title=\"Open\")\n")
    #expect(page.components(of: "<svg") == 2)
    #expect(page.components(of: "role=\"img\"") == 2)
    #expect(page.contains("<summary>Data: 2 rows</summary>"))
    #expect(!page.contains("style="))
  }

  @Test func longTablesSayHowLongTheyAre() throws {
    let page = try reporting.body("set rows = 5\nrange n from 1 to 1204 step 1\n")
    #expect(page.contains("<p class=\"count\">1,204 rows, 5 shown</p>"))
    #expect(page.components(of: "<tr>") == 6)
  }

  @Test func volatileResultsSayWhen() throws {
    #expect(try reporting.body("print now() > datetime(2020-01-01)\n").contains("Computed at 20"))
    #expect(
      !(try reporting.body("clock datetime(2026-01-01)\nprint now()\n").contains("Computed at")))
  }

  @Test func theSameScriptGivesTheSameBytes() throws {
    let script = """
      // # Twice
      load "datasets/cases.csv" as cases
      cases | summarize n = count(), p = avg(score_a) by queue, week = bin(opened_at, 7d) | render timechart
      cases | sample 5
      explain cases | count
      """
    for format in ReportFormat.allCases {
      let one = try reporting.text(script, as: format, threads: 1)
      #expect(!(try reporting.report(script).hasFailed))
      #expect(try reporting.text(script, as: format, threads: 2) == one)
      #expect(try reporting.text(script, as: format, threads: 4) == one)
    }
  }

  @Test func formatsGoByEnding() {
    #expect(ReportFormat(path: "a.html") == .html)
    #expect(ReportFormat(path: "x.y/a.MD") == .md)
    #expect(ReportFormat(path: "a.ipynb") == .ipynb)
    #expect(ReportFormat(path: "a.pdf") == nil)
    #expect(ReportFormat(path: "a.html/b") == nil)
    #expect(ReportFormat(path: "html") == nil)
  }
}

extension String {
  /// How often a text occurs.
  func components(of text: String) -> Int { ranges(of: text).count }
}
