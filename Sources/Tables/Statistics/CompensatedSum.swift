/// A sum of reals and what rounding took from it (Neumaier's way).
@frozen public struct CompensatedSum: Sendable {
  @usableFromInline var sum = 0.0
  @usableFromInline var lost = 0.0

  /// Begins at zero.
  @inlinable public init() {}

  /// Adds a value.
  ///
  /// The error of one addition is exact whichever operand is the larger (Knuth).
  @inlinable @inline(__always)
  public mutating func add(_ value: Double) {
    let total = sum + value
    let added = total - sum
    lost += (sum - (total - added)) + (value - added)
    sum = total
  }

  /// Adds what another sum holds.
  @inlinable
  public mutating func add(_ other: CompensatedSum) {
    add(other.sum)
    lost += other.lost
  }

  /// The sum.
  ///
  /// An infinite or undefined one has no meaningful rest.
  @inlinable public var value: Double { sum.isFinite ? sum + lost : sum }
}
