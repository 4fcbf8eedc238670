import CasebookTables
import CasebookTestSupport
import CasebookValues
import Testing

/// Waits, changes and drivers of real logs against figures computed by pandas and SciPy.
@Suite(.enabled(if: OracleFolder.isHere, OracleFolder.whereFrom))
struct WaitOracleTests {
  private let calendar = "calendar=\"mon-fri 08:00-18:00 -05:00\""

  /// `waiting_causes.csv` and `waiting_causes_total_s`: n, wait, contention, prioritisation, unavailability,
  /// extraneous of each activity that waited.
  @Test func causesByStep() throws {
    let bench = try FlowBench.purchasing()
    let oracle = OracleFolder("purchasing")
    let answer = try bench.table("events | waits batching=false \(calendar)")
    let rows = try oracle.rows("waiting_causes.csv")
    #expect(answer.rowCount == rows.count)
    let names = ["wait", "contention", "prioritisation", "unavailability", "extraneous"]
    for expected in rows {
      let step = try #require(expected["activity"])
      let row = try #require(answer.row(["step": step]), "\(step)")
      #expect(try answer.text("n", row) == expected["n"])
      for name in names {
        let seconds = try #require(expected[name].flatMap { Double($0) })
        expectClose(try answer.number(name + "_hours", row) * 3600, seconds, "\(step) \(name)")
      }
      #expect(try answer.number("batching_hours", row) == 0)
      #expect(try answer.number("unattributed_hours", row) == 0)
    }
    let totals = try oracle.summary("waiting_causes_total_s")
    for name in names {
      let sum = try (0..<answer.rowCount).reduce(0) { try $0 + answer.number(name + "_hours", $1) }
      expectClose(sum * 3600, try totals.number(name), "all \(name)")
    }
    let waits = try (0..<answer.rowCount).map { try answer.number("wait_hours", $0) }
    #expect(waits == waits.sorted(by: >))
  }

