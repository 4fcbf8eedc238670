/// Bytes being written.
///
/// Kernels may store whole words past the end: `slack` bytes are kept free.
final class ByteSink {
  /// Bytes that are always free past the end.
  static let slack = 16

  private(set) var start: UnsafeMutableRawPointer
  private(set) var count = 0
  private var capacity: Int

  init(capacity: Int) {
    self.capacity = max(capacity, 64)
    start = .allocate(byteCount: self.capacity + Self.slack, alignment: 16)
  }

  deinit { start.deallocate() }

  /// Where the next byte goes.
  var end: UnsafeMutableRawPointer { start + count }

  /// Makes room for `more` bytes past the end.
  func reserve(_ more: Int) {
    if count + more <= capacity { return }
    capacity = max(capacity * 2, count + more)
    let larger = UnsafeMutableRawPointer.allocate(
      byteCount: capacity + Self.slack, alignment: 16)
    larger.copyMemory(from: start, byteCount: count)
    start.deallocate()
    start = larger
  }

  /// Counts bytes that a kernel wrote at `end`.
  func advance(_ written: Int) { count += written }

  func append<Value: BitwiseCopyable>(_ value: Value) {
    reserve(MemoryLayout<Value>.size)
    end.storeBytes(of: value, as: Value.self)
    count += MemoryLayout<Value>.size
  }

  func append(from source: UnsafeRawPointer, count more: Int) {
    reserve(more)
    end.copyMemory(from: source, byteCount: more)
    count += more
  }

  /// The low bytes of a number, as many as asked for.
  func append(_ value: UInt64, bytes: Int) {
    reserve(8)
    end.storeBytes(of: value, as: UInt64.self)
    count += bytes
  }

  /// Overwrites a value written before.
  func rewrite<Value: BitwiseCopyable>(_ value: Value, at position: Int) {
    (start + position).storeBytes(of: value, as: Value.self)
  }

  /// Everything written.
  var bytes: [UInt8] {
    Array(UnsafeRawBufferPointer(start: start, count: count))
  }
}
