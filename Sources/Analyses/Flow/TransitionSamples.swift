import CasebookTables

/// The gaps of all consecutive events, pair of steps by pair of steps.
///
/// A first pass counts each pair, a second one writes the gaps at places that follow from the counts, so that no list of
/// transitions stands beside them. A gap is s of the next event less t of this one, at least 0; behind an open instance
/// there is none, and such a pair is counted only.
struct TransitionSamples: Sendable {
  /// One pair of steps within a group.
  struct Edge: Sendable {
    var group: Int
    var source: Int
    var target: Int
    /// Transitions, also those without a gap.
    var count = 0
    /// Different cases.
    var caseCount = 0
    /// Gaps: where they lie.
    var gaps: Range<Int> = 0..<0
  }

  /// The pairs, in no order that means anything.
  var edges: [Edge]
  /// The gaps of all pairs in ticks; those of one pair in the order of cases.
  let gaps: UnsafeResult<Int64>

  /// Collects the gaps; `groups` gives the group of each case.
  init(
    _ log: LogView, groups: CaseGroups, _ context: RunContext
  ) throws {
    let steps = log.steps
    switch steps.ids.codes {
    case .narrow(let codes):
      self = try Self.collected(log, codes.base, steps.count, groups, context)
    case .medium(let codes):
      self = try Self.collected(log, codes.base, steps.count, groups, context)
    case .wide(let codes):
      self = try Self.collected(log, codes.base, steps.count, groups, context)
    }
    withExtendedLifetime(steps.ids.codes) {}
  }

  private init(edges: [Edge], gaps: UnsafeResult<Int64>) {
    self.edges = edges
    self.gaps = gaps
  }

  /// What one stretch of cases counted.
  private struct Counted: Sendable {
    var table: PairTable
    var tallies: [Tally]
  }

  /// What is counted of one pair.
  private struct Tally: Sendable {
    var count: UInt32 = 0
    var caseCount: UInt32 = 0
    var gapCount: UInt32 = 0
    /// The last case with the pair, counted from 1.
    var lastCase: UInt32 = 0
  }

  private static func collected<Code: FixedWidthInteger & Sendable>(
    _ log: LogView, _ codes: UnsafePointer<Code>, _ stepCount: Int, _ groups: CaseGroups,
    _ context: RunContext
  ) throws -> TransitionSamples {
    let source = CodePointer(base: codes)
    let parts = try log.mapCases(context) { stretch in
      counted(log, source.base, stepCount, groups, stretch)
    }
    var whole = PairTable(width: stepCount, groups: groups.count)
    var edges: [Edge] = []
    // Where each stretch writes the gaps of each pair that it met.
    var places: [[Int]] = []
    var totals: [Int] = []
    for part in parts {
      places.append(
        part.tallies.enumerated().map { local, tally in
          let (group, source, target) = part.table.pair(local)
          let number = whole.number(group, source, target)
          if number == edges.count {
            edges.append(Edge(group: group, source: source, target: target))
            totals.append(0)
          }
          edges[number].count += Int(tally.count)
          edges[number].caseCount += Int(tally.caseCount)
          let before = totals[number]
          totals[number] += Int(tally.gapCount)
          return before
        })
    }
    var next = 0
    for number in edges.indices {
      edges[number].gaps = next..<(next + totals[number])
      next += totals[number]
    }
    for (index, part) in parts.enumerated() {
      for local in 0..<part.table.count {
        let (group, source, target) = part.table.pair(local)
        places[index][local] += edges[whole.number(group, source, target)].gaps.lowerBound
      }
    }
    try context.require(bytes: next * 8)
    let gaps = UnsafeResult(Buffer<Int64>(count: next) { _ in })
    let stretches = log.index.stretches(of: CaseIndex.stretchCount)
    let starts = places
    _ = try context.mapParallel(stretches.count) { index in
      var next = starts[index]
      next.withUnsafeMutableBufferPointer { next in
        write(log, source.base, groups, stretches[index], parts[index].table, next, to: gaps)
      }
    }
    return TransitionSamples(edges: edges, gaps: gaps)
  }

