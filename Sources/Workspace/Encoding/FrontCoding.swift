import CasebookTables

/// Texts one after the other, each as what it shares with the one before and the rest.
///
/// Identifiers that count up shrink to a byte or two. Used for dictionaries and for text columns
/// that are kept in row order.
enum FrontCoding {
  /// Appends the texts of `entries`.
  static func encode(
    heap: UnsafePointer<UInt8>, offsets: UnsafePointer<Int>, entries: Range<Int>,
    into sink: ByteSink
  ) {
    let count = entries.count
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 2 * count + 2) { scratch in
      guard let shared = scratch.baseAddress else { return }
      let rest = shared + count
      var previous = UnsafeBufferPointer(start: heap, count: 0)
      var restBytes = 0
      for (row, entry) in entries.enumerated() {
        let from = offsets[entry]
        let text = UnsafeBufferPointer(start: heap + from, count: offsets[entry + 1] - from)
        let prefix = sharedPrefix(previous, text)
        shared[row] = UInt64(prefix)
        rest[row] = UInt64(text.count - prefix)
        restBytes += text.count - prefix
        previous = text
      }
      let total = count == 0 ? 0 : offsets[entries.upperBound] - offsets[entries.lowerBound]
      sink.append(UInt64(total))
      PackedIntegers.encode(shared, count: count, into: sink)
      PackedIntegers.encode(rest, count: count, into: sink)
      sink.reserve(restBytes)
      for (row, entry) in entries.enumerated() {
        let from = offsets[entry] + Int(shared[row])
        sink.append(from: heap + from, count: Int(rest[row]))
      }
    }
  }

  @inline(__always)
  private static func sharedPrefix(
    _ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>
  ) -> Int {
    let limit = min(a.count, b.count)
    var length = 0
    while length < limit, a[length] == b[length] { length &+= 1 }
    return length
  }

  /// A run of texts read and checked, not yet put together.
  struct Run {
    private let shared: Buffer<UInt32>
    private let rest: Buffer<UInt32>
    private let bytes: UnsafePointer<UInt8>
    /// Bytes of all texts together.
    let heapByteCount: Int

    /// Reads `count` texts.
    ///
    /// The bytes read from must outlive the run.
    init(_ source: inout ByteSource, count: Int) throws(Damage) {
      let total = try source.read(UInt64.self)
      // Sharing lets few bytes stand for many: a bound keeps a forged file from claiming them all.
      guard total < 1 << 32 else { throw Damage() }
      shared = try Self.lengths(&source, count)
      rest = try Self.lengths(&source, count)
      var length = 0
      var end = 0
      var restBytes = 0
      for row in 0..<count {
        guard Int(shared.base[row]) <= length else { throw Damage() }
        length = Int(shared.base[row]) + Int(rest.base[row])
        end += length
        restBytes += Int(rest.base[row])
      }
      guard end == Int(total) else { throw Damage() }
      heapByteCount = end
      bytes = try source.take(restBytes).assumingMemoryBound(to: UInt8.self)
    }

    private static func lengths(
      _ source: inout ByteSource, _ count: Int
    ) throws(Damage) -> Buffer<UInt32> {
      try BlockCodec.filled(count) { (target) throws(Damage) in
        try PackedIntegers.decode(&source, count: count, into: target)
      }
    }

    /// Puts the texts together in `heap`; `ends` receives where each ends, counted from `base`.
    func copy(
      heap: UnsafeMutablePointer<UInt8>, base: Int, ends: UnsafeMutablePointer<Int>
    ) {
      var source = bytes
      var target = heap
      var previous = UnsafePointer(heap)
      for row in 0..<shared.count {
        let prefix = Int(shared.base[row])
        let more = Int(rest.base[row])
        copyShort(previous, target, prefix)
        copyShort(source, target + prefix, more)
        previous = UnsafePointer(target)
        source += more
        target += prefix + more
        ends[row] = base + (target - heap)
      }
    }

    /// Bytes that do not overlap, mostly few: a call to `memcpy` would cost more than the copy.
    @inline(__always)
    private func copyShort(
      _ source: UnsafePointer<UInt8>, _ target: UnsafeMutablePointer<UInt8>, _ count: Int
    ) {
      if count > 24 {
        target.update(from: source, count: count)
      } else {
        for index in 0..<count { target[index] = source[index] }
      }
    }
  }
}
