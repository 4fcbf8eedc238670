/// Text on its way out, kept until there is enough of it to hand on.
///
/// A class, so that the cell writers share one buffer without passing it in and out.
final class OutputBuffer {
  /// Beyond so many bytes it is handed on.
  static let flushCount = 64 * 1024

  private var memory = GrowingMemory<UInt8>(capacity: 2 * flushCount)

  deinit { memory.release() }

  var count: Int { memory.count }

  func flush(to sink: ByteSink) throws {
    guard memory.count > 0 else { return }
    try sink(UnsafeRawBufferPointer(start: memory.start, count: memory.count))
    memory.count = 0
  }

  @inline(__always)
  func append(_ byte: UInt8) { memory.append(byte) }

  @inline(__always)
  func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    if let start = bytes.baseAddress { memory.append(start, bytes.count) }
  }

  func append(_ bytes: [UInt8]) { bytes.withUnsafeBufferPointer { append($0) } }

  @inline(__always)
  func append(_ text: StaticString) { memory.append(text.utf8Start, text.utf8CodeUnitCount) }

  /// Appends what a function writes, at most `capacity` bytes.
  @inline(__always)
  func append(capacity: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Int) {
    memory.reserve(memory.count + capacity)
    memory.count += write(memory.start + memory.count)
  }
}
