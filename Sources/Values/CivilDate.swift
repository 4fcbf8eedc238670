/// A day of the proleptic Gregorian calendar.
public struct CivilDate: Sendable, Hashable {
  /// The year, 1 to 9999 for days that an instant can name.
  public var year: Int
  /// The month, 1 to 12.
  public var month: Int
  /// The day of the month, from 1.
  public var day: Int

  /// A date from its parts, unchecked; `isValid` tells whether such a day exists.
  public init(year: Int, month: Int, day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// The date so many days after 0001-01-01; the count must lie within the years 0 to 9999.
  ///
  /// The method is Neri and Schneider's ("Euclidean affine functions and their application to
  /// calendar algorithms", 2022): multiplications in place of most divisions.
  public init(dayNumber: Int) {
    // Years start in March here, so that the leap day is the last day of a year.
    let shifted = UInt32(truncatingIfNeeded: dayNumber &+ 306)
    let first = 4 &* shifted &+ 3
    let century = first / 146_097
    let second = 4 &* (first % 146_097 / 4) &+ 3
    let product = 2_939_745 &* UInt64(second)
    let yearOfCentury = UInt32(truncatingIfNeeded: product &>> 32)
    let dayOfYear = UInt32(truncatingIfNeeded: product) / 2_939_745 / 4
    let third = 2141 &* dayOfYear &+ 197_913
    let afterDecember = dayOfYear >= 306
    self.year = Int(100 &* century &+ yearOfCentury) &+ (afterDecember ? 1 : 0)
    self.month = Int(third &>> 16) &- (afterDecember ? 12 : 0)
    self.day = Int((third & 0xFFFF) / 2141) &+ 1
  }

  /// Days since 0001-01-01.
  @inlinable
  public var dayNumber: Int {
    let marchYear = month <= 2 ? year &- 1 : year
    let marchMonth = month <= 2 ? month &+ 12 : month
    let century = (marchYear >= 0 ? marchYear : marchYear &- 99) / 100
    let leapDays = (marchYear >= 0 ? marchYear : marchYear &- 3) / 4
    let fourCenturies = (century >= 0 ? century : century &- 3) / 4
    return 365 &* marchYear &+ leapDays &- century &+ fourCenturies
      &+ (153 &* marchMonth &- 457) / 5 &+ day &- 307
  }

  /// Whether the year is an instant's and has such a month and day.
  @inlinable
  public var isValid: Bool {
    year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1
      && (day <= 28 || day <= CivilDate.days(inMonth: month, of: year))
  }

  /// Whether the year has a 29 February.
  @inlinable
  public static func isLeap(_ year: Int) -> Bool {
    year & 3 == 0 && (year % 100 != 0 || year % 400 == 0)
  }

  /// The number of days in a month from 1 to 12.
  @inlinable
  public static func days(inMonth month: Int, of year: Int) -> Int {
    if month == 2 { return isLeap(year) ? 29 : 28 }
    // Odd months up to July and even ones from August have 31 days.
    return 30 + ((month + (month >> 3)) & 1)
  }

  /// The day of the year, from 1.
  public var dayOfYear: Int {
    dayNumber - CivilDate(year: year, month: 1, day: 1).dayNumber + 1
  }
}
