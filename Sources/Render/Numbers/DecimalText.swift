import CasebookValues

/// Powers of ten that a double holds exactly.
let powersOfTen: [Double] = [1, 10, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12]

/// A finite number with so many decimals, halves away from zero as the shortest digits have them.
func fixedText(_ value: Double, decimals: Int) -> String {
  let magnitude = value.magnitude
  if decimals < powersOfTen.count {
    let scaled = magnitude * powersOfTen[decimals]
    // Up to here the product is off by less than the distance to a half that is asked for.
    if scaled < 1e12, abs(scaled - scaled.rounded(.down) - 0.5) > 0.001 {
      let text = fixedText(ofScaled: Int64(scaled.rounded()), decimals: decimals)
      return value < 0 && scaled >= 0.5 ? "-" + text : text
    }
  }
  var digits = DecimalDigits(magnitude)
  digits.round(to: digits.point + decimals)
  let text = digits.fixed(decimals: decimals)
  return value < 0 && !digits.isZero ? "-" + text : text
}

private func fixedText(ofScaled value: Int64, decimals: Int) -> String {
  guard decimals > 0 else { return text(ofLong: value) }
  let digits = text(ofLong: value)
  let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.utf8.count)) + digits
  return padded.dropLast(decimals) + "." + padded.suffix(decimals)
}

/// A finite number with an exponent: `1.23e-7`.
func scientificText(_ value: Double, significant: Int) -> String {
  var digits = DecimalDigits(value.magnitude)
  digits.round(to: significant)
  return (value < 0 ? "-" : "") + digits.scientific(significant: significant)
}

/// A small number with so many significant digits, written with an exponent from five zeros on.
func smallText(_ value: Double, significant: Int) -> String {
  let digits = DecimalDigits(value.magnitude)
  if digits.point < -3 { return scientificText(value, significant: significant) }
  return fixedText(value, decimals: max(significant - digits.point, 0))
}

/// The digits that name a double and where its point stands.
struct DecimalDigits {
  /// Digits from the most significant one, without zeros at either end; none for zero.
  private(set) var digits: [UInt8] = []
  /// How many of the digits stand before the point; negative when zeros follow it first.
  private(set) var point = 0

  var isZero: Bool { digits.isEmpty }

  /// The fewest digits that name a finite number that is not negative.
  init(_ magnitude: Double) {
    var afterPoint = false
    let text = magnitude.description.utf8
    for index in text.indices {
      let byte = text[index]
      if byte == UInt8(ascii: ".") {
        afterPoint = true
      } else if byte == UInt8(ascii: "e") {
        point += Int(String(text[text.index(after: index)...]) ?? "") ?? 0
        break
      } else if digits.isEmpty && byte == UInt8(ascii: "0") {
        if afterPoint { point -= 1 }
      } else {
        digits.append(byte - 48)
        if !afterPoint { point += 1 }
      }
    }
    dropZeros()
  }

  /// Keeps so many digits, rounding halves up.
  mutating func round(to kept: Int) {
    guard kept < digits.count else { return }
    let goesUp = kept >= 0 && digits[kept] >= 5
    digits.removeSubrange(max(kept, 0)...)
    if goesUp { increment() }
    dropZeros()
  }

  func fixed(decimals: Int) -> String {
    var text: [UInt8] = []
    for index in min(0, point - 1)..<max(point, 0) where index >= 0 {
      text.append(48 + digit(index))
    }
    if text.isEmpty { text.append(48) }
    if decimals > 0 { text.append(UInt8(ascii: ".")) }
    for index in 0..<decimals { text.append(48 + digit(point + index)) }
    return String(decoding: text, as: UTF8.self)
  }

  func scientific(significant: Int) -> String {
    var text = [48 + digit(0)]
    if significant > 1 { text.append(UInt8(ascii: ".")) }
    for index in 1..<max(significant, 1) { text.append(48 + digit(index)) }
    return String(decoding: text, as: UTF8.self) + "e" + String(isZero ? 0 : point - 1)
  }

  private func digit(_ index: Int) -> UInt8 { digits.indices.contains(index) ? digits[index] : 0 }

  private mutating func increment() {
    var index = digits.count - 1
    while index >= 0, digits[index] == 9 {
      digits[index] = 0
      index -= 1
    }
    if index >= 0 {
      digits[index] += 1
    } else {
      digits.insert(1, at: 0)
      point += 1
    }
  }

  private mutating func dropZeros() {
    while digits.last == 0 { digits.removeLast() }
    if digits.isEmpty { point = 0 }
  }
}
