import CasebookQuery
import CasebookTables
import CasebookValues

/// What a case waits for, in the order in which causes are looked for.
enum WaitCause: String, Sendable, CaseIterable {
  case batching, contention, prioritisation, unavailability, extraneous, unattributed

  /// Its place among all.
  var place: Int {
    switch self {
    case .batching: 0
    case .contention: 1
    case .prioritisation: 2
    case .unavailability: 3
    case .extraneous: 4
    case .unattributed: 5
    }
  }

  /// As a sentence says it.
  var words: String {
    switch self {
    case .batching: "for the rest of a batch"
    case .contention: "while the resource worked on what had come before"
    case .prioritisation: "while the resource worked on what came later"
    case .unavailability: "in closed hours"
    case .extraneous: "for no reason that the log knows"
    case .unattributed: "without a resource"
    }
  }
}

/// The waits of a log's events, each instant with its cause, in ticks that add up exactly.
struct WaitCauses: Sendable {
  /// The wait of one event.
  struct Wait: Sendable {
    var row: UInt32
    /// The case.
    var number: UInt32
    /// When the case could have gone on.
    var enabled: Int64
    var batching: Int64 = 0
    var contention: Int64 = 0
    var prioritisation: Int64 = 0
    var unavailability: Int64 = 0
    var extraneous: Int64 = 0
    var unattributed: Int64 = 0

    subscript(cause: WaitCause) -> Int64 {
      switch cause {
      case .batching: batching
      case .contention: contention
      case .prioritisation: prioritisation
      case .unavailability: unavailability
      case .extraneous: extraneous
      case .unattributed: unattributed
      }
    }
  }

  /// Events that waited, by case and in its order.
  private(set) var all: [Wait]
  /// Waits of events without a resource.
  let unattributedCount: Int

  init(_ log: LogView, hasBatching: Bool, _ context: RunContext) throws {
    // For each event: when it was enabled, its wait, and its work under its resource.
    try context.require(bytes: log.eventCount * (8 + MemoryLayout<Wait>.stride + 48))
    let enabled = try Self.enabled(log, context)
    let until = hasBatching ? try Self.batchEnds(log, enabled, context) : nil
    let (starts, resources) = (log.starts, log.resources)
    let hours = Self.hours(log)
    // Events by resource: those that waited, and those that kept it busy.
    var waits: [Wait] = []
    var places = [[Int]](repeating: [], count: resources.count)
    var busy = [[BusyTime.Work]](repeating: [], count: resources.count)
    for number in 0..<log.caseCount {
      if number & 0xFFF == 0 { try context.checkpoint() }
      for position in log.positions(of: number) {
        let row = Int(log.rows.base[position])
        let resource = resources[row]
        let from = enabled[row]
        let isKnown = resource != resources.missing
        if isKnown, log.ends.base[row] != LogView.open {
          busy[resource].append(
            BusyTime.Work(start: starts[row], end: log.ends.base[row], enabled: from))
        }
        guard from != Self.never, from < starts[row] else { continue }
        if isKnown { places[resource].append(waits.count) }
        waits.append(
          Wait(
            row: UInt32(truncatingIfNeeded: row), number: UInt32(truncatingIfNeeded: number),
            enabled: from, unattributed: isKnown ? 0 : starts[row] - from))
      }
    }
    unattributedCount = waits.count { $0.unattributed > 0 }
    let (found, mine, work) = (waits, places, busy)
    let parts = try context.mapParallel(resources.count) { resource in
      let questions = mine[resource].map { place in
        let wait = found[place]
        let row = Int(wait.row)
        // Batching comes first, so that the other causes are looked for behind it.
        let from = min(max(until?[row] ?? wait.enabled, wait.enabled), starts[row])
        return BusyTime.Question(enabled: wait.enabled, from: from, to: starts[row])
      }
      return try BusyTime.answers(questions, work[resource], hours, context)
    }
    for (resource, answers) in parts.enumerated() {
      for (place, answer) in zip(places[resource], answers) {
        let question = answer.question
        waits[place].batching = question.from - question.enabled
        waits[place].contention = answer.contention
        waits[place].prioritisation = answer.busy - answer.contention
        waits[place].unavailability = answer.closed
        waits[place].extraneous = question.to - question.from - answer.busy - answer.closed
      }
    }
    all = waits
    withExtendedLifetime(log) {}
  }

  /// Stands for an event that nothing came before.
  private static let never = Int64.min

  private static func hours(_ log: LogView) -> CalendarTable? {
    guard let calendar = log.roles.calendar, !calendar.isAlwaysOpen else { return nil }
    var (first, last) = (log.asOf, log.asOf)
    for row in log.rows.pointer {
      first = min(first, log.starts.base[Int(row)])
      let end = log.ends.base[Int(row)]
      last = max(last, end == LogView.open ? first : end)
    }
    return calendar.table(covering: first, last)
  }

  /// By row, the latest completion of another event of the case at or before the start.
  private static func enabled(
    _ log: LogView, _ context: RunContext
  ) throws -> UnsafeResult<Int64> {
    let enabled = UnsafeResult(Buffer<Int64>(repeating: never, count: log.table.rowCount))
    let (starts, ends) = (log.starts, log.ends)
    _ = try log.mapCases(context) { stretch in
      for number in stretch {
        let rows = log.positions(of: number).map { Int(log.rows.base[$0]) }
        let completions = rows.filter { ends[$0] != LogView.open }
          .sorted { ends[$0] != ends[$1] ? ends[$0] < ends[$1] : $0 < $1 }
        for row in rows {
          var (low, high) = (0, completions.count)
          while low < high {
            let middle = (low + high) / 2
            if ends[completions[middle]] <= starts[row] { low = middle + 1 } else { high = middle }
          }
          var place = low - 1
          if place >= 0, completions[place] == row { place -= 1 }
          if place >= 0 { enabled[row] = ends[completions[place]] }
        }
      }
    }
    withExtendedLifetime(log) {}
    return enabled
  }

  /// By row, when the last case of the event's batch was there; `never` outside batches.
  private static func batchEnds(
    _ log: LogView, _ enabled: UnsafeResult<Int64>, _ context: RunContext
  ) throws -> UnsafeResult<Int64> {
    let until = UnsafeResult(Buffer<Int64>(repeating: never, count: log.table.rowCount))
    let batches = try Batches(log, nil, gap: 15 * Ticks.perMinute, least: 2, context)
    for batch in batches.pairs.lazy.flatMap(\.batches) {
      let latest = batch.events.reduce(never) { max($0, enabled[Int($1)]) }
      for row in batch.events { until[Int(row)] = latest }
    }
    return until
  }
}
