import CasebookTables
import CasebookValues
import Glibc

/// Everything that the runs of a simulation have in common: cases, queues, people, recorded times.
struct SimulationScene: Sendable {
  /// The queues, sorted by name.
  let names: [String]
  private let queues: [Queue]
  private let lines: [Simulation.Line]
  private let crews: [Simulation.Crew]
  /// The rows that enter a queue.
  private let times: [Int64]
  private let rows: [Int]
  private let entered: [Int32]
  private let dues: [Int64]
  private let priorities: [Int64]
  /// Recorded work; -1 where none is.
  private let recorded: [Int64]
  /// By queue: recorded work to draw from.
  private let history: [[Int64]]
  private let keys: [Column]
  private let start: Int64
  private let end: Int64

  /// The figures of a queue in one run.
  struct Figures: Sendable {
    var arrivals: Double?
    var served: Double?
    var waitMedian: Double?
    var waitP90: Double?
    var met: Double?
    var breached: Double?
    var attainment: Double?
    var backlog: Double?
    var busy: Double?
  }

  init(
    _ deployed: DeployedRuleset, _ decisions: [Column], columns: [Column], keys: [Column],
    staff: [String: Double]
  ) {
    let set = deployed.newest
    let ruleset = set.ruleset
    let names = Set(ruleset.queues.keys).union(ruleset.usedQueues).sorted()
    let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, Int32($0)) })
    self.names = names
    queues = names.map { ruleset.queue($0) }
    lines = names.map { name in
      let queue = ruleset.queue(name)
      return Simulation.Line(
        hours: queue.hours, people: Int((staff[name] ?? queue.staff ?? 0).rounded(.down)),
        escalatesTo: queue.escalatesTo.flatMap { places[$0].map(Int.init) },
        escalatesAfter: queue.escalatesAfterTicks ?? 0)
    }
    crews = ruleset.pools.map { pool in
      Simulation.Crew(
        people: Int((pool.staff * (1 - pool.shrinkage)).rounded(.down)),
        serves: pool.serves.compactMap { places[$0].map(Int.init) })
    }
    self.keys = keys
    let (queueColumn, dueColumn, priorityColumn, arrivalColumn) = (
      decisions[2], decisions[4], decisions[5], decisions[13]
    )
    let offset = deployed.parts[deployed.parts.count - 1].inputs.lowerBound
    let handling = set.handling.map { columns[offset + $0] }
    var (times, rows, entered) = ([Int64](), [Int](), [Int32]())
    var (dues, priorities, recorded) = ([Int64](), [Int64](), [Int64]())
    var history = names.map { _ in [Int64]() }
    for row in 0..<queueColumn.count {
      guard let place = places[queueColumn.text(row)],
        let time = Self.ticks(arrivalColumn, row)
      else { continue }
      times.append(time)
      rows.append(row)
      entered.append(place)
      dues.append(Self.ticks(dueColumn, row) ?? .max)
      priorities.append(Self.ticks(priorityColumn, row) ?? 0)
      let work = handling.flatMap { Self.ticks($0, row) }.map { max($0, 0) }
      recorded.append(work ?? -1)
      if let work { history[Int(place)].append(work) }
    }
    (self.times, self.rows, self.entered) = (times, rows, entered)
    (self.dues, self.priorities, self.recorded) = (dues, priorities, recorded)
    self.history = history
    start = times.min() ?? 0
    end = times.max() ?? 0
  }

  private static func ticks(_ column: Column, _ row: Int) -> Int64? {
    guard case .longs(let values) = column.data, !column.isNull(row) else { return nil }
    return values.base[row]
  }

  /// Queues to which cases come and in which nobody works.
  var unstaffed: [String] {
    let used = Set(entered)
    return names.indices.filter { line in
      used.contains(Int32(line)) && lines[line].people == 0
        && !crews.contains { $0.people > 0 && $0.serves.contains(line) }
    }.map { names[$0] }
  }

  func declaredOrder(_ queue: Int) -> QueueOrder { queues[queue].order }

  // MARK: One run

  /// What becomes of every queue in one run; nil stands for each queue's own order.
  func outcomes(
    _ order: SimulateOperation.Order?, run: Int, drawsAll: Bool, seed: UInt64,
    _ checkpoint: () throws -> Void
  ) throws -> [Simulation.Outcome] {
    var arrivals = Simulation.Arrivals()
    arrivals.times = times
    arrivals.lines = entered
    arrivals.dues = dues
    arrivals.work = work(run, drawsAll: drawsAll, seed: seed)
    arrivals.keys = rows.indices.map { key(order, $0) }
    var simulation = Simulation(lines, crews, arrivals, until: end)
    try simulation.run(checkpoint)
    return simulation.outcomes
  }

  /// What decides when a case is served, least first.
  private func key(_ order: SimulateOperation.Order?, _ index: Int) -> Int64 {
    switch order {
    case .declared(let order): key(order, index)
    case .computed(let column, _): computedKey(keys[column], rows[index])
    case nil: key(queues[Int(entered[index])].order, index)
    }
  }

  private func key(_ order: QueueOrder, _ index: Int) -> Int64 {
    switch order {
    case .oldest: times[index]
    case .due: dues[index]
    case .priority: priorities[index] == .min ? .max : -priorities[index]
    }
  }

  /// The greatest value first, a missing one last: the order of reals as that of whole numbers.
  private func computedKey(_ column: Column, _ row: Int) -> Int64 {
    if column.isNull(row) { return .max }
    switch column.data {
    case .longs(let values): return values.base[row] == .min ? .max - 1 : -values.base[row]
    case .bools(let values): return values.base[row] != 0 ? 0 : 1
    case .reals(let values):
      let value = values.base[row]
      if value.isNaN { return .max }
      let bits = Int64(bitPattern: value.bitPattern)
      let ordered = bits < 0 ? Int64.min &- bits : bits
      return ordered == .min ? .max - 1 : -ordered
    case .texts: return .max
    }
  }

  /// How long each case takes: as recorded, drawn from what is, or exponential around the queue's usual time.
  private func work(_ run: Int, drawsAll: Bool, seed: UInt64) -> [Int64] {
    let key = CounterRandom.key(seed: seed, cell: 0x51_6D, stage: UInt64(run))
    return rows.indices.map { index in
      if !drawsAll, recorded[index] >= 0 { return recorded[index] }
      let line = Int(entered[index])
      let unit = CounterRandom.unit(CounterRandom.draw(key, UInt64(rows[index])))
      if !history[line].isEmpty {
        return history[line][min(Int(unit * Double(history[line].count)), history[line].count - 1)]
      }
      guard let usual = queues[line].handlingTicks else { return 0 }
      return Int64(-log(1 - unit) * Double(usual))
    }
  }

  // MARK: Figures

  func figures(_ outcomes: [Simulation.Outcome], _ queue: Int) -> Figures {
    let outcome = outcomes[queue]
    let waits = outcome.waits.map { Double($0) }.sorted()
    let judged = outcome.met + outcome.breached
    return Figures(
      arrivals: Double(outcome.arrivals), served: Double(outcome.served),
      waitMedian: Quantile.ofSorted(waits, 0.5), waitP90: Quantile.ofSorted(waits, 0.9),
      met: Double(outcome.met), breached: Double(outcome.breached),
      attainment: judged > 0 ? Double(outcome.met) / Double(judged) : nil,
      backlog: Double(outcome.backlog), busy: busy(outcomes, queue))
  }

  /// Work over the open time of the queue's people, and of each pool in proportion to what it did here.
  private func busy(_ outcomes: [Simulation.Outcome], _ queue: Int) -> Double? {
    let open = Double(lines[queue].hours.openTime(from: start, to: end))
    var capacity = Double(lines[queue].people) * open
    var work = Double(outcomes[queue].busyTicks)
    for (crew, ticks) in outcomes[queue].crewTicks.sorted(by: { $0.key < $1.key }) {
      let all = outcomes.reduce(0.0) { $0 + Double($1.crewTicks[crew] ?? 0) }
      if all > 0 { capacity += Double(crews[crew].people) * open * Double(ticks) / all }
      work += Double(ticks)
    }
    return capacity > 0 ? work / capacity : nil
  }
}
