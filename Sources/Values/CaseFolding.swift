/// The scalar that stands for a scalar and its other cases: Unicode's simple folding, so that one
/// scalar folds to one.
public func folded(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
  let value = scalar.value
  if value < 0x80 { return Unicode.Scalar(asciiLowered(UInt8(value))) }
  if value < foldTableEnd {
    return Unicode.Scalar(foldTable[Int(value) - 0x80]) ?? scalar
  }
  return foldedByProperties(scalar)
}

/// Where Latin, Greek, Cyrillic and Armenian end: their foldings are kept, since the standard
/// library's answer costs a text each.
private let foldTableEnd: UInt32 = 0x590

private let foldTable: [UInt16] = (0x80..<foldTableEnd).map { value in
  let scalar = Unicode.Scalar(value) ?? "?"
  return UInt16(truncatingIfNeeded: foldedByProperties(scalar).value)
}

private func foldedByProperties(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
  // Turkish i without and with a dot fold to nothing else.
  guard scalar.value != 0x130, scalar.value != 0x131, scalar.properties.changesWhenCaseMapped
  else { return scalar }
  // By way of the capital: the final sigma and the long s have no other road to their fellows.
  return lowered(uppered(scalar))
}

/// The small letter of a scalar, where that is one scalar.
public func lowered(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
  only(scalar.properties.lowercaseMapping) ?? scalar
}

/// The capital letter of a scalar, where that is one scalar.
public func uppered(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
  only(scalar.properties.uppercaseMapping) ?? scalar
}

private func only(_ text: String) -> Unicode.Scalar? {
  let scalars = text.unicodeScalars
  guard let first = scalars.first, scalars.index(after: scalars.startIndex) == scalars.endIndex
  else { return nil }
  return first
}

/// A text in small letters, scalar by scalar.
public func lowercaseText(_ text: String) -> String {
  mapped(text, ascii: { $0 &- 65 < 26 ? $0 | 32 : $0 }, scalar: lowered)
}

/// A text in capital letters, scalar by scalar.
public func uppercaseText(_ text: String) -> String {
  mapped(text, ascii: { $0 &- 97 < 26 ? $0 & 0xDF : $0 }, scalar: uppered)
}

/// A text folded for comparisons that ignore case.
public func foldedText(_ text: String) -> String {
  mapped(text, ascii: asciiLowered, scalar: folded)
}

private func mapped(
  _ text: String, ascii: (UInt8) -> UInt8, scalar: (Unicode.Scalar) -> Unicode.Scalar
) -> String {
  if withBytes(of: text, isASCII) {
    return withBytes(of: text) { bytes in
      String(unsafeUninitializedCapacity: bytes.count) { output in
        for index in 0..<bytes.count { output[index] = ascii(bytes[index]) }
        return bytes.count
      }
    }
  }
  var result = ""
  result.reserveCapacity(text.utf8.count)
  for next in text.unicodeScalars { result.unicodeScalars.append(scalar(next)) }
  return result
}

/// Whether all bytes are ASCII.
public func isASCII(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
  let raw = UnsafeRawBufferPointer(bytes)
  var index = 0
  while index &+ 8 <= bytes.count {
    guard raw.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
    else { return false }
    index &+= 8
  }
  while index < bytes.count {
    guard bytes[index] < 0x80 else { return false }
    index &+= 1
  }
  return true
}

/// Whether two texts are equal but for case.
public func equalsIgnoringCase(_ left: String, _ right: String) -> Bool {
  withBytes(of: left) { a in
    withBytes(of: right) { b in
      if isASCII(a), isASCII(b) {
        guard a.count == b.count else { return false }
        for index in 0..<a.count where asciiLowered(a[index]) != asciiLowered(b[index]) {
          return false
        }
        return true
      }
      return isSameText(foldedText(left), foldedText(right))
    }
  }
}
