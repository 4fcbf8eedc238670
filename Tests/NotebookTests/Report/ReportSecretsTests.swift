import CasebookNotebook
import CasebookTestSupport
import Testing

/// What is protected stands in no report, whatever its format and however it is asked for.
@Suite struct ReportSecretsTests {
  /// Marks that occur nowhere but in protected columns.
  private static let traces = ["marker", "rekram", "77123", "88456", "1987-06", "bwfya2vy"]

  private static let data = """
    id,team,name,amount,share,born
    1,red,Marker Adams,77123001,88456.25,1987-06-11T00:00:00Z
    2,red,Marker Brown,77123002,88456.5,1987-06-12T00:00:00Z
    3,blue,Marker Clark,77123003,88456.75,1987-06-13T00:00:00Z

    """

  private static let pipelines = [
    "people", "people | take 1 | project name | as one",
    "people | extend back = reverse(name), up = toupper(name), coded = base64_encode_tostring(name)",
    "people | summarize n = count() by name | render barchart",
    "people | project team, amount | render barchart",
    "people | project born, share, name | render timechart",
    "people | summarize n = count() by name, team | render heatmap",
    "people | project name, team, n = 1 | render flowmap", "people | project name | render card",
    "people | project share | render histogram",
    "people | where name == \"Marker Adams\" and amount > 77123000",
    "let wanted = \"Marker Adams\"\npeople | where name == wanted",
    "param who: string = \"Marker Brown\"\npeople | where name in (who)\n// Of {{ who }} and {{ wanted }}.\nprint 1",
    "describe people", "people | getschema", "explain people | where name has \"Marker\"",
    "sql \"select * from people\"", "people | as everyone",
  ]

  private static let failures = [
    "expect people | where name startswith \"Marker\" is empty",
    "expect (people | take 1 | project name) is \"Marker Brown\"",
    "people | where name == \"Marker Adams\" and nosuch > 1",
    "people | where name = \"Marker Adams\"",
    "people | project amount | where amount > \"77123001\"",
  ]

  private func text(_ statements: [String], _ format: ReportFormat) throws -> String {
    let reporting = Reporting()
    reporting.folder.write("people.csv", Array(Self.data.utf8))
    let protection = ["name", "amount", "share", "born"].map { "protect people.\($0)\n" }.joined()
    let script =
      "// # People\n// {{ one.name }} and {{ one }}, {{ volume.n }}.\nload \"people.csv\" as people\n"
      + protection + "people | summarize n = count() | as volume\n"
      + statements.joined(separator: "\n\n") + "\n"
    return try reporting.text(script, as: format)
  }

  @Test(arguments: ReportFormat.allCases)
  func noProtectedValueIsInAReport(_ format: ReportFormat) throws {
    let text = try text(Self.pipelines, format)
    #expect(text.contains("***") || text.contains("\\*\\*\\*"))
    #expect(!text.contains("This failed"))
    expectNoTrace(text)
  }

  @Test(arguments: ReportFormat.allCases, failures)
  func noProtectedValueIsInAnError(_ format: ReportFormat, _ statement: String) throws {
    let text = try text([statement], format)
    #expect(text.contains("E0") || text.contains("error"))
    expectNoTrace(text)
  }

  @Test func stringsThatAreToBeHiddenAre() throws {
    let page = try Reporting().text("print n = strlen(h\"hush-hush\")\nprint h'hush-hush' + 1\n")
    #expect(page.contains("***"))
    #expect(!page.contains("hush-hush"))
  }

  private func expectNoTrace(_ text: String) {
    let text = text.lowercased()
    for trace in Self.traces {
      guard let found = text.firstRange(of: trace) else { continue }
      Issue.record("\(trace) is in: …\(text[..<found.upperBound].suffix(160))")
    }
  }
}
