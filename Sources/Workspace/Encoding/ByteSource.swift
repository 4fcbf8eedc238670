/// What was read from the file is not what was written there.
struct Damage: Error {}

/// Bytes being read, never past the end: a workspace file may come from anyone.
struct ByteSource {
  private let start: UnsafeRawPointer
  /// Bytes that may be claimed; `ByteSink.slack` more can be loaded.
  private let count: Int
  private var position = 0

  /// `bytes` ends with `ByteSink.slack` bytes that belong to nothing.
  init(_ bytes: UnsafeRawBufferPointer) throws(Damage) {
    guard let start = bytes.baseAddress, bytes.count >= ByteSink.slack else { throw Damage() }
    self.start = start
    count = bytes.count - ByteSink.slack
  }

  /// The next `length` bytes.
  @inline(__always)
  mutating func take(_ length: Int) throws(Damage) -> UnsafeRawPointer {
    guard length >= 0, length <= count - position else { throw Damage() }
    defer { position += length }
    return start + position
  }

  mutating func read<Value: BitwiseCopyable>(_ type: Value.Type) throws(Damage) -> Value {
    try take(MemoryLayout<Value>.size).loadUnaligned(as: type)
  }

  /// A number of which only the low bytes were written.
  @inline(__always)
  mutating func read(bytes: Int) throws(Damage) -> UInt64 {
    if bytes == 0 { return 0 }
    let word = try take(bytes).loadUnaligned(as: UInt64.self)
    return bytes == 8 ? word : word & ((1 << UInt64(bytes * 8)) - 1)
  }
}
