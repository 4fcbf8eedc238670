/// Gives each distinct text of a column a code that one worker keeps over its chunks.
///
/// Small on purpose: it starts afresh once its table no longer fits the near caches, so a column of
/// many texts costs a second look-up in the load's own dictionary, once a chunk and text, and a column
/// of few texts never does.
struct ChunkInterner {
  private static let entryLimit = 16_384
  private static let heapLimit = 1 << 20

  private(set) var heap = GrowingMemory<UInt8>(capacity: 4096)
  /// Where each entry ends in the heap.
  private(set) var ends = GrowingMemory<Int>(capacity: 256)
  private(set) var hashes = GrowingMemory<UInt64>(capacity: 256)
  private var slots: UnsafeMutablePointer<UInt64>
  private var mask = 511

  init() {
    slots = .allocate(capacity: 512)
    slots.initialize(repeating: 0, count: 512)
  }

  func release() {
    heap.release()
    ends.release()
    hashes.release()
    slots.deallocate()
  }

  var count: Int { ends.count }

  /// Forgets all entries if there are too many; says whether it did.
  mutating func startAfreshIfFull() -> Bool {
    guard count > Self.entryLimit || heap.count > Self.heapLimit else { return false }
    heap.count = 0
    ends.count = 0
    hashes.count = 0
    slots.update(repeating: 0, count: mask + 1)
    return true
  }

  @inline(__always)
  mutating func intern(_ text: UnsafePointer<UInt8>, _ length: Int) -> UInt32 {
    let hash = hashText(text, length)
    let tag = hash & ~0xFFFF_FFFF
    var slot = Int(truncatingIfNeeded: hash) & mask
    while true {
      let entry = slots[slot]
      if entry == 0 { return add(text, length, hash, slot) }
      if entry & ~0xFFFF_FFFF == tag {
        let code = Int(truncatingIfNeeded: entry & 0xFFFF_FFFF) &- 1
        let from = code == 0 ? 0 : ends.start[code &- 1]
        if ends.start[code] &- from == length, equalText(heap.start + from, text, length) {
          return UInt32(truncatingIfNeeded: code)
        }
      }
      slot = (slot &+ 1) & mask
    }
  }

  @inline(never)
  private mutating func add(
    _ text: UnsafePointer<UInt8>, _ length: Int, _ hash: UInt64, _ slot: Int
  ) -> UInt32 {
    let code = count
    heap.append(text, length)
    ends.append(heap.count)
    hashes.append(hash)
    slots[slot] = hash & ~0xFFFF_FFFF | UInt64(code &+ 1)
    if (code + 1) * 2 > mask { rehash() }
    return UInt32(truncatingIfNeeded: code)
  }

  private mutating func rehash() {
    let capacity = (mask + 1) * 4
    slots.deallocate()
    slots = .allocate(capacity: capacity)
    slots.initialize(repeating: 0, count: capacity)
    mask = capacity - 1
    for code in 0..<count {
      let hash = hashes.start[code]
      var slot = Int(truncatingIfNeeded: hash) & mask
      while slots[slot] != 0 { slot = (slot &+ 1) & mask }
      slots[slot] = hash & ~0xFFFF_FFFF | UInt64(code &+ 1)
    }
  }
}
