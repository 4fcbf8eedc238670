extension Instant {
  /// The start of the year, month, week (from Sunday), day or shorter unit that holds an instant,
  /// moved by so many units; nil outside the calendar.
  public static func start(of unit: CalendarUnit, _ ticks: Int64, offset: Int64 = 0) -> Int64? {
    boundary(unit, ticks, offset).flatMap(checked)
  }

  /// The last tick of the unit that holds an instant, moved by so many units; nil where the unit
  /// ends outside the calendar.
  public static func end(of unit: CalendarUnit, _ ticks: Int64, offset: Int64 = 0) -> Int64? {
    let (next, overflow) = offset.addingReportingOverflow(1)
    return overflow ? nil : boundary(unit, ticks, next).flatMap { checked($0 - 1) }
  }

  /// The start of a unit, which may also be the end of the calendar.
  private static func boundary(_ unit: CalendarUnit, _ ticks: Int64, _ offset: Int64) -> Int64? {
    switch unit {
    case .year, .quarter, .month:
      let months: Int64 = unit == .year ? 12 : unit == .quarter ? 3 : 1
      let (shift, overflow) = offset.multipliedReportingOverflow(by: months)
      return overflow ? nil : startOfMonth(monthIndex(ticks) / months * months, plus: shift)
    case .week:
      // Day 0, 0001-01-01, is a Monday, so weeks start a day before the multiples of seven.
      let week = floorDivide(floorDivide(ticks, by: Ticks.perDay) + 1, by: 7)
      return scaled(week, plus: offset, 7 * Ticks.perDay).map { $0 - Ticks.perDay }
    default:
      let length = unit.ticks ?? 1
      return scaled(floorDivide(ticks, by: length), plus: offset, length)
    }
  }

  /// The first of a month counted from year 0, moved by so many months.
  private static func startOfMonth(_ month: Int64, plus shift: Int64) -> Int64? {
    let (moved, overflow) = month.addingReportingOverflow(shift)
    guard !overflow, moved >= 12, moved <= 120_000 else { return nil }
    return ticks(CivilDate(year: Int(moved / 12), month: Int(moved % 12) + 1, day: 1))
  }

  private static func scaled(_ count: Int64, plus offset: Int64, _ length: Int64) -> Int64? {
    let (sum, overflow) = count.addingReportingOverflow(offset)
    let (product, overflowToo) = sum.multipliedReportingOverflow(by: length)
    return overflow || overflowToo || product < 0 ? nil : product
  }

  /// The time since Sunday's midnight in whole days; nil on the calendar's last day, where the
  /// engine that the language comes from has no answer.
  public static func dayOfWeek(_ ticks: Int64) -> Int64? {
    guard ticks <= greatest - Ticks.perDay else { return nil }
    return floorRemainder(floorDivide(ticks, by: Ticks.perDay) + 1, by: 7) * Ticks.perDay
  }

  /// The number of the week by ISO 8601, 1 to 53.
  public static func weekOfYear(_ ticks: Int64) -> Int {
    // A week belongs to the year that its Thursday lies in.
    let day = Int(floorDivide(ticks, by: Ticks.perDay))
    let thursday = day - day % 7 + 3
    let date = CivilDate(dayNumber: thursday)
    return (date.dayOfYear - 1) / 7 + 1
  }

  /// A part of an instant as `datetime_part` gives it.
  public static func part(_ unit: CalendarUnit, _ ticks: Int64) -> Int64 {
    let time = timeOfDay(ticks)
    let subsecond = time % Ticks.perSecond
    switch unit {
    case .year: return Int64(date(ticks).year)
    case .quarter: return Int64((date(ticks).month - 1) / 3 + 1)
    case .month: return Int64(date(ticks).month)
    case .week: return Int64(weekOfYear(ticks))
    case .day: return Int64(date(ticks).day)
    case .dayOfYear: return Int64(date(ticks).dayOfYear)
    case .hour: return time / Ticks.perHour
    case .minute: return time / Ticks.perMinute % 60
    case .second: return time / Ticks.perSecond % 60
    case .millisecond: return subsecond / Ticks.perMillisecond
    case .microsecond: return subsecond / Ticks.perMicrosecond
    case .nanosecond: return subsecond * 100
    }
  }

  /// How many boundaries of a unit lie between two instants: `left` minus `right`.
  public static func difference(_ unit: CalendarUnit, _ left: Int64, _ right: Int64) -> Int64? {
    switch unit {
    case .year, .quarter, .month:
      let months: Int64 = unit == .year ? 12 : unit == .quarter ? 3 : 1
      return monthIndex(left) / months - monthIndex(right) / months
    case .week:
      let sundays = { (ticks: Int64) in floorDivide(ticks + Ticks.perDay, by: 7 * Ticks.perDay) }
      return sundays(left) - sundays(right)
    case .nanosecond:
      let (product, overflow) = (left - right).multipliedReportingOverflow(by: 100)
      return overflow ? nil : product
    default:
      let length = unit.ticks ?? 1
      return left / length - right / length
    }
  }

  private static func monthIndex(_ ticks: Int64) -> Int64 {
    let day = date(ticks)
    return Int64(day.year) * 12 + Int64(day.month - 1)
  }

  /// An instant moved by a number of units; a day that its new month lacks becomes the month's
  /// last.
  public static func adding(_ count: Int64, _ unit: CalendarUnit, to ticks: Int64) -> Int64? {
    switch unit {
    case .year, .quarter, .month:
      let months: Int64 = unit == .year ? 12 : unit == .quarter ? 3 : 1
      let (shift, overflow) = count.multipliedReportingOverflow(by: months)
      guard !overflow, let first = startOfMonth(monthIndex(ticks), plus: shift), isValid(first)
      else { return nil }
      let target = date(first)
      let day = min(date(ticks).day, CivilDate.days(inMonth: target.month, of: target.year))
      return first + Int64(day - 1) * Ticks.perDay + timeOfDay(ticks)
    case .nanosecond: return adding(floorDivide(count, by: 100), to: ticks)
    default:
      let (span, overflow) = count.multipliedReportingOverflow(by: unit.ticks ?? 1)
      return overflow ? nil : adding(span, to: ticks)
    }
  }

  /// The instant that `make_datetime` gives, its seconds with a fraction; nil for parts that name
  /// none.
  public static func make(
    year: Int64, month: Int64, day: Int64, hour: Int64 = 0, minute: Int64 = 0, second: Double = 0
  ) -> Int64? {
    guard second >= 0, second < 60,
      let start = ticks(
        year: Int(year), month: Int(month), day: Int(day), hour: Int(hour), minute: Int(minute))
    else { return nil }
    return start + Int64((second * 1e7).rounded())
  }
}