  /// `waiting_causes_first200.csv`: wait, contention, prioritisation, unavailability, extraneous of single events.
  @Test func causesByEvent() throws {
    let bench = try FlowBench.purchasing()
    let rows = try OracleFolder("purchasing").rows("waiting_causes_first200.csv")
    try #require(rows.count == 200)
    // The oracle counts rows of the file from 0 and leaves out those without a wait.
    let numbers = rows.compactMap { $0["row"].flatMap { Int($0) } }
    let places = try bench.table(
      "events | serialize n = row_number(0) | where n <= \(numbers.max() ?? 0) | project n, case_id, activity, start_timestamp"
    )
    let answer = try bench.table("events | waits list=true batching=false \(calendar)")
    var found: [String: Int] = [:]
    for row in 0..<answer.rowCount {
      found[
        try [answer.text("case", row), answer.text("step", row), answer.text("start", row)]
          .joined(separator: "/")] = row
    }
    for expected in rows {
      let place = try #require(expected["row"].flatMap { Int($0) })
      let key = try [
        places.text("case_id", place), places.text("activity", place),
        places.text("start_timestamp", place),
      ].joined(separator: "/")
      let row = try #require(found[key], "no wait of row \(place)")
      #expect(expected["activity"] == (try answer.text("step", row)))
      for name in ["wait", "contention", "prioritisation", "unavailability", "extraneous"] {
        #expect(
          try answer.number(name, row) == #require(expected[name].flatMap { Double($0) }),
          "\(name) of row \(place)")
      }
    }
  }

  /// The parts of every wait add up to it, with batching and without.
  @Test(arguments: ["true", "false"])
  func partsAddUp(batching: String) throws {
    let bench = try FlowBench.purchasing()
    let answer = try bench.table(
      """
      events | waits list=true batching=\(batching) \(calendar)
      | where wait != batching + contention + prioritisation + unavailability + extraneous + unattributed
        or batching < 0s or contention < 0s or prioritisation < 0s or unavailability < 0s or extraneous < 0s
      """)
    #expect(answer.rowCount == 0)
  }

  /// The figures of the design: 53 rows, 664 batches, 1,646 events, and the types.
  @Test func batches() throws {
    let bench = try FlowBench.purchasing()
    let answer = try bench.table(
      """
      events | batching
      | summarize n = count(), batches = sum(batches), events = sum(events), sum(simultaneous),
        sum(same_start), sum(same_end), sum(sequential), sum(concurrent)
      """)
    let expected = [53, 664, 1_646, 63, 1, 0, 373, 227]
    #expect(try answer.table.fields.map { try answer.number($0.name) } == expected.map(Double.init))
  }

  /// `shift`: split_at, cases_before, cases_after, and of each edge n_before, n_after, mean_before_s,
  /// mean_after_s, median_before_s, median_after_s, delta_gap_per_case_s, mannwhitney_p; the mean case
  /// durations follow from `cycle_time`.
  @Test(arguments: ["helpdesk", "servicenow_incidents", "purchasing"])
  func changes(log: String) throws {
    let bench = try FlowBench.named(log)
    let oracle = try OracleFolder(log).summary("shift")
    let answer = try bench.table("events | shift")
    let edges = try oracle.list("edges")
    try #require(edges.count >= 10)
    for edge in edges {
      let (source, target) = (try edge.name("source"), try edge.name("target"))
      let row = try #require(answer.row(["source": source, "target": target]))
      let what = "\(log) \(source) to \(target)"
      #expect(try answer.number("n_before", row) == edge.number("n_before"), "\(what)")
      #expect(try answer.number("n_after", row) == edge.number("n_after"), "\(what)")
      for (column, name) in [
        ("mean_before", "mean_before_s"), ("mean_after", "mean_after_s"),
        ("median_before", "median_before_s"), ("median_after", "median_after_s"),
        ("change", "delta_gap_per_case_s"),
      ] {
        expectClose(try answer.number(column, row), try edge.number(name), "\(what) \(name)")
      }
      expectSixDigits(try answer.number("p", row), try edge.number("mannwhitney_p"), what)
      let parts = try answer.number("volume", row) + answer.number("speed", row)
      expectClose(parts, try answer.number("change", row), digit: 2e-6, "\(what) parts")
    }
    // The oracle's split is the default, and its halves are those of `since` at that time.
    let split = try oracle.name("split_at").prefix(19)
    let given = try bench.table("events | shift since=datetime(\(split))")
    #expect(given.rowCount == answer.rowCount)
    for row in 0..<given.rowCount {
      #expect(try given.text("change", row) == answer.text("change", row))
    }
    let halves = try bench.table(
      """
      events | summarize start = min(\(log == "purchasing" ? "start_timestamp" : "timestamp")) by case_id
      | summarize before = countif(start < datetime(\(split))), after = countif(start >= datetime(\(split)))
      """)
    #expect(try halves.number("before") == oracle.number("cases_before"))
    #expect(try halves.number("after") == oracle.number("cases_after"))
  }

  /// `drilldown`: slow_cases, base_rate, tests, and of the first 25 values cases, slow, slow_rate, lift,
  /// fisher_p, bh_q; slow_threshold_s by what `sla` says of it.
  @Test(
    arguments: [
      (
        "helpdesk",
        "seriousness, customer, product, responsible_section, service_level, service_type, support_section, workgroup, resource"
      ),
      (
        "servicenow_incidents",
        "assignment_group, category, priority, impact, urgency, contact_type, reopen_count"
      ),
    ])
  func drivers(log: String, columns: String) throws {
    let bench = try FlowBench.named(log)
    let oracle = try OracleFolder(log).summary("drilldown")
    let answer = try bench.table("events | drivers across=(\(columns))")
    #expect(try Double(answer.rowCount) == oracle.number("tests"))
    let expected = try oracle.list("top25")
    try #require(expected.count == 25)
    for test in expected {
      let (attribute, value) = (try test.name("attribute"), try test.name("value"))
      let row = try #require(answer.row(["attribute": attribute, "value": value]))
      let what = "\(log) \(attribute) \(value)"
      #expect(try answer.number("cases", row) == test.number("cases"), "\(what)")
      #expect(try answer.number("slow", row) == test.number("slow"), "\(what)")
      expectClose(try answer.number("rate", row), try test.number("slow_rate"), what)
      expectClose(try answer.number("lift", row), try test.number("lift"), what)
      expectSixDigits(try answer.number("p", row), try test.number("fisher_p"), what)
      expectSixDigits(try answer.number("q", row), try test.number("bh_q"), what)
    }
    let limit = try oracle.number("slow_threshold_s")
    let level = try bench.table("events | sla limit=(\(limit) * 1s)")
    #expect(try level.number("breached") == oracle.number("slow_cases"))
    expectClose(
      try level.number("breached") / level.number("cases"), try oracle.number("base_rate"), log)
  }
}
