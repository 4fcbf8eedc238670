import CasebookTables

/// Something that goes through the cases of a log and gives values under keys.
protocol SampleVisitor: Sendable {
  /// Calls `give` with the group, two numbers that make the key, and a value, or nil where there is only a
  /// count; always in the same order for the same cases.
  func visit(
    _ log: LogView, _ stretch: Range<Int>,
    _ give: (_ group: Int, _ source: Int, _ target: Int, _ value: Int64?) -> Void)
}

/// Values by key, those of one key together and in the order of cases.
///
/// Like `TransitionSamples`, two passes: one counts, one writes.
struct KeyedSamples: Sendable {
  /// The keys: group and two numbers.
  let keys: [(group: Int, source: Int, target: Int)]
  /// How often each was given, with a value or without.
  let counts: [Int]
  /// Where the values of each key lie.
  let ranges: [Range<Int>]
  /// All values.
  let values: UnsafeResult<Int64>

  /// Collects what a visitor gives; its numbers are below `width`.
  init(
    _ log: LogView, _ visitor: some SampleVisitor, width: Int, groups: Int, _ context: RunContext
  ) throws {
    let width = max(width, 2)
    let parts = try log.mapCases(context) { stretch in
      var part = Part(table: PairTable(width: width, groups: groups))
      visitor.visit(log, stretch) { group, source, target, value in
        let key = part.table.number(group, source, target)
        if key == part.counts.count {
          part.counts.append(0)
          part.valueCounts.append(0)
        }
        part.counts[key] += 1
        if value != nil { part.valueCounts[key] += 1 }
      }
      return part
    }
    var whole = PairTable(width: width, groups: groups)
    var totals: [Int] = []
    var counts: [Int] = []
    // Where each stretch writes the values of each key it met, counted within the key at first.
    var places = parts.map { part in
      (0..<part.table.count).map { local in
        let (group, source, target) = part.table.pair(local)
        let key = whole.number(group, source, target)
        if key == totals.count {
          totals.append(0)
          counts.append(0)
        }
        defer {
          totals[key] += part.valueCounts[local]
          counts[key] += part.counts[local]
        }
        return totals[key]
      }
    }
    var next = 0
    ranges = totals.map { total in
      defer { next += total }
      return next..<(next + total)
    }
    for (index, part) in parts.enumerated() {
      for local in 0..<part.table.count {
        let (group, source, target) = part.table.pair(local)
        places[index][local] += ranges[whole.number(group, source, target)].lowerBound
      }
    }
    try context.require(bytes: next * 8)
    let written = UnsafeResult(Buffer<Int64>(count: next) { _ in })
    let starts = places
    let stretches = log.index.stretches(of: CaseIndex.stretchCount)
    _ = try context.mapParallel(stretches.count) { index in
      var table = parts[index].table
      var next = starts[index]
      visitor.visit(log, stretches[index]) { group, source, target, value in
        guard let value else { return }
        let key = table.number(group, source, target)
        written[next[key]] = value
        next[key] += 1
      }
    }
    values = written
    self.counts = counts
    keys = (0..<whole.count).map { whole.pair($0) }
  }

  private struct Part: Sendable {
    var table: PairTable
    var counts: [Int] = []
    var valueCounts: [Int] = []
  }

  /// The summaries of all keys, on all workers.
  func summaries(_ context: RunContext) throws -> [DurationSummary] {
    try context.mapParallel(ranges.count) { index in
      DurationSummary(values.base + ranges[index].lowerBound, ranges[index].count)
    }
  }
}
