/// A piece of a CSV file.
struct Rows: Sendable {
  let bytes: [UInt8]
  let rows: Int
}

/// Appends text to memory that the caller made large enough: `Column` widths bound every row.
struct RowWriter {
  private let base: UnsafeMutablePointer<UInt8>
  private(set) var count = 0

  /// Makes text of at most `capacity` bytes.
  static func text(capacity: Int, _ write: (inout RowWriter) -> Void) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      guard let base = buffer.baseAddress else { return }
      var writer = RowWriter(base: base)
      write(&writer)
      // Everything is written through `base`, so this proves the bound after the fact; rows are
      // sized so that it never fails.
      precondition(writer.count <= capacity)
      count = writer.count
    }
  }

  private init(base: UnsafeMutablePointer<UInt8>) {
    self.base = base
  }

  @inline(__always)
  mutating func byte(_ byte: UInt8) {
    base[count] = byte
    count &+= 1
  }

  @inline(__always)
  mutating func comma() { byte(UInt8(ascii: ",")) }

  @inline(__always)
  mutating func newline() { byte(UInt8(ascii: "\n")) }

  @inline(__always)
  mutating func word(_ words: borrowing WordTable, _ index: Int) {
    let length = words.copy(index, to: base + count)
    count &+= length
  }

  /// A whole number that is not negative.
  mutating func number(_ value: Int, digits least: Int = 1) {
    var digits = least
    var power = 1
    for _ in 1..<least { power *= 10 }
    while value / power >= 10 {
      power *= 10
      digits += 1
    }
    var rest = value
    for place in stride(from: digits - 1, through: 0, by: -1) {
      base[count + place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
    count += digits
  }

  /// A score of `value` ten-thousandths.
  mutating func score(_ value: Int) {
    byte(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / 10_000))
    byte(UInt8(ascii: "."))
    number(value % 10_000, digits: 4)
  }

  /// An instant of the period as `2026-01-05T08:00:00Z`.
  @inline(__always)
  mutating func instant(_ time: Int, _ words: borrowing WordTable) {
    word(words, time / Period.day)
    let second = time % Period.day
    byte(UInt8(ascii: "T"))
    pair(second / 3600)
    byte(UInt8(ascii: ":"))
    pair(second / 60 % 60)
    byte(UInt8(ascii: ":"))
    pair(second % 60)
    byte(UInt8(ascii: "Z"))
  }

  @inline(__always)
  private mutating func pair(_ value: Int) {
    base[count] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: value / 10)
    base[count &+ 1] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: value % 10)
    count &+= 2
  }
}

/// Words as bytes, side by side, to be copied without looking at them.
struct WordTable: Sendable {
  private let bytes: [UInt8]
  private let ends: [Int]

  init(_ words: [String]) {
    var bytes: [UInt8] = []
    var ends = [0]
    for word in words {
      bytes += word.utf8
      ends.append(bytes.count)
    }
    self.bytes = bytes
    self.ends = ends
  }

  @inline(__always)
  func copy(_ index: Int, to target: UnsafeMutablePointer<UInt8>) -> Int {
    let first = ends[index]
    let length = ends[index + 1] - first
    bytes.withUnsafeBufferPointer { source in
      for offset in 0..<length { target[offset] = source[first + offset] }
    }
    return length
  }
}
