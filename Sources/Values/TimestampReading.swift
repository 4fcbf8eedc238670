/// What a timestamp's text says: ticks, and whether it named its offset from UTC.
public struct TimestampReading: Sendable, Hashable {
  /// UTC where an offset was written, else the clock's own time.
  public var ticks: Int64
  /// Whether the text held `Z` or an offset.
  public var hasOffset: Bool

  /// A reading from its parts.
  @inlinable
  public init(ticks: Int64, hasOffset: Bool) {
    self.ticks = ticks
    self.hasOffset = hasOffset
  }
}

/// Reads ISO 8601: a date, or date and time with `T` or a blank, the seconds, fraction and offset
/// optional; nil for anything else and for days that do not exist.
public func parseISO(_ bytes: UnsafeBufferPointer<UInt8>) -> TimestampReading? {
  guard bytes.count >= 10, let date = parseISODate(bytes) else { return nil }
  let midnight = Instant.ticks(date)
  if bytes.count == 10 { return TimestampReading(ticks: midnight, hasOffset: false) }
  guard bytes.count >= 16, bytes[10] | 32 == UInt8(ascii: "t") || bytes[10] == 32,
    bytes[13] == UInt8(ascii: ":"), let hour = pair(bytes, 11), let minute = pair(bytes, 14),
    hour < 24, minute < 60
  else { return nil }
  var ticks = midnight &+ Int64(hour &* 60 &+ minute) &* Ticks.perMinute
  var index = 16
  if bytes.count >= 19, bytes[16] == UInt8(ascii: ":") {
    guard let second = pair(bytes, 17), second < 60 else { return nil }
    ticks &+= Int64(second) &* Ticks.perSecond
    index = 19
  }
  if index == bytes.count { return TimestampReading(ticks: ticks, hasOffset: false) }
  return parseISOTail(bytes, from: index, ticks)
}

/// The fraction and offset behind the seconds.
private func parseISOTail(
  _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, _ clock: Int64
) -> TimestampReading? {
  var reader = DigitReader(bytes)
  reader.index = start
  var ticks = clock
  if start == 19, reader.take(UInt8(ascii: ".")) || reader.take(UInt8(ascii: ",")) {
    guard let fraction = reader.fraction() else { return nil }
    ticks &+= Int64(fraction)
  }
  if reader.isAtEnd { return TimestampReading(ticks: ticks, hasOffset: false) }
  if reader.next | 32 == UInt8(ascii: "z"), reader.index &+ 1 == bytes.count {
    return TimestampReading(ticks: ticks, hasOffset: true)
  }
  _ = reader.take(32)
  guard let offset = reader.offsetMinutes(), reader.isAtEnd,
    let utc = Instant.adding(-Int64(offset) &* Ticks.perMinute, to: ticks)
  else { return nil }
  return TimestampReading(ticks: utc, hasOffset: true)
}

/// `yyyy-MM-dd` at the start of a buffer of at least ten bytes.
@inline(__always)
private func parseISODate(_ bytes: UnsafeBufferPointer<UInt8>) -> CivilDate? {
  guard bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
    let century = pair(bytes, 0), let year = pair(bytes, 2), let month = pair(bytes, 5),
    let day = pair(bytes, 8)
  else { return nil }
  let date = CivilDate(year: century &* 100 &+ year, month: month, day: day)
  return date.isValid ? date : nil
}

/// Two digits at a place that lies inside the buffer.
@inline(__always)
private func pair(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> Int? {
  let tens = bytes[index] &- 48
  let ones = bytes[index &+ 1] &- 48
  guard tens < 10, ones < 10 else { return nil }
  return Int(tens &* 10 &+ ones)
}
