import CasebookTables
import CasebookValues

extension BlockCodec {
  /// The column that was encoded.
  ///
  /// `dictionary` is asked for only by blocks of codes.
  static func decode(
    _ bytes: UnsafeRawBufferPointer, type: ScalarType, rowCount: Int,
    dictionary: TextDictionary?
  ) throws(Damage) -> Column {
    var source = try Envelope.open(bytes)
    let encoding = Encoding(rawValue: try source.read(UInt8.self))
    let hasNulls = try source.read(UInt8.self) != 0
    let count = Int(try source.read(UInt32.self))
    guard count == rowCount else { throw Damage() }
    let validity = hasNulls ? try bitmap(&source, count) : nil
    let data: ColumnData
    switch (encoding, type) {
    case (.integers, .bool):
      data = .bools(try bools(&source, count, validity))
    case (.integers, .int), (.integers, .long), (.integers, .datetime), (.integers, .timespan):
      data = .longs(
        try filled(count) { (target) throws(Damage) in
          try LongCodec.decode(&source, count: count, validity: validity, into: target)
        })
    case (.decimals, .real), (.decimals, .decimal):
      data = .reals(
        try filled(count) { (target) throws(Damage) in
          try RealCodec.decodeDecimals(&source, count: count, validity: validity, into: target)
        })
    case (.reals, .real), (.reals, .decimal):
      let values = try source.take(count * 8)
      data = .reals(
        try filled(count) { (target: UnsafeMutablePointer<Double>) throws(Damage) in
          UnsafeMutableRawPointer(target).copyMemory(from: values, byteCount: count * 8)
        })
    case (.codes, .string), (.codes, .dynamic), (.codes, .guid):
      guard let dictionary else { throw Damage() }
      data = .texts(try codes(&source, count, dictionary.count), dictionary)
    case (.texts, .string), (.texts, .dynamic), (.texts, .guid):
      data = try texts(&source, count)
    default: throw Damage()
    }
    return Column(type, data, validity: validity)
  }

  /// The codes alone, at 32 bits, of a block whose dictionary is not known yet.
  static func decodeCodes(
    _ bytes: UnsafeRawBufferPointer
  ) throws(Damage) -> (codes: Buffer<UInt32>, validity: Bitmap?) {
    var source = try Envelope.open(bytes)
    guard Encoding(rawValue: try source.read(UInt8.self)) == .codes else { throw Damage() }
    let hasNulls = try source.read(UInt8.self) != 0
    let count = Int(try source.read(UInt32.self))
    let validity = hasNulls ? try bitmap(&source, count) : nil
    let codes: Buffer<UInt32> = try filled(count) { (target) throws(Damage) in
      try PackedIntegers.decode(&source, count: count, into: target)
    }
    return (codes, validity)
  }

  private static func bitmap(_ source: inout ByteSource, _ count: Int) throws(Damage) -> Bitmap {
    let byteCount = (count + 63) / 64 * 8
    let words = try source.take(byteCount)
    return Bitmap(
      words: try filled(byteCount / 8) { (target: UnsafeMutablePointer<UInt64>) throws(Damage) in
        UnsafeMutableRawPointer(target).copyMemory(from: words, byteCount: byteCount)
      }, count: count)
  }

  private static func bools(
    _ source: inout ByteSource, _ count: Int, _ validity: Bitmap?
  ) throws(Damage) -> Buffer<UInt8> {
    try filled(count) { (target: UnsafeMutablePointer<UInt8>) throws(Damage) in
      try LongCodec.decode(&source, count: count, validity: validity, into: target)
      for row in 0..<count { target[row] &= 1 }
    }
  }

  private static func codes(
    _ source: inout ByteSource, _ count: Int, _ entryCount: Int
  ) throws(Damage) -> Codes {
    if entryCount <= 1 << 8 {
      return .narrow(try checkedCodes(&source, count, entryCount))
    } else if entryCount <= 1 << 16 {
      return .medium(try checkedCodes(&source, count, entryCount))
    }
    return .wide(try checkedCodes(&source, count, entryCount))
  }

  /// Kernels index arrays by code without a check, so a code past the dictionary stops here.
  @inline(__always)
  private static func checkedCodes<Code>(
    _ source: inout ByteSource, _ count: Int, _ entryCount: Int
  ) throws(Damage) -> Buffer<Code>
  where Code: FixedWidthInteger & UnsignedInteger & BitwiseCopyable & Sendable {
    try filled(count) { (target: UnsafeMutablePointer<Code>) throws(Damage) in
      try PackedIntegers.decode(&source, count: count, into: target)
      var greatest: Code = 0
      for row in 0..<count { greatest = max(greatest, target[row]) }
      guard count == 0 || Int(greatest) < entryCount else { throw Damage() }
    }
  }

  private static func texts(_ source: inout ByteSource, _ count: Int) throws(Damage) -> ColumnData {
    let run = try FrontCoding.Run(&source, count: count)
    var heap: Buffer<UInt8>?
    let offsets = Buffer<Int>(count: count + 1) { ends in
      heap = Buffer(count: run.heapByteCount) { run.copy(heap: $0, base: 0, ends: ends + 1) }
    }
    guard let heap else { throw Damage() }
    let dictionary = TextDictionary(heap: heap, offsets: offsets, isDistinct: false)
    return .texts(rowOrder(count), dictionary)
  }

  /// The codes of texts in row order: each its row.
  private static func rowOrder(_ count: Int) -> Codes {
    Codes(
      Buffer<UInt32>(count: count) { target in
        for row in 0..<count { target[row] = UInt32(row) }
      }, entryCount: max(count, 1))
  }

  /// A buffer made by a function that may find damage.
  @inline(__always)
  static func filled<Element: BitwiseCopyable & Sendable>(
    _ count: Int, _ fill: (UnsafeMutablePointer<Element>) throws(Damage) -> Void
  ) throws(Damage) -> Buffer<Element> {
    var failure: Damage?
    let buffer = Buffer<Element>(count: count) { target in
      do throws(Damage) { try fill(target) } catch { failure = error }
    }
    if let failure { throw failure }
    return buffer
  }
}
