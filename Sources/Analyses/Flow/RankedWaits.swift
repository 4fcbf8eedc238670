import CasebookQuery
import CasebookTables
import CasebookValues

/// Every wait of a log under its transition (or step), open ones under their last step.
struct WaitVisitor: SampleVisitor {
  /// Which cases are open; nil where nothing says.
  let states: CaseStates?
  let groups: CaseGroups
  /// How steps are charged; nil for transitions.
  let reading: StepReading?
  /// The number that stands for no step, as the target of an open wait.
  let openCode: Int

  func visit(
    _ log: LogView, _ stretch: Range<Int>,
    _ give: (_ group: Int, _ source: Int, _ target: Int, _ value: Int64?) -> Void
  ) {
    for number in stretch { visit(log, number, give) }
  }

  @inline(__always)
  func visit(
    _ log: LogView, _ number: Int,
    _ give: (_ group: Int, _ source: Int, _ target: Int, _ value: Int64?) -> Void
  ) {
    let steps = log.steps
    let positions = log.positions(of: number)
    let group = groups[number]
    var previous = Int(log.rows.base[positions.lowerBound])
    for position in positions.dropFirst() {
      let row = Int(log.rows.base[position])
      let gap = log.gap(previous, row)
      switch reading {
      case nil: give(group, steps[previous], steps[row], gap)
      case .stateEntry?: give(group, openCode, steps[previous], gap)
      case .interval?, .completion?: give(group, openCode, steps[row], gap)
      }
      previous = row
    }
    guard let states, !states.isClosed(number) else { return }
    // An event that was not seen to end is work, not a wait.
    let end = log.ends.base[previous]
    if end != LogView.open { give(group, steps[previous], openCode, max(0, log.asOf - end)) }
  }
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
  /// The place in `rows` of each key.
  private var places: [Key: Int]

  private struct Key: Hashable, Sendable {
    var group: Int
    var source: Int
    var target: Int
  }

  init(
    _ log: LogView, _ visitor: WaitVisitor, _ groups: CaseGroups,
    _ reference: ClosedRange<Int64>?, _ states: CaseStates, _ context: RunContext
  ) throws {
    let samples = try KeyedSamples(
      log, visitor, width: visitor.openCode + 1, groups: groups.count, context)
    let cases = try Self.caseCounts(log, visitor, groups, context)
    let medians = try reference.map {
      try Self.medians(log, visitor, groups, states, $0, context)
    }
    let unsorted = try context.mapParallel(samples.keys.count) { index in
      let (group, source, target) = samples.keys[index]
      let key = Key(group: group, source: source, target: target)
      let range = samples.ranges[index]
      let values = UnsafeMutableBufferPointer(
        start: samples.values.base + range.lowerBound, count: range.count)
      var row = Row(
        group: group, source: source, target: target, isOpen: target == visitor.openCode,
        count: samples.counts[index], caseCount: cases[key] ?? 0, sum: 0,
        sampleCount: range.count)
      for value in values { row.sum += Int128(value) }
      row.concentration = Self.concentration(values, row.sum)
      let median = medians.map { $0[key] } ?? Quantile.select(values, [0.5])[0]
      row.excess = median.map { median in
        var excess: Int128 = 0
        for value in values where value > median { excess += Int128(value - median) }
        return excess
      }
      return row
    }
    let names = log.steps
    rows = unsorted.sorted { left, right in
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
    places = Dictionary(
      uniqueKeysWithValues: rows.enumerated().map {
        (
          Key(group: $0.element.group, source: $0.element.source, target: $0.element.target),
          $0.offset
        )
      })
  }

  private static func name(_ code: Int, _ names: StepNames) -> String {
    code < names.count ? names.name(code) : "(open)"
  }

  /// The part of the sum in the longest twentieth of the waits, which are moved about.
  private static func concentration(
    _ values: UnsafeMutableBufferPointer<Int64>, _ sum: Int128
  ) -> Double? {
    guard values.count >= 20, sum > 0 else { return nil }
    let longest = (values.count + 19) / 20
    let rank = values.count - longest
    guard let bound = Quantile.select(values, [Double(rank) / Double(values.count - 1)])[0] else {
      return nil
    }
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
        visitor.visit(log, number) { group, source, target, _ in
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
      var values: [Key: [Int64]] = [:]
      for number in stretch where period.contains(states.starts.base[number]) {
        visitor.visit(log, number) { group, source, target, value in
          guard let value else { return }
          values[Key(group: group, source: source, target: target), default: []].append(value)
        }
      }
      return values
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

  /// Cases above this are gathered in as many buckets, which are redrawn instead.
  static let bucketCount = 10_000
  /// Up to so many cases all ways to draw are gone through.
  static let enumeratedCaseCount = 5

  /// Redraws the cases of each group, and ranks each time anew.
  ///
  /// Draws are a function of the seed, the group and the sample, so that no number of threads changes them.
  func ranksKept(
    _ log: LogView, _ groups: CaseGroups, _ visitor: WaitVisitor, _ sampleCount: Int,
    _ context: RunContext
  ) throws -> [Drawn] {
    let units = try units(log, groups, visitor, context)
    var drawn: [Drawn] = []
    for group in 0..<groups.count {
      let range = firstRow(of: group)..<firstRow(of: group + 1)
      if range.isEmpty { continue }
      let bootstrap = Bootstrap(
        units: units[group], rowCount: range.count, isOpen: rows[range].map(\.isOpen),
        seed: CounterRandom.key(seed: context.seed, cell: 0x626F_6F74, stage: UInt64(group)))
      drawn += try bootstrap.drawn(sampleCount, context)
    }
    return drawn
  }

  private func firstRow(of group: Int) -> Int {
    rows.firstIndex { $0.group >= group } ?? rows.count
  }

  /// What each case, or bucket of cases, adds to each row of its group.
  private func units(
    _ log: LogView, _ groups: CaseGroups, _ visitor: WaitVisitor, _ context: RunContext
  ) throws -> [[Bootstrap.Unit]] {
    let sizes = groups.caseCounts(log.caseCount)
    let firstRows = (0..<groups.count).map { firstRow(of: $0) }
    var numbers = [Int](repeating: 0, count: groups.count)
    var sums = sizes.map { [[Int: Int64]](repeating: [:], count: min($0, Self.bucketCount)) }
    for number in 0..<log.caseCount {
      if number & 0xFFF == 0 { try context.checkpoint() }
      let group = groups[number]
      let place = numbers[group]
      numbers[group] += 1
      let unit =
        sizes[group] <= Self.bucketCount
        ? place : CounterRandom.below(Self.bucketCount, CounterRandom.draw(0, UInt64(place)))
      visitor.visit(log, number) { _, source, target, value in
        guard let value, value > 0,
          let row = places[Key(group: group, source: source, target: target)]
        else { return }
        sums[group][unit][row - firstRows[group], default: 0] &+= value
      }
    }
    return sums.map { group in
      group.map { unit in
        unit.sorted { $0.key < $1.key }.map { (row: $0.key, ticks: Double($0.value)) }
      }
    }
  }
}
