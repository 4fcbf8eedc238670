import CasebookRender
import Glibc

/// Why nothing more can be written.
enum OutputError: Error {
  /// The reader has gone, as with `| head`.
  case closed
  /// The person asked to stop.
  case interrupted
  /// Anything else, in the system's words.
  case failed(String)
}

/// A descriptor that text is written to, a part at a time.
final class OutputStream {
  private static let partSize = 1 << 16

  private let descriptor: Int32
  private let heedsInterrupts: Bool
  private var held: [UInt8] = []

  /// A stream; one that heeds interrupts stops in the middle of a long result.
  init(_ descriptor: Int32, heedsInterrupts: Bool) {
    self.descriptor = descriptor
    self.heedsInterrupts = heedsInterrupts
  }

  func write(_ text: String) throws(OutputError) {
    held.append(contentsOf: text.utf8)
    if held.count >= Self.partSize { try flush() }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(OutputError) {
    held.append(contentsOf: bytes)
    if held.count >= Self.partSize { try flush() }
  }

  func flush() throws(OutputError) {
    defer { held.removeAll(keepingCapacity: true) }
    var start = 0
    while start < held.count {
      if heedsInterrupts, Interrupts.isPending { throw .interrupted }
      let written = held.withUnsafeBytes { bytes in
        Glibc.write(descriptor, bytes.baseAddress.map { $0 + start }, bytes.count - start)
      }
      if written >= 0 {
        start += written
      } else if errno == EPIPE {
        throw .closed
      } else if errno != EINTR && errno != EAGAIN {
        throw .failed(String(cString: strerror(errno)))
      }
    }
  }
}
