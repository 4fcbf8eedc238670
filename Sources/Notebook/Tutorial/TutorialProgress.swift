import CasebookEngine
import CasebookValues
import Glibc

/// How far somebody is in a tutorial, kept on disk.
///
/// Steps are known by their headings, so a script that has changed since loses nobody their place.
public struct TutorialProgress: Sendable, Equatable {
  /// How a step was done.
  public enum Way: String, Sendable {
    case answered, shown, skipped
  }

  /// The steps that are done, by heading.
  public var done: [String: Way] = [:]
  /// The heading of the step that is open.
  public var current: String?
  /// Whether the last step was once done.
  public var isFinished = false

  /// Nothing is done.
  public init() {}

  /// A file of progress is small; what is larger is not one.
  private static let mostBytes = 1 << 16

  static var folder: String? {
    baseFolder("XDG_STATE_HOME", fallback: ".local/state").map { $0 + "/tutorials" }
  }

  private static func path(_ name: String) -> String? { folder.map { $0 + "/" + name + ".json" } }

  /// The progress in a tutorial; a file that is no progress counts as none.
  public static func read(_ name: String) -> TutorialProgress {
    guard let path = path(name), let text = text(of: path), let bag = Dynamic(json: text) else {
      return TutorialProgress()
    }
    return TutorialProgress(bag)
  }

  /// Keeps the progress, whole or not at all; gives whether that went well.
  @discardableResult
  public func write(_ name: String) -> Bool {
    guard let folder = Self.folder, let path = Self.path(name) else { return false }
    makeFolders(folder)
    let unfinished = path + ".unfinished"
    unlink(unfinished)
    let descriptor = open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return false }
    let bytes = Array((json + "\n").utf8)
    let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    let isWhole = count == bytes.count && fsync(descriptor) == 0
    if close(descriptor) == 0, isWhole, rename(unfinished, path) == 0 { return true }
    unlink(unfinished)
    return false
  }

  /// Where to go on: the open step, else the first with a task that is not done; the first one where all
  /// are.
  public func place(in tutorial: Tutorial) -> Int {
    let steps = tutorial.steps
    if let current, let index = steps.firstIndex(where: { $0.title == current }) { return index }
    return steps.firstIndex { $0.task != nil && done[$0.title] == nil } ?? 0
  }

  /// How many of a tutorial's tasks are done, of how many.
  public func count(in tutorial: Tutorial) -> (done: Int, all: Int) {
    let tasks = tutorial.steps.filter { $0.task != nil }
    return (tasks.count { done[$0.title] != nil }, tasks.count)
  }

  // MARK: Text

  private var json: String {
    var pairs: [(key: String, value: Dynamic)] = [
      (
        "done",
        .bag(of: done.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value.rawValue)) })
      ),
      ("finished", .bool(isFinished)),
    ]
    if let current { pairs.append(("current", .string(current))) }
    return Dynamic.bag(of: pairs).jsonText
  }

  private init(_ bag: Dynamic) {
    for (title, way) in bag["done"]?.pairs ?? [] {
      if case .string(let word) = way, let way = Way(rawValue: word) { done[title] = way }
    }
    if case .string(let title)? = bag["current"] { current = title }
    if case .bool(let value)? = bag["finished"] { isFinished = value }
  }

  /// The text of a plain file; what is a pipe, a folder or too large is not read.
  private static func text(of path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_size <= mostBytes
    else { return nil }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    let count = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
    guard count >= 0 else { return nil }
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }
}