extension Timespan {
  /// The duration that `make_timespan` gives; nil unless hours are below 24, minutes and seconds
  /// below 60 and none is negative.
  public static func make(
    days: Int64 = 0, hours: Int64, minutes: Int64, seconds: Double = 0
  ) -> Int64? {
    guard days >= 0, days <= 10_675_198, hours >= 0, hours < 24, minutes >= 0, minutes < 60,
      seconds >= 0, seconds < 60
    else { return nil }
    return days * Ticks.perDay + hours * Ticks.perHour + minutes * Ticks.perMinute
      + Int64((seconds * 1e7).rounded())
  }
}

/// The greatest multiple of `size` at or below a value; nil for a size that is not positive or a
/// result that does not fit.
@inlinable
public func bin(_ value: Int64, _ size: Int64) -> Int64? {
  guard size > 0 else { return nil }
  let (result, overflow) = value.subtractingReportingOverflow(floorRemainder(value, by: size))
  return overflow ? nil : result
}

/// The greatest multiple of `size` at or below a value, counted from a fixed point.
@inlinable
public func bin(_ value: Int64, _ size: Int64, at point: Int64) -> Int64? {
  guard size > 0 else { return nil }
  let (distance, overflow) = value.subtractingReportingOverflow(point)
  guard !overflow, let steps = bin(distance, size) else { return nil }
  let (result, overflowToo) = steps.addingReportingOverflow(point)
  return overflowToo ? nil : result
}

/// The greatest multiple of `size` at or below a number; nil for a size that is not positive.
@inlinable
public func bin(_ value: Double, _ size: Double) -> Double? {
  guard size > 0 else { return nil }
  return (value / size).rounded(.down) * size
}
