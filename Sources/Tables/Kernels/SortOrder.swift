/// One key of an order.
public struct SortColumn: Sendable {
  /// The values compared.
  public let column: Column
  /// Greatest first.
  public let isDescending: Bool
  /// Rows without a value (and NaN) before all others.
  public let nullsFirst: Bool

  /// A key.
  public init(_ column: Column, isDescending: Bool, nullsFirst: Bool) {
    self.column = column
    self.isDescending = isDescending
    self.nullsFirst = nullsFirst
  }
}

/// The rows in the order of `keys`, the first key first; equal rows keep their order.
///
/// Texts go by their UTF-8 bytes. Null stands outermost, NaN beside it. With a context, large inputs
/// are sorted on two threads.
public func sortedOrder(
  _ keys: [SortColumn], rowCount: Int, context: RunContext? = nil
) throws -> Buffer<Int32> {
  try SortPlan(keys, rowCount: rowCount).order(context)
}

/// The first `count` rows of what `sortedOrder` gives, without sorting the rest.
public func topOrder(_ keys: [SortColumn], rowCount: Int, count: Int) -> Buffer<Int32> {
  if count <= 0 { return Buffer([]) }
  let plan = SortPlan(keys, rowCount: rowCount)
  if count >= rowCount / 2 { return plan.order().slice(0..<min(count, rowCount)) }
  let leading = plan.leadingNumbers
  let words = Buffer<Int64>(count: rowCount) { target in
    for row in 0..<rowCount { target[row] = Int64(bitPattern: leading.base[row] ^ (1 << 63)) }
  }
  let threshold = selectedValue(words.base, rowCount, rank: count - 1)
  let candidates =
    plan.isOneRound
    ? firstRows(words, upTo: threshold, count) : rows(words, upTo: threshold)
  let columns = keys.map { key in
    SortColumn(
      key.column.gathered(by: candidates), isDescending: key.isDescending,
      nullsFirst: key.nullsFirst)
  }
  let order = SortPlan(columns, rowCount: candidates.count).order()
  return Buffer(count: count) { target in
    for place in 0..<count { target[place] = candidates.base[Int(order.base[place])] }
  }
}

/// The rows below a threshold and as many at it, from the first on, as make up `count`.
private func firstRows(
  _ words: Buffer<Int64>, upTo threshold: Int64, _ count: Int
) -> Buffer<Int32> {
  var below = 0
  for row in 0..<words.count where words.base[row] < threshold { below += 1 }
  var equalLeft = count - below
  return Buffer(count: count) { target in
    var place = 0
    for row in 0..<words.count where words.base[row] <= threshold {
      if words.base[row] == threshold {
        if equalLeft == 0 { continue }
        equalLeft -= 1
      }
      target[place] = Int32(truncatingIfNeeded: row)
      place += 1
    }
  }
}

private func rows(_ words: Buffer<Int64>, upTo threshold: Int64) -> Buffer<Int32> {
  var rows = BufferBuilder<Int32>()
  for row in 0..<words.count where words.base[row] <= threshold {
    rows.append(Int32(truncatingIfNeeded: row))
  }
  return rows.finish()
}
