import Glibc

/// A file that cannot be read or written, in a sentence.
struct FileError: Error, CustomStringConvertible {
  let description: String

  /// What the last system call said about a path.
  init(_ verb: String, _ path: String) {
    description = "cannot \(verb) \(path): \(String(cString: strerror(errno)))"
  }
}

/// The text of a file.
///
/// Bytes that are not UTF-8 become the replacement character.
func readText(_ path: String) throws(FileError) -> String {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw FileError("read", path) }
  defer { close(descriptor) }
  return try readText(descriptor, name: path)
}

/// The text that a descriptor gives up to its end.
func readText(_ descriptor: Int32, name: String) throws(FileError) -> String {
  var bytes: [UInt8] = []
  var part = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = read(descriptor, &part, part.count)
    if count == 0 { return String(decoding: bytes, as: UTF8.self) }
    if count > 0 {
      bytes.append(contentsOf: part[..<count])
    } else if errno != EINTR {
      throw FileError("read", name)
    }
  }
}
