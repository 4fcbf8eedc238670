import CasebookTestSupport
import CasebookValues
import Foundation
import Testing

@testable import CasebookTriage

/// The simulation against closed forms, and against cases worked by hand.
@Suite struct SimulationTests {
  private static let oracle = Places.shared + "/data/ops_volumes/ORACLE-queueing.json"

  private struct Oracle: Decodable {
    struct Entry: Decodable {
      struct Input: Decodable {
        var contacts_per_hour_by_class_high_to_low: [Double]
        var aht_sec: Double
        var agents: Int
      }
      struct Exact: Decodable {
        var mean_wait_by_class_sec: [Double]
        var occupancy: Double
      }
      var input: Input
      var exact: Exact
    }
    var priority_nonpreemptive_mmn: [Entry]
  }

  /// Poisson arrivals of several classes with exponential work, through one queue.
  ///
  /// The mean wait of each class lies within three standard errors, by means of batches, of the closed form of
  /// the queue M/M/n with priorities.
  @Test(
    .enabled(if: Places.exists(oracle), "the shared data is not beside the package"),
    arguments: 0..<3)
  func waitsAgreeWithClosedForms(_ index: Int) throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: Self.oracle))
    let entry = try JSONDecoder().decode(Oracle.self, from: data)
      .priority_nonpreemptive_mmn[index]
    let count = Places.variable("CASEBOOK_ARRIVALS").flatMap { Int($0) } ?? 400_000
    let rates = entry.input.contacts_per_hour_by_class_high_to_low
    let total = rates.reduce(0, +)
    var random = RepeatableRandom(seed: UInt64(index) + 7)
    let unit = { (random: inout RepeatableRandom) -> Double in
      (Double(random.below(1 << 30)) + 0.5) / Double(1 << 30)
    }
    var arrivals = Simulation.Arrivals()
    var classes: [Int] = []
    var time = 0.0
    for _ in 0..<count {
      time -= log(unit(&random)) / total * Double(Ticks.perHour)
      var pick = unit(&random) * total
      var which = 0
      while which < rates.count - 1, pick >= rates[which] {
        pick -= rates[which]
        which += 1
      }
      classes.append(which)
      arrivals.times.append(Int64(time))
      arrivals.lines.append(0)
      arrivals.keys.append(Int64(which))
      arrivals.dues.append(.max)
      arrivals.work.append(
        Int64(-log(unit(&random)) * entry.input.aht_sec * Double(Ticks.perSecond)))
    }
    var simulation = Simulation(
      [Simulation.Line(hours: .always, people: entry.input.agents, escalatesTo: nil)], [],
      arrivals, until: .max / 2)
    simulation.run {}
    #expect(simulation.outcomes[0].served == count)
    var waits = [Double](repeating: 0, count: count)
    for (row, wait) in zip(simulation.outcomes[0].begun, simulation.outcomes[0].waits) {
      waits[row] = Double(wait) / Double(Ticks.perSecond)
    }
    for (which, exact) in entry.exact.mean_wait_by_class_sec.enumerated() {
      let mine = waits.indices.filter { classes[$0] == which }.map { waits[$0] }
      let (mean, error) = batchMeans(mine)
      #expect(abs(mean - exact) <= 3 * error, "class \(which): \(mean) ± \(error), not \(exact)")
    }
  }

  /// The mean, and its standard error from the means of 20 batches in a row, which are nearly independent.
  private func batchMeans(_ values: [Double]) -> (mean: Double, error: Double) {
    let size = values.count / 20
    let means = (0..<20).map { batch in
      values[(batch * size)..<((batch + 1) * size)].reduce(0, +) / Double(size)
    }
    let mean = means.reduce(0, +) / 20
    let spread = means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 19
    return (mean, (spread / 20).squareRoot())
  }

  // MARK: By hand

  private func arrivals(
    _ times: [Int64], work: Int64, keys: [Int64]? = nil, dues: [Int64]? = nil
  ) -> Simulation.Arrivals {
    Simulation.Arrivals(
      times: times, lines: times.map { _ in 0 }, keys: keys ?? times,
      dues: dues ?? times.map { _ in .max }, work: times.map { _ in work })
  }

  /// One person, work of 10: arrivals at 0, 1, 2 wait 0, 9, 18.
  @Test func onePersonServesOneAfterTheOther() {
    var simulation = Simulation(
      [Simulation.Line(hours: .always, people: 1)], [], arrivals([0, 1, 2], work: 10), until: 100)
    simulation.run {}
    #expect(simulation.outcomes[0].waits == [0, 9, 18])
    #expect(simulation.outcomes[0].served == 3)
    #expect(simulation.outcomes[0].busyTicks == 30)
    #expect(simulation.outcomes[0].backlog == 0)
  }

  /// The same until 25: the third is begun at 20 and not done; its due time of 22 is past.
  @Test func whatIsOpenPastDueIsBreached() {
    var simulation = Simulation(
      [Simulation.Line(hours: .always, people: 1)], [],
      arrivals([0, 1, 2], work: 10, dues: [10, 19, 22]), until: 25)
    simulation.run {}
    #expect(simulation.outcomes[0].served == 2)
    #expect(simulation.outcomes[0].met == 1)
    #expect(simulation.outcomes[0].breached == 2)
    #expect(simulation.outcomes[0].backlog == 1)
    #expect(simulation.outcomes[0].busyTicks == 25)
  }

  /// Order by due time: the case of 2 is due before that of 1.
  @Test func theOrderDecidesWhoIsNext() {
    var simulation = Simulation(
      [Simulation.Line(hours: .always, people: 1)], [],
      arrivals([0, 1, 2], work: 10, keys: [50, 40, 30], dues: [50, 40, 30]), until: 100)
    simulation.run {}
    #expect(simulation.outcomes[0].waits == [0, 8, 19])
  }

  /// Nobody works in the first queue; after 5 the cases go on to the second.
  @Test func casesThatWaitGoOn() {
    var simulation = Simulation(
      [
        Simulation.Line(hours: .always, people: 0, escalatesTo: 1, escalatesAfter: 5),
        Simulation.Line(hours: .always, people: 1),
      ], [], arrivals([0, 1], work: 10), until: 100)
    simulation.run {}
    #expect(simulation.outcomes[0].escalated == 2)
    #expect(simulation.outcomes[0].backlog == 0)
    #expect(simulation.outcomes[1].arrivals == 2)
    #expect(simulation.outcomes[1].waits == [0, 9])
  }

  /// A crew of one takes from its first queue as long as a case waits there.
  @Test func aCrewServesItsFirstQueueFirst() {
    var cases = arrivals([0, 1, 2, 3], work: 10)
    cases.lines = [0, 1, 0, 1]
    var simulation = Simulation(
      [Simulation.Line(hours: .always, people: 0), Simulation.Line(hours: .always, people: 0)],
      [Simulation.Crew(people: 1, serves: [0, 1])], cases, until: 100)
    simulation.run {}
    #expect(simulation.outcomes[0].waits == [0, 8])
    #expect(simulation.outcomes[1].waits == [19, 27])
  }

  /// Open 9 to 10 on the first day of the calendar: a case of 40 minutes that is begun at 9:30 is done at 9:10 the
  /// next day.
  @Test func workRestsWhileTheQueueIsClosed() throws {
    let hours = try BusinessCalendar("09:00-10:00")
    let day = Ticks.perDay
    let half = 9 * Ticks.perHour + 30 * Ticks.perMinute
    var simulation = Simulation(
      [Simulation.Line(hours: hours, people: 1)], [],
      arrivals(
        [700_000 * day + half, 700_000 * day + half], work: 40 * Ticks.perMinute), until: .max / 2)
    simulation.run {}
    // The second begins when the first is done: 10 minutes into the next opening.
    #expect(simulation.outcomes[0].waits == [0, day - 20 * Ticks.perMinute])
    #expect(simulation.outcomes[0].served == 2)
  }

  /// A case that arrives while the queue is closed waits for the opening.
  @Test func nobodyBeginsBeforeTheOpening() throws {
    let hours = try BusinessCalendar("09:00-10:00")
    let day = Ticks.perDay
    var simulation = Simulation(
      [Simulation.Line(hours: hours, people: 1)], [],
      arrivals([700_000 * day + 8 * Ticks.perHour], work: Ticks.perMinute), until: .max / 2)
    simulation.run {}
    #expect(simulation.outcomes[0].waits == [Ticks.perHour])
  }
}
