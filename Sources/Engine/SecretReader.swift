import Glibc
import Synchronization

/// Reads secrets from where they do not show: the environment, or a file that is already open.
public final class SecretReader: Sendable {
  /// A pipe can be read once; a script that is run again for its proof asks again.
  private let known = Mutex<[Int32: String]>([:])

  /// A reader that has read nothing.
  public init() {}

  /// What an environment variable holds.
  static func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  /// What an open file holds, without the newline at its end.
  func text(ofDescriptor descriptor: Int32) throws -> String {
    if let text = known.withLock({ $0[descriptor] }) { return text }
    var bytes = try readFile("/dev/fd/\(descriptor)")
    if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
    let text = String(decoding: bytes, as: UTF8.self)
    known.withLock { $0[descriptor] = text }
    return text
  }
}
