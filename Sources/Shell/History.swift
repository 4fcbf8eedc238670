import CasebookValues
import Glibc

/// What was typed at prompts: a file of JSON lines that is only ever added to, so that shells which
/// run at the same time do not overwrite each other.
struct History {
  /// Only so much of the file's end is read: a prompt should be there at once.
  private static let readBytes = 4 << 20

  let path: String

  /// The history of the person who runs the program; nil where there is no home.
  init?() {
    guard let folder = Environment.stateFolder else { return nil }
    self.init(path: folder + "/history")
  }

  init(path: String) { self.path = path }

  /// The statements of the file, oldest first.
  ///
  /// Lines that are not ours are passed over.
  func entries() -> [String] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    let isCut = lseek(descriptor, 0, SEEK_END) > Self.readBytes
    lseek(descriptor, isCut ? -Self.readBytes : 0, isCut ? SEEK_END : SEEK_SET)
    guard let text = try? readText(descriptor, name: path) else { return [] }
    let lines = text.utf8.split(separator: UInt8(ascii: "\n"))
    return lines.dropFirst(isCut ? 1 : 0).compactMap { line in
      guard
        case .string(let statement)? = Dynamic(json: String(decoding: line, as: UTF8.self))?[
          "statement"]
      else { return nil }
      return statement
    }
  }

  /// Adds a statement.
  ///
  /// That it cannot be kept is no reason to disturb the person.
  func append(_ statement: String) {
    makeFolder()
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return }
    var line = Array("{\"at\":\"".utf8)
    line += Array(Instant.text(now()).utf8)
    line += Array("\",\"statement\":".utf8)
    writeJSONString(statement, to: &line)
    line += Array("}\n".utf8)
    // One write, so that lines of several shells never mix.
    _ = line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    close(descriptor)
  }

  private func makeFolder() {
    let folder = path.prefix(through: path.lastIndex(of: "/") ?? path.startIndex)
    for (index, character) in zip(folder.indices, folder)
    where character == "/" && index > folder.startIndex {
      mkdir(String(folder[..<index]), 0o700)
    }
  }

  private func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Instant.unixEpoch + Int64(time.tv_sec) * Ticks.perSecond
  }
}
