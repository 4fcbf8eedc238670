import Glibc

/// Reads a number with optional sign, fraction and exponent, nothing around it, to the nearest
/// double.
///
/// Not-a-number and infinity are words, not numerals: `parseRealPermissive` knows them.
public func parseReal(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
  let count = bytes.count
  guard count > 0 else { return nil }
  var index = 0
  let negative = bytes[0] == 45
  if negative || bytes[0] == 43 { index = 1 }

  var mantissa: UInt64 = 0
  let start = index
  while index < count, bytes[index] &- 48 < 10 {
    mantissa = mantissa &* 10 &+ UInt64(bytes[index] &- 48)
    index &+= 1
  }
  var digits = index &- start
  var exponent = 0
  if index < count, bytes[index] == 46 {
    let point = index
    index &+= 1
    while index < count, bytes[index] &- 48 < 10 {
      mantissa = mantissa &* 10 &+ UInt64(bytes[index] &- 48)
      index &+= 1
    }
    exponent = point &+ 1 &- index
    digits &-= exponent
  }
  guard digits > 0 else { return nil }
  if index < count {
    guard let written = parseExponent(bytes, from: index) else { return nil }
    exponent += written
  }
  // Nineteen digits fit 64 bits; beyond them leading zeros may still, but that is rare.
  guard digits <= 19, let value = nearestReal(mantissa, exponent) else {
    return parseRealSlowly(bytes)
  }
  return negative ? -value : value
}

/// The exponent that begins at an `e`, clamped, or nil when the text is no exponent.
private func parseExponent(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
  guard bytes[start] | 32 == UInt8(ascii: "e") else { return nil }
  var index = start + 1
  guard index < bytes.count else { return nil }
  let negative = bytes[index] == 45
  if negative || bytes[index] == 43 { index += 1 }
  guard index < bytes.count else { return nil }
  var value = 0
  while index < bytes.count {
    let digit = bytes[index] &- 48
    guard digit < 10 else { return nil }
    value = min(value * 10 + Int(digit), 100_000)
    index += 1
  }
  return negative ? -value : value
}

/// Powers of ten that a double holds exactly.
private let exactPowers: [Double] = [
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
  1e18, 1e19, 1e20, 1e21, 1e22,
]

/// Powers of ten that 64 bits hold.
private let wholePowers: [UInt64] = {
  var powers: [UInt64] = [1]
  for _ in 1...19 { powers.append((powers.last ?? 1) &* 10) }
  return powers
}()

/// `mantissa` times ten to the `exponent`, correctly rounded, where that takes no big numbers.
func nearestReal(_ mantissa: UInt64, _ exponent: Int) -> Double? {
  if mantissa <= 1 << 53, exponent >= -22, exponent <= 22 {
    // One operation on two exact numbers rounds once, so it rounds rightly (Clinger 1990).
    return exponent < 0
      ? Double(mantissa) / exactPowers[-exponent] : Double(mantissa) * exactPowers[exponent]
  }
  guard mantissa != 0, exponent >= -19, exponent <= 0 else { return nil }
  if exponent == 0 { return Double(mantissa) }
  return quotient(mantissa, wholePowers[-exponent])
}

/// The double nearest to a quotient of two whole numbers, by one exact 128-bit division.
private func quotient(_ dividend: UInt64, _ divisor: UInt64) -> Double {
  // With both shifted up to the top bit, half the dividend is below the divisor, as the division
  // needs, and the quotient has 63 or 64 bits.
  let dividendShift = dividend.leadingZeroBitCount
  let divisorShift = divisor.leadingZeroBitCount
  let high = (dividend << UInt64(dividendShift)) >> 1
  let low = (dividend << UInt64(dividendShift)) << 63
  let (bits, remainder) = (divisor << UInt64(divisorShift)).dividingFullWidth((high, low))
  // The last bit stands for all that was cut: it lies far below the 53 kept, so it only breaks
  // ties.
  let sticky = remainder == 0 ? bits : bits | 1
  return Double(sign: .plus, exponent: divisorShift - dividendShift - 63, significand: 1)
    * Double(sticky)
}

/// Reads any numeral through the C library; the text is known to be one.
private func parseRealSlowly(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
  withUnsafeTemporaryAllocation(of: CChar.self, capacity: bytes.count + 1) { buffer in
    for (index, byte) in bytes.enumerated() { buffer[index] = CChar(bitPattern: byte) }
    buffer[bytes.count] = 0
    guard let base = buffer.baseAddress else { return nil }
    return strtod(base, nil)
  }
}

/// Reads a number as the language's conversions do: blanks around it, `nan` and `inf` in any case.
public func parseRealPermissive(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
  let body = trimmed(bytes)
  if let value = parseReal(body) { return value }
  var word = body
  var negative = false
  if let first = body.first, first == 45 || first == 43 {
    negative = first == 45
    word = UnsafeBufferPointer(rebasing: body[1...])
  }
  if equalsIgnoringCase(word, "nan") { return .nan }
  if equalsIgnoringCase(word, "inf") || equalsIgnoringCase(word, "infinity") {
    return negative ? -.infinity : .infinity
  }
  return nil
}

/// Whether bytes spell a lower-case ASCII word, in any case.
func equalsIgnoringCase(_ bytes: UnsafeBufferPointer<UInt8>, _ word: StaticString) -> Bool {
  guard bytes.count == word.utf8CodeUnitCount else { return false }
  for index in 0..<bytes.count where asciiLowered(bytes[index]) != word.utf8Start[index] {
    return false
  }
  return true
}
