import CasebookQuery
import CasebookTables
import CasebookValues

/// Every wait of a log under its transition (or step), open ones under their last step.
struct WaitVisitor: SampleVisitor {
  /// When cases ended; nil where nothing says which are open.
  let states: CaseStates?
  let groups: CaseGroups
  /// How steps are charged; nil for transitions.
  let reading: StepReading?
  let steps: StepNames
  private let memory: LogMemory
  /// Whether completed waits are left to others, which know them already.
  var givesOpenOnly = false

  /// The number that stands for no step, as the target of an open wait.
  var openCode: Int { steps.count }

  /// Visits the waits of a log, which has to outlive it.
  init(_ log: LogView, states: CaseStates?, groups: CaseGroups, reading: StepReading?) {
    self.states = states
    self.groups = groups
    self.reading = reading
    steps = log.steps
    memory = LogMemory(log)
  }

  func visit(
    _ log: LogView, _ stretch: Range<Int>,
    _ give: (_ group: Int, _ source: Int, _ target: Int, _ value: Int64?) -> Void
  ) {
    for number in stretch { visit(number, give) }
    withExtendedLifetime(log) {}
  }

  @inline(__always)
  func visit(
    _ number: Int,
    _ give: (_ group: Int, _ source: Int, _ target: Int, _ value: Int64?) -> Void
  ) {
    let positions = memory.positions(of: number)
    let group = groups[number]
    var previous = Int(memory.rows[positions.lowerBound])
    if givesOpenOnly {
      previous = Int(memory.rows[positions.upperBound - 1])
    } else {
      for position
        in (positions.lowerBound + 1)..<max(positions.upperBound, positions.lowerBound + 1)
      {
        let row = Int(memory.rows[position])
        let gap = memory.gap(previous, row)
        switch reading {
        case nil: give(group, steps[previous], steps[row], gap)
        case .stateEntry?: give(group, openCode, steps[previous], gap)
        case .interval?, .completion?: give(group, openCode, steps[row], gap)
        }
        previous = row
      }
    }
    guard let states, !states.isClosed(number) else { return }
    // An event that was not seen to end is work, not a wait.
    let end = memory.ends[previous]
    if end != LogView.open { give(group, steps[previous], openCode, max(0, memory.asOf - end)) }
  }
}

/// The waits of one key of a ranking, before anything is said of them.
private struct WaitSample: Sendable {
  var group: Int
  var source: Int
  var target: Int
  var count: Int
  var caseCount: Int
  var values: Range<Int>
}

/// The waits of a log, ranked within their group.
struct RankedWaits: Sendable {
  struct Row: Sendable {
    var group: Int
    var source: Int
    var target: Int
    var isOpen: Bool
    var count: Int
    var caseCount = 0
    var sum: Int128
    /// Ticks above the median; nil where there is no median.
    var excess: Int128?
    /// The part of the sum in the longest twentieth; nil below 20 waits.
    var concentration: Double?
    var sampleCount: Int

    var note: String {
      var notes: [String] = []
      if sampleCount < 30 { notes.append("thin") }
      if let concentration, concentration > 0.5 { notes.append("a few stuck cases") }
      return notes.joined(separator: ", ")
    }
  }

  /// Rows by group, longest first.
  var rows: [Row]
  /// Ticks of completed waits in each group.
  var totals: [Int128]
  private struct Key: Hashable, Sendable {
    var group: Int
    var source: Int
    var target: Int
  }

  init(
    _ log: LogView, _ visitor: WaitVisitor, _ groups: CaseGroups,
    _ reference: ClosedRange<Int64>?, _ states: CaseStates, _ context: RunContext
  ) throws {
    let medians = try reference.map {
      try Self.medians(log, visitor, groups, states, $0, context)
    }
    var unsorted: [Row] = []
    for (samples, values) in try Self.samples(log, visitor, groups, context) {
      // The longest first, so that no worker is left with one at the end.
      let order = samples.sorted { $0.values.count > $1.values.count }
      unsorted += try context.mapParallel(order.count) { index in
        let sample = order[index]
        let key = Key(group: sample.group, source: sample.source, target: sample.target)
        return Self.row(
          sample,
          UnsafeMutableBufferPointer(
            start: values.base + sample.values.lowerBound, count: sample.values.count),
          isOpen: sample.target == visitor.openCode, median: medians.map { $0[key] })
      }
    }
    let names = log.steps
    rows = try unsorted.sorted(context) { left, right in
      if left.group != right.group { return left.group < right.group }
      if left.sum != right.sum { return left.sum > right.sum }
      if left.count != right.count { return left.count > right.count }
      if left.source != right.source {
        return Self.name(left.source, names).isBefore(Self.name(right.source, names))
      }
      return Self.name(left.target, names).isBefore(Self.name(right.target, names))
    }
    var sums = [Int128](repeating: 0, count: groups.count)
    for row in rows where !row.isOpen { sums[row.group] += row.sum }
    totals = sums
  }

