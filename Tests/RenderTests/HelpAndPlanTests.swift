import CasebookRender
import CasebookValues
import Testing

@Suite struct HelpDrawingTests {
  private let page = HelpPage(
    title: "take", signatures: ["take N"], summary: "Keeps the first rows of its input.",
    details: ["A row limit that is greater than the number of rows keeps all of them."],
    arguments: [.init("N", "how many rows to keep, a whole number that is not negative")],
    examples: [.init("cases | take 1", caption: "one row", output: "case_id\n-------\nC1\n")],
    seeAlso: ["top", "sample"])

  @Test func aPageIsWrappedToTheScreen() {
    #expect(
      HelpDrawing(Screen(width: 40, colour: false)).text(page) == """
        take
          take N

        Keeps the first rows of its input.

        A row limit that is greater than the
        number of rows keeps all of them.

        Arguments
          N  how many rows to keep, a whole
             number that is not negative

        Examples
          one row:
            cases | take 1

            case_id
            -------
            C1

        See also: top, sample

        """)
  }

  @Test func aShortPageHasNoEmptyParts() {
    #expect(HelpDrawing(.plain).text(HelpPage(title: "x", summary: "Does x.")) == "x\n\nDoes x.\n")
  }

  @Test func topicsHaveTheirMeaningBesideThem() {
    let sections = [
      TopicSection(
        "Stages", [.init("where", "keeps rows"), .init("take", "keeps the first rows")]),
      TopicSection(
        "More", [.init("a_name_that_is_far_too_long_for_its_column", "has its own line")]),
    ]
    #expect(
      ListDrawing(.plain).text(sections) == """
        Stages
          where  keeps rows
          take   keeps the first rows

        More
          a_name_that_is_far_too_long_for_its_column
            has its own line

        """)
  }

  @Test func namesStandInColumns() {
    let names = ["abs", "bin", "ceiling", "floor", "iff", "log"]
    let list = ListDrawing(Screen(width: 20, colour: false))
    #expect(list.text(names: names) == "abs      floor\nbin      iff\nceiling  log\n")
    #expect(list.text(names: []).isEmpty)
  }

  @Test func narrowScreensAreNoTrap() {
    for width in 0..<12 {
      let screen = Screen(width: width, colour: false)
      #expect(!HelpDrawing(screen).text(page).isEmpty)
      #expect(!ListDrawing(screen).text(names: ["where", "take"]).isEmpty)
      #expect(!PlanDrawing(screen).text(PlanNode("scan", estimatedRows: 3)).isEmpty)
    }
  }

  @Test func wordsLongerThanALineAreBroken() {
    let page = HelpPage(title: "x", summary: String(repeating: "日本", count: 20) + " end")
    for width in [8, 20, 33] {
      let text = HelpDrawing(Screen(width: width, colour: false)).text(page)
      #expect(lines(text).allSatisfy { displayWidth($0) <= width })
    }
  }
}

@Suite struct PlanDrawingTests {
  private let plan = PlanNode(
    "sort n desc", estimatedRows: 14, actualRows: 14, seconds: 0.0001,
    children: [
      PlanNode(
        "join kind=inner on case_id", details: ["hash on the right side"], estimatedRows: 1000,
        actualRows: 998, seconds: 0.0124,
        children: [
          PlanNode("scan cases", details: ["columns: case_id"], estimatedRows: 1_250_000),
          PlanNode("scan events", estimatedRows: 5_000_000),
        ])
    ])

  @Test func aPlanIsATreeWithFigures() {
    #expect(
      PlanDrawing(.plain).text(plan) == """
                                       estimated  rows     time
        sort n desc                           14    14   100 µs
        └─ join kind=inner on case_id      1,000   998  12.4 ms
           │  hash on the right side
           ├─ scan cases               1,250,000
           │     columns: case_id
           └─ scan events              5,000,000

        """)
  }

  @Test func aNarrowScreenShortensTheTree() {
    let text = PlanDrawing(Screen(width: 44, colour: false)).text(plan)
    #expect(lines(text).allSatisfy { displayWidth($0) <= 44 })
    #expect(text.contains("└─ join kind=inne…"))
  }

  @Test func figuresThatNobodyKnowsHaveNoColumn() {
    #expect(PlanDrawing(.plain).text(PlanNode("print")) == "print\n")
    #expect(
      PlanDrawing(Screen(width: nil, colour: false, unicode: false))
        .text(PlanNode("a", children: [PlanNode("b"), PlanNode("c")])) == "a\n|- b\n`- c\n")
  }
}
