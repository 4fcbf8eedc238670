extension Instant {
  /// The most bytes that `write` and `writePlain` write.
  public static let textCapacity = 28

  /// Writes `2024-01-31T10:00:00.0000000Z` and returns the number of bytes.
  public static func write(_ ticks: Int64, _ output: UnsafeMutablePointer<UInt8>) -> Int {
    let subsecond = writeToSecond(ticks, UInt8(ascii: "T"), output)
    output[19] = UInt8(ascii: ".")
    writePadded(subsecond, count: 7, output + 20)
    output[27] = UInt8(ascii: "Z")
    return 28
  }

  /// An instant in ISO form with seven decimals and `Z`.
  public static func text(_ ticks: Int64) -> String {
    asciiText(capacity: textCapacity) { write(ticks, $0) }
  }

  /// Writes `2024-01-31 10:00:00`, with a fraction only if there is one, and returns the number of
  /// bytes.
  public static func writePlain(_ ticks: Int64, _ output: UnsafeMutablePointer<UInt8>) -> Int {
    let subsecond = writeToSecond(ticks, UInt8(ascii: " "), output)
    return 19 + writeFraction(subsecond, output + 19)
  }

  /// An instant for people: a blank for the `T`, no empty fraction, no `Z`.
  public static func plainText(_ ticks: Int64) -> String {
    asciiText(capacity: textCapacity) { writePlain(ticks, $0) }
  }

  /// Writes `2024-01-31` and returns the number of bytes.
  public static func writeDate(_ ticks: Int64, _ output: UnsafeMutablePointer<UInt8>) -> Int {
    // A local time may lie hours outside the calendar, where years have no four digits.
    let day = date(min(max(ticks, least), greatest))
    writePair(day.year / 100, output)
    writePair(day.year % 100, output + 2)
    output[4] = UInt8(ascii: "-")
    writePair(day.month, output + 5)
    output[7] = UInt8(ascii: "-")
    writePair(day.day, output + 8)
    return 10
  }

  /// The date of an instant: `2024-01-31`.
  public static func dateText(_ ticks: Int64) -> String {
    asciiText(capacity: textCapacity) { writeDate(ticks, $0) }
  }

  /// Writes date and time to the second, 19 bytes, and returns the ticks left over.
  private static func writeToSecond(
    _ ticks: Int64, _ separator: UInt8, _ output: UnsafeMutablePointer<UInt8>
  ) -> Int64 {
    _ = writeDate(ticks, output)
    let time = timeOfDay(ticks)
    let seconds = Int(time / Ticks.perSecond)
    output[10] = separator
    writePair(seconds / 3600, output + 11)
    output[13] = UInt8(ascii: ":")
    writePair(seconds / 60 % 60, output + 14)
    output[16] = UInt8(ascii: ":")
    writePair(seconds % 60, output + 17)
    return time % Ticks.perSecond
  }
}

/// Writes a point and the digits of a part of a second without zeros at the end; nothing for 0.
func writeFraction(_ subsecond: Int64, _ output: UnsafeMutablePointer<UInt8>) -> Int {
  guard subsecond != 0 else { return 0 }
  output[0] = UInt8(ascii: ".")
  writePadded(subsecond, count: 7, output + 1)
  var length = 8
  while output[length - 1] == UInt8(ascii: "0") { length -= 1 }
  return length
}
