extension Timespan {
  /// Reads a duration: `1.02:03:04.5`, `00:01`, `2` (days), `2.5h`, `100ms`, `-1d`, `3 days`.
  public static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
    var body = trimmed(bytes)
    guard let first = body.first else { return nil }
    let negative = first == UInt8(ascii: "-")
    if negative || first == UInt8(ascii: "+") {
      body = UnsafeBufferPointer(rebasing: body[1...])
    }
    guard let start = body.first, isASCIIDigit(start) || start == UInt8(ascii: ".") else {
      return nil
    }
    let magnitude = body.contains(UInt8(ascii: ":")) ? parseClock(body) : parseUnits(body)
    return negative ? magnitude.map { 0 &- $0 } : magnitude
  }

  /// Reads a duration from a text.
  public static func parse(_ text: String) -> Int64? {
    withBytes(of: text, parse)
  }

  /// The length in ticks of a unit by its name or abbreviation, as literals spell it.
  public static func ticks(ofUnit name: String) -> Int64? {
    switch name {
    case "d", "day", "days": Ticks.perDay
    case "h", "hr", "hrs", "hour", "hours": Ticks.perHour
    case "m", "min", "mins", "minute", "minutes": Ticks.perMinute
    case "s", "sec", "secs", "second", "seconds": Ticks.perSecond
    case "ms", "milli", "millis", "millisec", "millisecond", "milliseconds": Ticks.perMillisecond
    case "micro", "micros", "microsec", "microsecond", "microseconds": Ticks.perMicrosecond
    case "tick", "ticks": 1
    default: nil
    }
  }

  /// The ticks of a number of units, or nil when they do not fit.
  public static func ticks(_ count: Double, unit: Int64) -> Int64? {
    let ticks = (count * Double(unit)).rounded(.toNearestOrAwayFromZero)
    return abs(ticks) < 9.2e18 ? Int64(ticks) : nil
  }

  /// `2.5h`, `3 days`; a whole number alone counts days, a fraction alone says nothing.
  private static func parseUnits(_ body: UnsafeBufferPointer<UInt8>) -> Int64? {
    var end = 0
    while end < body.count, isASCIIDigit(body[end]) || body[end] == UInt8(ascii: ".") { end += 1 }
    let number = UnsafeBufferPointer(rebasing: body[..<end])
    let rest = trimmed(UnsafeBufferPointer(rebasing: body[end...]))
    if rest.isEmpty {
      guard let days = parseLong(number), days <= 10_675_199 else { return nil }
      return days * Ticks.perDay
    }
    guard let unit = ticks(ofUnit: String(decoding: rest, as: UTF8.self).lowercased()) else {
      return nil
    }
    if let count = parseLong(number) {
      let (product, overflow) = count.multipliedReportingOverflow(by: unit)
      return overflow ? nil : product
    }
    return parseReal(number).flatMap { ticks($0, unit: unit) }
  }

  /// `[d.]hh:mm[:ss[.fffffff]]`.
  private static func parseClock(_ body: UnsafeBufferPointer<UInt8>) -> Int64? {
    var reader = DigitReader(body)
    guard var first = reader.number(maximumDigits: 8) else { return nil }
    var days = 0
    if reader.take(UInt8(ascii: ".")) {
      guard let hours = reader.number(maximumDigits: 2) else { return nil }
      days = first
      first = hours
    }
    guard first < 24, reader.take(UInt8(ascii: ":")),
      let minutes = reader.number(maximumDigits: 2), minutes < 60
    else { return nil }
    var seconds = 0
    var subsecond = 0
    if reader.take(UInt8(ascii: ":")) {
      guard let value = reader.number(maximumDigits: 2), value < 60 else { return nil }
      seconds = value
      if reader.take(UInt8(ascii: ".")) {
        guard let fraction = reader.fraction() else { return nil }
        subsecond = fraction
      }
    }
    guard reader.isAtEnd, days <= 10_675_198 else { return nil }
    return Int64(days) * Ticks.perDay + Int64((first * 60 + minutes) * 60 + seconds)
      * Ticks.perSecond + Int64(subsecond)
  }
}

/// Steps through the digits and separators of a date or time.
struct DigitReader {
  let bytes: UnsafeBufferPointer<UInt8>
  var index = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
  }

  var isAtEnd: Bool { index == bytes.count }

  /// The next byte, or 0 at the end.
  var next: UInt8 { index < bytes.count ? bytes[index] : 0 }

  /// Steps over a byte if it is the next one.
  mutating func take(_ byte: UInt8) -> Bool {
    guard index < bytes.count, bytes[index] == byte else { return false }
    index += 1
    return true
  }

  mutating func skipSpaces() {
    while index < bytes.count, isASCIISpace(bytes[index]) { index += 1 }
  }

  /// Reads at least one digit and at most so many; a longer run of digits is nil.
  mutating func number(maximumDigits: Int) -> Int? {
    let start = index
    var value = 0
    while index < bytes.count, bytes[index] &- 48 < 10 {
      guard index &- start < maximumDigits else { return nil }
      value = value &* 10 &+ Int(bytes[index] &- 48)
      index &+= 1
    }
    return index > start ? value : nil
  }

  /// Reads exactly so many digits; more may follow.
  mutating func number(digits: Int) -> Int? {
    guard bytes.count &- index >= digits else { return nil }
    var value = 0
    for offset in 0..<digits {
      let digit = bytes[index &+ offset] &- 48
      guard digit < 10 else { return nil }
      value = value &* 10 &+ Int(digit)
    }
    index &+= digits
    return value
  }

  /// Reads one to nine digits after a point as ticks; those after the seventh are cut.
  mutating func fraction() -> Int? {
    let start = index
    var value = 0
    while index < bytes.count, bytes[index] &- 48 < 10 {
      if index &- start < 7 { value = value &* 10 &+ Int(bytes[index] &- 48) }
      index &+= 1
    }
    let digits = index &- start
    guard digits > 0, digits <= 9 else { return nil }
    for _ in min(digits, 7)..<7 { value &*= 10 }
    return value
  }

  /// Reads a run of ASCII letters, in lower case.
  mutating func word() -> String? {
    let start = index
    while index < bytes.count, (bytes[index] | 32) &- 97 < 26 { index += 1 }
    guard index > start else { return nil }
    return String(decoding: bytes[start..<index].map { $0 | 32 }, as: UTF8.self)
  }

  /// Reads `Z`, `UTC`, `GMT`, `+hh`, `+hhmm` or `+hh:mm` as minutes east; nil for anything else.
  mutating func offsetMinutes() -> Int? {
    let byte = next
    if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") {
      index += 1
      guard let hours = number(digits: 2) else { return nil }
      var minutes = 0
      if take(UInt8(ascii: ":")) || next &- 48 < 10 {
        guard let value = number(digits: 2) else { return nil }
        minutes = value
      }
      guard hours <= 18, minutes < 60 else { return nil }
      return byte == UInt8(ascii: "-") ? -(hours * 60 + minutes) : hours * 60 + minutes
    }
    guard let name = word(), name == "z" || name == "utc" || name == "gmt" else { return nil }
    return 0
  }
}
