import CasebookTables

/// The distinct texts of a column over a whole load, in the order of first appearance.
struct SharedDictionary {
  private var heap = BufferBuilder<UInt8>(capacity: 4096)
  private var offsets = BufferBuilder<Int>(capacity: 1024)
  private var slots: UnsafeMutablePointer<UInt64>
  private var mask = 1023
  private(set) var count = 0

  private static let lookAhead = 256
  private let places = UnsafeMutablePointer<Int>.allocate(capacity: lookAhead)
  /// Keeps the touching from being optimised away.
  private var touched: UInt8 = 0

  init() {
    offsets.append(0)
    slots = .allocate(capacity: 1024)
    slots.initialize(repeating: 0, count: 1024)
  }

  func release() {
    slots.deallocate()
    places.deallocate()
  }

  /// The codes of a chunk's new texts, new or known.
  mutating func intern(
    heap texts: GrowingMemory<UInt8>, ends: GrowingMemory<Int>, hashes: GrowingMemory<UInt64>,
    into codes: inout GrowingMemory<UInt32>
  ) {
    while (count + ends.count) * 2 > mask { rehash() }
    codes.reserve(codes.count + ends.count)
    var from = 0
    for entry in 0..<ends.count {
      if entry & (Self.lookAhead - 1) == 0 {
        fetch(hashes.start + entry, min(Self.lookAhead, ends.count - entry))
      }
      let end = ends.start[entry]
      codes.append(intern(texts.start + from, end - from, hashes.start[entry]))
      from = end
    }
  }

  /// Touches what the next look-ups will need.
  ///
  /// In a large dictionary each look-up misses the caches three times, one miss after another. Done
  /// here for many at once, the misses overlap.
  @inline(never)
  private mutating func fetch(_ hashes: UnsafePointer<UInt64>, _ count: Int) {
    guard let offset = offsets.pointer.baseAddress, let text = heap.pointer.baseAddress else {
      return
    }
    for entry in 0..<count {
      let slot = slots[Int(truncatingIfNeeded: hashes[entry]) & mask]
      // Entry 0 stands for none: touching it does no harm.
      places[entry] = Int(truncatingIfNeeded: max(slot & 0xFFFF_FFFF, 1)) &- 1
    }
    for entry in 0..<count { places[entry] = offset[places[entry]] }
    for entry in 0..<count { touched ^= text[places[entry]] }
  }

  @inline(__always)
  private mutating func intern(
    _ text: UnsafePointer<UInt8>, _ length: Int, _ hash: UInt64
  ) -> UInt32 {
    let tag = hash & ~0xFFFF_FFFF
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 {
      if slots[slot] & ~0xFFFF_FFFF == tag {
        let code = Int(truncatingIfNeeded: slots[slot] & 0xFFFF_FFFF) &- 1
        if isEntry(code, text, length) { return UInt32(truncatingIfNeeded: code) }
      }
      slot = (slot &+ 1) & mask
    }
    slots[slot] = tag | UInt64(count &+ 1)
    heap.append(from: text, count: length)
    offsets.append(heap.count)
    count &+= 1
    return UInt32(truncatingIfNeeded: count &- 1)
  }

  @inline(__always)
  private func isEntry(_ code: Int, _ text: UnsafePointer<UInt8>, _ length: Int) -> Bool {
    guard let offset = offsets.pointer.baseAddress, let start = heap.pointer.baseAddress,
      offset[code + 1] - offset[code] == length
    else { return false }
    return equalText(start + offset[code], text, length)
  }

  /// All entries; one empty text where there are none, so that every code is valid.
  mutating func finish() -> TextDictionary {
    if count == 0 { offsets.append(0) }
    return TextDictionary(heap: heap.finish(), offsets: offsets.finish(), isDistinct: true)
  }

  private mutating func rehash() {
    let capacity = (mask + 1) * 4
    slots.deallocate()
    slots = .allocate(capacity: capacity)
    slots.initialize(repeating: 0, count: capacity)
    mask = capacity - 1
    guard let offset = offsets.pointer.baseAddress, let start = heap.pointer.baseAddress else {
      return
    }
    for code in 0..<count {
      let hash = hashText(start + offset[code], offset[code + 1] - offset[code])
      var slot = Int(truncatingIfNeeded: hash) & mask
      while slots[slot] != 0 { slot = (slot &+ 1) & mask }
      slots[slot] = hash & ~0xFFFF_FFFF | UInt64(code &+ 1)
    }
  }
}
