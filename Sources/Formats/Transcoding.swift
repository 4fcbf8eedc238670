/// Turns text of another encoding into UTF-8.
final class TranscodingSource: ByteSource {
  enum Unit { case utf16(bigEndian: Bool), latin1, windows1252 }

  private let source: any ByteSource
  private let unit: Unit
  private var output: [UInt8] = []
  private var given = 0
  private var oddByte: UInt8?
  private var highSurrogate: UInt32?
  private var isAtEnd = false
  /// Halves of pairs and odd bytes, each replaced by U+FFFD.
  private(set) var invalidCount = 0

  init(_ source: any ByteSource, _ unit: Unit) {
    self.source = source
    self.unit = unit
  }

  var consumedBytes: Int { source.consumedBytes }

  func read(into target: UnsafeMutableRawBufferPointer) throws -> Int {
    while given == output.count, !isAtEnd {
      let input = try readUpTo(64 * 1024, from: source)
      output.removeAll(keepingCapacity: true)
      given = 0
      isAtEnd = input.isEmpty
      convert(input)
    }
    let count = min(target.count, output.count - given)
    guard count > 0 else { return 0 }
    target.copyBytes(from: output[given..<(given + count)])
    given += count
    return count
  }

  private func convert(_ input: [UInt8]) {
    switch unit {
    case .utf16(let bigEndian):
      for byte in input { takeHalf(byte, bigEndian) }
      if input.isEmpty { endPairs() }
    case .latin1: for byte in input { append(UInt32(byte)) }
    case .windows1252: for byte in input { append(windowsScalar(byte)) }
    }
  }

  private func takeHalf(_ byte: UInt8, _ bigEndian: Bool) {
    guard let first = oddByte else {
      oddByte = byte
      return
    }
    oddByte = nil
    takeUnit(
      bigEndian ? UInt32(first) << 8 | UInt32(byte) : UInt32(byte) << 8 | UInt32(first))
  }

  private func takeUnit(_ unit: UInt32) {
    if let high = highSurrogate {
      highSurrogate = nil
      if unit >= 0xDC00, unit < 0xE000 {
        append(0x10000 + (high - 0xD800) << 10 + (unit - 0xDC00))
        return
      }
      appendInvalid()
    }
    if unit >= 0xD800, unit < 0xDC00 {
      highSurrogate = unit
    } else if unit >= 0xDC00, unit < 0xE000 {
      appendInvalid()
    } else {
      append(unit)
    }
  }

  private func endPairs() {
    if highSurrogate != nil { appendInvalid() }
    if oddByte != nil { appendInvalid() }
    highSurrogate = nil
    oddByte = nil
  }

  private func appendInvalid() {
    invalidCount += 1
    append(0xFFFD)
  }

  private func append(_ scalar: UInt32) {
    if scalar < 0x80 {
      output.append(UInt8(truncatingIfNeeded: scalar))
    } else if let scalar = Unicode.Scalar(scalar), let encoded = UTF8.encode(scalar) {
      output.append(contentsOf: encoded)
    }
  }

  private func windowsScalar(_ byte: UInt8) -> UInt32 {
    guard byte >= 0x80, byte < 0xA0 else { return UInt32(byte) }
    return UInt32(Self.windowsScalars[Int(byte - 0x80)])
  }

  /// Windows-1252 from 0x80 to 0x9F; the five free places stay control characters, as browsers do.
  private static let windowsScalars: [UInt16] = [
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039,
    0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178,
  ]
}
