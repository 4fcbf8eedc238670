/// A hash of bytes: 64-bit multiply and fold over eight bytes at a time.
///
/// Fixed, so that everything that depends on it is the same in every run.
@inline(__always)
public func hashBytes(_ start: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
  let raw = UnsafeRawPointer(start)
  var hash = UInt64(truncatingIfNeeded: count) &* 0x9E37_79B9_7F4A_7C15
  var position = 0
  while position + 8 <= count {
    hash = mixHash(hash, raw.loadUnaligned(fromByteOffset: position, as: UInt64.self))
    position += 8
  }
  var tail: UInt64 = 0
  if position + 4 <= count {
    tail = UInt64(raw.loadUnaligned(fromByteOffset: position, as: UInt32.self))
    position += 4
  }
  while position < count {
    tail = tail << 8 | UInt64(start[position])
    position += 1
  }
  return mixHash(hash, tail)
}

/// Folds one more word into a hash.
@inline(__always)
public func mixHash(_ hash: UInt64, _ word: UInt64) -> UInt64 {
  let product = (hash ^ word ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
  return product.high ^ product.low
}

/// Gives each distinct text a code, in the order of first appearance, and becomes a dictionary.
public struct TextInterner {
  private var heap = BufferBuilder<UInt8>(capacity: 256)
  private var offsets = BufferBuilder<Int>(capacity: 64)
  private var slots: Buffer<UInt64>.Table

  /// An interner without entries.
  public init() {
    offsets.append(0)
    slots = .init(capacity: 64)
  }

  /// Distinct texts so far.
  public var count: Int { offsets.count - 1 }
  /// Bytes of all entries so far.
  public var heapByteCount: Int { heap.count }

  /// The code of a text, new or known.
  public mutating func intern(_ start: UnsafePointer<UInt8>, _ length: Int) -> UInt32 {
    let hash = hashBytes(start, length)
    let tag = hash & ~0xFFFF_FFFF
    var slot = Int(truncatingIfNeeded: hash) & slots.mask
    while true {
      let entry = slots.start[slot]
      if entry == 0 { break }
      if entry & ~0xFFFF_FFFF == tag {
        let code = Int(truncatingIfNeeded: entry & 0xFFFF_FFFF) - 1
        let from = offsets[code]
        if offsets[code + 1] - from == length,
          bytesEqual(heap.pointer.baseAddress.unsafelyUnwrapped + from, start, length)
        {
          return UInt32(truncatingIfNeeded: code)
        }
      }
      slot = (slot + 1) & slots.mask
    }
    let code = count
    heap.append(from: start, count: length)
    offsets.append(heap.count)
    slots.start[slot] = tag | UInt64(code + 1)
    if (code + 1) * 2 > slots.mask { rehash() }
    return UInt32(truncatingIfNeeded: code)
  }

  /// The code of a text, new or known.
  public mutating func intern(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
    guard let start = bytes.baseAddress else {
      var empty: UInt8 = 0
      return intern(&empty, 0)
    }
    return intern(start, bytes.count)
  }

  /// The code of a text, new or known.
  public mutating func intern(_ text: String) -> UInt32 {
    var text = text
    return text.withUTF8 { intern($0) }
  }

  /// The bytes of an entry, valid until the next change.
  public func bytes(_ code: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: heap.pointer[offsets[code]..<offsets[code + 1]])
  }

  /// All entries.
  ///
  /// The interner starts afresh.
  public mutating func finish() -> TextDictionary {
    if count == 0 { _ = intern("") }
    let result = TextDictionary(
      heap: heap.finish(), offsets: offsets.finish(), isDistinct: true)
    self = TextInterner()
    return result
  }

  private mutating func rehash() {
    let larger = Buffer<UInt64>.Table(capacity: (slots.mask + 1) * 4)
    for code in 0..<count {
      let from = offsets[code]
      let hash = hashBytes(
        heap.pointer.baseAddress.unsafelyUnwrapped + from, offsets[code + 1] - from)
      var slot = Int(truncatingIfNeeded: hash) & larger.mask
      while larger.start[slot] != 0 { slot = (slot + 1) & larger.mask }
      larger.start[slot] = (hash & ~0xFFFF_FFFF) | UInt64(code + 1)
    }
    slots = larger
  }
}

extension Buffer where Element == UInt64 {
  /// The slots of an open-addressing hash table; a power of two, zero where free.
  struct Table {
    let owner: BufferOwner
    let start: UnsafeMutablePointer<UInt64>
    let mask: Int

    init(capacity: Int) {
      owner = BufferOwner(byteCount: capacity * 8)
      start = owner.start.bindMemory(to: UInt64.self, capacity: capacity)
      mask = capacity - 1
    }
  }
}
