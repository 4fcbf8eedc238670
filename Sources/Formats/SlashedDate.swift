import CasebookValues

/// A date of two short numbers and a year, or of a year and two numbers, parted by `/`, `-` or `.`,
/// perhaps with a time of day: `13/04/2024 10:30`, `4-13-2024 9:05:00 PM`, `2024/04/13`.
struct SlashedDate {
  private var first = 0
  private var second = 0
  private var year = 0
  private var isYearFirst = false
  private var timeOfDay: Int64 = 0
  private(set) var hasTime = false

  init?(_ bytes: UnsafeBufferPointer<UInt8>) {
    var index = 0
    guard readDate(bytes, &index) else { return nil }
    guard index < bytes.count else { return }
    guard readTime(bytes, &index), index == bytes.count else { return nil }
    hasTime = true
  }

  /// The instant on the clock of the place, or nil when there is no such day.
  func ticks(dayFirst: Bool) -> Int64? {
    let (month, day) = isYearFirst ? (first, second) : dayFirst ? (second, first) : (first, second)
    let date = CivilDate(year: year, month: month, day: day)
    return date.isValid ? Instant.ticks(date) + timeOfDay : nil
  }

  /// Adds what the date tells about the order, and says how it can be read.
  func note(in evidence: inout TypeEvidence) -> TypeEvidence.Kinds {
    let dayFirst = ticks(dayFirst: true)
    let monthFirst = ticks(dayFirst: false)
    guard dayFirst != nil || monthFirst != nil else { return [] }
    if hasTime { evidence.hasLocalTimes = true }
    if monthFirst == nil { evidence.hasDayFirstOnly = true }
    if dayFirst == nil { evidence.hasMonthFirstOnly = true }
    if dayFirst != nil, monthFirst != nil, dayFirst != monthFirst { evidence.hasEitherOrder = true }
    var kinds = TypeEvidence.Kinds()
    if dayFirst != nil { kinds.insert(.dayFirst) }
    if monthFirst != nil { kinds.insert(.monthFirst) }
    return kinds
  }

  private mutating func readDate(
    _ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int
  ) -> Bool {
    guard let one = Self.number(bytes, &index, digits: 1...4), index < bytes.count else {
      return false
    }
    isYearFirst = index == 4
    guard isYearFirst || index <= 2 else { return false }
    let separator = bytes[index]
    guard
      separator == UInt8(ascii: "/") || separator == UInt8(ascii: "-")
        || separator == UInt8(ascii: ".")
    else { return false }
    index += 1
    guard let two = Self.number(bytes, &index, digits: 1...2), index < bytes.count,
      bytes[index] == separator
    else { return false }
    index += 1
    guard let three = Self.number(bytes, &index, digits: isYearFirst ? 1...2 : 4...4) else {
      return false
    }
    (year, first, second) = isYearFirst ? (one, two, three) : (three, one, two)
    return true
  }

  private mutating func readTime(
    _ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int
  ) -> Bool {
    if bytes[index] == UInt8(ascii: ",") { index += 1 }
    guard index < bytes.count, bytes[index] == 32 || bytes[index] == UInt8(ascii: "T") else {
      return false
    }
    index += 1
    guard var hour = Self.number(bytes, &index, digits: 1...2), index < bytes.count,
      bytes[index] == UInt8(ascii: ":")
    else { return false }
    index += 1
    guard let minute = Self.number(bytes, &index, digits: 2...2), minute < 60 else { return false }
    var ticks = Int64(minute) * Ticks.perMinute
    if index < bytes.count, bytes[index] == UInt8(ascii: ":") {
      index += 1
      guard let second = Self.number(bytes, &index, digits: 2...2), second < 60 else {
        return false
      }
      ticks += Int64(second) * Ticks.perSecond + Self.fraction(bytes, &index)
    }
    if let half = Self.halfDay(bytes, &index) {
      guard hour >= 1, hour <= 12 else { return false }
      hour = hour % 12 + half
    }
    timeOfDay = ticks + Int64(hour) * Ticks.perHour
    return hour < 24
  }

  private static func number(
    _ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int, digits: ClosedRange<Int>
  ) -> Int? {
    let start = index
    var value = 0
    while index < bytes.count, isASCIIDigit(bytes[index]), index - start < digits.upperBound {
      value = value * 10 + Int(bytes[index] - 48)
      index += 1
    }
    return digits.contains(index - start) ? value : nil
  }

  /// A fraction of a second in ticks; digits beyond the seventh are cut.
  private static func fraction(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> Int64 {
    guard index + 1 < bytes.count, bytes[index] == UInt8(ascii: "."),
      isASCIIDigit(bytes[index + 1])
    else { return 0 }
    index += 1
    var ticks: Int64 = 0
    var unit = Ticks.perSecond / 10
    while index < bytes.count, isASCIIDigit(bytes[index]) {
      ticks += Int64(bytes[index] - 48) * unit
      unit /= 10
      index += 1
    }
    return ticks
  }

  /// 0 behind `AM`, 12 behind `PM`, nil where neither stands.
  private static func halfDay(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> Int? {
    var place = index
    if place < bytes.count, bytes[place] == 32 { place += 1 }
    guard place + 2 == bytes.count, asciiLowered(bytes[place + 1]) == UInt8(ascii: "m") else {
      return nil
    }
    let letter = asciiLowered(bytes[place])
    guard letter == UInt8(ascii: "a") || letter == UInt8(ascii: "p") else { return nil }
    index = bytes.count
    return letter == UInt8(ascii: "p") ? 12 : 0
  }
}
