/// What a set of dates such as `03/04/2024` tells about which number is the day.
public enum DateOrder: Sendable, Hashable {
  /// Some date only makes sense with the day first.
  case dayFirst
  /// Some date only makes sense with the month first.
  case monthFirst
  /// Every date reads either way.
  case ambiguous
  /// Both orders occur, or there are dates that read neither way.
  case contradictory
}

/// Gathers over many dates whether the day or the month comes first.
public struct DateOrderEvidence: Sendable {
  private var seesDayFirst = false
  private var seesMonthFirst = false
  private var seesNeither = false

  /// How many dates of two short numbers and a year were seen.
  public private(set) var count = 0

  /// No evidence yet.
  public init() {}

  /// Takes a value into account if it begins with a date of two short numbers and a year.
  public mutating func note(_ bytes: UnsafeBufferPointer<UInt8>) {
    var reader = DigitReader(bytes)
    guard let first = reader.number(maximumDigits: 2) else { return }
    let separator = reader.next
    guard
      separator == UInt8(ascii: "/") || separator == UInt8(ascii: ".")
        || separator == UInt8(ascii: "-"), reader.take(separator),
      let second = reader.number(maximumDigits: 2), reader.take(separator),
      isASCIIDigit(reader.next)
    else { return }
    count += 1
    let firstMayBeMonth = first >= 1 && first <= 12
    let secondMayBeMonth = second >= 1 && second <= 12
    if firstMayBeMonth, !secondMayBeMonth { seesMonthFirst = true }
    if secondMayBeMonth, !firstMayBeMonth { seesDayFirst = true }
    if !firstMayBeMonth, !secondMayBeMonth { seesNeither = true }
  }

  /// What the dates seen so far allow.
  public var order: DateOrder {
    if seesNeither || (seesDayFirst && seesMonthFirst) { return .contradictory }
    if seesDayFirst { return .dayFirst }
    return seesMonthFirst ? .monthFirst : .ambiguous
  }
}
