import CasebookValues

/// How all instants of a column are written: to the day, the second or as far as any of them goes.
enum InstantFormat: Equatable {
  case day
  case second(decimals: Int)

  init(_ values: some Sequence<Int64>) {
    var isWholeDays = true
    var decimals = 0
    for ticks in values {
      if isWholeDays, ticks % Ticks.perDay != 0 { isWholeDays = false }
      decimals = max(decimals, secondDecimals(ticks))
      if decimals == 7 { break }
    }
    self = isWholeDays ? .day : .second(decimals: decimals)
  }

  func text(_ ticks: Int64) -> String {
    switch self {
    case .day: return Instant.dateText(ticks)
    case .second(let decimals):
      let whole = ticks - ticks % Ticks.perSecond
      return Instant.plainText(whole) + secondFraction(ticks % Ticks.perSecond, decimals)
    }
  }
}

/// How all durations of a column are written.
///
/// The greatest one decides: from a minute on as a clock (`1d 02:03:04`), below in seconds or less
/// (`4.12s`, `85.2ms`).
enum SpanFormat: Equatable {
  case days
  case clock(withDays: Bool, decimals: Int)
  case unit(Unit, decimals: Int)

  enum Unit: Int64, Equatable {
    case seconds = 10_000_000
    case milliseconds = 10_000
    case microseconds = 10
  }

  init(_ values: some Sequence<Int64>, exact: Bool) {
    var greatest: UInt64 = 0
    var isWholeDays = true
    var decimals = 0
    for ticks in values {
      greatest = max(greatest, ticks.magnitude)
      if isWholeDays, ticks % Ticks.perDay != 0 { isWholeDays = false }
      decimals = max(decimals, secondDecimals(ticks))
    }
    if greatest >= UInt64(Ticks.perMinute) || exact || greatest == 0 {
      let withDays = greatest >= UInt64(Ticks.perDay)
      self =
        isWholeDays && withDays ? .days : .clock(withDays: withDays, decimals: exact ? decimals : 0)
    } else {
      let unit: Unit =
        greatest >= 10_000_000 ? .seconds : greatest >= 10_000 ? .milliseconds : .microseconds
      let reals = values.lazy.map { Double($0) / Double(unit.rawValue) }
      self = .unit(unit, decimals: SpanFormat.decimals(RealFormat(reals)))
    }
  }

  func text(_ ticks: Int64, _ glyphs: Glyphs) -> String {
    let sign = ticks < 0 ? "-" : ""
    switch self {
    case .days: return CasebookValues.text(ofLong: ticks / Ticks.perDay) + "d"
    case .unit(let unit, let decimals):
      let value = Double(ticks) / Double(unit.rawValue)
      return RealFormat.fixed(decimals: decimals).text(value) + SpanFormat.name(unit, glyphs)
    case .clock(let withDays, let decimals):
      // A duration that is not nothing must not look like nothing.
      if decimals == 0, ticks != 0, ticks.magnitude < 5_000_000 {
        return SpanFormat([ticks], exact: false).text(ticks, glyphs)
      }
      return sign + clockText(ticks.magnitude, withDays, decimals)
    }
  }

  private func clockText(_ magnitude: UInt64, _ withDays: Bool, _ decimals: Int) -> String {
    let second = UInt64(Ticks.perSecond)
    let length = decimals == 0 ? (magnitude + second / 2) / second * second : magnitude
    let seconds = length / second
    let days = withDays || seconds >= 86_400 ? String(seconds / 86_400) + "d " : ""
    return days + twoDigits(seconds / 3600 % 24) + ":" + twoDigits(seconds / 60 % 60) + ":"
      + twoDigits(seconds % 60) + secondFraction(Int64(length % second), decimals)
  }

  private func twoDigits(_ value: UInt64) -> String { (value < 10 ? "0" : "") + String(value) }

  private static func decimals(_ format: RealFormat) -> Int {
    if case .fixed(let decimals) = format { decimals } else { 0 }
  }

  private static func name(_ unit: Unit, _ glyphs: Glyphs) -> String {
    switch unit {
    case .seconds: "s"
    case .milliseconds: "ms"
    case .microseconds: glyphs.micro + "s"
    }
  }
}

/// The decimals of a second that an instant or a duration has: none, 3, 6 or 7.
private func secondDecimals(_ ticks: Int64) -> Int {
  if ticks % Ticks.perSecond == 0 { return 0 }
  if ticks % Ticks.perMillisecond == 0 { return 3 }
  return ticks % Ticks.perMicrosecond == 0 ? 6 : 7
}

/// A point and the first decimals of a part of a second.
private func secondFraction(_ ticks: Int64, _ decimals: Int) -> String {
  guard decimals > 0 else { return "" }
  let digits = String(ticks)
  let padded = String(repeating: "0", count: max(0, 7 - digits.count)) + digits
  return "." + padded.prefix(decimals)
}
