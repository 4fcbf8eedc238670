import CasebookValues
import Glibc

/// Everything about reading single cells that the options say.
struct FieldReading: Sendable {
  let decimalMark: UInt8
  let thousandsMark: UInt8?
  let nulls: [[UInt8]]
  let timezone: Zone?

  init(_ options: CSVOptions) {
    decimalMark = options.decimalMark
    thousandsMark = options.thousandsMark
    nulls = options.nulls.filter { !$0.isEmpty }.map { Array($0.utf8) }
    timezone = options.timezone
  }

  /// Whether numbers are written as the parsers expect them.
  var hasPlainNumbers: Bool { decimalMark == UInt8(ascii: ".") && thousandsMark == nil }

  /// Whether a text stands for a missing value.
  @inline(__always)
  func isNull(_ start: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    if count == 0 { return true }
    return nulls.isEmpty ? false : isNullText(start, count)
  }

  @inline(never)
  private func isNullText(_ start: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    nulls.contains { $0.count == count && memcmp($0, start, count) == 0 }
  }

  /// An instant as UTC.
  @inline(__always)
  func utc(_ reading: TimestampReading) -> Int64? {
    if reading.hasOffset { return reading.ticks }
    guard let timezone else { return reading.ticks }
    return Instant.checked(timezone.utc(fromLocal: reading.ticks))
  }

  /// A number with a point for its fraction and no marks between digits; nil when it has marks in
  /// places where they cannot be.
  func plainNumber(
    _ bytes: UnsafeBufferPointer<UInt8>, _ scratch: UnsafeMutableBufferPointer<UInt8>
  ) -> UnsafeBufferPointer<UInt8>? {
    guard bytes.count <= scratch.count else { return nil }
    var length = 0
    var digits = 0
    var hasMarks = false
    var isFraction = false
    for byte in bytes {
      if byte == thousandsMark, !isFraction {
        guard digits > 0, digits <= 3, !hasMarks || digits == 3 else { return nil }
        hasMarks = true
        digits = 0
        continue
      }
      if byte == decimalMark {
        guard !hasMarks || digits == 3 else { return nil }
        isFraction = true
        scratch[length] = UInt8(ascii: ".")
      } else {
        if byte == UInt8(ascii: ".") { return nil }
        if isASCIIDigit(byte) { digits += 1 }
        scratch[length] = byte
      }
      length += 1
    }
    guard !hasMarks || isFraction || digits == 3 else { return nil }
    return UnsafeBufferPointer(rebasing: scratch[..<length])
  }

  /// A number, handed on in plain form.
  @inline(__always)
  func number<Value>(
    _ bytes: UnsafeBufferPointer<UInt8>, _ parse: (UnsafeBufferPointer<UInt8>) -> Value?
  ) -> Value? {
    if hasPlainNumbers { return parse(bytes) }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { scratch in
      plainNumber(bytes, scratch).flatMap(parse)
    }
  }

  /// Adds what one cell tells about its column.
  func note(_ bytes: UnsafeBufferPointer<UInt8>, in evidence: inout TypeEvidence) {
    guard let start = bytes.baseAddress, !isNull(start, bytes.count) else { return }
    let body = trimmed(bytes)
    guard let first = body.first else { return }
    evidence.hasValues = true
    var kinds = TypeEvidence.Kinds()
    switch first {
    case UInt8(ascii: "t"), UInt8(ascii: "T"), UInt8(ascii: "f"), UInt8(ascii: "F"):
      if strictBool(body) != nil { kinds = .bool }
    case UInt8(ascii: "N"), UInt8(ascii: "i"), UInt8(ascii: "I"):
      if isNumberWord(body) { kinds = .real }
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: ","):
      kinds = number(body, numberKinds) ?? (isNumberWord(body) ? .real : timeKinds(body, &evidence))
    default: break
    }
    evidence.possible.formIntersection(kinds)
  }

  private func timeKinds(
    _ body: UnsafeBufferPointer<UInt8>, _ evidence: inout TypeEvidence
  ) -> TypeEvidence.Kinds {
    if let reading = parseISO(body) {
      if !reading.hasOffset, body.count > 10 { evidence.hasLocalTimes = true }
      return .iso
    }
    guard let date = SlashedDate(body) else { return [] }
    return date.note(in: &evidence)
  }
}

