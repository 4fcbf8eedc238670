import CasebookLanguage
import CasebookRender
import CasebookValues
import Testing

/// Draws an error about the text between `«` and `»`, with labels for further places.
private func draw(
  _ marked: String, labels: [(String, String)] = [], help: String? = nil,
  fix: Diagnostic.Fix? = nil, file: String? = nil, screen: Screen = .plain
) -> [String] {
  let before = String(marked.prefix { $0 != "«" })
  let inside = marked.drop { $0 != "«" }.dropFirst().prefix { $0 != "»" }
  let source = SourceText(marked.filter { $0 != "«" && $0 != "»" })
  let lower = before.utf8.count
  let diagnostic = Diagnostic(
    code: "E0142", message: "There is no such column.",
    span: Span(lower, lower + inside.utf8.count),
    labels: labels.compactMap { place, text in
      find(place, in: source.bytes).map { Diagnostic.Label(Span($0, $0 + place.utf8.count), text) }
    }, help: help, fix: fix)
  return lines(DiagnosticDrawing(screen).text(diagnostic, source: source, fileName: file))
}

private func find(_ place: String, in bytes: [UInt8]) -> Int? {
  let wanted = Array(place.utf8)
  return bytes.indices.first { bytes[$0...].starts(with: wanted) }
}

@Suite struct DiagnosticDrawingTests {
  @Test func caretsStandBelowThePlace() {
    let drawn = draw(
      "cases\n| where «scor» > 0.8\n", help: "did you mean 'score'?", file: "weekly.cb")
    #expect(
      drawn == [
        "error E0142: There is no such column.",
        " --> weekly.cb:2:9",
        "2 | | where scor > 0.8",
        "  |         ^^^^",
        "help: did you mean 'score'?",
      ])
  }

  @Test func aSingleTypedLineNeedsNoPlace() {
    #expect(
      draw("cases | where «scor»") == [
        "error E0142: There is no such column.",
        "1 | cases | where scor",
        "  |               ^^^^",
      ])
    #expect(draw("cases\n| «x»")[1] == " --> line 2, column 3")
  }

  @Test func tabsAndWideCharactersMoveTheCarets() {
    #expect(draw("\t| where «x»").suffix(2) == ["1 |     | where x", "  |             ^"])
    #expect(draw("a\tb\t«x»").suffix(2) == ["1 | a   b   x", "  |         ^"])
    #expect(draw("['日本'] «語語»").suffix(2) == ["1 | ['日本'] 語語", "  |          ^^^^"])
    #expect(draw("\"👩‍👩‍👧‍👦\" «x»").suffix(2) == ["1 | \"👩‍👩‍👧‍👦\" x", "  |      ^"])
    #expect(draw("\"e\u{301}\" «x»").suffix(2) == ["1 | \"e\u{301}\" x", "  |     ^"])
    #expect(draw("«\u{202E}\u{301}» x").suffix(2) == ["1 | \\u{202e}\u{301} x", "  | ^^^^^^^^"])
    #expect(draw("\u{1B}[2J«x»").suffix(2) == ["1 | \\x1b[2Jx", "  |        ^"])
  }

  @Test func anEmptyPlaceHasOneCaret() {
    #expect(draw("cases | where «»").suffix(2) == ["1 | cases | where ", "  |               ^"])
    #expect(draw("«»").suffix(2) == ["1 |", "  | ^"])
    #expect(draw("cases |\n«»").suffix(2) == ["2 |", "  | ^"])
  }

  @Test func aPlaceOverSeveralLinesIsMarkedOnEach() {
    #expect(
      draw("print «strcat(\n    a,\n    b)»").dropFirst(2) == [
        "1 | print strcat(", "  |       ^^^^^^^", "2 |     a,", "  |     ^^", "3 |     b)",
        "  |     ^^",
      ])
    let long = "«(" + String(repeating: "\n  a,", count: 20) + "\n  b)»"
    let drawn = draw(long)
    #expect(drawn.count < 16)
    #expect(drawn.contains("…"))
    #expect(drawn.suffix(2) == ["22 |   b)", "   |   ^^"])
  }

  @Test func labelsPointAtFurtherPlaces() {
    #expect(
      draw("a | join «b» on k", labels: [("k", "both sides need it"), ("a", "the left side")])
        .dropFirst() == [
          "1 | a | join b on k",
          "  |          ^",
          "  |               - both sides need it",
          "  | - the left side",
        ])
    #expect(
      draw("let x = 1\n\n\nlet «x» = 2", labels: [("x", "first given here")]).dropFirst(2) == [
        "1 | let x = 1", "  |     - first given here", "…", "4 | let x = 2", "  |     ^",
      ])
  }

  @Test func longLinesAreShownAroundThePlace() throws {
    let filler = String(repeating: "abcdefg ", count: 40)
    for marked in ["«here»" + filler, filler + "«here»" + filler, filler + "«here»"] {
      let drawn = draw(marked, screen: Screen(width: 60, colour: false))
      let source = try #require(drawn.dropLast().last)
      let carets = try #require(drawn.last)
      #expect(drawn.allSatisfy { displayWidth($0) <= 60 })
      let start = try #require(carets.firstIndex(of: "^"))
      let offset = carets.distance(from: carets.startIndex, to: start)
      #expect(source.dropFirst(offset).hasPrefix("here"))
      #expect(carets.hasSuffix(" ^^^^") || carets.hasSuffix("| ^^^^"))
    }
  }

  @Test func anEndlessLineIsLaidOutAroundThePlaceOnly() throws {
    let filler = String(repeating: "é", count: 100_000)
    let drawn = draw(filler + "«here»" + filler, screen: Screen(width: 60, colour: false))
    let source = try #require(drawn.dropLast().last)
    let carets = try #require(drawn.last)
    let offset = carets.prefix { $0 != "^" }.count
    #expect(source.dropFirst(offset).hasPrefix("here"))
    #expect(source.count <= 60)
  }

  @Test func aFixIsOfferedWhereThereIsNoHelp() {
    let drawn = draw("cases\n  | where a «=» 1", fix: .init([.init(Span(18, 19), "==")]))
    #expect(drawn.last == "help: try: | where a == 1")
  }

  @Test func colourMarksWeightOnly() {
    let diagnostic = Diagnostic(
      code: "E0142", message: "No.", span: Span(0, 1), labels: [.init(Span(2, 3), "here")],
      help: "try again")
    let text = DiagnosticDrawing(Screen(width: 80, colour: true))
      .text(diagnostic, source: SourceText("a b"))
    #expect(
      text == """
        \u{1B}[1;31merror E0142:\u{1B}[0m \u{1B}[1mNo.\u{1B}[0m
        \u{1B}[2m1 |\u{1B}[0m a b
        \u{1B}[2m  |\u{1B}[0m \u{1B}[1;31m^\u{1B}[0m
        \u{1B}[2m  |\u{1B}[0m \u{1B}[1;36m  -\u{1B}[0m here
        \u{1B}[1;32mhelp:\u{1B}[0m try again

        """)
  }

  @Test func spansOutsideTheSourceAreClipped() {
    let diagnostic = Diagnostic(
      code: "W0001", severity: .warning, message: "odd\u{1B}[1m", span: Span(50, 90))
    let text = DiagnosticDrawing(.plain).text(
      diagnostic, source: SourceText("abc"), fileName: "a\nb")
    #expect(text == "warning W0001: odd\\x1b[1m\n --> a⏎b:1:4\n1 | abc\n  |    ^\n")
  }
}
