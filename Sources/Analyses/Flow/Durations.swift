import CasebookTables
import CasebookValues

/// Lengths of time in ticks, with the rounding of the flow family.
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

  /// More values than these are counted by their highest bits instead of being moved about.
  private static let many = 4_096

  /// Summarises values, which may be moved about.
  init(_ values: UnsafeMutablePointer<Int64>, _ count: Int) {
    self.count = count
    guard count > 0 else { return }
    var least = values[0]
    var greatest = values[0]
    // Halves are summed apart, so that each stays within its word: 2^31 values of 2^32 at most.
    var low: UInt64 = 0
    var high: Int64 = 0
    for index in 0..<count {
      let value = values[index]
      low &+= UInt64(bitPattern: value) & 0xFFFF_FFFF
      high &+= value >> 32
      least = min(least, value)
      greatest = max(greatest, value)
    }
    sum = Int128(high) << 32 + Int128(low)
    self.least = Duration.rounded(least)
    self.greatest = Duration.rounded(greatest)
    let quantiles =
      count > Self.many
      ? Quantile.select(
        UnsafeBufferPointer(start: values, count: count), [0.5, 0.9], least: least,
        greatest: greatest, roundedTo: Ticks.perMicrosecond)
      : Quantile.select(
        UnsafeMutableBufferPointer(start: values, count: count), [0.5, 0.9],
        roundedTo: Ticks.perMicrosecond)
    (median, p90) = (quantiles[0], quantiles[1])
  }
}
