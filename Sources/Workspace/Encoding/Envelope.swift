import CasebookTables

/// What surrounds every run of encoded bytes in the file: a checksum before, spare bytes behind.
///
/// SQLite guards its own pages against torn writes but not against decay of what they hold; a
/// wrong number in an answer would be worse than an error.
enum Envelope {
  static let headerByteCount = 8

  static func begin(_ sink: ByteSink) { sink.append(UInt64(0)) }

  /// The finished bytes.
  ///
  /// Spare ones let kernels load whole words at the end.
  static func seal(_ sink: ByteSink) -> [UInt8] {
    sink.append(UInt64(0))
    sink.append(UInt64(0))
    sink.rewrite(checksum(UnsafeRawBufferPointer(start: sink.start, count: sink.count)), at: 0)
    return sink.bytes
  }

  /// What is inside, if it is what was sealed.
  static func open(_ bytes: UnsafeRawBufferPointer) throws(Damage) -> ByteSource {
    guard bytes.count >= headerByteCount + ByteSink.slack,
      bytes.loadUnaligned(as: UInt64.self) == checksum(bytes)
    else { throw Damage() }
    return try ByteSource(UnsafeRawBufferPointer(rebasing: bytes[headerByteCount...]))
  }

  private static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    guard let start = bytes.baseAddress else { return 0 }
    let content = (start + headerByteCount).assumingMemoryBound(to: UInt8.self)
    return hashBytes(content, bytes.count - headerByteCount)
  }
}
