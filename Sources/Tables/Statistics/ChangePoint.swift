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

  /// The first index of the later part where one change of the mean fits best.
  ///
  /// Of all splits the one that takes most of the weighted squares, weights being 1 over each value's variance:
  /// the likeliest place of a single change of normal values (Sen and Srivastava 1975). Of equal splits the
  /// first; nil below two values.
  public static func ofMean(_ values: [(mean: Double, variance: Double)]) -> Int? {
    guard values.count > 1 else { return nil }
    let weights = values.map { 1 / $0.variance }
    let all = weights.reduce(0, +)
    let mean = zip(values, weights).reduce(0) { $0 + $1.0.mean * $1.1 } / all
    var (weight, sum, best) = (0.0, 0.0, -1.0)
    var index: Int?
    for place in 0..<(values.count - 1) {
      weight += weights[place]
      sum += weights[place] * (values[place].mean - mean)
      let taken = sum * sum / (weight * (1 - weight / all))
      if taken > best { (best, index) = (taken, place + 1) }
    }
    return index
  }

  /// The first index of the later part where one change of the shares of some kinds fits best.
  ///
  /// Each value counts the cases of every kind. Of all splits the one with the greatest Pearson statistic of
  /// earlier against later counts (Horváth and Serbinowska 1995). Of equal splits the first; nil below two
  /// values and without cases on both sides.
  public static func ofShares(_ values: [[Double]]) -> Int? {
    guard let kinds = values.first?.count, values.allSatisfy({ $0.count == kinds }) else {
      return nil
    }
    let totals = (0..<kinds).map { kind in values.reduce(0) { $0 + $1[kind] } }
    let all = totals.reduce(0, +)
    var earlier = [Double](repeating: 0, count: kinds)
    var (best, index) = (-1.0, Int?.none)
    for place in 0..<max(values.count - 1, 0) {
      for kind in 0..<kinds { earlier[kind] += values[place][kind] }
      let m = earlier.reduce(0, +)
      guard m > 0, m < all else { continue }
      // Both rows of Pearson's statistic in one: the later row lies as far off as the earlier one.
      let statistic = (0..<kinds).reduce(0.0) { sum, kind in
        guard totals[kind] > 0 else { return sum }
        let distance = earlier[kind] - totals[kind] * (m / all)
        return sum + distance * distance / totals[kind]
      }
      let taken = statistic * all * all / (m * (all - m))
      if taken > best { (best, index) = (taken, place + 1) }
    }
    return index
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
