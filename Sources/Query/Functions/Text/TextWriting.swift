import CasebookTables
import CasebookValues

/// The texts of a column's values as `tostring` gives them, written into one buffer.
struct TextWriter {
  /// Room for any number, time or truth value.
  static let capacity = 64

  let column: Column

  /// Writes a row's text and returns its length; nothing for null.
  @inline(__always)
  func write(_ row: Int, _ output: UnsafeMutablePointer<UInt8>) -> Int {
    column.isNull(row) ? 0 : writeValue(row, output)
  }

  private func writeValue(_ row: Int, _ output: UnsafeMutablePointer<UInt8>) -> Int {
    switch (column.data, column.type) {
    case (.longs(let values), .datetime): return Instant.write(values.base[row], output)
    case (.longs(let values), .timespan): return Timespan.write(values.base[row], output)
    case (.longs(let values), _): return writeLong(values.base[row], output)
    case (.reals(let values), .decimal):
      // A decimal has no `.0` behind a whole number, unlike a real.
      let length = writeReal(values.base[row], output)
      let isWhole = length > 2 && output[length - 1] == 48 && output[length - 2] == 46
      return isWhole ? length - 2 : length
    case (.reals(let values), _): return writeReal(values.base[row], output)
    case (.bools(let values), _):
      let word: StaticString = values.base[row] != 0 ? "True" : "False"
      output.update(from: word.utf8Start, count: word.utf8CodeUnitCount)
      return word.utf8CodeUnitCount
    case (.texts, _): return 0
    }
  }

  /// Whether hardly any value comes twice, by the first few hundred.
  var isMostlyDistinct: Bool {
    let count = min(column.count, 256)
    switch column.data {
    case .longs(let values): return Set(values.pointer.prefix(count)).count > count / 2
    case .reals(let values): return Set(values.pointer.prefix(count)).count > count / 2
    case .bools, .texts: return false
    }
  }
}

/// Collects texts: with an entry each where nearly all differ, else with one for equal ones.
struct TextCollector {
  private var builder = ColumnBuilder(.string)
  private var heap = BufferBuilder<UInt8>(capacity: 1024)
  private var offsets = BufferBuilder<Int>(capacity: 1024)
  private let keepsRowOrder: Bool

  init(mostlyDistinct: Bool) {
    keepsRowOrder = mostlyDistinct
    offsets.append(0)
  }

  @inline(__always)
  mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard keepsRowOrder else {
      builder.append(utf8: bytes)
      return
    }
    if let start = bytes.baseAddress { heap.append(from: start, count: bytes.count) }
    offsets.append(heap.count)
  }

  mutating func finish() -> Column {
    guard keepsRowOrder else { return builder.finish() }
    let count = offsets.count - 1
    let codes = Buffer<UInt32>(count: count) { target in
      for row in 0..<count { target[row] = UInt32(truncatingIfNeeded: row) }
    }
    let dictionary = TextDictionary(
      heap: heap.finish(), offsets: offsets.finish(), isDistinct: false)
    return Column(.string, .texts(Codes(codes, entryCount: max(count, 1)), dictionary))
  }
}
