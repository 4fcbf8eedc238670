import Glibc

/// When a series changed.
public enum ChangePoint {
  /// The first index of the later part, and how likely such a difference is by chance.
  public struct Result: Sendable, Equatable {
    /// Where the later part begins.
    public var index: Int
    /// Pettitt's approximation, at most 1.
    public var p: Double
  }

  /// Pettitt's rank test for one change of level at an unknown place.
  ///
  /// K is the greatest |U| over all splits, U = 2 R - t (n + 1) with R the sum of the (middle) ranks of the
  /// first t values; p is about 2 exp(-6 K² / (n³ + n²)) (Pettitt 1979). Of equal splits the first; null below
  /// two values and where all are one.
  public static func pettitt(_ values: [Int64]) -> Result? {
    let n = values.count
    guard n >= 2 else { return nil }
    let order = values.indices.sorted { values[$0] < values[$1] }
    // Twice the rank, so that middle ranks are whole.
    var ranks = [Int](repeating: 0, count: n)
    var start = 0
    while start < n {
      var end = start
      while end < n, values[order[end]] == values[order[start]] { end += 1 }
      for place in start..<end { ranks[order[place]] = start + 1 + end }
      start = end
    }
    var (sum, best, index) = (0, 0, 0)
    for place in 0..<(n - 1) {
      sum += ranks[place] - (n + 1)
      if abs(sum) > best { (best, index) = (abs(sum), place + 1) }
    }
    guard best > 0 else { return nil }
    let (k, size) = (Double(best), Double(n))
    return Result(index: index, p: min(1, 2 * exp(-6 * k * k / (size * size * (size + 1)))))
  }
}
