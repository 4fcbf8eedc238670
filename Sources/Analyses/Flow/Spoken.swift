import CasebookValues

/// Lengths of time and counts as sentences say them.
enum Spoken {
  /// A length of time by its two greatest units: `40 d 2 h`, `2 h 5 min`, `12.5 s`.
  ///
  /// In working time (`hasHours`) a day is no unit, since a working day has its hours, not 24.
  static func time(_ ticks: Int64, hasHours: Bool = false) -> String {
    let sign = ticks < 0 ? "-" : ""
    let length = ticks.magnitude
    let minute = UInt64(Ticks.perMinute)
    let hour = UInt64(Ticks.perHour)
    let day = UInt64(Ticks.perDay)
    if length < minute {
      let tenths = (length + 500_000) / 1_000_000
      return sign + (tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s")
    }
    if length < hour {
      return sign + parts(length, minute, "min", UInt64(Ticks.perSecond), "s")
    }
    if length < day || hasHours { return sign + parts(length, hour, "h", minute, "min") }
    return sign + parts(length, day, "d", hour, "h")
  }

  private static func parts(
    _ length: UInt64, _ great: UInt64, _ greatName: String, _ small: UInt64, _ smallName: String
  ) -> String {
    let steps = (length + small / 2) / small
    let (whole, rest) = steps.quotientAndRemainder(dividingBy: great / small)
    let head = "\(count(Int(whole))) \(greatName)"
    return rest == 0 ? head : head + " \(rest) \(smallName)"
  }

  /// A point in time: the day, and the time of day to the minute unless it is midnight.
  static func moment(_ ticks: Int64) -> String {
    let text = Scalar.datetime(ticks).text
    let day = String(text.prefix(10))
    return ticks % Ticks.perDay == 0 ? day : day + " " + text.dropFirst(11).prefix(5)
  }

  /// A count with its thousands parted: `4,580`.
  static func count(_ count: Int) -> String {
    var digits = String(count.magnitude)
    var text = ""
    while digits.count > 3 {
      text = "," + digits.suffix(3) + text
      digits = String(digits.dropLast(3))
    }
    return (count < 0 ? "-" : "") + digits + text
  }

  /// A count with its noun: `1 case`, `4,580 cases`.
  static func count(_ number: Int, of noun: String) -> String {
    count(number) + " " + noun + (number == 1 ? "" : "s")
  }

  /// A probability as tests are reported: `p = 0.034`, `p < 0.001`.
  static func p(_ p: Double) -> String {
    p < 0.001 ? "p < 0.001" : "p = \((p * 1000).rounded() / 1000)"
  }
}
