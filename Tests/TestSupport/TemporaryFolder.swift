import Glibc

/// A new empty folder that is removed, with all in it, when nobody needs it any more.
public final class TemporaryFolder: Sendable {
  /// Where it is.
  public let path: String

  /// Makes the folder.
  public init() {
    var template = Array((TemporaryFolder.base + "/casebook-test-XXXXXX").utf8CString)
    precondition(mkdtemp(&template) != nil, "no temporary folder can be made")
    path = String(
      decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { removeTree(path) }

  /// The path of something in it.
  public func path(_ name: String) -> String { path + "/" + name }

  /// Writes a file in it.
  public func write(_ name: String, _ bytes: [UInt8]) {
    precondition(writeFile(path(name), bytes), "cannot write \(name)")
  }

  /// The bytes of a file in it; nil where there is none.
  public func read(_ name: String) -> [UInt8]? { readFile(path(name)) }

  /// Makes something outside reachable by a name in it.
  public func link(_ name: String, to target: String) { _ = symlink(target, path(name)) }

  private static let base = Places.variable("TMPDIR") ?? "/tmp"
}

/// The bytes of a file; nil where it cannot be read.
public func readFile(_ path: String) -> [UInt8]? {
  guard let file = fopen(path, "rb") else { return nil }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var part = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = fread(&part, 1, part.count, file)
    if count == 0 { return bytes }
    bytes += part[..<count]
  }
}

/// Writes a file; gives whether that went well.
public func writeFile(_ path: String, _ bytes: [UInt8]) -> Bool {
  guard let file = fopen(path, "wb") else { return false }
  let count = bytes.withUnsafeBufferPointer { fwrite($0.baseAddress, 1, $0.count, file) }
  return fclose(file) == 0 && count == bytes.count
}

/// The names in a folder, sorted.
public func names(in folder: String) -> [String] {
  guard let handle = opendir(folder) else { return [] }
  defer { closedir(handle) }
  var names: [String] = []
  while let entry = readdir(handle) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name != ".", name != ".." { names.append(name) }
  }
  return names.sorted()
}

private func removeTree(_ path: String) {
  var status = stat()
  guard lstat(path, &status) == 0 else { return }
  guard status.st_mode & S_IFMT == S_IFDIR else {
    unlink(path)
    return
  }
  for name in names(in: path) { removeTree(path + "/" + name) }
  rmdir(path)
}
