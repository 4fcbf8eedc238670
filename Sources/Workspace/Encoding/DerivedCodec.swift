import CasebookTables

/// Derived numbers as bytes: a head, and each list in parts that are packed and sealed by themselves.
///
/// The head holds the checksum of every part, so that parts of different values cannot be mixed, and the fingerprint
/// of the rows, so that a value never serves other rows than its own.
enum DerivedCodec {
  /// Numbers of a part: few enough to be read by several workers, many enough to cost one row of the file.
  static let partCount = 1 << 20
  /// The form of what follows; another number is another form.
  private static let form: UInt32 = 1
  /// More lists or facts than any value has.
  private static let greatestCount: UInt32 = 64

  /// What a head says.
  struct Head {
    var facts: [Int64] = []
    /// Numbers in each list.
    var counts: [Int] = []
    /// The checksum of each part, list after list.
    var checksums: [UInt64] = []
  }

  /// The head and the parts behind it.
  static func encode(
    _ numbers: DerivedNumbers, fingerprint: UInt64, _ context: RunContext
  ) throws -> [[UInt8]] {
    let places = places(of: numbers.lists.map(\.count))
    let parts = try context.mapParallel(places.count) { index in
      let (list, range) = places[index]
      return encode(numbers.lists[list].slice(range))
    }
    let sink = ByteSink(capacity: 4_096)
    Envelope.begin(sink)
    sink.append(form)
    sink.append(fingerprint)
    sink.append(UInt32(numbers.facts.count))
    for fact in numbers.facts { sink.append(fact) }
    sink.append(UInt32(numbers.lists.count))
    for list in numbers.lists { sink.append(UInt64(list.count)) }
    for part in parts { sink.append(Envelope.checksum(of: part)) }
    return [Envelope.seal(sink)] + parts
  }

  private static func encode(_ numbers: Buffer<UInt32>) -> [UInt8] {
    let count = numbers.count
    let sink = ByteSink(capacity: count * 3 + 4_096)
    Envelope.begin(sink)
    let wide = Buffer<UInt64>(count: count + 8) { target in
      for index in 0..<count { target[index] = UInt64(numbers.base[index]) }
    }
    PackedIntegers.encode(wide.base, count: count, into: sink)
    return Envelope.seal(sink)
  }

  /// The parts that lists of these lengths are cut into.
  static func places(of counts: [Int]) -> [(list: Int, range: Range<Int>)] {
    counts.enumerated().flatMap { list, count in
      stride(from: 0, to: count, by: partCount).map { (list, $0..<min($0 + partCount, count)) }
    }
  }

  /// Reads a head of rows with this fingerprint that are `rowCount` at most.
  static func head(
    _ bytes: UnsafeRawBufferPointer, fingerprint: UInt64, rowCount: Int
  ) throws(Damage) -> Head {
    var source = try Envelope.open(bytes)
    guard try source.read(UInt32.self) == form, try source.read(UInt64.self) == fingerprint else {
      throw Damage()
    }
    var head = Head()
    let factCount = try source.read(UInt32.self)
    guard factCount <= greatestCount else { throw Damage() }
    for _ in 0..<factCount { head.facts.append(try source.read(Int64.self)) }
    let listCount = try source.read(UInt32.self)
    guard listCount <= greatestCount else { throw Damage() }
    for _ in 0..<listCount {
      let count = try source.read(UInt64.self)
      // Before anything is made to hold them: a forged length takes no memory.
      guard count <= UInt64(rowCount) else { throw Damage() }
      head.counts.append(Int(count))
    }
    for _ in places(of: head.counts) { head.checksums.append(try source.read(UInt64.self)) }
    return head
  }

  /// Reads a part into memory that holds `count` numbers.
  static func decode(
    _ bytes: UnsafeRawBufferPointer, checksum: UInt64, count: Int,
    into target: UnsafeMutablePointer<UInt32>
  ) throws(Damage) {
    guard bytes.count >= 8, bytes.loadUnaligned(as: UInt64.self) == checksum else {
      throw Damage()
    }
    var source = try Envelope.open(bytes)
    try PackedIntegers.decode(&source, count: count, into: target)
  }
}

extension Envelope {
  /// The checksum with which sealed bytes begin.
  static func checksum(of sealed: [UInt8]) -> UInt64 {
    sealed.withUnsafeBytes { $0.count >= 8 ? $0.loadUnaligned(as: UInt64.self) : 0 }
  }
}
