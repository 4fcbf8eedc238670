import CasebookTables
import CasebookValues

/// Lengths of time in ticks, with the rounding and quantiles of the flow family.
enum Duration {
  /// A quotient of ticks rounded half to even to whole microseconds, in ticks.
  static func microseconds(_ numerator: Int128, over denominator: Int128) -> Int64 {
    guard denominator != 0 else { return 0 }
    let unit = denominator * 10
    var quotient = numerator / unit
    var rest = numerator % unit
    if rest < 0 {
      rest += unit
      quotient -= 1
    }
    let twice = rest * 2
    if twice > unit || (twice == unit && quotient & 1 == 1) { quotient += 1 }
    return Int64(clamping: quotient * 10)
  }

  /// A length rounded half to even to whole microseconds.
  static func rounded(_ ticks: Int64) -> Int64 { microseconds(Int128(ticks), over: 1) }

  /// The mean, rounded; nil of none.
  static func mean(_ sum: Int128, _ count: Int) -> Int64? {
    count == 0 ? nil : microseconds(sum, over: Int128(count))
  }

  /// A sum of ticks in hours.
  static func hours(_ ticks: Int128) -> Double { Double(ticks) / Double(Ticks.perHour) }

  /// The quantile of Hyndman and Fan's type 7 of values that are in order, rounded; nil of none.
  static func quantile(
    sorted values: UnsafePointer<Int64>, _ count: Int, _ share: Share
  ) -> Int64? {
    guard count > 0 else { return nil }
    let place = share.place(in: count)
    let low = values[place.index]
    let high = place.rest == 0 ? low : values[place.index + 1]
    return interpolated(low, high, place.rest, share.denominator)
  }

  /// The same of values in any order, which are moved about.
  static func quantile(
    selecting values: UnsafeMutablePointer<Int64>, _ count: Int, _ share: Share
  ) -> Int64? {
    guard count > 0 else { return nil }
    let place = share.place(in: count)
    select(values, 0, count - 1, rank: place.index)
    let low = values[place.index]
    guard place.rest != 0 else { return rounded(low) }
    var high = values[place.index + 1]
    for index in (place.index + 1)..<count { high = min(high, values[index]) }
    return interpolated(low, high, place.rest, share.denominator)
  }

  private static func interpolated(
    _ low: Int64, _ high: Int64, _ rest: Int, _ denominator: Int
  ) -> Int64 {
    let whole = Int128(low) * Int128(denominator - rest) + Int128(high) * Int128(rest)
    return microseconds(whole, over: Int128(denominator))
  }

  /// A share as a fraction, so that quantiles of whole ticks are exact.
  struct Share: Sendable {
    /// Parts.
    let numerator: Int
    /// Of so many.
    let denominator: Int

    /// A share.
    init(_ numerator: Int, _ denominator: Int) {
      self.numerator = numerator
      self.denominator = denominator
    }

    /// One half.
    static let median = Share(1, 2)
    /// Nine tenths.
    static let p90 = Share(9, 10)

    /// The place of the quantile among `count` values: an index and a rest in parts of the denominator.
    func place(in count: Int) -> (index: Int, rest: Int) {
      let product = (count - 1) * numerator
      return (product / denominator, product % denominator)
    }
  }

  /// Moves values so that the one of a rank stands in its place, smaller ones before it and larger ones behind.
  ///
  /// Floyd and Rivest 1975, without recursion on samples: the middle of three as the pivot; a bad run of pivots ends in a sort.
  static func select(
    _ values: UnsafeMutablePointer<Int64>, _ first: Int, _ last: Int, rank: Int
  ) {
    var low = first
    var high = last
    var rounds = 0
    while high - low > 16 {
      rounds += 1
      if rounds > 64 { break }
      let middle = low + (high - low) / 2
      if values[middle] < values[low] { swap(values, middle, low) }
      if values[high] < values[low] { swap(values, high, low) }
      if values[high] < values[middle] { swap(values, high, middle) }
      let pivot = values[middle]
      var left = low
      var right = high
      while left <= right {
        while values[left] < pivot { left += 1 }
        while values[right] > pivot { right -= 1 }
        if left <= right {
          swap(values, left, right)
          left += 1
          right -= 1
        }
      }
      if rank <= right {
        high = right
      } else if rank >= left {
        low = left
      } else {
        return
      }
    }
    var rest = UnsafeMutableBufferPointer(start: values + low, count: high - low + 1)
    rest.sort()
  }

  @inline(__always)
  private static func swap(_ values: UnsafeMutablePointer<Int64>, _ a: Int, _ b: Int) {
    let kept = values[a]
    values[a] = values[b]
    values[b] = kept
  }
}

/// What is said of many lengths of time: how many, their sum, mean, middle, and ends.
struct DurationSummary: Sendable {
  var count = 0
  var sum: Int128 = 0
  var median: Int64?
  var p90: Int64?
  var least: Int64?
  var greatest: Int64?

  var mean: Int64? { Duration.mean(sum, count) }
  var hours: Double { Duration.hours(sum) }

  /// Summarises values, which are moved about.
  init(_ values: UnsafeMutablePointer<Int64>, _ count: Int) {
    self.count = count
    guard count > 0 else { return }
    var least = values[0]
    var greatest = values[0]
    // Ticks of 2^20 lengths fit a word, whatever they are: a span of 10,000 years is below 2^62.
    for index in 0..<count {
      let value = values[index]
      sum += Int128(value)
      least = min(least, value)
      greatest = max(greatest, value)
    }
    self.least = Duration.rounded(least)
    self.greatest = Duration.rounded(greatest)
    p90 = Duration.quantile(selecting: values, count, .p90)
    median = Duration.quantile(selecting: values, count, .median)
  }
}
