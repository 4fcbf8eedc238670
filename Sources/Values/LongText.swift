/// The most bytes that `writeLong` writes.
public let longTextCapacity = 20

/// Writes a whole number in decimal and returns the number of bytes.
public func writeLong(_ value: Int64, _ output: UnsafeMutablePointer<UInt8>) -> Int {
  var rest = value.magnitude
  var length = digitCount(rest)
  var offset = 0
  if value < 0 {
    output[0] = UInt8(ascii: "-")
    offset = 1
  }
  let total = offset + length
  while rest >= 100 {
    length -= 2
    writePair(Int(truncatingIfNeeded: rest % 100), output + offset + length)
    rest /= 100
  }
  if rest >= 10 {
    writePair(Int(truncatingIfNeeded: rest), output + offset)
  } else {
    output[offset] = 48 &+ UInt8(truncatingIfNeeded: rest)
  }
  return total
}

/// A whole number in decimal.
public func text(ofLong value: Int64) -> String {
  asciiText(capacity: longTextCapacity) { writeLong(value, $0) }
}

/// The number of decimal digits.
func digitCount(_ value: UInt64) -> Int {
  var count = 1
  var rest = value
  while rest >= 10_000 {
    rest /= 10_000
    count += 4
  }
  if rest >= 1000 { return count + 3 }
  if rest >= 100 { return count + 2 }
  return rest >= 10 ? count + 1 : count
}

/// Reads a whole number: an optional sign and digits, nothing around them; nil if it does not fit.
@inlinable
public func parseLong(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
  var index = 0
  let count = bytes.count
  guard count > 0 else { return nil }
  let negative = bytes[0] == 45
  if negative || bytes[0] == 43 { index = 1 }
  guard index < count else { return nil }
  // Eighteen digits cannot overflow; more are checked one by one.
  guard count &- index <= 18 else { return parseLongChecked(bytes, from: index, negative) }
  var value: Int64 = 0
  while index < count {
    let digit = bytes[index] &- 48
    guard digit < 10 else { return nil }
    value = value &* 10 &+ Int64(digit)
    index &+= 1
  }
  return negative ? 0 &- value : value
}

@usableFromInline
func parseLongChecked(
  _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, _ negative: Bool
) -> Int64? {
  var value: Int64 = 0
  for byte in bytes[start...] {
    let digit = byte &- 48
    guard digit < 10 else { return nil }
    let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
    // Counting downwards reaches the least number, which has no positive counterpart.
    let (sum, overflowToo) = tens.subtractingReportingOverflow(Int64(digit))
    guard !overflow, !overflowToo else { return nil }
    value = sum
  }
  if negative { return value }
  return value == Int64.min ? nil : -value
}

/// Reads a whole number as the language's conversions do: blanks around it, and `0x` for base 16.
public func parseLongPermissive(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
  let body = trimmed(bytes)
  if let value = parseLong(body) { return value }
  var index = 0
  var negative = false
  if let first = body.first, first == 45 || first == 43 {
    negative = first == 45
    index = 1
  }
  guard body.count > index + 2, body.count <= index + 18, body[index] == 48,
    asciiLowered(body[index + 1]) == UInt8(ascii: "x")
  else { return nil }
  var value: UInt64 = 0
  for byte in body[(index + 2)...] {
    guard let digit = hexDigit(byte) else { return nil }
    value = value << 4 | UInt64(digit)
  }
  let signed = Int64(bitPattern: value)
  return negative ? 0 &- signed : signed
}

/// The value of a hexadecimal digit.
@inlinable
func hexDigit(_ byte: UInt8) -> UInt8? {
  if byte &- 48 < 10 { return byte &- 48 }
  let letter = byte | 32
  return letter &- 97 < 6 ? letter &- 87 : nil
}
