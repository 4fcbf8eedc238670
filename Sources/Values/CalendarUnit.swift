/// A part of a date or time, as `datetime_add`, `datetime_diff` and `datetime_part` name them.
public enum CalendarUnit: Sendable, Hashable, CaseIterable {
  case year, quarter, month, week, day, dayOfYear, hour, minute, second, millisecond, microsecond
  case nanosecond

  /// The unit with a name of the language, in any case.
  public init?(name: String) {
    switch name.lowercased() {
    case "year": self = .year
    case "quarter": self = .quarter
    case "month": self = .month
    case "week", "weekofyear", "week_of_year": self = .week
    case "day": self = .day
    case "dayofyear": self = .dayOfYear
    case "hour": self = .hour
    case "minute": self = .minute
    case "second": self = .second
    case "millisecond": self = .millisecond
    case "microsecond": self = .microsecond
    case "nanosecond": self = .nanosecond
    default: return nil
    }
  }

  /// The unit's length in ticks, where it has one; a nanosecond is less than a tick.
  var ticks: Int64? {
    switch self {
    case .week: 7 * Ticks.perDay
    case .day, .dayOfYear: Ticks.perDay
    case .hour: Ticks.perHour
    case .minute: Ticks.perMinute
    case .second: Ticks.perSecond
    case .millisecond: Ticks.perMillisecond
    case .microsecond: Ticks.perMicrosecond
    case .year, .quarter, .month, .nanosecond: nil
    }
  }
}
