import CasebookNotebook
import CasebookTestSupport
import Testing

/// Each script in `Tests/Reports` as the Markdown beside it.
///
/// `CASEBOOK_RECORD=1` writes the Markdown anew; the difference is then for a person to judge.
@Suite struct ReportGoldenTests {
  private static let folder = Places.repository + "/Tests/Reports"

  @Test(arguments: names(in: folder).filter { $0.hasSuffix(".cb") })
  func asMarkdown(_ name: String) throws {
    let script = String(decoding: try #require(readFile(Self.folder + "/" + name)), as: UTF8.self)
    // The zone rules are the machine's.
    let text = try Reporting().text(script, as: .md).replacing(#/, time zone rules \w+/#, with: "")
    let path = Self.folder + "/" + name.dropLast(2) + "md"
    if Places.variable("CASEBOOK_RECORD") != nil {
      try #require(writeFile(path, Array(text.utf8)))
      return
    }
    let kept = String(decoding: try #require(readFile(path)), as: UTF8.self)
    #expect(text == kept)
  }
}
