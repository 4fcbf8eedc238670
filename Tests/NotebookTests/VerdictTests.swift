import CasebookNotebook
import CasebookTestSupport
import Testing

/// What a replay says for each combination of inputs and results.
@Suite struct VerdictTests {
  private static let cases = "id,queue,score\n1,a,0.5\n2,b,0.25\n3,a,1\n"
  private static let script = """
    param least: real = 0.3
    load "cases.csv" as cases
    let high = cases | where score >= least
    high | summarize n = count() by queue
    cases | summarize total = sum(score)
    cases | take 1
    """

  private func verdicts(
    then second: String? = nil, parameters: [String: String] = [:], cases: String? = nil
  ) throws -> [String] {
    let playing = Playing()
    playing.folder.write("cases.csv", Array(Self.cases.utf8))
    return try playing.verdicts(Self.script, then: second, parameters: parameters) { folder in
      if let cases { folder.write("cases.csv", Array(cases.utf8)) }
    }
  }

  @Test func theSameAgainIsUnchanged() throws {
    #expect(try verdicts() == [])
  }

  @Test func layoutAndCommentsDoNotCount() throws {
    let other = "// A title.\n" + Self.script.replacing(" | ", with: "\n  | ")
    #expect(try verdicts(then: other) == [])
  }

  @Test func aParameterIsNamedWithItsValues() throws {
    #expect(
      try verdicts(parameters: ["least": "0.2"]) == [
        "let high: input changed, no effect because of parameter: least, 0.3 -> 0.2",
        "high | summarize n = count() by queue: changed because of parameter: least, 0.3 -> 0.2",
      ])
  }

  @Test func anotherOrderIsAnotherCauseThanOtherRows() throws {
    let reordered = "id,queue,score\n2,b,0.25\n1,a,0.5\n3,a,1\n"
    let cause = " because of data: row order of cases"
    #expect(
      try verdicts(cases: reordered) == [
        "let high: input changed, no effect" + cause,
        "high | summarize n = count() by queue: input changed, no effect" + cause,
        "cases | summarize total = sum(score): input changed, no effect" + cause,
        "cases | take 1: changed" + cause,
      ])
  }

  @Test func onlyTheColumnsReadCount() throws {
    let other = "id,queue,score\n1,a,0.5\n2,c,0.25\n3,a,1\n"
    let found = try verdicts(cases: other)
    #expect(
      found.contains(
        "cases | take 1: input changed, no effect because of data: cases, 3 rows, columns queue"))
    // The sum reads the score alone, which is as it was; that the rows are others is said.
    #expect(
      found.contains(
        "cases | summarize total = sum(score): input changed, no effect because of data: cases, 3 rows"
      ))
  }

  @Test func anEditedDefinitionIsTheCauseWhereItIsUsed() throws {
    let second = Self.script.replacing(">= least", with: "> 0.5")
    #expect(
      try verdicts(then: second) == [
        "let high: input changed, no effect because of statement edited: let high and parameter: least, 0.3 -> none",
        "high | summarize n = count() by queue: changed because of statement edited: let high and parameter: least, 0.3 -> none",
      ])
  }

  @Test func anEditedStatementIsMatchedByItsNeighbours() throws {
    let second = Self.script.replacing("sum(score)", with: "avg(score)")
    #expect(
      try verdicts(then: second) == [
        "cases | summarize total = avg(score): changed because of statement edited: cases | summarize total = avg(score)"
      ])
  }

  @Test func cellsThatCameOrWentAreTold() throws {
    let second = Self.script.replacing("cases | take 1", with: "cases | count\nprint 1")
    let found = try verdicts(then: second)
    #expect(found.contains("print 1: added"))
    let fewer = Self.script.replacing("cases | take 1", with: "")
    #expect(try verdicts(then: fewer) == ["cases | take 1: removed"])
  }

  @Test func aResultThatDiffersWithoutACauseIsADefect() throws {
    let playing = Playing()
    playing.folder.write("cases.csv", Array(Self.cases.utf8))
    var old = try playing.lock(Self.script)
    let index = try #require(old.cells.firstIndex { $0.statement == "cases | take 1" })
    old.cells[index].result?.content = old.inputs[0].content
    let verdicts = try playing.run(Self.script).verdicts(against: old)
    #expect(verdicts[index].kind == .notReproducible)
    #expect(!verdicts[index].agrees)
  }

  @Test func anAcceptedCellIsAsTheRunHasIt() throws {
    let playing = Playing()
    playing.folder.write("cases.csv", Array(Self.cases.utf8))
    let old = try playing.lock(Self.script)
    let run = try playing.run(Self.script, ["least": "0.2"])
    let verdicts = run.verdicts(against: old)
    let label = try #require(verdicts.first { $0.kind == .changed }).identity.description
    let accepted = try old.accepting(run.lock, verdicts, cell: label, reason: "the new threshold")
    let again = try Lock(text: accepted.text)
    #expect(again == accepted)
    let after = try playing.run(Self.script, ["least": "0.2"]).verdicts(against: again)
    #expect(after.allSatisfy { $0.agrees })
    #expect(throws: NotebookError.self) {
      _ = try old.accepting(run.lock, verdicts, cell: "let nothing", reason: "x")
    }
  }

  @Test func theDefinitionThatWasInForceIsTheCause() throws {
    let script = "let x = 1\nprint x\nlet x = 2\nprint x, 0"
    #expect(
      try Playing().verdicts(script, then: script.replacing("= 2", with: "= 3"))
        == [
          "let x: input changed, no effect because of statement edited: let x (2)",
          "print x, 0: changed because of statement edited: let x (2)",
        ].map { $0.replacing("let x: input", with: "let x (2): input") })
  }

  @Test func whatAFunctionReadsIsACause() throws {
    let script = "param p: int = 3\nlet f = (n: int) { n + p }\nprint a = f(1)"
    let found = try Playing().verdicts(script, parameters: ["p": "9"])
    #expect(found.last == "print a = f(1): changed because of parameter: p, 3 -> 9")
  }

  @Test func underAnotherKeyNothingIsSaidThatIsNotKnown() throws {
    var playing = Playing()
    playing.folder.write("cases.csv", Array(Self.cases.utf8))
    let script = """
      load "cases.csv" as cases
      protect cases.queue
      cases | where queue == "a" | summarize n = count() by queue
      """
    let old = try playing.lock(script)
    for key in [ProtectionKey(Array("another".utf8)), nil] {
      playing.key = key
      let verdicts = try playing.run(script).verdicts(against: old)
      #expect(!verdicts.contains { $0.kind == .notReproducible })
      #expect(!verdicts.contains { $0.causes.contains { $0.description.contains("protected") } })
      #expect(verdicts.contains { $0.isPartlyCompared })
    }
  }
}
