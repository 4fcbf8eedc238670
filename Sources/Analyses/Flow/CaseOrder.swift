import CasebookQuery
import CasebookTables

/// The order of events within their cases: by time, then by the row of the table.
///
/// Only cases out of order are sorted, so that a log in the order of time costs one pass; the same pass counts ties and
/// overlaps, while the times are at hand.
struct CaseOrder: Sendable {
  private let events: LogRows
  private let isByStart: Bool

  /// An order by these times.
  init(_ events: LogRows, _ order: LogRoles.Order) {
    self.events = events
    isByStart = order == .start
  }

  /// Puts the rows of each case in order.
  ///
  /// The index was made a moment ago and nobody else has seen it.
  func sort(_ index: CaseIndex, _ context: RunContext) throws -> OrderFacts {
    let placed = UnsafeResult(index.rows)
    return try facts(index, context) { first, second, lower, upper in
      Self.sortRows(
        UnsafeMutableBufferPointer(start: placed.base + lower, count: upper - lower), first, second)
      return true
    }
  }

  /// What the order says of the data; nil where a case is out of order.
  func facts(of index: CaseIndex, _ context: RunContext) throws -> OrderFacts? {
    let facts = try facts(index, context) { _, _, _, _ in false }
    return facts.isInOrder ? facts : nil
  }

  private typealias Times = UnsafePointer<Int64>

  /// Goes through all cases; `mend` puts one in order, or says that it will not.
  private func facts(
    _ index: CaseIndex, _ context: RunContext,
    _ mend: @Sendable (_ first: Times, _ second: Times, _ lower: Int, _ upper: Int) -> Bool
  ) throws -> OrderFacts {
    let (starts, ends) = (events.starts, events.ends)
    let stretches = index.stretches(of: CaseIndex.stretchCount)
    let parts = try context.mapParallel(stretches.count) { number in
      let (first, second) =
        isByStart ? (starts.base, ends.base) : (ends.base, starts.base)
      let (rows, offsets) = (index.rows.base, index.offsets.base)
      var facts = OrderFacts()
      for number in stretches[number] {
        let (lower, upper) = (Int(offsets[number]), Int(offsets[number + 1]))
        let before = facts
        if !facts.add(rows, lower, upper, first, second, isByStart: isByStart) {
          facts = before
          if mend(first, second, lower, upper) {
            _ = facts.add(rows, lower, upper, first, second, isByStart: isByStart)
          } else {
            facts.isInOrder = false
            break
          }
        }
      }
      return facts
    }
    withExtendedLifetime((starts, ends, index)) {}
    return parts.reduce(into: OrderFacts()) { $0.add($1) }
  }

  private static func sortRows(
    _ rows: UnsafeMutableBufferPointer<UInt32>, _ first: Times, _ second: Times
  ) {
    // The row itself is the last key, so that no two are equal and any sort is stable.
    var rows = rows
    rows.sort { left, right in
      let (a, b) = (Int(left), Int(right))
      if first[a] != first[b] { return first[a] < first[b] }
      if second[a] != second[b] { return second[a] < second[b] }
      return left < right
    }
  }
}

/// What the order of events says of a log: ties that only the file's order parts, overlaps, order itself.
struct OrderFacts: Sendable, Equatable {
  /// Consecutive events of one case.
  var pairs = 0
  /// Pairs with equal times, whose order is the file's.
  var ties = 0
  /// Pairs in which the next begins before this one is completed.
  var overlaps = 0
  /// Whether every case that was looked at is in order.
  var isInOrder = true

  /// Adds the pairs of one case; false where one of them is out of order.
  @inline(__always)
  mutating func add(
    _ rows: UnsafePointer<UInt32>, _ lower: Int, _ upper: Int, _ first: UnsafePointer<Int64>,
    _ second: UnsafePointer<Int64>, isByStart: Bool
  ) -> Bool {
    if upper - lower < 2 { return true }
    pairs += upper - lower - 1
    var row = Int(rows[lower])
    var (f, s) = (first[row], second[row])
    for position in (lower + 1)..<upper {
      let next = Int(rows[position])
      let (nextF, nextS) = (first[next], second[next])
      if nextF <= f {
        if nextF < f || nextS < s { return false }
        if nextS == s {
          ties += 1
          if next < row { return false }
        }
      }
      let (start, end) = isByStart ? (nextF, s) : (nextS, f)
      overlaps += start < end && end != LogRows.open ? 1 : 0
      row = next
      (f, s) = (nextF, nextS)
    }
    return true
  }

  mutating func add(_ other: OrderFacts) {
    pairs += other.pairs
    ties += other.ties
    overlaps += other.overlaps
    isInOrder = isInOrder && other.isInOrder
  }
}
