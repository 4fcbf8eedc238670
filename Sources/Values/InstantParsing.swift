extension Instant {
  /// Reads an instant in any form that `datetime(...)` and `todatetime` take; without an offset it
  /// is UTC.
  ///
  /// ISO 8601 dates and times come first; then `MM/dd/yyyy HH:mm:ss tt`, `yyyy/MM/dd`, RFC 1123 and
  /// RFC 850, and dates with an English month (`8 Nov 2014 15:05`, `Nov 8, 2014`).
  public static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
    let body = trimmed(bytes)
    if let reading = parseISO(body) { return reading.ticks }
    var reader = DigitReader(body)
    guard let day = parseLooseDate(&reader), day.isValid else { return nil }
    reader.skipSpaces()
    if reader.take(UInt8(ascii: "T")) || reader.take(UInt8(ascii: ",")) { reader.skipSpaces() }
    guard let time = parseLooseTime(&reader) else { return nil }
    reader.skipSpaces()
    guard !reader.isAtEnd else { return ticks(day) + time }
    guard let offset = reader.offsetMinutes(), reader.isAtEnd else { return nil }
    return checked(ticks(day) + time - Int64(offset) * Ticks.perMinute)
  }

  /// Reads an instant from a text.
  public static func parse(_ text: String) -> Int64? {
    withBytes(of: text, parse)
  }

  /// Reads a date that is not ISO: with slashes, or with the month as a word.
  private static func parseLooseDate(_ reader: inout DigitReader) -> CivilDate? {
    if isASCIIDigit(reader.next) { return parseNumberFirst(&reader) }
    guard var word = reader.word() else { return nil }
    if weekdays.contains(String(word.prefix(3))) {
      _ = reader.take(UInt8(ascii: ","))
      reader.skipSpaces()
      if isASCIIDigit(reader.next) { return parseNumberFirst(&reader) }
      guard let next = reader.word() else { return nil }
      word = next
    }
    // Nov 8, 2014
    guard let month = monthNumber(word) else { return nil }
    reader.skipSpaces()
    guard let day = reader.number(maximumDigits: 2) else { return nil }
    _ = reader.take(UInt8(ascii: ","))
    reader.skipSpaces()
    guard let year = reader.number(digits: 4) else { return nil }
    return CivilDate(year: year, month: month, day: day)
  }

  /// `11/8/2014`, `11-8-2014`, `2014/11/08`, `8 Nov 2014`, `06-Nov-94`, `2014-11-8`, `2014, 11, 8`,
  /// `2014-11`, `2014`.
  private static func parseNumberFirst(_ reader: inout DigitReader) -> CivilDate? {
    let start = reader.index
    guard let first = reader.number(maximumDigits: 4) else { return nil }
    if reader.index - start == 4 { return parseAfterYear(first, &reader) }
    let separator = reader.next
    if separator == UInt8(ascii: "/") || separator == UInt8(ascii: "-") {
      _ = reader.take(separator)
      if separator == UInt8(ascii: "/") || isASCIIDigit(reader.next) {
        guard let day = reader.number(maximumDigits: 2), reader.take(separator),
          let year = parseYear(&reader)
        else { return nil }
        return CivilDate(year: year, month: first, day: day)
      }
    } else {
      reader.skipSpaces()
    }
    guard let word = reader.word(), let month = monthNumber(word) else { return nil }
    if !reader.take(UInt8(ascii: "-")) { reader.skipSpaces() }
    guard let year = parseYear(&reader) else { return nil }
    return CivilDate(year: year, month: month, day: first)
  }

  private static func parseAfterYear(_ year: Int, _ reader: inout DigitReader) -> CivilDate? {
    let separator = reader.next
    if separator == UInt8(ascii: ",") {
      return parseCommas(year, &reader)
    }
    guard separator == UInt8(ascii: "-") || separator == UInt8(ascii: "/") else {
      return reader.isAtEnd ? CivilDate(year: year, month: 1, day: 1) : nil
    }
    _ = reader.take(separator)
    guard let month = reader.number(maximumDigits: 2) else { return nil }
    if reader.isAtEnd { return CivilDate(year: year, month: month, day: 1) }
    guard reader.take(separator), let day = reader.number(maximumDigits: 2) else { return nil }
    return CivilDate(year: year, month: month, day: day)
  }

  /// The rest of `2014, 11, 8`.
  private static func parseCommas(_ year: Int, _ reader: inout DigitReader) -> CivilDate? {
    var parts: [Int] = []
    while parts.count < 2 {
      guard reader.take(UInt8(ascii: ",")) else { return nil }
      reader.skipSpaces()
      guard let part = reader.number(maximumDigits: 2) else { return nil }
      parts.append(part)
    }
    return CivilDate(year: year, month: parts[0], day: parts[1])
  }

  /// A year of four digits, or of two, which lie between 1930 and 2029 as in .NET.
  private static func parseYear(_ reader: inout DigitReader) -> Int? {
    let start = reader.index
    guard let year = reader.number(maximumDigits: 4) else { return nil }
    switch reader.index - start {
    case 4: return year
    case 2: return year < 30 ? 2000 + year : 1900 + year
    default: return nil
    }
  }

  /// `15:05`, `15:05:02.123`, `3:05 PM`; nothing at all is midnight.
  private static func parseLooseTime(_ reader: inout DigitReader) -> Int64? {
    guard isASCIIDigit(reader.next) else { return 0 }
    guard var hour = reader.number(maximumDigits: 2), reader.take(UInt8(ascii: ":")),
      let minute = reader.number(maximumDigits: 2)
    else { return nil }
    var second = 0
    var subsecond = 0
    if reader.take(UInt8(ascii: ":")) {
      guard let value = reader.number(maximumDigits: 2) else { return nil }
      second = value
      if reader.take(UInt8(ascii: ".")) {
        guard let fraction = reader.fraction() else { return nil }
        subsecond = fraction
      }
    }
    let place = reader.index
    reader.skipSpaces()
    if let word = reader.word(), word == "am" || word == "pm" {
      guard hour >= 1, hour <= 12 else { return nil }
      hour = hour % 12 + (word == "pm" ? 12 : 0)
    } else {
      reader.index = place
    }
    guard hour < 24, minute < 60, second < 60 else { return nil }
    return Int64((hour * 60 + minute) * 60 + second) * Ticks.perSecond + Int64(subsecond)
  }
}

private let weekdays: Set<String> = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

private let monthNames = [
  "january", "february", "march", "april", "may", "june", "july", "august", "september",
  "october", "november", "december",
]

/// The number of a month by its English name or the name's first three letters, in lower case.
func monthNumber(_ word: String) -> Int? {
  if word == "sept" { return 9 }
  guard word.utf8.count >= 3 else { return nil }
  return monthNames.firstIndex { name in
    name.hasPrefix(word) && (word.utf8.count == 3 || word == name)
  }.map { $0 + 1 }
}
