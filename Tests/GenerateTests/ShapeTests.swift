import CasebookGenerate
import Testing

/// Columns, rows, and what must agree between the files.
@Suite struct ShapeTests {
  let set: GeneratedSet

  init() throws { set = try GeneratedSet.twentyThousand.get() }

  @Test func columnsAreThePromisedOnes() {
    #expect(
      set.cases.columns.joined(separator: ", ")
        == """
        case_id, opened_at, decided_at, closed_at, vertical, policy, source, country, language, \
        reports, prior_strikes, score_a, score_b, model_version, queue, vendor, reviewer, decision, \
        outcome, appealed, appeal_result
        """)
    #expect(
      set.events.columns == [
        "case_id", "step", "started_at", "completed_at", "agent", "queue", "vendor",
      ])
    #expect(
      set.reviews.columns == [
        "case_id", "reviewer", "vendor", "reviewed_at", "label", "golden", "truth",
      ])
    #expect(set.volumes.columns == ["hour", "vertical", "arrivals"])
    for file in [set.cases, set.events, set.reviews, set.volumes] {
      #expect(file.rows.allSatisfy { $0.count == file.columns.count })
    }
  }

  @Test func rowCountsAreReportedAndUsual() {
    #expect(set.written.map(\.name) == ["cases.csv", "events.csv", "reviews.csv", "volumes.csv"])
    let files = [set.cases, set.events, set.reviews, set.volumes]
    #expect(set.written.map(\.rows) == files.map(\.rows.count))
    #expect(set.cases.rows.count == 20_000)
    #expect((4.8...5.3).contains(Double(set.events.rows.count) / 20_000))
    #expect((0.3...0.6).contains(Double(set.reviews.rows.count) / 20_000))
    #expect(set.volumes.rows.count == 26 * 7 * 24 * 6)
  }

  @Test func wordsAreAsManyAsInARealOperation() {
    func distinct(_ name: String) -> Int { Set(set.cases.column(name)).count }
    #expect(distinct("case_id") == 20_000)
    #expect(distinct("country") == 20)
    #expect(distinct("policy") == 15)
    #expect(distinct("vertical") == 6)
    #expect(Set(set.events.column("queue")).count == 8)
    #expect(Set(set.events.column("step")).count == 14)
    #expect(Set(set.events.column("vendor")).count == 5, "four vendors and none")
  }

  @Test func casesStandInOrderOfOpeningInsideThePeriod() {
    let opened = set.cases.column("opened_at").compactMap(seconds)
    #expect(opened == opened.sorted())
    #expect(set.cases.column("opened_at").allSatisfy { $0 >= Operation.begins[...] })
    for name in ["opened_at", "decided_at", "closed_at"] {
      #expect(set.cases.column(name).allSatisfy { $0 < Operation.ends[...] })
    }
    #expect(set.events.column("completed_at").allSatisfy { $0 < Operation.ends[...] })
    #expect(set.reviews.column("reviewed_at").allSatisfy { $0 < Operation.ends[...] })
  }

  @Test func volumesCountTheCases() {
    var arrivals: [String: Int] = [:]
    for row in set.cases.rows {
      let hour = row[set.cases.place("opened_at")].prefix(13) + ":00:00Z"
      arrivals["\(hour) \(row[set.cases.place("vertical")])", default: 0] += 1
    }
    let wrong = set.volumes.rows.filter {
      Int($0[2]) != arrivals["\($0[0]) \($0[1])", default: 0]
    }
    #expect(wrong.isEmpty)
  }

  @Test func closingTimesAgreeWithTheLog() {
    var last: [Substring: (time: Int, step: Substring)] = [:]
    let ids = set.events.column("case_id")
    let steps = set.events.column("step")
    for (row, time) in set.events.column("completed_at").map(seconds).enumerated() {
      guard let time, time >= last[ids[row]]?.time ?? 0 else { continue }
      last[ids[row]] = (time, steps[row])
    }
    let (id, closedAt) = (set.cases.place("case_id"), set.cases.place("closed_at"))
    let disagreeing = set.cases.rows.filter { row in
      let closing = last[row[id]].flatMap { $0.step == "Close" ? $0.time : nil }
      return closing != seconds(row[closedAt])
    }
    #expect(disagreeing.isEmpty)
    #expect((20...400).contains(set.cases.rows.count { $0[closedAt].isEmpty }))
  }

  @Test func appealsAreDecidedOrPending() {
    let place = set.cases.place
    let appealed = set.cases.rows.filter { $0[place("appealed")] == "true" }
    #expect(appealed.count > 200)
    let results = Dictionary(grouping: appealed) { $0[place("appeal_result")] }
    #expect((results["reversed"]?.count ?? 0) > 50)
    #expect((results["upheld"]?.count ?? 0) > 100)
    #expect(Set(results.keys).isSubset(of: ["reversed", "upheld", ""]))
    #expect(appealed.allSatisfy { $0[place("decision")] != "no_action" })
  }
}
