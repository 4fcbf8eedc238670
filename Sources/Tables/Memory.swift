import Glibc

/// Zeroed memory.
///
/// Traps when the system has none left: nothing could go on without it.
func zeroedMemory(_ byteCount: Int) -> UnsafeMutableRawPointer {
  guard let start = calloc(1, byteCount) else { preconditionFailure("out of memory") }
  return start
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
