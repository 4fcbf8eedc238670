import Glibc

/// Zeroed memory.
///
/// Traps when the system has none left: nothing could go on without it.
func zeroedMemory(_ byteCount: Int) -> UnsafeMutableRawPointer {
  guard let start = calloc(1, byteCount) else { preconditionFailure("out of memory") }
  if byteCount >= largeRunByteCount { useLargePages(start, byteCount) }
  return start
}

/// Runs from here on may lie in large pages, so that millions of rows read here and there cost few address look-ups.
private let largeRunByteCount = 8 << 20
private let largePageByteCount = 2 << 20

/// Asks for large pages; a system without them goes on as before.
private func useLargePages(_ start: UnsafeMutableRawPointer, _ byteCount: Int) {
  let address = UInt(bitPattern: start)
  let page = UInt(largePageByteCount)
  let first = (address + page - 1) / page * page
  let end = (address + UInt(byteCount)) / page * page
  guard end > first, let place = UnsafeMutableRawPointer(bitPattern: first) else { return }
  _ = madvise(place, Int(end - first), MADV_HUGEPAGE)
}

func releaseMemory(_ start: UnsafeMutableRawPointer) {
  free(start)
}

@inline(__always)
func bytesEqual(_ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, _ count: Int) -> Bool {
  memcmp(a, b, count) == 0
}

@inline(__always)
func compareBytes(
  _ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>
) -> Int {
  let shared = min(a.count, b.count)
  if shared > 0, let x = a.baseAddress, let y = b.baseAddress {
    let order = Int(memcmp(x, y, shared))
    if order != 0 { return order }
  }
  return a.count - b.count
}
