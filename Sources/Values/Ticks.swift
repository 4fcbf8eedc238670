/// Lengths of time in ticks of 100 ns, the unit of every instant and duration.
public enum Ticks {
  /// Ticks in a microsecond.
  public static let perMicrosecond: Int64 = 10
  /// Ticks in a millisecond.
  public static let perMillisecond: Int64 = 10_000
  /// Ticks in a second.
  public static let perSecond: Int64 = 10_000_000
  /// Ticks in a minute.
  public static let perMinute: Int64 = 600_000_000
  /// Ticks in an hour.
  public static let perHour: Int64 = 36_000_000_000
  /// Ticks in a day of 24 hours.
  public static let perDay: Int64 = 864_000_000_000
}

/// Rounds a quotient towards negative infinity; the divisor is positive.
@inlinable
func floorDivide(_ value: Int64, by divisor: Int64) -> Int64 {
  let quotient = value / divisor
  return value % divisor < 0 ? quotient - 1 : quotient
}

/// The remainder that goes with `floorDivide`: never negative.
@inlinable
func floorRemainder(_ value: Int64, by divisor: Int64) -> Int64 {
  let remainder = value % divisor
  return remainder < 0 ? remainder + divisor : remainder
}
