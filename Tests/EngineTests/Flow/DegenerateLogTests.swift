import CasebookLanguage
import CasebookTestSupport
import CasebookValues
import Testing

/// Logs with hardly anything in them, and with times that are far off.
@Suite struct DegenerateLogTests {
  private static let stages = [
    "cycle_time", "cycle_time curve=true", "cycle_time by who", "aging",
    "aging buckets=none by who",
    "sla limit=1d", "sla limit=1d split=step", "sla limit=1d list=true", "batching", "waits",
    "waits list=true calendar=\"mon-fri 08:00-18:00\"", "shift", "shift by who",
    "drivers across=who least=1", "drivers across=who least=1 slow=(step == \"a\")",
    "cycle_time calendar=\"mon-fri 08:00-18:00\"", "aging calendar=\"mon-fri 08:00-18:00\"",
    "sla limit=8h calendar=\"mon-fri 08:00-18:00 Europe/Dublin\" by who",
    "transitions", "transitions ends=true by who", "steps", "steps by who", "per_case",
    "per_case calendar=\"mon-fri 08:00-18:00\"", "variants", "variants collapse=1 by who",
    "paths source=\"a\" target=\"end\"", "trace \"1\"", "bottlenecks", "bottlenecks by who",
    "bottlenecks over=step", "queue_flow per=all", "queue_flow per=all window=middle",
    "queue_flow per=36500d over=step by who", "rework", "rework by who", "handoffs",
    "handoffs of=step by who", "utilisation", "utilisation calendar=\"mon-fri 08:00-18:00\" by who",
    "spectrum", "spectrum path=(\"a\", \"end\")",
    "bottlenecks reference=(datetime(2026-01-01) .. datetime(2027-01-01))",
  ]
  /// `trace` of a case that is not there is an error, which says so.
  private static func isMissingCase(_ stage: String, _ log: String) -> Bool {
    stage.hasPrefix("trace") && log == "empty"
  }
  private static let logs: [String: String] = [
    "empty": "",
    "one case": """
    "1", "a", datetime(2026-01-05 08:00), datetime(2026-01-05 09:00), "x",
    "1", "end", datetime(2026-01-05 10:00), datetime(2026-01-05 10:00), "y"
    """,
    "one event": "\"1\", \"end\", datetime(2026-01-05 08:00), datetime(2026-01-05 09:00), \"\"",
    "one event a case": """
    "1", "a", datetime(2026-01-05 08:00), datetime(2026-01-05 09:00), "x",
    "2", "end", datetime(2026-01-05 08:00), datetime(2026-01-05 09:00), "x",
    "3", "end", datetime(2026-01-05 08:30), datetime(2026-01-05 09:30), "x"
    """,
    "one instant": """
    "1", "a", datetime(2026-01-05), datetime(2026-01-05), "x",
    "1", "end", datetime(2026-01-05), datetime(2026-01-05), "x",
    "2", "a", datetime(2026-01-05), datetime(2026-01-05), "x",
    "2", "end", datetime(2026-01-05), datetime(2026-01-05), "x"
    """,
    "all open": """
    "1", "a", datetime(2026-01-05 08:00), datetime(2026-01-05 09:00), "x",
    "2", "a", datetime(2026-01-06 08:00), datetime(null), "x",
    "2", "b", datetime(2026-01-07 08:00), datetime(2026-01-08 09:00), "y"
    """,
    "far times": """
    "1", "a", datetime(0001-01-01), datetime(1969-12-31 23:59), "x",
    "1", "end", datetime(2150-01-01), datetime(2150-01-02), "x",
    "2", "a", datetime(1950-03-01), datetime(1950-03-02), "x",
    "2", "end", datetime(2101-01-01), datetime(2101-01-01), "x"
    """,
    "end before start": """
    "1", "a", datetime(2026-01-05 09:00), datetime(2026-01-05 08:00), "x",
    "1", "end", datetime(2026-01-05 10:00), datetime(2026-01-05 10:00), "y",
    "2", "end", datetime(2026-01-06 10:00), datetime(2026-01-04 10:00), "y"
    """,
  ]

  /// Every stage answers, and its parts add up.
  @Test(arguments: logs.keys.sorted())
  func everyStageAnswers(log: String) throws {
    let bench = try FlowBench(try table(log))
    for stage in Self.stages {
      // Groups come last.
      let parts = stage.replacing(" by who", with: "")
      let groups = parts == stage ? "" : " by who"
      if Self.isMissingCase(stage, log) { continue }
      let answer = try bench.table("log1 | \(parts) \(roles)\(groups)")
      #expect(answer.rowCount >= 0, "\(log): \(stage)")
    }
    let times = try bench.table("log1 | cycle_time \(roles)")
    let cases = try times.number("cases")
    #expect(try times.number("ended") + times.number("open") == cases)
    let level = try bench.table("log1 | sla limit=1d \(roles)")
    let counts = try ["met", "breached", "breached_open", "undecided"].map { try level.number($0) }
    #expect(counts.reduce(0, +) == cases)
    let ages = try bench.table("log1 | aging buckets=none \(roles)")
    #expect(try ages.number("cases") == times.number("open"))
  }

  private let roles = "case=id step=step start=s at=t resource=who closed_by=(\"end\")"

  private func table(_ name: String) throws -> String {
    let rows = try #require(Self.logs[name])
    let source = "datatable(id: string, step: string, s: datetime, t: datetime, who: string)["
    return rows.isEmpty
      ? "let log1 = \(source) \"1\", \"a\", datetime(2026-01-05), datetime(2026-01-05), \"x\"] | where id == \"2\""
      : "let log1 = \(source)\n\(rows)]"
  }

