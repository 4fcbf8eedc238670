import CasebookLanguage
import Testing

/// A word out of many that may be left out, and settings whose values need no brackets.
@Suite struct OptionalWordTests {
  private static let signatures = SignatureSet([
    Signature(
      "draw",
      [
        .optionalWord("kind", ["linechart", "barchart", "piechart"]),
        .optional([
          .word("with"),
          .bracketedParameters([
            Parameter("title"), Parameter("ycolumns", takesList: true), Parameter("width"),
          ]),
        ]),
      ]),
    Signature("export", role: .command, [.pipelineBefore("rows", word: "to"), .string("path")]),
  ])

  private func tree(_ text: String) -> SyntaxTree {
    parse(text, signatures: OptionalWordTests.signatures)
  }

  private func told(_ text: String) -> [String] {
    tree(text).diagnostics.map { $0.code + " " + $0.message }
  }

  private func stage(_ text: String) throws -> Stage {
    guard case .pipeline(let pipeline) = try #require(tree(text).statements.first).kind else {
      throw ExpectedPipeline()
    }
    return try #require(pipeline.stages.last)
  }

  private struct ExpectedPipeline: Error {}

  @Test func itMayBeLeftOut() throws {
    #expect(told("t | draw") == [])
    #expect(told("t | draw with (width=3)") == [])
    #expect(told("(t | draw\n)") == [])
    #expect(try stage("t | draw with (width=3)").word("kind") == nil)
    #expect(tree("t | draw\nu").statements.count == 2)
  }

  @Test func itIsReadWhereItStands() throws {
    #expect(try stage("t | draw barchart").word("kind") == "barchart")
    #expect(told("t | draw\n  barchart\n  with (title=\"a\")") == [])
  }

  @Test func anotherNameIsAnErrorWithTheNearest() throws {
    let diagnostic = try #require(tree("t | draw piechartt").diagnostics.first)
    #expect(diagnostic.message == "There is no kind `piechartt`.")
    #expect(diagnostic.help == "Did you mean `piechart`?")
    #expect(diagnostic.fix?.applied(to: tree("t | draw piechartt").source) == "t | draw piechart")
    let far = try #require(tree("t | draw zzz").diagnostics.first)
    #expect(far.help == "Kinds here: linechart, barchart, piechart.")
  }

  @Test func aListNeedsNoBrackets() throws {
    let one = try stage("t | draw barchart with (ycolumns=a, ['b c'], width=3)")
    #expect(one.parameters.map { $0.name?.text } == ["ycolumns", "width"])
    #expect(one.parameters.first?.value.asList.compactMap { $0.asName?.text } == ["a", "b c"])
    let text = "t | draw with (ycolumns = a, b, title = \"x\")"
    #expect(tree(text).printed == text)
    #expect(format(tree(text)) == format(tree(format(tree(text)))))
    // Only what says that it takes a list does.
    #expect(!told("t | draw with (width=3, b)").isEmpty)
  }
}
