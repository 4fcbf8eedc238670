/// Runs of 64 rows a word, least significant bit first, and what is done with them.
///
/// All functions work on memory that the caller owns; words behind the last row are zero.
typealias Words = UnsafeMutablePointer<UInt64>

/// Sets a bit for every byte that is 1; the bytes behind `count` up to a whole word are zero.
func packBytes(_ bytes: UnsafePointer<UInt8>, wordCount: Int, into words: Words) {
  let raw = UnsafeRawPointer(bytes)
  for word in 0..<wordCount {
    var packed: UInt64 = 0
    for part in 0..<8 {
      let eight = raw.loadUnaligned(
        fromByteOffset: word &* 64 &+ part &* 8, as: UInt64.self)
      // Gathers the lowest bit of each byte in the highest byte of the product.
      packed |= ((eight &* 0x0102_0408_1020_4080) >> 56) << UInt64(part &* 8)
    }
    words[word] = packed
  }
}

/// How many bits are set.
func countBits(_ words: UnsafePointer<UInt64>, _ wordCount: Int) -> Int {
  var total = 0
  for word in 0..<wordCount { total &+= words[word].nonzeroBitCount }
  return total
}

/// How many bits are set in both.
func countBits(
  _ a: UnsafePointer<UInt64>, and b: UnsafePointer<UInt64>, _ wordCount: Int
) -> Int {
  var total = 0
  for word in 0..<wordCount { total &+= (a[word] & b[word]).nonzeroBitCount }
  return total
}

/// How many bits are set in the first and not in the second.
func countBits(
  _ a: UnsafePointer<UInt64>, butNot b: UnsafePointer<UInt64>, _ wordCount: Int
) -> Int {
  var total = 0
  for word in 0..<wordCount { total &+= (a[word] & ~b[word]).nonzeroBitCount }
  return total
}

/// How many bits are set in the first two and not in the third.
func countBits(
  _ a: UnsafePointer<UInt64>, and b: UnsafePointer<UInt64>, butNot c: UnsafePointer<UInt64>,
  _ wordCount: Int
) -> Int {
  var total = 0
  for word in 0..<wordCount { total &+= (a[word] & b[word] & ~c[word]).nonzeroBitCount }
  return total
}

/// Whether any bit is set.
func hasBits(_ words: UnsafePointer<UInt64>, _ wordCount: Int) -> Bool {
  for word in 0..<wordCount where words[word] != 0 { return true }
  return false
}

/// Calls `body` with the row of every bit that is set, in order.
@inline(__always)
func forEachBit(
  _ words: UnsafePointer<UInt64>, _ wordCount: Int, _ body: (Int) throws -> Void
) rethrows {
  for word in 0..<wordCount {
    var bits = words[word]
    while bits != 0 {
      try body(word &* 64 &+ bits.trailingZeroBitCount)
      bits &= bits &- 1
    }
  }
}

/// Memory for bitmaps over one block of rows, given back when the arena ends.
final class BitArena {
  /// Words of one bitmap.
  let wordCount: Int
  private var slabs: [Words] = []
  private var used = 0
  private var capacity = 0

  init(rowCount: Int) {
    wordCount = (rowCount + 63) / 64
  }

  deinit { for slab in slabs { slab.deallocate() } }

  /// A bitmap with no bit set.
  func bitmap() -> Words {
    if used == capacity {
      capacity = 64
      used = 0
      let slab = Words.allocate(capacity: capacity * max(wordCount, 1))
      slab.initialize(repeating: 0, count: capacity * max(wordCount, 1))
      slabs.append(slab)
    }
    defer { used += 1 }
    return slabs[slabs.count - 1] + used * max(wordCount, 1)
  }
}
