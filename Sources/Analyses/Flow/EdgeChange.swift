import CasebookTables
import CasebookValues

/// How the gaps of one pair of steps changed from earlier to later cases.
struct EdgeChange: Sendable {
  /// One side's gaps.
  struct Side: Sendable {
    var count = 0
    var sum: Int128 = 0
    var mean: Int64?
    var median: Int64?
  }

  var group: Int
  var source: Int
  var target: Int
  var before = Side()
  var after = Side()
  /// What the pair adds to the mean gaps per case, and the two parts of that; null without cases on a side.
  var change: Int64?
  var volume: Int64?
  var speed: Int64?
  var p: Double?
  var q: Double?

  /// All pairs, from samples of groups that were split: the earlier half of group g is 2 g, the later one 2 g + 1.
  static func all(
    _ samples: TransitionSamples, _ sorted: UnsafePointer<Int64>, caseCounts: [Int]
  ) -> [EdgeChange] {
    var places: [[Int]: Int] = [:]
    var pairs: [(before: Range<Int>, after: Range<Int>)] = []
    var changes: [EdgeChange] = []
    for edge in samples.edges {
      let group = edge.group / 2
      let key = [group, edge.source, edge.target]
      let place = places[key] ?? changes.count
      if place == changes.count {
        places[key] = place
        pairs.append((0..<0, 0..<0))
        changes.append(EdgeChange(group: group, source: edge.source, target: edge.target))
      }
      if edge.group % 2 == 0 {
        pairs[place].before = edge.gaps
      } else {
        pairs[place].after = edge.gaps
      }
    }
    return zip(changes, pairs).map { change, pair in
      let gaps = { (range: Range<Int>) in
        UnsafeBufferPointer(start: sorted + range.lowerBound, count: range.count)
      }
      var change = change
      let cases = (caseCounts[2 * change.group], caseCounts[2 * change.group + 1])
      change.compare(gaps(pair.before), gaps(pair.after), cases)
      return change
    }
  }

  private mutating func compare(
    _ earlier: UnsafeBufferPointer<Int64>, _ later: UnsafeBufferPointer<Int64>, _ cases: (Int, Int)
  ) {
    before = Self.side(earlier)
    after = Self.side(later)
    if before.count >= 30, after.count >= 30 {
      p = MannWhitney.testSorted(earlier, later)?.p
    }
    guard cases.0 > 0, cases.1 > 0 else { return }
    let (first, second) = (Int128(cases.0), Int128(cases.1))
    let (n1, n2) = (Int128(before.count), Int128(after.count))
    change = Duration.microseconds(
      after.sum * first - before.sum * second, over: first * second)
    guard n1 > 0, n2 > 0 else {
      (volume, speed) = (change, 0)
      return
    }
    volume = Self.scaled(before.sum, n2 * first - n1 * second, over: (first * second, n1))
    speed = Duration.microseconds(after.sum * n1 - before.sum * n2, over: second * n1)
  }

  /// A product over a product, in reals where 128 bits do not hold it.
  private static func scaled(
    _ sum: Int128, _ factor: Int128, over divisors: (Int128, Int128)
  ) -> Int64 {
    let (product, overflow) = sum.multipliedReportingOverflow(by: factor)
    if !overflow { return Duration.microseconds(product, over: divisors.0 * divisors.1) }
    let value = Double(sum) / Double(divisors.1) * (Double(factor) / Double(divisors.0))
    return Int64((value / 10).rounded(.toNearestOrEven)) * 10
  }

  private static func side(_ gaps: UnsafeBufferPointer<Int64>) -> Side {
    var side = Side(count: gaps.count)
    for gap in gaps { side.sum += Int128(gap) }
    side.mean = Duration.mean(side.sum, side.count)
    side.median = Quantile.ofSorted(gaps, 0.5, roundedTo: Ticks.perMicrosecond)
    return side
  }
}

extension TransitionSamples {
  /// The gaps, those of each pair ascending.
  func sorted(_ context: RunContext) throws -> UnsafePointer<Int64> {
    let base = MutablePointer(base: UnsafeMutablePointer(mutating: gaps.buffer.base))
    let ranges = edges.map(\.gaps)
    _ = try context.mapParallel(ranges.count) { index in
      let range = ranges[index]
      var gaps = UnsafeMutableBufferPointer(
        start: base.base + range.lowerBound, count: range.count)
      gaps.sort()
    }
    return gaps.buffer.base
  }
}
