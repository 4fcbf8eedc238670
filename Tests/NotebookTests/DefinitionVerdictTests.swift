import CasebookNotebook
import CasebookTestSupport
import Testing

/// What a replay says where rules, the roles of a log or a file outside the workspace changed.
@Suite struct DefinitionVerdictTests {
  private static let cases =
    "id,policy,score\n1,spam,0.5\n2,spam,0.95\n3,fraud,0.85\n4,fraud,0.2\n"
  private static let events = "case,step,at\nA,x,2026-01-01\nA,y,2026-01-02\nB,x,2026-01-03\n"

  /// Ten rules, and cells of which some use them.
  private static let script =
    """
    load "cases.csv" as cases
    load "events.csv" as events
    queue general staff 4 aht 3m
    queue expert staff 2 aht 9m
    queue spare staff 1 aht 1m
    ruleset intake on cases key id default route general
    rule r1 in intake at 1 when score > 0.9 then route expert

    """
    + (2...10).map {
      "rule r\($0) in intake at \($0) when policy == \"p\($0)\" then route expert\n"
    }.joined() + """
      test "spam" in intake given (policy = "spam", score = 0.1) gives route general
      cases | triage intake | summarize n = count() by _queue
      let decided = cases | triage intake
      decided | count
      cases | summarize n = count() by policy
      log events (case=case, step=step, at=at)
      events | steps
      events | count
      externaldata(a: long, b: string) ["rates.csv"]
      """

  private func verdicts(
    replacing text: String = "", with other: String = "", rates: String? = nil
  ) throws -> [String] {
    let playing = Playing()
    playing.folder.write("cases.csv", Array(Self.cases.utf8))
    playing.folder.write("events.csv", Array(Self.events.utf8))
    playing.folder.write("rates.csv", Array("1,x\n".utf8))
    return try playing.verdicts(
      Self.script, then: text.isEmpty ? nil : Self.script.replacing(text, with: other)
    ) { folder in
      if let rates { folder.write("rates.csv", Array(rates.utf8)) }
    }
  }

  @Test func theSameAgainIsUnchanged() throws { #expect(try verdicts() == []) }

  @Test func oneRuleOfTenIsTheCauseInTheCellsThatUseIt() throws {
    let cause = " because of rule: r1 in intake, when score > 0.9 -> when score > 0.8"
    #expect(
      try verdicts(replacing: "score > 0.9", with: "score > 0.8")
        == [
          "rule r1 in intake: input changed, no effect because of statement edited: rule r1 in intake",
          "cases | triage intake | summarize n = count() by _queue: changed" + cause,
          "let decided: input changed, no effect" + cause,
          "decided | count: input changed, no effect" + cause
            + " and statement edited: let decided",
        ].map { $0.replacing(" and statement edited: let decided", with: "") })
  }

