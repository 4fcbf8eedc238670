import CasebookTables
import CasebookValues
import Testing

@testable import CasebookWorkspace

@Suite struct EncodingTests {
  private func packed(_ values: [UInt64]) throws -> [UInt64] {
    let sink = ByteSink(capacity: 8)
    Envelope.begin(sink)
    PackedIntegers.encode(values + [0], count: values.count, into: sink)
    let bytes = Envelope.seal(sink)
    return try bytes.withUnsafeBytes { raw throws -> [UInt64] in
      var source = try Envelope.open(raw)
      let decoded: Buffer<UInt64> = try BlockCodec.filled(values.count) {
        (target) throws(Damage) in
        try PackedIntegers.decode(&source, count: values.count, into: target)
      }
      return decoded.array
    }
  }

  @Test(arguments: 0...64) func everyWidthRoundTrips(width: Int) throws {
    var random = Seeded(UInt64(width) + 1)
    let mask = width == 64 ? UInt64.max : (1 << UInt64(width)) - 1
    for count in Array(0...17) + [63, 64, 65, 1_023, 1_024, 1_025, 3_000] {
      var values = (0..<count).map { _ in random.next() & mask }
      // The greatest value makes sure of the width.
      if count > 1 { values[count / 2] = mask }
      #expect(try packed(values) == values, "width \(width), count \(count)")
    }
  }

  @Test func differencesRoundTrip() throws {
    let rising = (0..<5_000).map { UInt64($0) * 1_000_003 + 7 }
    #expect(try packed(rising) == rising)
    #expect(try packed(rising.reversed()) == rising.reversed())
    let far: [UInt64] = [0, .max, 1, .max - 1, 1 << 63, 0]
    #expect(try packed(far) == far)
  }

  @Test func divisionByMultiplicationIsExact() {
    var random = Seeded(3)
    for divisor in [1, 2, 3, 10, 7_919, 10_000_000, 864_000_000_000, UInt64.max, 1 << 63] {
      let exact = ExactDivisor(divisor)
      for _ in 0..<200 {
        let quotient = random.next() % (UInt64.max / divisor)
        #expect(exact.divides(quotient &* divisor))
        #expect(exact.quotient(quotient &* divisor) == quotient)
        let number = random.next()
        #expect(exact.divides(number) == (number % divisor == 0))
      }
    }
  }

  private func roundTrip(_ column: Column, _ dictionary: TextDictionary? = nil) throws -> Column {
    let encoded = BlockCodec.encode(column)
    return try encoded.bytes.withUnsafeBytes {
      try BlockCodec.decode(
        $0, type: column.type, rowCount: column.count, dictionary: dictionary)
    }
  }

  private func check(_ column: Column) throws {
    let decoded = try roundTrip(column)
    #expect(decoded.count == column.count && decoded.nullCount == column.nullCount)
    for row in 0..<column.count { #expect(decoded.scalar(row) == column.scalar(row)) }
  }

  /// Every column of up to three values out of some that are hard.
  private func checkSmall(_ type: ScalarType, _ values: [Scalar]) throws {
    let all = values + [.null(type)]
    try check(column(type, []))
    for first in all {
      try check(column(type, [first]))
      for second in all {
        try check(column(type, [first, second]))
        for third in all { try check(column(type, [first, second, third])) }
      }
    }
  }

  @Test func smallColumnsRoundTrip() throws {
    try checkSmall(.bool, [.bool(false), .bool(true)])
    try checkSmall(.int, [.int(0), .int(.min), .int(.max)])
    try checkSmall(.long, [.long(0), .long(.min), .long(.max), .long(-10_000_000)])
    try checkSmall(.datetime, [.datetime(0), .datetime(Instant.greatest)])
    try checkSmall(.timespan, [.timespan(-1), .timespan(600_000_000), .timespan(.max)])
    try checkSmall(.decimal, [.decimal(0.5), .decimal(-2)])
    try checkSmall(.string, [.string(""), .string("ä"), .string("ab"), .string("abc")])
    try checkSmall(.guid, [.guid("a"), .guid("b")])
  }

  @Test func realsKeepTheirBits() throws {
    let hard = [
      0.0, -0.0, 0.1, 1.0 / 3, 1e300, -Double.leastNonzeroMagnitude, .infinity, .nan, 12.34,
      0.123456,
      9_007_199_254_740_992,
    ]
    for first in hard {
      for second in hard {
        let column = Column(.real, .reals(Buffer([first, second])))
        guard case .reals(let values) = try roundTrip(column).data else { return }
        #expect(values.array.map(\.bitPattern) == [first, second].map(\.bitPattern))
      }
    }
  }

  @Test func decimalsAreSmall() throws {
    var random = Seeded(5)
    let scores = (0..<blockRowCount).map { _ in Double(random.next() % 1_000) / 1_000 }
    let column = Column(.real, .reals(Buffer(scores)))
    #expect(BlockCodec.encode(column).bytes.count < blockRowCount * 10 / 8 + 2_000)
    guard case .reals(let values) = try roundTrip(column).data else { return }
    #expect(values.array == scores)
  }

  @Test func wholeSecondsAreSmall() throws {
    var random = Seeded(6)
    let ticks = (0..<blockRowCount).map { _ in
      638_000_000_000_000_000 + Int64(random.next() % 65_536) * 10_000_000
    }
    let column = Column(.datetime, .longs(Buffer(ticks)))
    let encoded = BlockCodec.encode(column)
    #expect(encoded.bytes.count < blockRowCount * 2 + 2_000)
    #expect(encoded.range?.least == ticks.min() && encoded.range?.greatest == ticks.max())
    guard case .longs(let values) = try roundTrip(column).data else { return }
    #expect(values.array == ticks)
  }

  @Test(arguments: [1, 2, 255, 256, 257, 65_536, 65_537])
  func codesRoundTrip(entryCount: Int) throws {
    var random = Seeded(UInt64(entryCount))
    let codes = Buffer((0..<5_000).map { _ in UInt32(random.next() % UInt64(entryCount)) })
    let dictionary = TextDictionary((0..<entryCount).map { "e\($0)" }, isDistinct: true)
    let encoded = BlockCodec.encode(codes: codes, validity: nil)
    let column = try encoded.bytes.withUnsafeBytes {
      try BlockCodec.decode($0, type: .string, rowCount: 5_000, dictionary: dictionary)
    }
    guard case .texts(let decoded, let shared) = column.data else { return }
    #expect(shared === dictionary)
    #expect(decoded.widened.array == codes.array)
  }

  @Test func codesPastTheDictionaryAreDamage() {
    let encoded = BlockCodec.encode(codes: Buffer([0, 1, 2]), validity: nil)
    let dictionary = TextDictionary(["a", "b"], isDistinct: true)
    #expect(throws: Damage.self) {
      try encoded.bytes.withUnsafeBytes {
        _ = try BlockCodec.decode($0, type: .string, rowCount: 3, dictionary: dictionary)
      }
    }
  }

