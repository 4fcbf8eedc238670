/// Reads a timestamp written in a layout; nil when it is not, or names no day or time there is.
public func parseTimestamp(
  _ bytes: UnsafeBufferPointer<UInt8>, _ layout: TimestampLayout
) -> TimestampReading? {
  switch layout.kind {
  case .iso: parseISO(bytes)
  case .epoch(let ticksEach): parseEpoch(bytes, ticksEach)
  case .elements:
    layout.elements.withUnsafeBufferPointer { elements in
      var parts = TimestampParts()
      return parts.read(bytes, elements) ? parts.reading : nil
    }
  }
}

/// A count of units since 1970, always UTC.
private func parseEpoch(
  _ bytes: UnsafeBufferPointer<UInt8>, _ ticksEach: Int64
) -> TimestampReading? {
  let ticks: Int64?
  if let count = parseLong(bytes) {
    ticks = Instant.fromUnix(count: count, ticksEach: ticksEach)
  } else {
    ticks = parseReal(bytes).flatMap {
      Instant.fromUnix(count: $0, ticksEach: Double(ticksEach))
    }
  }
  return ticks.map { TimestampReading(ticks: $0, hasOffset: true) }
}

/// The parts of a timestamp as they are read by a declared format.
private struct TimestampParts {
  var year = 0
  var month = 1
  var day = 1
  var dayOfYear = 0
  var hour = 0
  var minute = 0
  var second = 0
  var subsecond = 0
  /// 1 for AM, 2 for PM, 0 where none was written.
  var halfDay = 0
  var offset = 0
  var hasOffset = false
  var isHalfDayHour = false

  mutating func read(
    _ bytes: UnsafeBufferPointer<UInt8>, _ elements: UnsafeBufferPointer<LayoutElement>
  ) -> Bool {
    var reader = DigitReader(bytes)
    for element in elements {
      if element.isNumber {
        guard readNumber(&reader, element) else { return false }
      } else if element.field == .literal {
        guard reader.take(element.literal) else { return false }
      } else if !readOther(&reader, element.field) {
        return false
      }
    }
    return reader.isAtEnd
  }

  @inline(__always)
  private mutating func readNumber(
    _ reader: inout DigitReader, _ element: LayoutElement
  ) -> Bool {
    let start = reader.index
    let end = min(start &+ Int(element.mostDigits), reader.bytes.count)
    var value = 0
    while reader.index < end, reader.bytes[reader.index] &- 48 < 10 {
      value = value &* 10 &+ Int(reader.bytes[reader.index] &- 48)
      reader.index &+= 1
    }
    guard reader.index &- start >= Int(element.leastDigits) else { return false }
    switch element.field {
    case .year: year = value
    case .shortYear: year = value < 69 ? 2000 &+ value : 1900 &+ value
    case .month: month = value
    case .day: day = value
    case .dayOfYear: dayOfYear = value
    case .hour: hour = value
    case .halfDayHour:
      hour = value
      isHalfDayHour = true
    case .minute: minute = value
    case .second: second = value
    default:
      reader.index = start
      // A format's fraction is cut to ticks like any other.
      guard let fraction = reader.fraction() else { return false }
      subsecond = fraction
    }
    return true
  }

  private mutating func readOther(
    _ reader: inout DigitReader, _ field: LayoutElement.Field
  ) -> Bool {
    switch field {
    case .space:
      let start = reader.index
      reader.skipSpaces()
      return reader.index > start
    case .optionalFraction:
      guard reader.take(UInt8(ascii: ".")) else { return true }
      guard let fraction = reader.fraction() else { return false }
      subsecond = fraction
      return true
    case .monthName:
      guard let word = reader.word(), let number = monthNumber(word) else { return false }
      month = number
      _ = reader.take(UInt8(ascii: "."))
      return true
    case .weekdayName: return reader.word() != nil
    case .halfDay:
      guard let word = reader.word(), let first = word.utf8.first else { return false }
      halfDay = first == UInt8(ascii: "a") ? 1 : first == UInt8(ascii: "p") ? 2 : 0
      return halfDay > 0
    case .offset:
      guard let minutes = reader.offsetMinutes() else { return false }
      offset = minutes
      hasOffset = true
      return true
    default: return false
    }
  }

  var reading: TimestampReading? {
    var hour = hour
    if isHalfDayHour || halfDay > 0 {
      guard hour <= 12 else { return nil }
      hour = hour % 12 &+ (halfDay == 2 ? 12 : 0)
    }
    var date = CivilDate(year: year, month: month, day: day)
    if dayOfYear > 0 {
      guard dayOfYear <= (CivilDate.isLeap(year) ? 366 : 365), year >= 1 else { return nil }
      date = CivilDate(
        dayNumber: CivilDate(year: year, month: 1, day: 1).dayNumber &+ dayOfYear &- 1)
    }
    guard
      let clock = Instant.ticks(
        year: date.year, month: date.month, day: date.day, hour: hour, minute: minute,
        second: second, subsecond: subsecond)
    else { return nil }
    guard hasOffset else { return TimestampReading(ticks: clock, hasOffset: false) }
    return Instant.adding(-Int64(offset) &* Ticks.perMinute, to: clock)
      .map { TimestampReading(ticks: $0, hasOffset: true) }
  }
}