  @Test func aQueueThatNoRuleComesToIsNoCause() throws {
    let found = try verdicts(replacing: "queue spare staff 1", with: "queue spare staff 2")
    #expect(found.map { $0.prefix(18) } == ["queue spare: input"])
    let used = try verdicts(replacing: "queue expert staff 2", with: "queue expert staff 3")
    #expect(
      used.contains { $0.hasPrefix("let decided") && $0.contains("definition: queue expert") })
  }

  @Test func aTestOfTheSetIsNoCause() throws {
    let found = try verdicts(replacing: "score = 0.1", with: "score = 0.2")
    #expect(found.count == 1 && found[0].hasPrefix("test \"spam\" in intake"))
  }

  @Test func aRuleThatIsNewIsNamed() throws {
    let found = try verdicts(
      replacing: "test \"spam\"",
      with: "rule eleventh in intake at 0 when score > 0.1 then route expert\ntest \"spam\"")
    #expect(
      found.contains {
        $0.contains("by _queue: changed because of rule: eleventh in intake")
      })
  }

  @Test func theRolesOfALogAreTheCauseWhereAStageGoesByThem() throws {
    let found = try verdicts(
      replacing: "(case=case, step=step, at=at)", with: "(case=step, step=case, at=at)")
    #expect(
      found == [
        "log events: input changed, no effect because of statement edited: log events and definition: log events",
        "events | steps: changed because of definition: log events",
      ])
  }

  @Test func aFileOutsideTheWorkspaceIsACause() throws {
    #expect(
      try verdicts(rates: "2,y\n") == [
        "externaldata(a: long, b: string) [\"rates.csv\"]: changed because of data: file rates.csv"
      ])
  }

  /// The same bytes under another name are the same data; the statement that names them is another.
  @Test func aFileOfAnotherNameIsAnEditedStatement() throws {
    let playing = Playing()
    playing.folder.write("rates.csv", Array("1,x\n".utf8))
    playing.folder.write("later.csv", Array("1,x\n".utf8))
    let script = "externaldata(a: long, b: string) [\"rates.csv\"] | as rates"
    #expect(
      try playing.verdicts(script, then: script.replacing("rates.csv", with: "later.csv"))
        == ["as rates: input changed, no effect because of statement edited: as rates"])
    playing.folder.write("later.csv", Array("2,x\n".utf8))
    #expect(
      try playing.verdicts(script, then: script.replacing("rates.csv", with: "later.csv"))
        == [
          "as rates: changed because of statement edited: as rates and data: file later.csv "
            + "and data: file rates.csv"
        ])
  }

  @Test func whatTellsOfTheSittingIsNotCompared() throws {
    let playing = Playing()
    playing.folder.write("cases.csv", Array(Self.cases.utf8))
    #expect(try playing.verdicts("load \"cases.csv\" as cases\ndatasets\ndatasets | count") == [])
  }

  @Test func aListingIsACauseByItself() throws {
    let playing = Playing()
    let found = try playing.verdicts(
      "queue a staff 1\nshow queues", then: "queue a staff 2\nshow queues")
    #expect(found.last == "show queues: changed because of definition: listing queues")
  }

  /// A rule that reads a parameter, used as a draft and as a version.
  private static let parameterScript = """
    param cut: real = 0.9
    param other: real = 0.1
    clock datetime(2026-03-01)
    load "cases.csv" as cases
    queue general staff 4 aht 3m
    queue expert staff 2 aht 9m
    ruleset intake on cases key id default route general
    rule r1 in intake at 1 when score > cut then route expert
    test "high" in intake given (score = 1.0) gives route expert
    publish intake because "first"
    cases | triage intake | summarize n = count() by _queue
    cases | triage intake@live | summarize n = count() by _queue
    cases | summarize n = count() by policy
    """

  @Test func aParameterOfARuleIsTheCauseForDraftAndVersion() throws {
    let playing = Playing()
    playing.folder.write("cases.csv", Array(Self.cases.utf8))
    let cause = " because of parameter: cut, 0.9 -> 0.8"
    let found = try playing.verdicts(Self.parameterScript, parameters: ["cut": "0.8"])
    #expect(
      found.filter { $0.contains("summarize") } == [
        "cases | triage intake | summarize n = count() by _queue: changed" + cause,
        "cases | triage intake@live | summarize n = count() by _queue: changed" + cause,
      ])
    #expect(try playing.verdicts(Self.parameterScript, parameters: ["other": "0.8"]) == [])
  }

  @Test func anotherDefaultIsAnotherParameter() throws {
    let playing = Playing()
    playing.folder.write("cases.csv", Array(Self.cases.utf8))
    let found = try playing.verdicts(
      Self.parameterScript, then: Self.parameterScript.replacing("= 0.9", with: "= 0.8"))
    #expect(
      found.filter { $0.contains("summarize") }.allSatisfy {
        $0.hasSuffix(": changed because of parameter: cut, 0.9 -> 0.8")
      })
    #expect(found.count { $0.contains("summarize") } == 2)
  }
}
