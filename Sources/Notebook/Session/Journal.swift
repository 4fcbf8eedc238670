import CasebookEngine
import CasebookTables
import CasebookValues
import Glibc

/// The file to which the cells of a sitting are written as they finish, so that a crash loses at most the
/// statement that was running.
///
/// JSON lines in `$XDG_STATE_HOME/casebook/sessions`, mode 0600: a head, a line a cell, and a last line
/// once the sitting ended. Values of protected columns are not in it.
public final class Journal {
  /// So many journals of ended sittings are kept.
  private static let keptCount = 50

  /// The file.
  public let path: String
  private let descriptor: Int32

  /// Begins the journal of a sitting on a workspace file, or on a transient one; nil where there is no place
  /// for it.
  public init?(workspace: String?) {
    guard let folder = Self.folder else { return nil }
    makeFolders(folder)
    Self.prune(folder)
    path = folder + "/\(Self.wallTicks())-\(getpid()).jsonl"
    descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return nil }
    write([
      ("started", .string(Instant.text(Self.wallTicks()))), ("process", .long(Int64(getpid()))),
      ("workspace", workspace.map { .string(absolute($0, from: currentFolder())) } ?? .null),
      ("folder", .string(currentFolder())),
    ])
  }

  deinit { close(descriptor) }

  /// Adds a cell; `maskedText` stands for a statement that may hold protected values.
  func add(_ record: CellRecord, number: Int, maskedText: String?) {
    var line: [(String, Dynamic)] = [
      ("cell", .long(Int64(number))), ("statement", .string(maskedText ?? record.text)),
      ("at", .string(Instant.text(record.startedAt))), ("seconds", .real(record.seconds)),
      ("outcome", .string(record.outcome.rawValue)),
    ]
    if maskedText != nil { line.append(("masked", .bool(true))) }
    if let prose = record.prose { line.append(("prose", .string(prose))) }
    if let result = record.result {
      line.append(("rows", .long(Int64(result.rowCount))))
      line.append(("result", .string(result.content.description)))
    }
    write(line)
  }

  /// Says that the sitting ended as it should.
  public func end() { write([("ended", .string(Instant.text(Self.wallTicks())))]) }

  /// One write, so that a line is there whole or not at all.
  private func write(_ pairs: [(String, Dynamic)]) {
    let line = Array((Dynamic.bag(of: pairs.map { (key: $0.0, value: $0.1) }).jsonText + "\n").utf8)
    _ = line.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
  }

  // MARK: Earlier sittings

  /// What an earlier sitting left.
  public struct Remains: Sendable {
    /// The journal's file.
    public let path: String
    /// The workspace file; nil for a transient one.
    public let workspace: String?
    /// The folder in which it ran.
    public let folder: String
    /// The statements that were done, in order; nil for one that is not kept as it was typed.
    public let statements: [String?]
    /// Whether the sitting ended as it should.
    public let hasEnded: Bool
    /// Whether its process still runs.
    public let isRunning: Bool
    /// When it began.
    public let started: String
  }

  /// The last sitting that neither ended nor still runs.
  public static func lastUnfinished() -> Remains? {
    all().last { !$0.hasEnded && !$0.isRunning && !$0.statements.isEmpty }
  }

  /// All sittings whose journals are kept, oldest first.
  public static func all() -> [Remains] {
    guard let folder else { return [] }
    return names(in: folder).compactMap { read(folder + "/" + $0) }
  }

  /// Marks a sitting as taken up by another, so that it is not offered again.
  public static func finish(_ remains: Remains) {
    let descriptor = open(remains.path, O_WRONLY | O_APPEND | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    let line = Array("{\"ended\":\"recovered\"}\n".utf8)
    _ = line.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    close(descriptor)
  }

  private static func read(_ path: String) -> Remains? {
    guard let bytes = try? readFile(path) else { return nil }
    // A line that was cut by the machine's fall is passed over.
    let lines = bytes.split(separator: UInt8(ascii: "\n")).compactMap {
      Dynamic(json: String(decoding: $0, as: UTF8.self))
    }
    guard let head = lines.first, case .long(let process)? = head["process"] else { return nil }
    let cells = lines.dropFirst().filter { line in
      if case .string("done")? = line["outcome"] { return true }
      return false
    }
    return Remains(
      path: path, workspace: text(head["workspace"]), folder: text(head["folder"]) ?? "/",
      statements: cells.map { $0["masked"] == nil ? text($0["statement"]) : nil },
      hasEnded: lines.last?["ended"] != nil,
      isRunning: kill(pid_t(truncatingIfNeeded: process), 0) == 0,
      started: text(head["started"]) ?? "")
  }

  private static func text(_ value: Dynamic?) -> String? {
    if case .string(let text)? = value { return text }
    return nil
  }

  private static func prune(_ folder: String) {
    let ended = names(in: folder).filter { read(folder + "/" + $0)?.hasEnded == true }
    for name in ended.dropLast(keptCount - 1) { unlink(folder + "/" + name) }
  }

  private static func names(in folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasSuffix(".jsonl") { names.append(name) }
    }
    return names.sorted()
  }

  private static var folder: String? {
    baseFolder("XDG_STATE_HOME", fallback: ".local/state").map { $0 + "/sessions" }
  }

  private static func wallTicks() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Instant.unixEpoch + Int64(time.tv_sec) * Ticks.perSecond + Int64(time.tv_nsec) / 100
  }
}
