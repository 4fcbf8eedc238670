import CasebookTables
import CasebookValues

/// A column laid open for writing, cell after cell, without reference counting.
///
/// Valid only while its table is alive.
struct CellColumn {
  enum Kind { case bool, long, real, datetime, timespan, text, json, protected }

  private enum CodeWidth { case narrow, medium, wide }

  let kind: Kind
  private let values: UnsafeRawPointer
  private let validity: UnsafePointer<UInt64>?
  private let codeWidth: CodeWidth
  private let dictionary: TextDictionary?

  init(_ field: Field, _ column: Column) {
    validity = column.validity?.words.base
    switch column.data {
    case .bools(let buffer):
      values = UnsafeRawPointer(buffer.base)
      (codeWidth, dictionary) = (.narrow, nil)
    case .longs(let buffer):
      values = UnsafeRawPointer(buffer.base)
      (codeWidth, dictionary) = (.narrow, nil)
    case .reals(let buffer):
      values = UnsafeRawPointer(buffer.base)
      (codeWidth, dictionary) = (.narrow, nil)
    case .texts(let codes, let texts):
      dictionary = texts
      switch codes {
      case .narrow(let buffer): (values, codeWidth) = (UnsafeRawPointer(buffer.base), .narrow)
      case .medium(let buffer): (values, codeWidth) = (UnsafeRawPointer(buffer.base), .medium)
      case .wide(let buffer): (values, codeWidth) = (UnsafeRawPointer(buffer.base), .wide)
      }
    }
    kind = field.isProtected ? .protected : Self.kind(field.type)
  }

  private static func kind(_ type: ScalarType) -> Kind {
    switch type {
    case .bool: .bool
    case .int, .long: .long
    case .real, .decimal: .real
    case .datetime: .datetime
    case .timespan: .timespan
    case .string, .guid: .text
    case .dynamic: .json
    }
  }

  @inline(__always)
  func isNull(_ row: Int) -> Bool {
    guard let validity else { return false }
    return validity[row >> 6] & (1 << UInt64(row & 63)) == 0
  }

  @inline(__always)
  func bool(_ row: Int) -> Bool { values.load(fromByteOffset: row, as: UInt8.self) != 0 }
  @inline(__always)
  func long(_ row: Int) -> Int64 { values.load(fromByteOffset: row * 8, as: Int64.self) }
  @inline(__always)
  func real(_ row: Int) -> Double { values.load(fromByteOffset: row * 8, as: Double.self) }

  @inline(__always)
  func bytes(_ row: Int) -> UnsafeBufferPointer<UInt8> {
    guard let dictionary else { return UnsafeBufferPointer(start: nil, count: 0) }
    let code =
      switch codeWidth {
      case .narrow: Int(values.load(fromByteOffset: row, as: UInt8.self))
      case .medium: Int(values.load(fromByteOffset: row * 2, as: UInt16.self))
      case .wide: Int(values.load(fromByteOffset: row * 4, as: UInt32.self))
      }
    return dictionary.bytes(code)
  }

  /// Writes a value that is no text; nothing for null.
  @inline(__always)
  func writePlain(_ row: Int, _ output: OutputBuffer) {
    if isNull(row) { return }
    switch kind {
    case .bool: output.append(bool(row) ? "true" : "false")
    case .long: output.append(capacity: longTextCapacity) { writeLong(long(row), $0) }
    case .real: output.append(capacity: realTextCapacity) { writeReal(real(row), $0) }
    case .datetime: output.append(capacity: Instant.textCapacity) { Instant.write(long(row), $0) }
    case .timespan: output.append(capacity: Timespan.textCapacity) { Timespan.write(long(row), $0) }
    case .text, .json, .protected: break
    }
  }
}
