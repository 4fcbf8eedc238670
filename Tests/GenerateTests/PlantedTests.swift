import CasebookGenerate
import Testing

/// Each planted problem must be there for a simple computation to see.
@Suite struct PlantedTests {
  let set: GeneratedSet

  init() throws { set = try GeneratedSet.twentyThousand.get() }

  @Test func bottleneckIsTheCostliestWaitAndBeginsInWeek9() {
    let columns = (case: set.events.place("case_id"), step: set.events.place("step"))
    let times = (start: set.events.place("started_at"), end: set.events.place("completed_at"))
    var events: [Substring: [(start: Int, end: Int, row: Int, step: Substring)]] = [:]
    for (row, cells) in set.events.rows.enumerated() {
      guard let end = seconds(cells[times.end]) else { continue }
      let start = seconds(cells[times.start]) ?? end
      events[cells[columns.case], default: []].append(
        (start, max(start, end), row, cells[columns.step]))
    }
    var hours: [String: Double] = [:]
    var waitsByWeek: [Int: [Double]] = [:]
    for story in events.values {
      let ordered = story.sorted { ($0.start, $0.end, $0.row) < ($1.start, $1.end, $1.row) }
      for (this, next) in zip(ordered, ordered.dropFirst()) {
        let wait = Double(max(0, next.start - this.end)) / 3600
        let name = "\(this.step) -> \(next.step)"
        hours[name, default: 0] += wait
        if name == "Route -> Language review" {
          waitsByWeek[week(this.end), default: []].append(wait)
        }
      }
    }
    let ranked = hours.sorted { $0.value > $1.value }
    #expect(ranked[0].key == "Route -> Language review")
    #expect(ranked[0].value > 1.5 * ranked[1].value)

    let before = (1...8).flatMap { waitsByWeek[$0] ?? [] }
    // The last weeks lack the waits that had not ended.
    let after = (9...24).flatMap { waitsByWeek[$0] ?? [] }
    #expect(mean(after) > 5 * mean(before))
    let jumps = (2...24).map { week in
      (week, mean(waitsByWeek[week] ?? []) - mean(waitsByWeek[week - 1] ?? []))
    }
    #expect(jumps.max { $0.1 < $1.1 }?.0 == 9)
  }

