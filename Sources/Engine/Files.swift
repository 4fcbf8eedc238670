public import CasebookLanguage
import Glibc

/// A file could not be read or written; the system's own words say why.
public struct FileError: Error {
  /// The file.
  public let path: String
  /// What could not be done: `read`, `written`.
  public let action: String
  /// Why.
  public let reason: String
  /// Whether there is a file already.
  public let isTaken: Bool
  /// What would help, where something would.
  public let help: String?

  /// An error of the system, the last one unless another is given.
  public init(_ path: String, _ action: String, _ code: Int32? = nil) {
    let code = code ?? errno
    self.path = path
    self.action = action
    isTaken = code == EEXIST
    help = code == ENOENT && action == "written" ? "make the folder first" : nil
    reason = String(cString: strerror(code))
  }

  /// The error at a place of the text.
  public func at(_ span: Span) -> Diagnostic {
    Diagnostic(
      code: "E0403", message: "\(path) cannot be \(action): \(reason)", span: span, help: help)
  }
}

/// A path seen from a folder; `~/` is the home folder.
public func resolved(_ path: String, in directory: String?) -> String {
  if path.hasPrefix("~/"), let home = getenv("HOME") {
    return String(cString: home) + path.dropFirst()
  }
  guard let directory, !path.hasPrefix("/"), !path.hasPrefix("~") else { return path }
  return directory + "/" + path
}

/// Bytes as hexadecimal digits, two each.
public func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  bytes.map { byte in
    let digits = String(byte, radix: 16)
    return byte < 16 ? "0" + digits : digits
  }.joined()
}

/// The bytes of a file.
public func readFile(_ path: String) throws -> [UInt8] {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw FileError(path, "read") }
  defer { close(descriptor) }
  var bytes: [UInt8] = []
  var part = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = read(descriptor, &part, part.count)
    if count < 0, errno == EINTR { continue }
    guard count >= 0 else { throw FileError(path, "read") }
    if count == 0 { return bytes }
    bytes += part[0..<count]
  }
}

/// A file that takes its place only when it is whole: until `commit` the path is as it was.
public final class NewFile {
  private let path: String
  private let partial: String
  private let descriptor: Int32
  private let replaces: Bool
  private var isCommitted = false

  /// Begins a file beside `path`.
  ///
  /// Unless it `replaces`, a file that is there is an error. What killed processes left of earlier tries goes,
  /// unless the folder is one of the program's own that is swept otherwise.
  public init(_ path: String, replaces: Bool, isSwept: Bool = false) throws {
    self.path = path
    self.replaces = replaces
    if !replaces, access(path, F_OK) == 0 { throw FileError(path, "written", EEXIST) }
    if !isSwept { UnfinishedFiles.sweep(beside: path) }
    (partial, descriptor) = try UnfinishedFiles.begin(path)
  }

  /// Adds bytes.
  public func write(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = Glibc.write(
        descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw FileError(path, "written") }
      rest = rest.dropFirst(count)
    }
  }

  /// Puts the file in place; without `isDurable`, it may be gone after the machine itself fails.
  public func commit(isDurable: Bool = true) throws {
    guard !isDurable || fsync(descriptor) == 0 else { throw FileError(path, "written") }
    // link() refuses to take the place of a file that came meanwhile; rename() takes it.
    let code = replaces ? rename(partial, path) : link(partial, path)
    guard code == 0 else { throw FileError(path, "written") }
    isCommitted = replaces
  }

  deinit {
    close(descriptor)
    if !isCommitted { unlink(partial) }
  }
}
