/// Base64 of RFC 4648 with the standard alphabet and padding.
public enum Base64 {
  private static let alphabet: StaticString =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

  /// Bytes as text.
  public static func encode(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    let count = (bytes.count + 2) / 3 * 4
    return String(unsafeUninitializedCapacity: count) { output in
      var written = 0
      for start in stride(from: 0, to: bytes.count, by: 3) {
        let rest = bytes.count - start
        var group = UInt32(bytes[start]) << 16
        if rest > 1 { group |= UInt32(bytes[start + 1]) << 8 }
        if rest > 2 { group |= UInt32(bytes[start + 2]) }
        for place in 0..<4 {
          let digit = alphabet.utf8Start[Int(group >> UInt32(18 - 6 * place) & 63)]
          output[written] = place <= rest ? digit : UInt8(ascii: "=")
          written += 1
        }
      }
      return count
    }
  }

  /// Text as bytes; nil if it is no Base64 or its padding is wrong.
  public static func decode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    guard text.count % 4 == 0 else { return nil }
    var padding = 0
    while padding < 2, padding < text.count,
      text[text.count - 1 - padding] == UInt8(ascii: "=")
    {
      padding += 1
    }
    var output: [UInt8] = []
    output.reserveCapacity(text.count / 4 * 3)
    var group: UInt32 = 0
    for (index, byte) in text.dropLast(padding).enumerated() {
      guard let digit = digit(byte) else { return nil }
      group = group << 6 | digit
      if index % 4 == 3 {
        output.append(UInt8(truncatingIfNeeded: group >> 16))
        output.append(UInt8(truncatingIfNeeded: group >> 8))
        output.append(UInt8(truncatingIfNeeded: group))
        group = 0
      }
    }
    if padding == 1 {
      output.append(UInt8(truncatingIfNeeded: group >> 10))
      output.append(UInt8(truncatingIfNeeded: group >> 2))
    } else if padding == 2 {
      output.append(UInt8(truncatingIfNeeded: group >> 4))
    }
    return output
  }

  private static func digit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - 65)
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - 71)
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte + 4)
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }

  /// A text's UTF-8 bytes in Base64.
  public static func encode(_ text: String) -> String {
    withBytes(of: text, encode)
  }

  /// The text whose UTF-8 bytes a Base64 text holds; nil for wrong Base64 or wrong UTF-8.
  public static func decodeText(_ text: String) -> String? {
    withBytes(of: text, decode).flatMap { $0.withUnsafeBufferPointer(validText) }
  }
}

/// An identifier from 16 bytes in the order of .NET, whose first three fields are little-endian.
public func guid(littleEndian bytes: [UInt8]) -> String? {
  guard bytes.count == 16 else { return nil }
  let order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]
  let hex = Array("0123456789abcdef".utf8)
  var digits: [UInt8] = []
  for place in order {
    digits.append(hex[Int(bytes[place] >> 4)])
    digits.append(hex[Int(bytes[place] & 15)])
  }
  return digits.withUnsafeBufferPointer(parseGuid)
}

/// The 16 bytes of a canonical identifier in the order of .NET.
public func littleEndianBytes(ofGuid guid: String) -> [UInt8]? {
  let digits = guid.utf8.filter { $0 != UInt8(ascii: "-") }.compactMap(hexDigit)
  guard digits.count == 32 else { return nil }
  let order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]
  return order.map { digits[2 * $0] << 4 | digits[2 * $0 + 1] }
}