  private static func counted<Code: FixedWidthInteger>(
    _ log: LogView, _ codes: UnsafePointer<Code>, _ stepCount: Int, _ groups: CaseGroups,
    _ stretch: Range<Int>
  ) -> Counted {
    var table = PairTable(width: stepCount, groups: groups.count)
    // Plain memory that grows: an array would ask at every pair whether it is its only owner.
    var capacity = 256
    var tallies = UnsafeMutablePointer<Tally>.allocate(capacity: capacity)
    defer { tallies.deallocate() }
    let rows = log.rows.base
    let offsets = log.offsets.base
    let ends = log.ends.base
    let hasOpen = log.hasOpenEvents
    for number in stretch {
      let upper = Int(offsets[number + 1])
      var position = Int(offsets[number])
      let group = groups[number]
      let mark = UInt32(truncatingIfNeeded: number) &+ 1
      var previousRow = Int(rows[position])
      var previous = Int(truncatingIfNeeded: codes[previousRow])
      position += 1
      while position < upper {
        let row = Int(rows[position])
        let step = Int(truncatingIfNeeded: codes[row])
        let known = table.count
        let edge = table.number(group, previous, step)
        if edge == known {
          if edge == capacity {
            let larger = UnsafeMutablePointer<Tally>.allocate(capacity: capacity * 2)
            larger.moveInitialize(from: tallies, count: capacity)
            tallies.deallocate()
            (tallies, capacity) = (larger, capacity * 2)
          }
          (tallies + edge).initialize(to: Tally())
        }
        tallies[edge].count &+= 1
        if tallies[edge].lastCase != mark {
          tallies[edge].lastCase = mark
          tallies[edge].caseCount &+= 1
        }
        if !hasOpen || ends[previousRow] != LogView.open { tallies[edge].gapCount &+= 1 }
        previous = step
        previousRow = row
        position += 1
      }
    }
    withExtendedLifetime(log) {}
    return Counted(
      table: table,
      tallies: Array(UnsafeBufferPointer(start: tallies, count: table.count)))
  }

  private static func write<Code: FixedWidthInteger>(
    _ log: LogView, _ codes: UnsafePointer<Code>, _ groups: CaseGroups, _ stretch: Range<Int>,
    _ known: PairTable, _ next: UnsafeMutableBufferPointer<Int>, to gaps: UnsafeResult<Int64>
  ) {
    guard let next = next.baseAddress else { return }
    var table = known
    let rows = log.rows.base
    let offsets = log.offsets.base
    let starts = log.starts.base
    let ends = log.ends.base
    for number in stretch {
      let upper = Int(offsets[number + 1])
      var position = Int(offsets[number])
      let group = groups[number]
      let first = Int(rows[position])
      var end = ends[first]
      var previous = Int(truncatingIfNeeded: codes[first])
      position += 1
      while position < upper {
        let row = Int(rows[position])
        let step = Int(truncatingIfNeeded: codes[row])
        if end != LogView.open {
          let edge = table.number(group, previous, step)
          gaps[next[edge]] = max(0, starts[row] &- end)
          next[edge] += 1
        }
        end = ends[row]
        previous = step
        position += 1
      }
    }
    withExtendedLifetime(log) {}
  }

  /// The summaries of all pairs, on all workers.
  func summaries(_ context: RunContext) throws -> [DurationSummary] {
    let base = UnsafeMutablePointer(mutating: gaps.buffer.base)
    let shared = MutablePointer(base: base)
    let edges = edges
    // The longest first, so that no worker is left with one at the end.
    let order = edges.indices.sorted { edges[$0].gaps.count > edges[$1].gaps.count }
    let found = try context.mapParallel(order.count) { index in
      let range = edges[order[index]].gaps
      return DurationSummary(shared.base + range.lowerBound, range.count)
    }
    var summaries = found
    for (place, index) in order.enumerated() { summaries[index] = found[place] }
    return summaries
  }
}

/// Carries a pointer to workers.
///
/// `@unchecked Sendable`: what it points to is only read, and outlives the work.
struct CodePointer<Code>: @unchecked Sendable {
  let base: UnsafePointer<Code>
}

/// Carries a pointer to workers.
///
/// `@unchecked Sendable`: each worker changes elements of its own.
struct MutablePointer: @unchecked Sendable {
  let base: UnsafeMutablePointer<Int64>
}
