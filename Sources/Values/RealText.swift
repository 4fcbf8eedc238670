/// The most bytes that `writeReal` writes.
public let realTextCapacity = 40

/// Writes a double in the language's form and returns the number of bytes.
///
/// As few digits as name the double, always with a point (`42.0`), up to 21 places before it and
/// from six zeros after it with an exponent. Of several numbers with that few digits the engine
/// that the language comes from prints the largest (0.1 + 0.2 is `0.30000000000000007`), and so does
/// this.
public func writeReal(_ value: Double, _ output: UnsafeMutablePointer<UInt8>) -> Int {
  guard value.isFinite else {
    return writeWord(value.isNaN ? "NaN" : value < 0 ? "-inf" : "inf", output)
  }
  var length = 0
  if value.sign == .minus {
    output[0] = UInt8(ascii: "-")
    length = 1
  }
  let magnitude = value.magnitude
  if magnitude < 1e15, magnitude == magnitude.rounded(.towardZero) {
    length += writeLong(Int64(magnitude), output + length)
    return length + writeWord(".0", output + length)
  }
  var decimal = Decimal(short: magnitude) ?? Decimal(shortest: magnitude)
  decimal.raiseWithinInterval(of: magnitude)
  return length + decimal.write(output + length)
}

/// A double in the language's form.
public func text(ofReal value: Double) -> String {
  asciiText(capacity: realTextCapacity) { writeReal(value, $0) }
}

/// A decimal in the language's form, which has no `.0` after a whole number.
public func text(ofDecimal value: Double) -> String {
  let written = text(ofReal: value)
  return written.hasSuffix(".0") ? String(written.dropLast(2)) : written
}

/// A double for people: the digits that name it, no `.0` after a whole number.
public func plainText(ofReal value: Double) -> String {
  guard value.isFinite else { return text(ofReal: value) }
  let written = value.description
  return written.hasSuffix(".0") ? String(written.dropLast(2)) : written
}

/// Copies a short ASCII word and returns its length.
func writeWord(_ word: StaticString, _ output: UnsafeMutablePointer<UInt8>) -> Int {
  output.update(from: word.utf8Start, count: word.utf8CodeUnitCount)
  return word.utf8CodeUnitCount
}

/// Decimal digits and the place of the point: `digits` times ten to the `exponent`.
private struct Decimal {
  var digits: UInt64
  var exponent: Int

  /// The digits of a number with few of them, such as 12.75, found by scaling.
  ///
  /// Up to fifteen digits name a double that no other such digits name, and one division of two
  /// exact numbers rounds as reading them would, so a match is the answer.
  init?(short value: Double) {
    guard value >= 1e-3, value < 1e9 else { return nil }
    var scale = 1.0
    for places in 1...6 {
      scale *= 10
      let whole = (value * scale).rounded()
      if whole / scale == value {
        self.init(digits: UInt64(whole), exponent: -places)
        return
      }
    }
    return nil
  }

  /// The fewest digits that name a positive double, nearest to it, by the standard library.
  init(shortest value: Double) {
    digits = 0
    exponent = 0
    var afterPoint = false
    var text = value.description
    text.withUTF8 { bytes in
      for (index, byte) in bytes.enumerated() {
        if byte == UInt8(ascii: ".") {
          afterPoint = true
        } else if byte == UInt8(ascii: "e") {
          let written = parseLong(UnsafeBufferPointer(rebasing: bytes[(index + 1)...])) ?? 0
          exponent += Int(written)
          break
        } else {
          digits = digits &* 10 &+ UInt64(byte &- 48)
          if afterPoint { exponent -= 1 }
        }
      }
    }
    while digits != 0, digits % 10 == 0 {
      digits /= 10
      exponent += 1
    }
  }

  /// Takes the greatest number with as many digits that still names the double.
  mutating func raiseWithinInterval(of value: Double) {
    // Fifteen digits are always told apart, so only longer ones can have a neighbour inside.
    guard digits >= 100_000_000_000_000 else { return }
    while digits % 10 != 9 {
      // A hair more must still name the double: a neighbour halfway to the next one does not count.
      let next = Decimal(digits: (digits + 1) * 10 + 1, exponent: exponent - 1)
      guard next.value == value else { return }
      digits += 1
    }
  }

  init(digits: UInt64, exponent: Int) {
    self.digits = digits
    self.exponent = exponent
  }

  var value: Double? {
    if let value = nearestReal(digits, exponent) { return value }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 48) { buffer in
      guard let base = buffer.baseAddress else { return nil }
      var length = writeLong(Int64(bitPattern: digits), base)
      length += writeWord("e", base + length)
      length += writeLong(Int64(exponent), base + length)
      return parseReal(UnsafeBufferPointer(start: base, count: length))
    }
  }

  func write(_ output: UnsafeMutablePointer<UInt8>) -> Int {
    let count = writeLong(Int64(bitPattern: digits), output)
    let point = count + exponent
    if point > 21 || point <= -6 { return writeScientific(output, count, point - 1) }
    if point <= 0 {
      move(output, from: 0, by: 2 - point, count: count)
      for index in 0..<(2 - point) { output[index] = 48 }
      output[1] = UInt8(ascii: ".")
      return count + 2 - point
    }
    if point < count {
      move(output, from: point, by: 1, count: count - point)
      output[point] = UInt8(ascii: ".")
      return count + 1
    }
    for index in count..<point { output[index] = 48 }
    return point + writeWord(".0", output + point)
  }

  private func writeScientific(
    _ output: UnsafeMutablePointer<UInt8>, _ count: Int, _ power: Int
  ) -> Int {
    var length = count
    if count > 1 {
      move(output, from: 1, by: 1, count: count - 1)
      output[1] = UInt8(ascii: ".")
      length += 1
    }
    length += writeWord(power < 0 ? "e-" : "e+", output + length)
    return length + writeLong(Int64(abs(power)), output + length)
  }

  private func move(
    _ output: UnsafeMutablePointer<UInt8>, from start: Int, by distance: Int, count: Int
  ) {
    var index = count - 1
    while index >= 0 {
      output[start + distance + index] = output[start + index]
      index -= 1
    }
  }
}