  @Test func nothingIsNull() throws {
    let bench = try FlowBench(try table("empty"))
    let times = try bench.table("log1 | cycle_time \(roles)")
    #expect(try times.number("cases") == 0)
    for column in ["median", "p90", "restricted_mean", "horizon", "ended_mean"] {
      #expect(try times.scalar(column).isNull, "\(column)")
    }
    #expect(try bench.table("log1 | aging \(roles)").rowCount == 7)
    #expect(try bench.table("log1 | sla limit=1d \(roles)").scalar("attainment").isNull)
    for stage in ["batching", "waits", "shift", "drivers across=who"] {
      #expect(try bench.table("log1 | \(stage) \(roles)").rowCount == 0, "\(stage)")
    }
  }

  @Test func oneInstantTakesNoTime() throws {
    let bench = try FlowBench(try table("one instant"))
    let times = try bench.table("log1 | cycle_time \(roles)")
    #expect(try times.number("ended") == 2)
    #expect(try times.number("median") == 0)
    #expect(try times.number("restricted_mean") == 0)
    #expect(try bench.table("log1 | sla limit=1d \(roles)").number("met") == 2)
    #expect(try bench.table("log1 | waits \(roles)").rowCount == 0)
  }

  @Test func whereAllAreOpenNothingIsReached() throws {
    let bench = try FlowBench(try table("all open"))
    let times = try bench.table("log1 | cycle_time \(roles)")
    #expect(try times.number("ended") == 0)
    #expect(try times.scalar("median").isNull)
    #expect(try times.text("note") == "thin; median, p25, p75, p90 not reached")
    #expect(try times.number("restricted_mean") == times.number("horizon"))
  }

  @Test func farTimesAreMeasuredAsTheyAre() throws {
    let bench = try FlowBench(try table("far times"))
    let times = try bench.table("log1 | cycle_time \(roles)")
    // 1950-03-02 to 2101-01-01, and 0001-01-01 to 2150-01-02.
    let days = try bench.table(
      "print a = (datetime(2101-01-01) - datetime(1950-03-01)) / 1d, b = (datetime(2150-01-02) - datetime(0001-01-01)) / 1d"
    )
    #expect(try times.number("median") / 86_400 == days.number("a"))
    #expect(try times.number("p75") / 86_400 == days.number("b"))
  }

  @Test func endBeforeStartIsCountedAndTakesNoTime() throws {
    let bench = try FlowBench(try table("end before start"))
    let times = try bench.table("log1 | cycle_time \(roles)")
    #expect(bench.warnings.contains { $0.hasPrefix("completed before it started") })
    #expect(try times.number("cases") == 2)
    #expect(try times.number("p25") == 0)
    #expect(try times.number("median") == 0)
    #expect(try times.number("p75") == 3_600)
  }

  /// A case that was closed before it was opened takes no time, and that is said.
  @Test func closedBeforeOpened() throws {
    let bench = try FlowBench(
      "let log1 = datatable(id: string, a: datetime, z: datetime)[\"1\", datetime(2026-01-05), datetime(2026-01-04)]"
    )
    let times = try bench.table("log1 | cycle_time case=id opened=a closed=z")
    #expect(try times.number("median") == 0)
    #expect(bench.warnings.isEmpty == false)
    let events = try FlowBench(
      "let log1 = datatable(id: string, step: string, t: datetime, z: datetime)[\"1\", \"a\", datetime(2026-01-05), datetime(2026-01-04)]"
    )
    _ = try events.table("log1 | cycle_time case=id step=step at=t closed=z")
    #expect(events.warnings.contains { $0.hasPrefix("closed before it was opened") })
  }

  /// Nothing says how cases close: an error that names what would.
  @Test(arguments: ["cycle_time", "aging", "sla limit=1d", "drivers across=who"])
  func openCasesNeedAClosingRule(stage: String) throws {
    let bench = try FlowBench(try table("one case"))
    let failure = bench.failure("log1 | \(stage) case=id step=step start=s at=t")
    #expect(failure?.code == "E0502")
    #expect(failure?.help?.contains("closed_by=(\"end\")") == true)
  }

  /// A step's name of ten thousand letters, and a case of many steps.
  @Test func longNamesAndLongCases() throws {
    let bench = try FlowBench(
      """
      let log1 = range n from 1 to 5000 step 1
      | extend id = "1", step = iff(n == 5000, "end", iff(n % 2 == 0, strrep("x", 10000), "y")),
          s = datetime(2026-01-05) + n * 1m, t = datetime(2026-01-05) + n * 1m + 30s, who = "z"
      """)
    for stage in Self.stages where !stage.hasPrefix("queue_flow") {
      let parts = stage.replacing(" by who", with: "")
      let groups = parts == stage ? "" : " by who"
      _ = try bench.table("log1 | \(parts) \(roles)\(groups)")
    }
    for stage in ["cycle_time", "waits", "shift", "sla limit=1h split=step", "trace \"1\""] {
      #expect(try bench.table("log1 | \(stage) \(roles)").rowCount > 0)
    }
    for kind in ["transitions", "variants", "steps", "bottlenecks", "rework", "trace \"1\""] {
      // A drawing cuts names of any length.
      _ = try bench.table("log1 | \(kind) \(roles) | render")
    }
    let waits = try bench.table("log1 | waits \(roles)")
    #expect(try (0..<waits.rowCount).reduce(0) { try $0 + waits.number("n", $1) } == 4_999)
  }
}
