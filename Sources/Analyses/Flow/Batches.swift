import CasebookQuery
import CasebookTables

/// How the events of a batch lie to each other, in the order in which it is tested.
enum BatchKind: String, Sendable, CaseIterable {
  /// All start together and end together.
  case simultaneous
  /// All start together.
  case sameStart = "same_start"
  /// All end together.
  case sameEnd = "same_end"
  /// Each starts as those before it have ended.
  case sequential
  /// With pauses or overlaps.
  case concurrent
}

/// Runs of events of one step and resource that were worked through in one go.
struct Batches: Sendable {
  /// A batch.
  struct Batch: Sendable {
    /// Rows by start, completion, row.
    var events: [UInt32]
    var kind: BatchKind
  }

  /// The batches of a group's step and resource.
  struct Pair: Sendable {
    var group: Int
    var step: Int
    var resource: Int
    var batches: [Batch]
  }

  /// In no order that means anything.
  let pairs: [Pair]

  /// Finds batches of at least `least` events from two cases; of an open instance only the start is known.
  ///
  /// Without `groups` batches may join cases of different groups.
  init(
    _ log: LogView, _ groups: CaseGroups?, gap: Int64, least: Int, _ context: RunContext
  ) throws {
    let (steps, resources) = (log.steps, log.resources)
    var table = PairTable(width: max(steps.count, resources.count, 1), groups: groups?.count ?? 1)
    var members: [[Member]] = []
    for number in 0..<log.caseCount {
      if number & 0xFFF == 0 { try context.checkpoint() }
      for position in log.positions(of: number) {
        let row = Int(log.rows.base[position])
        let resource = resources[row]
        if resource == resources.missing { continue }
        let pair = table.number(groups?[number] ?? 0, steps[row], resource)
        if pair == members.count { members.append([]) }
        let (start, end) = (log.starts.base[row], log.ends.base[row])
        members[pair].append(
          Member(
            start: start, end: end == LogView.open ? start : end,
            row: UInt32(truncatingIfNeeded: row), number: UInt32(truncatingIfNeeded: number)))
      }
    }
    let known = table
    let all = members
    pairs = try context.mapParallel(members.count) { index in
      let (group, step, resource) = known.pair(index)
      return Pair(
        group: group, step: step, resource: resource,
        batches: Self.batches(all[index], gap, least))
    }
  }

  private struct Member {
    var start: Int64
    var end: Int64
    var row: UInt32
    var number: UInt32

    func precedes(_ other: Member) -> Bool {
      if start != other.start { return start < other.start }
      if end != other.end { return end < other.end }
      return row < other.row
    }
  }

  private static func batches(_ members: [Member], _ gap: Int64, _ least: Int) -> [Batch] {
    let sorted = members.sorted { $0.precedes($1) }
    var found: [Batch] = []
    var first = 0
    var latest = Int64.min
    for index in 0...sorted.count {
      // A gap so long that the sum would overflow joins everything.
      if index > first, index < sorted.count {
        let (reach, overflow) = latest.addingReportingOverflow(gap)
        if overflow || sorted[index].start <= reach {
          latest = max(latest, sorted[index].end)
          continue
        }
      }
      if index > first, let batch = batch(sorted[first..<index], least) { found.append(batch) }
      if index < sorted.count {
        first = index
        latest = sorted[index].end
      }
    }
    return found
  }

  private static func batch(_ run: ArraySlice<Member>, _ least: Int) -> Batch? {
    guard run.count >= least, let first = run.first,
      run.contains(where: { $0.number != first.number })
    else { return nil }
    return Batch(events: run.map(\.row), kind: kind(run, first))
  }

  private static func kind(_ run: ArraySlice<Member>, _ first: Member) -> BatchKind {
    let startsTogether = run.allSatisfy { $0.start == first.start }
    let endsTogether = run.allSatisfy { $0.end == first.end }
    if startsTogether { return endsTogether ? .simultaneous : .sameStart }
    if endsTogether { return .sameEnd }
    var latest = first.end
    for member in run.dropFirst() {
      if member.start != latest { return .concurrent }
      latest = max(latest, member.end)
    }
    return .sequential
  }
}
