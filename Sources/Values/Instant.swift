/// Instants: counts of ticks since 0001-01-01T00:00:00Z, up to the end of the year 9999.
public enum Instant {
  /// 0001-01-01T00:00:00Z.
  public static let least: Int64 = 0
  /// 9999-12-31T23:59:59.9999999Z.
  public static let greatest: Int64 = 3_155_378_975_999_999_999
  /// 1970-01-01T00:00:00Z.
  public static let unixEpoch: Int64 = 621_355_968_000_000_000

  /// Whether a count of ticks names an instant.
  @inlinable
  public static func isValid(_ ticks: Int64) -> Bool {
    ticks >= 0 && ticks <= 3_155_378_975_999_999_999
  }

  /// The count of ticks if it names an instant.
  @inlinable
  public static func checked(_ ticks: Int64) -> Int64? {
    isValid(ticks) ? ticks : nil
  }

  /// An instant moved by a duration, if it stays within the calendar.
  @inlinable
  public static func adding(_ span: Int64, to ticks: Int64) -> Int64? {
    let (sum, overflow) = ticks.addingReportingOverflow(span)
    return overflow ? nil : checked(sum)
  }

  /// The date of an instant.
  @inlinable
  public static func date(_ ticks: Int64) -> CivilDate {
    CivilDate(dayNumber: Int(floorDivide(ticks, by: Ticks.perDay)))
  }

  /// The ticks since midnight of an instant's day.
  @inlinable
  public static func timeOfDay(_ ticks: Int64) -> Int64 {
    floorRemainder(ticks, by: Ticks.perDay)
  }

  /// Midnight at the start of a date.
  @inlinable
  public static func ticks(_ date: CivilDate) -> Int64 {
    Int64(date.dayNumber) &* Ticks.perDay
  }

  /// The instant with these parts, or nil when no such day or time exists.
  @inlinable
  public static func ticks(
    year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0,
    subsecond: Int = 0
  ) -> Int64? {
    let date = CivilDate(year: year, month: month, day: day)
    guard date.isValid, UInt(bitPattern: hour) < 24, UInt(bitPattern: minute) < 60,
      UInt(bitPattern: second) < 60, UInt(bitPattern: subsecond) < 10_000_000
    else { return nil }
    let seconds = Int64((hour &* 60 &+ minute) &* 60 &+ second)
    return ticks(date) &+ seconds &* 10_000_000 &+ Int64(subsecond)
  }

  /// Whole or fractional seconds since 1970 as an instant.
  public static func fromUnix(seconds: Double) -> Int64? {
    fromUnix(count: seconds, ticksEach: Double(Ticks.perSecond))
  }

  /// A count of units since 1970 as an instant; the unit is given in ticks.
  public static func fromUnix(count: Double, ticksEach: Double) -> Int64? {
    let ticks = count * ticksEach
    guard ticks.isFinite, abs(ticks) < 9e18 else { return nil }
    return adding(Int64(ticks.rounded()), to: unixEpoch)
  }

  /// A whole count of units since 1970 as an instant; the unit is given in ticks.
  @inlinable
  public static func fromUnix(count: Int64, ticksEach: Int64) -> Int64? {
    let (ticks, overflow) = count.multipliedReportingOverflow(by: ticksEach)
    return overflow ? nil : adding(ticks, to: 621_355_968_000_000_000)
  }

  /// Seconds since 1970, fraction included.
  @inlinable
  public static func unixSeconds(_ ticks: Int64) -> Double {
    Double(ticks &- 621_355_968_000_000_000) / 10_000_000
  }
}
