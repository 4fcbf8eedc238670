import CasebookLanguage
import CasebookTestSupport
import Testing

/// The problems planted in generated data are found.
@Suite struct PlantedProblemTests {
  private static let setup = """
    load "\(Places.datasets)/events.csv" as events
    log events (case=case_id, step=step, at=completed_at, start=started_at, resource=agent, closed_by=("Close"))
    load "\(Places.datasets)/cases.csv" as cases
    log cases (case=case_id, opened=opened_at, closed=closed_at)
    late cases.decision, cases.vendor
    """

  /// From week 9, the week of 2026-02-23, cases in Portuguese wait longer for `Language review`.
  @Test func shiftDatesTheBottleneckToWeekNine() throws {
    let bench = try FlowBench(Self.setup)
    let answer = try bench.table("events | shift")
    #expect(try answer.text("source") == "Route")
    #expect(try answer.text("target") == "Language review")
    #expect(try answer.number("q") < 0.001)
    #expect(bench.findings.first?.contains("its gaps changed with cases of 2026-02-23") == true)
    // Cut there, the change is the greatest that any cut at a week's start gives.
    var changes: [Double] = []
    for week in 1...25 {
      let since = "(datetime(2025-12-29) + \(7 * week)d)"
      let row = try bench.table(
        "events | shift since=\(since) | where source == \"Route\" and target == \"Language review\""
      )
      changes.append(try row.number("mean_after") - row.number("mean_before"))
    }
    #expect(changes.indices.max { changes[$0] < changes[$1] } == 7)
  }

  /// Portuguese is 5.3 times as often among the slowest tenth as cases are overall.
  @Test func driversNameThePlantedSegment() throws {
    let bench = try FlowBench(Self.setup)
    let answer = try bench.table("cases | drivers across=(language, country, vertical, source)")
    #expect(try answer.text("attribute") == "language")
    #expect(try answer.text("value") == "pt")
    #expect(try (answer.number("lift") * 10).rounded() == 53)
    #expect(bench.findings.first?.contains("language pt is associated with slow cases") == true)
    // The log of events knows the same by the queue of the first event, and says so in its order.
    let queues = try bench.table("events | drivers across=queue")
    #expect(try queues.text("value") == "portuguese")
  }

  /// What is known only after the decision is refused, also when something was made of it.
  @Test(arguments: ["decision", "vendor", "made", "renamed", "closed_at", "opened_at", "case_id"])
  func driversRefuseWhatIsKnownLater(column: String) throws {
    let bench = try FlowBench(Self.setup)
    let failure = bench.failure(
      """
      cases | extend made = strcat(decision, "!") | project-rename renamed = vendor
      | extend vendor = renamed
      | drivers across=(language, \(column))
      """)
    #expect(failure?.code == "E0227")
    #expect(failure?.message.contains("'\(column)'") == true)
  }
}
