/// A hash of a text for the reader's own tables; never stored and never seen in a result.
@inline(__always)
func hashText(_ start: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
  let raw = UnsafeRawPointer(start)
  var hash = UInt64(truncatingIfNeeded: count) &* 0x9E37_79B9_7F4A_7C15
  guard count >= 8 else { return foldHash(hash, shortWord(start, count)) }
  var position = 0
  while position &+ 8 < count {
    hash = foldHash(hash, raw.loadUnaligned(fromByteOffset: position, as: UInt64.self))
    position &+= 8
  }
  // The last eight bytes, which may overlap those before.
  return foldHash(hash, raw.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self))
}

/// Whether two texts of `count` bytes are equal.
@inline(__always)
func equalText(_ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, _ count: Int) -> Bool {
  guard count >= 8 else { return shortWord(a, count) == shortWord(b, count) }
  let left = UnsafeRawPointer(a)
  let right = UnsafeRawPointer(b)
  var position = 0
  while position &+ 8 < count {
    if left.loadUnaligned(fromByteOffset: position, as: UInt64.self)
      != right.loadUnaligned(fromByteOffset: position, as: UInt64.self)
    {
      return false
    }
    position &+= 8
  }
  return left.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
    == right.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
}

/// Up to seven bytes as a number that tells texts of one length apart, without reading beyond them.
@inline(__always)
private func shortWord(_ start: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
  let raw = UnsafeRawPointer(start)
  if count >= 4 {
    let low = UInt64(raw.loadUnaligned(as: UInt32.self))
    let high = UInt64(raw.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self))
    return high << 32 | low
  }
  if count == 0 { return 0 }
  return UInt64(start[0]) | UInt64(start[count >> 1]) << 8 | UInt64(start[count &- 1]) << 16
}

@inline(__always)
private func foldHash(_ hash: UInt64, _ word: UInt64) -> UInt64 {
  let product = (hash ^ word ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
  return product.high ^ product.low
}
