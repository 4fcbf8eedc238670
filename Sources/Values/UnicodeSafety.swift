/// Whether a scalar is a control character (C0, delete, C1), which a terminal may obey.
@inlinable
public func isControl(_ scalar: Unicode.Scalar) -> Bool {
  scalar.value < 0x20 || (scalar.value >= 0x7F && scalar.value < 0xA0)
}

/// Whether a scalar changes the direction of the text around it, so that what is shown is not what
/// is there.
public func isBidiControl(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
  default: false
  }
}

/// Whether a scalar is invisible or would confuse a terminal: controls, direction changes, line
/// and paragraph separators, tag characters, and those that no text of XML may hold.
public func isUnsafeToDisplay(_ scalar: Unicode.Scalar) -> Bool {
  if scalar.value < 0x7F { return scalar.value < 0x20 }
  if isControl(scalar) || isBidiControl(scalar) { return true }
  switch scalar.value {
  case 0x2028, 0x2029, 0xFEFF, 0xFFF9...0xFFFB, 0xFFFE, 0xFFFF, 0xE0000...0xE007F: return true
  default: return false
  }
}

/// Whether bytes are well-formed UTF-8: no overlong forms, no surrogates, nothing cut short.
public func isValidUTF8(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
  let raw = UnsafeRawBufferPointer(bytes)
  var index = 0
  while index < bytes.count {
    // Eight plain bytes at a time.
    if index &+ 8 <= bytes.count,
      raw.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
    {
      index &+= 8
      continue
    }
    let length = validSequenceLength(bytes, index)
    guard length > 0 else { return false }
    index &+= length
  }
  return true
}

/// The length of the well-formed sequence at a place, or 0.
private func validSequenceLength(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> Int {
  let first = bytes[index]
  if first < 0x80 { return 1 }
  let length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0
  guard length > 0, index &+ length <= bytes.count else { return 0 }
  for offset in 1..<length where bytes[index &+ offset] & 0xC0 != 0x80 { return 0 }
  let second = bytes[index &+ 1]
  switch first {
  case 0xE0: return second >= 0xA0 ? 3 : 0
  case 0xED: return second < 0xA0 ? 3 : 0
  case 0xF0: return second >= 0x90 ? 4 : 0
  case 0xF4: return second < 0x90 ? 4 : 0
  default: return length
  }
}

/// Bytes as text, with U+FFFD for whatever is not well-formed.
public func repairedText(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
  String(decoding: bytes, as: UTF8.self)
}

/// Bytes as text, or nil if they are not well-formed UTF-8.
public func validText(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
  isValidUTF8(bytes) ? String(decoding: bytes, as: UTF8.self) : nil
}
