/// The Mann-Whitney test of whether values of one sample tend to be larger than those of another.
public enum MannWhitney {
  /// How often, of all pairs, the first sample's value is the larger (ties half), and the p-value.
  public struct Result: Sendable, Equatable {
    /// The first sample's statistic U.
    public var u: Double
    /// Two-sided, by the normal approximation corrected for ties and continuity.
    public var p: Double
  }

  /// Tests two samples of reals; not-a-number is no value.
  ///
  /// Mann and Whitney (1947); the variance with ties and the correction of one half as SciPy's
  /// `mannwhitneyu` with `asymptotic`. Null where a sample is empty; p is 1 where all values are one.
  public static func test(_ first: [Double], _ second: [Double]) -> Result? {
    let (a, b) = (first.filter { !$0.isNaN }.sorted(), second.filter { !$0.isNaN }.sorted())
    return a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        result(a.count, b.count, pairs(a, b))
      }
    }
  }

  /// Tests two samples of ticks.
  public static func test(_ first: [Int64], _ second: [Int64]) -> Result? {
    let (a, b) = (first.sorted(), second.sorted())
    return a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in testSorted(a, b) }
    }
  }

  /// Tests two ascending samples of ticks.
  public static func testSorted(
    _ first: UnsafeBufferPointer<Int64>, _ second: UnsafeBufferPointer<Int64>
  ) -> Result? {
    result(first.count, second.count, pairs(first, second))
  }

  /// The numbers of pairs won, doubled, and the sum of t³ - t over tied values.
  private typealias Pairs = (won: Int64, ties: Double)

  private static func result(_ count: Int, _ otherCount: Int, _ pairs: Pairs) -> Result? {
    guard count > 0, otherCount > 0 else { return nil }
    let (n, m) = (Double(count), Double(otherCount))
    let total = n + m
    let u = Double(pairs.won) / 2
    let variance = n * m / 12 * (total + 1 - pairs.ties / (total * (total - 1)))
    let distance = abs(u - n * m / 2) - 0.5
    guard variance > 0, distance > 0 else { return Result(u: u, p: 1) }
    return Result(u: u, p: NormalDistribution.twoSided(distance / variance.squareRoot()))
  }

  @inline(__always)
  private static func pairs<Value: Comparable & BitwiseCopyable>(
    _ a: UnsafeBufferPointer<Value>, _ b: UnsafeBufferPointer<Value>
  ) -> Pairs {
    var (i, j) = (0, 0)
    var won: Int64 = 0
    var ties = CompensatedSum()
    while i < a.count || j < b.count {
      let value = i == a.count ? b[j] : j == b.count ? a[i] : min(a[i], b[j])
      let (firstStart, secondStart) = (i, j)
      while i < a.count, a[i] == value { i += 1 }
      while j < b.count, b[j] == value { j += 1 }
      let (here, there) = (i - firstStart, j - secondStart)
      won &+= Int64(here) &* (2 &* Int64(secondStart) &+ Int64(there))
      let tied = Double(here + there)
      if tied > 1 { ties.add(tied * tied * tied - tied) }
    }
    return (won, ties.value)
  }
}