  /// All waits by key: of transitions from the graph, with the open ones beside them.
  private static func samples(
    _ log: LogView, _ visitor: WaitVisitor, _ groups: CaseGroups, _ context: RunContext
  ) throws -> [([WaitSample], UnsafeResult<Int64>)] {
    if visitor.reading == nil {
      let graph = try TransitionSamples(log, groups: groups, context)
      let completed = graph.edges.map {
        WaitSample(
          group: $0.group, source: $0.source, target: $0.target, count: $0.count,
          caseCount: $0.caseCount, values: $0.gaps)
      }
      if visitor.states == nil { return [(completed, graph.gaps)] }
      var openOnly = visitor
      openOnly.givesOpenOnly = true
      return [
        (completed, graph.gaps), try keyed(log, openOnly, groups, isOnceACase: true, context),
      ]
    }
    return [try keyed(log, visitor, groups, isOnceACase: false, context)]
  }

  private static func keyed(
    _ log: LogView, _ visitor: WaitVisitor, _ groups: CaseGroups, isOnceACase: Bool,
    _ context: RunContext
  ) throws -> ([WaitSample], UnsafeResult<Int64>) {
    let samples = try KeyedSamples(
      log, visitor, width: visitor.openCode + 1, groups: groups.count, context)
    let cases = isOnceACase ? [:] : try caseCounts(log, visitor, groups, context)
    let waits = samples.keys.indices.map { index in
      let (group, source, target) = samples.keys[index]
      return WaitSample(
        group: group, source: source, target: target, count: samples.counts[index],
        caseCount: isOnceACase
          ? samples.counts[index]
          : cases[Key(group: group, source: source, target: target)] ?? 0,
        values: samples.ranges[index])
    }
    return (waits, samples.values)
  }

  /// What is said of the waits of one key; they are moved about.
  private static func row(
    _ sample: WaitSample, _ values: UnsafeMutableBufferPointer<Int64>, isOpen: Bool,
    median given: Int64??
  ) -> Row {
    var row = Row(
      group: sample.group, source: sample.source, target: sample.target, isOpen: isOpen,
      count: sample.count, caseCount: sample.caseCount, sum: 0, sampleCount: values.count)
    guard let base = values.baseAddress, !values.isEmpty else { return row }
    var (least, greatest) = (values[0], values[0])
    for value in values {
      row.sum += Int128(value)
      least = min(least, value)
      greatest = max(greatest, value)
    }
    let longest = (values.count + 19) / 20
    let rank = values.count - longest
    let ordinary = Quantile.select(
      UnsafeBufferPointer(values), [0.5], least: least, greatest: greatest)
    let bound = selectedValues(
      base, values.count, least: least, greatest: greatest, ranks: [rank])[0]
    row.concentration = concentration(values, longest, bound, row.sum)
    let median = given ?? ordinary[0]
    row.excess = median.map { median in
      var excess: Int128 = 0
      for value in values where value > median { excess += Int128(value - median) }
      return excess
    }
    return row
  }

  private static func name(_ code: Int, _ names: StepNames) -> String {
    code < names.count ? names.name(code) : "(open)"
  }

  /// The part of the sum in the longest twentieth of the waits, the shortest of which is `bound`.
  private static func concentration(
    _ values: UnsafeMutableBufferPointer<Int64>, _ longest: Int, _ bound: Int64, _ sum: Int128
  ) -> Double? {
    guard values.count >= 20, sum > 0 else { return nil }
    // Of equal waits at the bound only as many count as fill the twentieth.
    var above: Int128 = 0
    var aboveCount = 0
    for value in values where value > bound {
      above += Int128(value)
      aboveCount += 1
    }
    above += Int128(bound) * Int128(longest - aboveCount)
    return Double(above) / Double(sum)
  }

