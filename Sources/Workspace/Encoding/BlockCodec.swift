import CasebookTables
import CasebookValues

/// One column of one block as bytes: an envelope with a checksum, the validity bitmap, the values.
enum BlockCodec {
  /// How the values were written; the numbers are in files and never change their meaning.
  enum Encoding: UInt8 {
    case integers = 1
    case decimals = 2
    case reals = 3
    case codes = 4
    case texts = 5
  }

  /// A block's bytes and what the catalogue keeps of it.
  struct Encoded: Sendable {
    var bytes: [UInt8]
    var rowCount: Int
    var nullCount: Int
    /// As stored: numbers and ticks, or the bits of a real.
    var range: (least: Int64, greatest: Int64)?
  }

  /// Numbers, bools and reals; and texts in row order.
  static func encode(_ column: Column) -> Encoded {
    let count = column.count
    let validity = column.validity
    let sink = ByteSink(capacity: count * 9 + 4_096)
    var range: (least: Int64, greatest: Int64)?
    switch column.data {
    case .bools(let values):
      let wide = Buffer<Int64>(count: count) { target in
        for row in 0..<count { target[row] = Int64(values.base[row]) }
      }
      range = encodeLongs(wide, validity, sink)
    case .longs(let values):
      range = encodeLongs(values, validity, sink)
    case .reals(let values):
      let reals = RealCodec.range(values.base, count: count, validity: validity)
      range = reals.map {
        (Int64(bitPattern: $0.least.bitPattern), Int64(bitPattern: $0.greatest.bitPattern))
      }
      encodeReals(values, validity, sink)
    case .texts(let codes, let dictionary):
      header(.texts, count, validity, sink)
      encodeTexts(codes, dictionary, sink)
    }
    return finish(sink, count, column.nullCount, range)
  }

  /// Codes into a dictionary that is kept elsewhere.
  static func encode(codes: Buffer<UInt32>, validity: Bitmap?) -> Encoded {
    let count = codes.count
    let sink = ByteSink(capacity: count * 5 + 4_096)
    header(.codes, count, validity, sink)
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: count + 1) { scratch in
      guard let numbers = scratch.baseAddress else { return }
      for row in 0..<count { numbers[row] = UInt64(codes.base[row]) }
      PackedIntegers.encode(numbers, count: count, into: sink)
    }
    return finish(sink, count, validity.map { count - $0.setCount } ?? 0, nil)
  }

  private static func encodeLongs(
    _ values: Buffer<Int64>, _ validity: Bitmap?, _ sink: ByteSink
  ) -> (least: Int64, greatest: Int64)? {
    let range = LongCodec.range(values.base, count: values.count, validity: validity)
    header(.integers, values.count, validity, sink)
    LongCodec.encode(
      values.base, count: values.count, validity: validity, least: range?.least ?? 0, into: sink)
    return range
  }

  private static func encodeReals(
    _ values: Buffer<Double>, _ validity: Bitmap?, _ sink: ByteSink
  ) {
    header(.decimals, values.count, validity, sink)
    if RealCodec.encodeDecimals(
      values.base, count: values.count, validity: validity, into: sink)
    {
      return
    }
    sink.rewrite(Encoding.reals.rawValue, at: Envelope.headerByteCount)
    sink.append(from: values.base, count: values.count * 8)
  }

  private static func encodeTexts(
    _ codes: Codes, _ dictionary: TextDictionary, _ sink: ByteSink
  ) {
    var heap = BufferBuilder<UInt8>(capacity: codes.count * 16)
    var offsets = BufferBuilder<Int>(capacity: codes.count + 1)
    offsets.append(0)
    for row in 0..<codes.count {
      let text = dictionary.bytes(codes[row])
      if let start = text.baseAddress, text.count > 0 {
        heap.append(from: start, count: text.count)
      }
      offsets.append(heap.count)
    }
    let texts = heap.finish()
    let ends = offsets.finish()
    FrontCoding.encode(
      heap: texts.base, offsets: ends.base, entries: 0..<codes.count, into: sink)
  }

  private static func header(
    _ encoding: Encoding, _ count: Int, _ validity: Bitmap?, _ sink: ByteSink
  ) {
    Envelope.begin(sink)
    sink.append(encoding.rawValue)
    sink.append(UInt8(validity == nil ? 0 : 1))
    sink.append(UInt32(count))
    if let validity { sink.append(from: validity.words.base, count: (count + 63) / 64 * 8) }
  }

  private static func finish(
    _ sink: ByteSink, _ count: Int, _ nullCount: Int, _ range: (least: Int64, greatest: Int64)?
  ) -> Encoded {
    Encoded(
      bytes: Envelope.seal(sink), rowCount: count, nullCount: nullCount, range: range)
  }
}
