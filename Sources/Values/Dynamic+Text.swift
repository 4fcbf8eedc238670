extension Dynamic: CustomStringConvertible {
  /// The text that `tostring` gives: a text as it is, `""` for null, compact JSON for the rest.
  public var text: String {
    switch self {
    case .null: ""
    case .string(let value): value
    default: jsonText
    }
  }

  /// Compact JSON; not-a-number and the infinities, which JSON lacks, are written as texts.
  public var jsonText: String {
    var output: [UInt8] = []
    writeJSON(to: &output)
    return String(decoding: output, as: UTF8.self)
  }

  /// Compact JSON.
  public var description: String { jsonText }

  /// Appends compact JSON.
  public func writeJSON(to output: inout [UInt8]) {
    switch self {
    case .null: output.append(contentsOf: "null".utf8)
    case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
    case .long(let value): appendText(to: &output, longTextCapacity) { writeLong(value, $0) }
    case .real(let value):
      if value.isFinite {
        appendText(to: &output, realTextCapacity) { writeReal(value, $0) }
      } else {
        writeJSONString(value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity", to: &output)
      }
    case .string(let value): writeJSONString(value, to: &output)
    case .array(let elements): writeArray(elements, to: &output)
    case .bag(let pairs): writeBag(pairs, to: &output)
    }
  }

  private func writeArray(_ elements: [Dynamic], to output: inout [UInt8]) {
    output.append(UInt8(ascii: "["))
    for (index, element) in elements.enumerated() {
      if index > 0 { output.append(UInt8(ascii: ",")) }
      element.writeJSON(to: &output)
    }
    output.append(UInt8(ascii: "]"))
  }

  private func writeBag(_ pairs: [(key: String, value: Dynamic)], to output: inout [UInt8]) {
    output.append(UInt8(ascii: "{"))
    for (index, pair) in pairs.enumerated() {
      if index > 0 { output.append(UInt8(ascii: ",")) }
      writeJSONString(pair.key, to: &output)
      output.append(UInt8(ascii: ":"))
      pair.value.writeJSON(to: &output)
    }
    output.append(UInt8(ascii: "}"))
  }
}

/// Appends what a function writes to a buffer of at most `capacity` bytes.
@inline(__always)
func appendText(
  to output: inout [UInt8], _ capacity: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Int
) {
  withUnsafeTemporaryAllocation(of: UInt8.self, capacity: capacity) { buffer in
    guard let base = buffer.baseAddress else { return }
    output.append(contentsOf: UnsafeBufferPointer(start: base, count: write(base)))
  }
}

/// Appends a text in quotes with JSON's escapes; everything beyond ASCII stays as it is.
public func writeJSONString(_ text: String, to output: inout [UInt8]) {
  withBytes(of: text) { writeJSONString($0, to: &output) }
}

/// Appends UTF-8 bytes in quotes with JSON's escapes.
public func writeJSONString(_ bytes: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) {
  output.append(UInt8(ascii: "\""))
  var written = 0
  for index in 0..<bytes.count {
    let byte = bytes[index]
    guard byte < 32 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
    output.append(contentsOf: bytes[written..<index])
    written = index + 1
    writeEscape(byte, to: &output)
  }
  output.append(contentsOf: bytes[written...])
  output.append(UInt8(ascii: "\""))
}

private func writeEscape(_ byte: UInt8, to output: inout [UInt8]) {
  output.append(UInt8(ascii: "\\"))
  switch byte {
  case UInt8(ascii: "\""), UInt8(ascii: "\\"): output.append(byte)
  case 8: output.append(UInt8(ascii: "b"))
  case 9: output.append(UInt8(ascii: "t"))
  case 10: output.append(UInt8(ascii: "n"))
  case 12: output.append(UInt8(ascii: "f"))
  case 13: output.append(UInt8(ascii: "r"))
  default:
    let digits = Array("0123456789abcdef".utf8)
    output.append(contentsOf: "u00".utf8)
    output.append(digits[Int(byte >> 4)])
    output.append(digits[Int(byte & 15)])
  }
}