  @Test func bottleneckConcernsOneLanguage() {
    let language = set.cases.place("language")
    let queue = set.cases.place("queue")
    let slow = set.cases.rows.filter { $0[queue] == "portuguese" }
    #expect(slow.count > 1000)
    #expect(slow.allSatisfy { $0[language] == "pt" || $0[language] == "" })
    #expect(
      set.cases.rows.filter { $0[language] == "pt" }.allSatisfy {
        $0[queue] == "portuguese" || $0[queue] == "auto"
      })
  }

  @Test func scoreADeclinesInOneCountryFromWeek12() {
    #expect(auc(\.scoreA) { $0.country == "ID" && $0.week < 12 } > 0.79)
    #expect(auc(\.scoreA) { $0.country == "ID" && $0.week >= 12 } < 0.67)
    #expect(auc(\.scoreA) { $0.country != "ID" && $0.week < 12 } > 0.82)
    #expect(auc(\.scoreA) { $0.country != "ID" && $0.week >= 12 } > 0.82)
    // Two weeks on either side are enough to date it.
    #expect(auc(\.scoreA) { $0.country == "ID" && (10...11).contains($0.week) } > 0.76)
    #expect(auc(\.scoreA) { $0.country == "ID" && (12...13).contains($0.week) } < 0.72)
  }

  @Test func scoreBIsTheSameEverywhere() {
    let overall = auc(\.scoreB) { _ in true }
    #expect((0.74...0.81).contains(overall))
    for country in ["ID", "US", "BR", "IN"] {
      for weeks in [1...11, 12...26] {
        let part = auc(\.scoreB) { $0.country == country && weeks.contains($0.week) }
        #expect(abs(part - overall) < 0.07, "\(country), weeks \(weeks)")
      }
    }
  }

  @Test func oneVendorIsOftenWrongOnGoldenItems() {
    var right: [Substring: [Double]] = [:]
    let place = set.reviews.place
    for row in set.reviews.rows where row[place("golden")] == "true" {
      right[row[place("vendor")], default: []].append(
        row[place("label")] == row[place("truth")] ? 1 : 0)
    }
    #expect(Set(right.keys) == ["inhouse", "atlas", "borealis", "cadence"])
    for (vendor, marks) in right {
      let accuracy = mean(marks)
      #expect(vendor == "cadence" ? (0.70...0.84).contains(accuracy) : accuracy > 0.88)
    }
  }

  @Test func oneSegmentDeservesARule() {
    let strikes = { (labelled: Labelled) in labelled.strikes >= 3 }
    let flagged = { (labelled: Labelled) in labelled.source == "trusted_flagger" }
    let fraud = { (labelled: Labelled) in labelled.vertical == "fraud" }
    let all = Self.labelledCases
    let segment = all.filter { strikes($0) && flagged($0) && fraud($0) }
    #expect((0.03...0.05).contains(Double(segment.count) / Double(all.count) * 0.95))
    #expect(mean(segment.map { $0.positive ? 1 : 0 }) > 0.97)
    for pair in [
      all.filter { strikes($0) && flagged($0) }, all.filter { strikes($0) && fraud($0) },
      all.filter { flagged($0) && fraud($0) },
    ] {
      #expect(mean(pair.map { $0.positive ? 1 : 0 }) < 0.95)
    }
  }

  @Test func unreviewedCasesHaveNoOutcome() {
    let place = (
      closed: set.cases.place("closed_at"), queue: set.cases.place("queue"),
      outcome: set.cases.place("outcome"), score: set.cases.place("score_b")
    )
    let closed = set.cases.rows.filter { !$0[place.closed].isEmpty }
    let automatic = closed.filter { $0[place.queue] == "auto" }
    let unlabelled = automatic.count { $0[place.outcome].isEmpty }
    #expect((0.88...0.92).contains(Double(unlabelled) / Double(automatic.count)))
    #expect(automatic.allSatisfy { (Double($0[place.score]) ?? 1) < 0.15 })
    let byPeople = closed.filter { $0[place.queue] != "auto" }
    #expect(byPeople.allSatisfy { !$0[place.outcome].isEmpty })
    #expect(byPeople.allSatisfy { (Double($0[place.score]) ?? 1) >= 0.15 })
  }

  @Test func theLogHasTheFaultsOfALog() {
    let total = Double(set.events.rows.count)
    let ends = set.events.column("completed_at").compactMap(seconds)
    let starts = set.events.column("started_at").map(seconds)
    #expect(ends.count == set.events.rows.count)
    var latest = 0
    var late = 0.0
    for end in ends {
      if end < latest { late += 1 }
      latest = max(latest, end)
    }
    #expect((0.002...0.008).contains(late / total))
    let swapped = zip(starts, ends).count { start, end in start.map { $0 > end } ?? false }
    #expect(swapped > 0 && Double(swapped) < 0.001 * total)
    let duplicates = total - Double(Set(set.events.rows).count)
    #expect((0.002...0.004).contains(duplicates / total))
  }

  @Test func someScoresAreMissing() {
    let total = Double(set.cases.rows.count)
    let missingA = set.cases.column("score_a").count { $0.isEmpty }
    let missingB = set.cases.column("score_b").count { $0.isEmpty }
    #expect((0.025...0.035).contains(Double(missingA) / total))
    #expect((0.043...0.057).contains(Double(missingB) / total))
  }

  @Test func arrivalsHaveAWeeklyAndDailyRhythm() {
    var byWeekday = [Double](repeating: 0, count: 7)
    var byHour = [Double](repeating: 0, count: 24)
    for opened in set.cases.column("opened_at").compactMap(seconds) {
      byWeekday[opened / 86_400 % 7] += 1
      byHour[opened / 3600 % 24] += 1
    }
    #expect(byWeekday[6] < 0.85 * byWeekday[0])
    #expect(byHour[3] < 0.45 * byHour[16])
  }

  // MARK: Cases with an outcome

  private struct Labelled {
    let country: Substring
    let week: Int
    let vertical: Substring
    let source: Substring
    let strikes: Int
    let scoreA: Double?
    let scoreB: Double?
    let positive: Bool
  }

  /// Read once for all tests of the suite.
  private static let labelledCases: [Labelled] = {
    guard let cases = try? GeneratedSet.twentyThousand.get().cases else { return [] }
    let columns = [
      "outcome", "opened_at", "country", "vertical", "source", "prior_strikes", "score_a",
      "score_b",
    ].map(cases.place)
    return cases.rows.compactMap { row in
      let cells = columns.map { row[$0] }
      guard !cells[0].isEmpty, let opened = seconds(cells[1]) else { return nil }
      return Labelled(
        country: cells[2], week: week(opened), vertical: cells[3], source: cells[4],
        strikes: Int(cells[5]) ?? 0, scoreA: Double(cells[6]), scoreB: Double(cells[7]),
        positive: cells[0] == "violating")
    }
  }()

  private func auc(_ score: KeyPath<Labelled, Double?>, of isIn: (Labelled) -> Bool) -> Double {
    areaUnderCurve(
      Self.labelledCases.filter(isIn).compactMap { labelled in
        labelled[keyPath: score].map { ($0, labelled.positive) }
      })
  }
}
