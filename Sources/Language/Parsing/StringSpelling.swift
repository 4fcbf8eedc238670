/// A string's text without its quotes and escapes.
struct DecodedString {
  var text: String
  var isHidden: Bool
  /// The offset, within the token, of an escape that KQL does not know.
  var badEscape: Int?
}

/// KQL's ways to write a string.
enum StringSpelling {
  /// Decodes a string token.
  static func decode(
    _ token: ArraySlice<UInt8>, isSmart: Bool, isUnterminated: Bool
  ) -> DecodedString {
    if isSmart {
      let inner = token.dropFirst(3).dropLast(isUnterminated ? 0 : 3)
      return DecodedString(text: String(decoding: inner, as: UTF8.self), isHidden: false)
    }
    var rest = token
    let isHidden = rest.first.map { $0 | 0x20 } == UInt8(ascii: "h")
    if isHidden { rest = rest.dropFirst() }
    if rest.first == UInt8(ascii: "`") || rest.first == UInt8(ascii: "~") {
      let inner = rest.dropFirst(3).dropLast(isUnterminated ? 0 : 3)
      return DecodedString(text: String(decoding: inner, as: UTF8.self), isHidden: isHidden)
    }
    let isVerbatim = rest.first == UInt8(ascii: "@")
    if isVerbatim { rest = rest.dropFirst() }
    let quote = rest.first ?? 0
    let inner = rest.dropFirst().dropLast(isUnterminated ? 0 : 1)
    if isVerbatim {
      return DecodedString(text: undoubled(inner, quote), isHidden: isHidden)
    }
    var decoded = unescaped(inner)
    decoded.isHidden = isHidden
    decoded.badEscape = decoded.badEscape.map { $0 - token.startIndex }
    return decoded
  }

  private static func undoubled(_ bytes: ArraySlice<UInt8>, _ quote: UInt8) -> String {
    var result: [UInt8] = []
    var skipsNext = false
    for byte in bytes {
      if skipsNext, byte == quote {
        skipsNext = false
        continue
      }
      skipsNext = byte == quote
      result.append(byte)
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static func unescaped(_ bytes: ArraySlice<UInt8>) -> DecodedString {
    guard bytes.contains(UInt8(ascii: "\\")) else {
      return DecodedString(text: String(decoding: bytes, as: UTF8.self), isHidden: false)
    }
    var result: [UInt8] = []
    var badEscape: Int?
    var index = bytes.startIndex
    while index < bytes.endIndex {
      guard bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.endIndex else {
        result.append(bytes[index])
        index += 1
        continue
      }
      if let byte = simpleEscape(bytes[index + 1]) {
        result.append(byte)
        index += 2
      } else if let (scalar, length) = numericEscape(bytes[(index + 1)...]) {
        result += Array(String(Character(scalar)).utf8)
        index += 1 + length
      } else {
        badEscape = badEscape ?? index
        result.append(bytes[index])
        index += 1
      }
    }
    return DecodedString(
      text: String(decoding: result, as: UTF8.self), isHidden: false, badEscape: badEscape)
  }

  private static func simpleEscape(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "t"): 0x09
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "0"): 0x00
    case UInt8(ascii: "a"): 0x07
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "v"): 0x0B
    case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "/"): byte
    default: nil
    }
  }

  /// `x41`, `u0041`, `U00000041`; the length counts the letter.
  private static func numericEscape(_ bytes: ArraySlice<UInt8>) -> (Unicode.Scalar, Int)? {
    let count: Int
    switch bytes.first {
    case UInt8(ascii: "x"): count = 2
    case UInt8(ascii: "u"): count = 4
    case UInt8(ascii: "U"): count = 8
    default: return nil
    }
    let digits = bytes.dropFirst().prefix(count)
    guard digits.count == count,
      let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16),
      let scalar = Unicode.Scalar(value)
    else { return nil }
    return (scalar, 1 + count)
  }
}
