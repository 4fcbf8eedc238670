import Glibc

/// What went wrong outside any statement: a file, a lock that cannot be read.
public struct NotebookError: Error, Sendable, CustomStringConvertible {
  /// One sentence.
  public let description: String
  /// A way out, where there is one.
  public let help: String?

  /// An error in a sentence.
  public init(_ description: String, help: String? = nil) {
    self.description = description
    self.help = help
  }

  /// A file could not be read or written; the system's own words say why.
  static func file(_ path: String, _ action: String, _ code: Int32 = errno) -> NotebookError {
    NotebookError("\(path) cannot be \(action): \(String(cString: strerror(code)))")
  }
}
