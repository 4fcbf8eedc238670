import CasebookTables

/// A column's dictionary as chunks of entries, so that no blob grows without bound and an append
/// adds chunks without touching those that are there.
enum DictionaryCodec {
  /// Entries of a chunk at most.
  static let chunkEntryCount = 65_536
  /// Text of a chunk at most, unless a single entry is longer.
  static let chunkHeapByteCount = 8 << 20

  /// A chunk's bytes.
  struct Encoded {
    var bytes: [UInt8]
    var entryCount: Int
  }

  /// The chunk that begins at entry `first`.
  static func encode(_ dictionary: TextDictionary, from first: Int) -> Encoded {
    let offsets = dictionary.offsets
    var end = first
    while end < dictionary.count, end - first < chunkEntryCount {
      let heapBytes = offsets.base[end + 1] - offsets.base[first]
      if end > first, heapBytes > chunkHeapByteCount { break }
      end += 1
    }
    let sink = ByteSink(capacity: 4_096 + offsets.base[end] - offsets.base[first])
    Envelope.begin(sink)
    sink.append(UInt32(end - first))
    FrontCoding.encode(
      heap: dictionary.heap.base, offsets: offsets.base, entries: first..<end, into: sink)
    return Encoded(bytes: Envelope.seal(sink), entryCount: end - first)
  }

  /// The dictionary that all chunks make together.
  static func decode(_ chunks: [[UInt8]]) throws(Damage) -> TextDictionary {
    var runs: [FrontCoding.Run] = []
    var counts: [Int] = []
    // The runs point into the chunks, which stay where they are until this function returns.
    let pinned = chunks.map { Buffer<UInt8>($0) }
    for chunk in pinned {
      var source = try Envelope.open(UnsafeRawBufferPointer(chunk.pointer))
      let count = Int(try source.read(UInt32.self))
      guard count <= chunkEntryCount else { throw Damage() }
      runs.append(try FrontCoding.Run(&source, count: count))
      counts.append(count)
    }
    let entryCount = counts.reduce(0, +)
    let heapByteCount = runs.reduce(0) { $0 + $1.heapByteCount }
    guard entryCount > 0 else { throw Damage() }
    var heap: Buffer<UInt8>?
    let offsets = Buffer<Int>(count: entryCount + 1) { offsets in
      heap = Buffer(count: heapByteCount) { heap in
        var base = 0
        var entry = 1
        for (run, count) in zip(runs, counts) {
          run.copy(heap: heap + base, base: base, ends: offsets + entry)
          base += run.heapByteCount
          entry += count
        }
      }
    }
    guard let heap else { throw Damage() }
    return withExtendedLifetime(pinned) {
      TextDictionary(heap: heap, offsets: offsets, isDistinct: true)
    }
  }
}
