/// The keys of two tables made comparable: equal keys have equal ids on both sides.
///
/// Null equals null and NaN equals NaN.
public struct KeyMatch: Sendable {
  /// The key of each left row.
  public let leftIds: Buffer<Int32>
  /// The key of each right row; -1 where no left row can have it.
  public let rightIds: Buffer<Int32>
  /// Ids are below this.
  public let keyCount: Int
  /// Where the right rows of each key begin in `rightRows`; `keyCount + 1` positions.
  public let rightOffsets: Buffer<Int32>
  /// Right rows by key, in row order within a key; rows with id -1 are left out.
  public let rightRows: Buffer<Int32>

  /// The right rows that have a key.
  @inlinable
  public func rows(of key: Int32) -> UnsafeBufferPointer<Int32> {
    let start = rightOffsets.base[Int(key)]
    let end = rightOffsets.base[Int(key) + 1]
    return UnsafeBufferPointer(start: rightRows.base + Int(start), count: Int(end - start))
  }
}

/// Finds which right rows have the key of each left row.
///
/// The columns of a key have the same type on both sides.
public func matchRows(
  left: [Column], leftCount: Int, right: [Column], rightCount: Int, context: RunContext
) -> KeyMatch {
  KeyMatch(
    leftIds: Buffer([]), rightIds: Buffer([]), keyCount: 0, rightOffsets: Buffer([0]),
    rightRows: Buffer([]))
}