  @Test func dictionariesRoundTrip() throws {
    var texts = (0..<70_000).map { "case-\($0)" }
    texts[5] = ""
    texts[9] = String(repeating: "long ", count: 40_000)
    let dictionary = TextDictionary(texts, isDistinct: true)
    var chunks: [[UInt8]] = []
    var first = 0
    while first < dictionary.count {
      let chunk = DictionaryCodec.encode(dictionary, from: first)
      chunks.append(chunk.bytes)
      first += chunk.entryCount
    }
    #expect(chunks.count == 2)
    let decoded = try DictionaryCodec.decode(chunks)
    #expect(decoded.heap.array == dictionary.heap.array)
    #expect(decoded.offsets.array == dictionary.offsets.array)
  }

  @Test func everyFlippedByteIsNoticed() {
    let column = column(.long, (0..<200).map { .long($0 * 37) } + [.null(.long)])
    let bytes = BlockCodec.encode(column).bytes
    for position in bytes.indices {
      var changed = bytes
      changed[position] ^= 0x10
      #expect(throws: Damage.self) {
        try changed.withUnsafeBytes {
          _ = try BlockCodec.decode($0, type: .long, rowCount: 201, dictionary: nil)
        }
      }
    }
  }

  /// A forged file may carry right checksums: nothing in it may lead a kernel astray.
  @Test func forgedBlocksStayWithinBounds() {
    let dictionary = TextDictionary(["a", "b", "c"], isDistinct: true)
    let codes = Buffer((0..<2_100).map { UInt32($0 % 3) })
    let blocks: [([UInt8], ScalarType, Int)] = [
      (BlockCodec.encode(column(.long, (0..<300).map { .long($0 * $0) })).bytes, .long, 300),
      (BlockCodec.encode(column(.real, (0..<300).map { .real(Double($0) / 8) })).bytes, .real, 300),
      (BlockCodec.encode(codes: codes, validity: nil).bytes, .string, 2_100),
      (
        BlockCodec.encode(
          Column(
            .string,
            .texts(
              Codes(Buffer((0..<300).map { UInt32($0) }), entryCount: 300),
              TextDictionary((0..<300).map { "text \($0)" }, isDistinct: false)))
        ).bytes, .string, 300
      ),
    ]
    var random = Seeded(11)
    for (bytes, type, count) in blocks {
      for _ in 0..<1_500 {
        var forged = bytes
        for _ in 0..<(1 + random.next() % 3) {
          forged[8 + Int(random.next() % UInt64(forged.count - 8))] = UInt8(
            truncatingIfNeeded: random.next())
        }
        if forged.count > 80, random.next() % 4 == 0 {
          forged.removeLast(Int(random.next() % 40))
        }
        let sink = ByteSink(capacity: forged.count)
        Envelope.begin(sink)
        for byte in forged[8..<(forged.count - 16)] { sink.append(byte) }
        let sealed = Envelope.seal(sink)
        _ = try? sealed.withUnsafeBytes {
          try BlockCodec.decode($0, type: type, rowCount: count, dictionary: dictionary)
        }
      }
    }
  }
}
