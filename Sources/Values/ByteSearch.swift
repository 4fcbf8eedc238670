import Glibc

/// The first place at or after `start` where a run of bytes stands in another.
public func find(
  _ needle: UnsafeBufferPointer<UInt8>, in haystack: UnsafeBufferPointer<UInt8>,
  from start: Int = 0
) -> Int? {
  guard start >= 0, start <= haystack.count - needle.count else { return nil }
  guard let base = haystack.baseAddress, let wanted = needle.baseAddress, needle.count > 0 else {
    return start
  }
  let end = base + haystack.count
  var place = base + start
  while end - place >= needle.count {
    // The C library looks for one byte at 16 or 32 places at a time.
    guard let found = memchr(place, Int32(wanted[0]), end - place - needle.count + 1) else {
      return nil
    }
    if memcmp(found, wanted, needle.count) == 0 {
      return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }
    place = UnsafeRawPointer(found).assumingMemoryBound(to: UInt8.self) + 1
  }
  return nil
}

/// Whether a run of bytes stands in another.
public func contains(
  _ haystack: UnsafeBufferPointer<UInt8>, _ needle: UnsafeBufferPointer<UInt8>
) -> Bool {
  find(needle, in: haystack) != nil
}

/// Orders two runs of bytes, a shorter one before its continuations: negative, zero or positive.
public func compareBytes(
  _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>
) -> Int {
  if let a = left.baseAddress, let b = right.baseAddress {
    let order = memcmp(a, b, min(left.count, right.count))
    if order != 0 { return order < 0 ? -1 : 1 }
  }
  return left.count < right.count ? -1 : left.count > right.count ? 1 : 0
}
