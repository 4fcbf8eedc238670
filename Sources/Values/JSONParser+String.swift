extension JSONParser {
  /// Reads a quoted text; nil if it does not end or holds a wrong escape.
  mutating func parseString() -> String? {
    if isLiteral, take(UInt8(ascii: "@")) { return parseVerbatim() }
    let quote = next
    guard quote == UInt8(ascii: "\"") || (isLiteral && quote == UInt8(ascii: "'")) else {
      return nil
    }
    index += 1
    let start = index
    while index < bytes.count {
      let byte = bytes[index]
      if byte == quote {
        index += 1
        return String(decoding: bytes[start..<(index - 1)], as: UTF8.self)
      }
      if byte == UInt8(ascii: "\\") { return parseEscaped(from: start, quote) }
      index += 1
    }
    return nil
  }

  /// `@"..."`: no escapes but the doubled quote.
  private mutating func parseVerbatim() -> String? {
    let quote = next
    guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { return nil }
    index += 1
    var text: [UInt8] = []
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if byte == quote, !take(quote) { return String(decoding: text, as: UTF8.self) }
      text.append(byte)
    }
    return nil
  }

  private mutating func parseEscaped(from start: Int, _ quote: UInt8) -> String? {
    var text = Array(bytes[start..<index])
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if byte == quote { return String(decoding: text, as: UTF8.self) }
      if byte != UInt8(ascii: "\\") {
        text.append(byte)
      } else if !parseEscape(into: &text) {
        return nil
      }
    }
    return nil
  }

  private mutating func parseEscape(into text: inout [UInt8]) -> Bool {
    let byte = next
    index += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(8)
    case UInt8(ascii: "f"): text.append(12)
    case UInt8(ascii: "n"): text.append(10)
    case UInt8(ascii: "r"): text.append(13)
    case UInt8(ascii: "t"): text.append(9)
    case UInt8(ascii: "u"): return parseUnicode(into: &text)
    case UInt8(ascii: "'") where isLiteral: text.append(byte)
    default: return false
    }
    return true
  }

  private mutating func parseUnicode(into text: inout [UInt8]) -> Bool {
    guard let first = parseHex4() else { return false }
    var scalar = Unicode.Scalar(UInt32(first))
    if first & 0xFC00 == 0xD800 {
      let place = index
      if take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")), let second = parseHex4(),
        second & 0xFC00 == 0xDC00
      {
        scalar = Unicode.Scalar(
          0x10000 + (UInt32(first & 0x3FF) << 10 | UInt32(second & 0x3FF)))
      } else {
        index = place
      }
    }
    text.append(contentsOf: Array(String(Character(scalar ?? "\u{FFFD}")).utf8))
    return true
  }

  private mutating func parseHex4() -> UInt16? {
    guard bytes.count - index >= 4 else { return nil }
    var value: UInt16 = 0
    for offset in 0..<4 {
      guard let digit = hexDigit(bytes[index + offset]) else { return nil }
      value = value << 4 | UInt16(digit)
    }
    index += 4
    return value
  }
}
