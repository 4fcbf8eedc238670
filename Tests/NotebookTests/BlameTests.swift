import CasebookEngine
import CasebookNotebook
import CasebookTestSupport
import Testing

/// How a figure's movement is shared among its causes.
@Suite struct BlameTests {
  private static let before = "id,score\n1,0.9\n2,0.8\n3,0.7\n4,0.6\n"
  private static let after = "id,score\n1,0.9\n2,0.85\n3,0.75\n4,0.65\n5,0.95\n6,0.1\n"
  private static let script = """
    param least: real = 0.8
    clock datetime(2026-03-01)
    load "cases.csv" as cases
    queue q staff 1
    queue other staff 1
    ruleset set on cases key id default route q
    rule hot in set at 1 when score >= 0.75 then route other
    let kept = cases | where score >= least
    kept | summarize n = count(), total = sum(score)
    cases | triage set | summarize n = count() by _queue
    print days = datetime_diff("day", now(), datetime(2026-02-01))
    cases | where id > 100
    expect cases | where score > 2 is empty
    """

  /// The verdicts of a replay with shares.
  private func blamed(
    then second: String, _ parameters: [String: String] = [:], hasFormerFile: Bool = true
  ) throws -> [Verdict] {
    let playing = Playing()
    playing.folder.write("cases.csv", Array(Self.before.utf8))
    playing.folder.write("was.csv", Array(Self.before.utf8))
    let old = try playing.lock(Self.script)
    playing.folder.write("cases.csv", Array(Self.after.utf8))
    let run = try playing.run(second, parameters)
    let former = try FormerFiles(hasFormerFile ? [playing.folder.path + "/was.csv"] : [])
    let blame = Blame(run, against: old, run.verdicts(against: old), former: former) { change in
      var configuration = Configuration()
      configuration.directory = playing.folder.path
      configuration.parameters = parameters.merging(change.parameters) { $1 }
      configuration.standIns = change.standIns
      return ScriptRun(try Engine(configuration), version: "test", key: nil, keepsLock: false)
    }
    return try blame.verdictsWithShares()
  }

  private func figures(_ verdicts: [Verdict]) -> [RowDifference.Cell] {
    verdicts.compactMap(\.difference).flatMap(\.changed).flatMap(\.cells)
  }

  private func expectSharesToAddUp(_ figures: [RowDifference.Cell]) throws {
    for figure in figures {
      let shares = try #require(figure.shares)
      let movement = try #require(Double(figure.after)) - (try #require(Double(figure.before)))
      let sum = shares.reduce(0) { $0 + $1.amount }
      #expect(abs(sum - movement) < 1e-9, "\(figure)")
    }
  }

  @Test func twoCausesShareTheMovement() throws {
    let found = figures(try blamed(then: Self.script, ["least": "0.7"]))
    try expectSharesToAddUp(found)
    // Cases of at least 0.8: two before, three now; of at least 0.7: three before, four now. So each cause moves
    // the count by one whichever comes first.
    let count = try #require(found.first { $0.column == "n" })
    #expect(
      count.shares == [
        .init(cause: "data: cases", amount: 1), .init(cause: "parameter: least", amount: 1),
      ])
  }

  @Test func aRuleTheClockAndTheDataAreToldApart() throws {
    let second = Self.script.replacing("0.75 then", with: "0.9 then")
      .replacing("2026-03-01", with: "2026-03-08")
    let verdicts = try blamed(then: second)
    let found = figures(verdicts)
    try expectSharesToAddUp(found)
    let days = try #require(found.first { $0.column == "days" })
    #expect(days.shares == [.init(cause: "clock", amount: 7)])
    let queue = try #require(found.last { $0.column == "n" })
    #expect(queue.shares?.map(\.cause) == ["data: cases", "rule: hot in set"])
  }

  /// Names keep the time and the draws of where they were bound, so these are causes where they are used, and those
  /// of the place of use are none.
  @Test func namesBoundUnderAnotherClockOrSeed() throws {
    let script = """
      clock datetime(2026-03-01)
      seed 1
      let late = now()
      range n from 1 to 5 step 1 | extend v = rand() | as drawn
      clock datetime(2026-03-05)
      seed 2
      print days = datetime_diff("day", late, datetime(2026-02-01)) | as days
      drawn | summarize total = sum(v) | as total
      """
    let playing = Playing()
    let changes = [
      ("2026-03-01", "2026-03-03", ["as days: changed because of clock"]),
      ("2026-03-05", "2026-03-07", []),
      (
        "seed 1", "seed 8",
        ["as drawn: changed because of seed", "as total: changed because of seed"]
      ),
      ("seed 2", "seed 8", []),
    ]
    for (before, after, expected) in changes {
      let found = try playing.verdicts(script, then: script.replacing(before, with: after))
      let results = found.filter { $0.hasPrefix("as ") }
      #expect(results.count == expected.count, "\(before): \(found)")
      for (line, start) in zip(results, expected) { #expect(line.hasPrefix(start), "\(before)") }
    }
  }

  @Test func aClockThatAParameterSetsIsThatParameter() throws {
    let script = """
      param until: datetime = datetime(2026-03-01)
      param start: long = 3
      clock until
      seed start
      print days = datetime_diff("day", now(), datetime(2026-02-01)) | as days
      print n = 1 | extend v = rand() | as drawn
      """
    let playing = Playing()
    #expect(
      try playing.verdicts(script, parameters: ["until": "2026-03-05"]).last
        == "as days: changed because of parameter: until, 2026-03-01T00:00:00.0000000Z -> "
        + "2026-03-05T00:00:00.0000000Z")
    #expect(
      try playing.verdicts(script, parameters: ["start": "4"]).last
        == "as drawn: changed because of parameter: start, 3 -> 4")
    // An edited clock stays one.
    #expect(
      try playing.verdicts(
        script, then: script.replacing("clock until", with: "clock until + 1d")
      ).contains { $0.hasPrefix("as days: changed because of clock: ") })
  }

  @Test func whatCannotBePutBackIsTheRest() throws {
    let found = figures(try blamed(then: Self.script, ["least": "0.7"], hasFormerFile: false))
    let count = try #require(found.first { $0.column == "n" })
    #expect(
      count.shares == [
        .init(cause: "parameter: least", amount: 1),
        .init(cause: "data: cases (--was FILE names the old file)", amount: 1),
      ])
  }

  @Test func aStatementThatOthersNeedIsNotPutBack() throws {
    // The old `kept` has no column `more`, which the next statement reads now.
    let second = Self.script.replacing("score >= least", with: "score >= least | extend more = 1")
      .replacing("total = sum(score)", with: "total = sum(score * more)")
    let found = figures(try blamed(then: second))
    try expectSharesToAddUp(found)
  }
}