  private static func caseCounts(
    _ log: LogView, _ visitor: WaitVisitor, _ groups: CaseGroups, _ context: RunContext
  ) throws -> [Key: Int] {
    let parts = try log.mapCases(context) { stretch in
      var counts: [Key: Int] = [:]
      var table = PairTable(width: visitor.openCode + 1, groups: groups.count)
      var last: [Int] = []
      var found: [Int] = []
      for number in stretch {
        visitor.visit(number) { group, source, target, _ in
          let key = table.number(group, source, target)
          if key == last.count {
            last.append(-1)
            found.append(0)
          }
          if last[key] != number {
            last[key] = number
            found[key] += 1
          }
        }
      }
      for key in 0..<table.count {
        let (group, source, target) = table.pair(key)
        counts[Key(group: group, source: source, target: target)] = found[key]
      }
      return counts
    }
    return parts.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
  }

  /// The medians of the waits of cases that began in a period.
  private static func medians(
    _ log: LogView, _ visitor: WaitVisitor, _ groups: CaseGroups, _ states: CaseStates,
    _ period: ClosedRange<Int64>, _ context: RunContext
  ) throws -> [Key: Int64] {
    let parts = try log.mapCases(context) { stretch in
      var table = PairTable(width: visitor.openCode + 1, groups: groups.count)
      var values: [[Int64]] = []
      for number in stretch where period.contains(states.starts.base[number]) {
        visitor.visit(number) { group, source, target, value in
          guard let value else { return }
          let key = table.number(group, source, target)
          if key == values.count { values.append([]) }
          values[key].append(value)
        }
      }
      return values.enumerated().map { number, values in
        let (group, source, target) = table.pair(number)
        return (Key(group: group, source: source, target: target), values)
      }
    }
    var all: [Key: [Int64]] = [:]
    for part in parts { all.merge(part, uniquingKeysWith: +) }
    return all.compactMapValues { values in
      var values = values
      return values.withUnsafeMutableBufferPointer { Quantile.select($0, [0.5])[0] }
    }
  }
}

extension RankedWaits {
  /// What redrawing cases says of one row.
  struct Drawn: Sendable {
    /// The 2.5th and 97.5th percentile of its share.
    var low: Double?
    var high: Double?
    /// How often it keeps its rank.
    var rankKept: Double?
  }

  /// Up to so many cases all ways to draw are gone through.
  static let enumeratedCaseCount = 5

  /// Redraws the cases of each group, and ranks each time anew.
  ///
  /// Draws are a function of the seed, the group and the sample, so that no number of threads changes them.
  func ranksKept(
    _ log: LogView, _ groups: CaseGroups, _ visitor: WaitVisitor, _ sampleCount: Int,
    _ context: RunContext
  ) throws -> [Drawn] {
    let members = CaseMembers(groups, log.caseCount)
    var drawn: [Drawn] = []
    for group in 0..<groups.count {
      let range = firstRow(of: group)..<firstRow(of: group + 1)
      if range.isEmpty { continue }
      let units = try RedrawnUnits(
        members.cases(of: group), rowCount: range.count,
        places: places(in: range, visitor.openCode),
        visitor, log, context)
      let bootstrap = Bootstrap(
        units: units, rowCount: range.count, isOpen: rows[range].map(\.isOpen),
        seed: CounterRandom.key(seed: context.seed, cell: 0x626F_6F74, stage: UInt64(group)))
      drawn += try bootstrap.drawn(sampleCount, context)
    }
    return drawn
  }

  private func firstRow(of group: Int) -> Int {
    rows.firstIndex { $0.group >= group } ?? rows.count
  }

  /// The rows of one group by source and target.
  private func places(in range: Range<Int>, _ openCode: Int) -> RowPlaces {
    var places = RowPlaces(width: openCode + 1)
    for (place, row) in rows[range].enumerated() { places.add(row.source, row.target, place) }
    return places
  }
}