/// What a numeral can be read as without loss; nil when it is none.
///
/// Digits behind a leading zero,
/// a plus sign and more than 18 digits are how identifiers look, so they stay text; beyond 15
/// digits a real would round.
func numberKinds(_ bytes: UnsafeBufferPointer<UInt8>) -> TypeEvidence.Kinds? {
  let isNegative = bytes.first == UInt8(ascii: "-")
  var index = isNegative ? 1 : 0
  let wholeStart = index
  var value: Int64 = 0
  while index < bytes.count, isASCIIDigit(bytes[index]) {
    value = value &* 10 &+ Int64(bytes[index] &- 48)
    index += 1
  }
  let wholeDigits = index - wholeStart
  let hasLeadingZero = wholeDigits > 1 && bytes[wholeStart] == 48
  if index == bytes.count {
    guard wholeDigits > 0 else { return nil }
    if hasLeadingZero || wholeDigits > 18 { return [] }
    var kinds: TypeEvidence.Kinds = wholeDigits <= 15 ? [.long, .real] : .long
    if !isNegative, isEpoch(value, perSecond: 1) { kinds.insert(.epochSeconds) }
    if !isNegative, isEpoch(value, perSecond: 1000) { kinds.insert(.epochMilliseconds) }
    return kinds
  }
  var fractionDigits = 0
  if bytes[index] == UInt8(ascii: ".") {
    index += 1
    while index < bytes.count, isASCIIDigit(bytes[index]) {
      fractionDigits += 1
      index += 1
    }
  }
  guard wholeDigits + fractionDigits > 0, isExponent(bytes, from: index) else { return nil }
  return hasLeadingZero ? [] : .real
}

/// Whether a count since 1970 lies between the years 1990 and 2100.
@inline(__always)
func isEpoch(_ value: Int64, perSecond: Int64) -> Bool {
  value >= 631_152_000 &* perSecond && value < 4_102_444_800 &* perSecond
}

private func isExponent(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Bool {
  guard start < bytes.count else { return true }
  var index = start + 1
  guard bytes[start] | 32 == UInt8(ascii: "e"), index < bytes.count else { return false }
  if bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") { index += 1 }
  guard index < bytes.count else { return false }
  return bytes[index...].allSatisfy(isASCIIDigit)
}

/// `NaN`, `inf`, `-inf`, `Infinity`, `-Infinity`, spelt exactly so: names can look alike.
private func isNumberWord(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
  guard bytes.count <= 9 else { return false }
  switch String(decoding: bytes, as: UTF8.self) {
  case "NaN", "inf", "-inf", "Infinity", "-Infinity": return true
  default: return false
  }
}

/// `true` or `false` in any case.
@inline(__always)
func strictBool(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool? {
  guard bytes.count == 4 || bytes.count == 5 else { return nil }
  let word: StaticString = bytes.count == 4 ? "true" : "false"
  for index in 0..<bytes.count where asciiLowered(bytes[index]) != word.utf8Start[index] {
    return nil
  }
  return bytes.count == 4
}

/// A whole number that stays itself: no leading zero, no plus sign, at most 18 digits.
@inline(__always)
func strictLong(_ start: UnsafePointer<UInt8>, _ count: Int) -> Int64? {
  var index = 0
  let isNegative = start[0] == UInt8(ascii: "-")
  if isNegative { index = 1 }
  let digits = count &- index
  guard digits > 0, digits <= 18 else { return nil }
  if start[index] == 48, digits > 1 { return nil }
  var value: Int64 = 0
  while index < count {
    let digit = start[index] &- 48
    guard digit < 10 else { return nil }
    value = value &* 10 &+ Int64(digit)
    index &+= 1
  }
  return isNegative ? 0 &- value : value
}

/// A real that `numberKinds` takes for one.
@inline(__always)
func strictReal(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
  var index = 0
  let count = bytes.count
  let isNegative = bytes[0] == UInt8(ascii: "-")
  if isNegative { index = 1 }
  let start = index
  var mantissa: UInt64 = 0
  while index < count, bytes[index] &- 48 < 10 {
    mantissa = mantissa &* 10 &+ UInt64(bytes[index] &- 48)
    index &+= 1
  }
  let wholeDigits = index &- start
  var fractionDigits = 0
  if index < count, bytes[index] == UInt8(ascii: ".") {
    index &+= 1
    let point = index
    while index < count, bytes[index] &- 48 < 10 {
      mantissa = mantissa &* 10 &+ UInt64(bytes[index] &- 48)
      index &+= 1
    }
    fractionDigits = index &- point
  }
  guard index == count, wholeDigits &+ fractionDigits <= 15, wholeDigits &+ fractionDigits > 0,
    wholeDigits <= 1 || bytes[start] != 48
  else { return strictRealSlowly(bytes) }
  // Both are exact, so one division rounds once (Clinger 1990).
  let value = Double(mantissa) / powersOfTen[fractionDigits]
  return isNegative ? -value : value
}

private let powersOfTen: [Double] = [
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
]

@inline(never)
private func strictRealSlowly(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
  if let kinds = numberKinds(bytes) { return kinds.contains(.real) ? parseReal(bytes) : nil }
  return isNumberWord(bytes) ? parseRealPermissive(bytes) : nil
}
