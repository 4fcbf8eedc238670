import CasebookValues
import Glibc

/// What was typed at prompts: a file of JSON lines that is only ever added to, so that shells which
/// run at the same time do not overwrite each other, and each sees what the others add.
///
/// The file is read from its end, and only as far back as someone looks: a prompt should be there at once.
final class History: EntryList {
  private static let partBytes = 1 << 18

  /// Nil where there is no home; then nothing outlives the shell.
  let path: String?
  /// What was read from the file when it was first looked at, the newest first.
  private var older: [String] = []
  /// What came since, the oldest first.
  private var newer: [String] = []
  /// A statement that is not kept: it can be recalled until the next one.
  private var passing: String?
  /// The part of the file that was read.
  private var known: Range<Int>?
  private var file: (device: dev_t, node: ino_t)?

  /// The history of the person who runs the program.
  convenience init() { self.init(path: Environment.stateFolder.map { $0 + "/history" }) }

  init(path: String?) { self.path = path }

  // MARK: Recall

  func entry(_ age: Int) -> String? {
    var age = age
    if let passing {
      if age == 0 { return passing }
      age -= 1
    }
    if age < newer.count { return newer[newer.count - 1 - age] }
    age -= newer.count
    while age >= older.count, readEarlier() {}
    return age < older.count ? older[age] : nil
  }

  /// Takes note of what other shells added.
  func refresh() {
    withFile { descriptor, size in
      guard let end = known?.upperBound else {
        known = size..<size
        return
      }
      guard size > end else { return }
      let bytes = Self.bytes(descriptor, end..<size)
      let whole = bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
      newer += Self.statements(bytes[..<whole])
      known = (known?.lowerBound ?? end)..<(end + whole)
    }
  }

  /// Reads one more part of the file; gives whether there was one.
  private func readEarlier() -> Bool {
    if known == nil { refresh() }
    guard let start = known?.lowerBound, start > 0 else { return false }
    withFile { descriptor, size in
      var lower = start
      var bytes: [UInt8] = []
      // A line that is cut is read whole with the next part.
      var cut: Int?
      while cut == nil, lower > 0 {
        let part = max(lower - Self.partBytes, 0)
        bytes = Self.bytes(descriptor, part..<lower) + bytes
        lower = part
        cut = part == 0 ? 0 : bytes.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 }
        if cut == bytes.count, part > 0 { cut = nil }
      }
      older += Self.statements(bytes[(cut ?? 0)...]).reversed()
      known = (lower + (cut ?? 0))..<(known?.upperBound ?? size)
    }
    // Without a file there is no more to be had.
    if known?.lowerBound == start { known = 0..<(known?.upperBound ?? 0) }
    return true
  }

  private func withFile(_ body: (_ descriptor: Int32, _ size: Int) -> Void) {
    guard let path else { return }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return }
    let size = Int(status.st_size)
    let isSame = file.map { $0.device == status.st_dev && $0.node == status.st_ino } ?? true
    if !isSame || size < known?.upperBound ?? 0 {
      // Someone made it anew.
      older = []
      known = nil
    }
    file = (status.st_dev, status.st_ino)
    body(descriptor, size)
  }

  // MARK: Adding

  /// Adds a statement; `kept` is how the file has it.
  ///
  /// That it cannot be kept is no reason to disturb the person.
  func append(_ statement: String, kept: String? = nil) {
    passing = nil
    refresh()
    if entry(0) == statement { return }
    // What is masked in the file can be recalled as it was for as long as the shell runs.
    guard write(kept ?? statement), kept == nil || kept == statement else {
      skipOwnLine()
      newer.append(statement)
      return
    }
    refresh()
  }

  /// Has a statement recalled in this shell only: until the next one, or for good.
  func remember(_ statement: String, untilNext: Bool) {
    passing = untilNext ? statement : nil
    if !untilNext { newer.append(statement) }
  }

  /// Passes over the line that was just written.
  private func skipOwnLine() {
    let count = newer.count
    refresh()
    if newer.count > count { newer.removeLast() }
  }

  private func write(_ statement: String) -> Bool {
    guard let path else { return false }
    makeFolder(of: path)
    let descriptor = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    // One that was copied or made by hand is its owner's alone, too.
    fchmod(descriptor, 0o600)
    var line = Self.endsWithinLine(descriptor) ? Array("\n".utf8) : []
    line += Array("{\"at\":\"".utf8)
    line += Array(Instant.text(Self.now()).utf8)
    line += Array("\",\"statement\":".utf8)
    writeJSONString(statement, to: &line)
    line += Array("}\n".utf8)
    // One write, so that lines of several shells never mix.
    return line.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) } == line.count
  }

  /// Whether the last line was cut short, as when a disk was full.
  private static func endsWithinLine(_ descriptor: Int32) -> Bool {
    let size = lseek(descriptor, 0, SEEK_END)
    var last: UInt8 = 0
    return size > 0 && pread(descriptor, &last, 1, size - 1) == 1 && last != UInt8(ascii: "\n")
  }

  private static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Instant.unixEpoch + Int64(time.tv_sec) * Ticks.perSecond
  }

  // MARK: Lines

  private static func bytes(_ descriptor: Int32, _ range: Range<Int>) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
      while count < range.count {
        let part = pread(
          descriptor, buffer.baseAddress.map { $0 + count }, range.count - count,
          off_t(range.lowerBound + count))
        if part <= 0 { return }
        count += part
      }
    }
  }

  /// The statements of whole lines; lines that are not ours are passed over.
  private static func statements(_ bytes: ArraySlice<UInt8>) -> [String] {
    bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
      if let statement = plainStatement(line) { return statement }
      guard
        case .string(let statement)? = Dynamic(json: String(decoding: line, as: UTF8.self))?[
          "statement"]
      else { return nil }
      return statement
    }
  }

  /// The statement of a line as this program writes it, if nothing in it is escaped: most are so, and
  /// reading a hundred thousand must not take long.
  private static func plainStatement(_ line: ArraySlice<UInt8>) -> String? {
    let start = line.startIndex + key.count + timeCount + middle.count
    guard line.count > start - line.startIndex + 2, line.starts(with: key),
      line[(line.startIndex + key.count + timeCount)...].starts(with: middle),
      line.suffix(2) == Array("\"}".utf8)[...]
    else { return nil }
    let text = line[start..<line.endIndex - 2]
    if text.contains(where: { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "\"") }) { return nil }
    return String(decoding: text, as: UTF8.self)
  }

  private static let key = Array("{\"at\":\"".utf8)
  private static let timeCount = Instant.text(Instant.unixEpoch).utf8.count
  private static let middle = Array("\",\"statement\":\"".utf8)
}
