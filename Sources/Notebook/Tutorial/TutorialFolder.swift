import Glibc

/// The folder in which a tutorial is played: its data, and what the learner writes.
///
/// It is made anew whenever a step's state is, so nothing of the learner's own should live there.
public final class TutorialFolder {
  /// Where it is.
  public let path: String
  private let descriptor: Int32
  private let isTemporary: Bool

  /// The folder of a tutorial below the state folder; nobody else can have it meanwhile.
  public init(tutorial name: String) throws(NotebookError) {
    guard let base = TutorialProgress.folder else {
      throw NotebookError("there is no place for the tutorial's data", help: "set HOME")
    }
    path = base + "/" + name
    isTemporary = false
    makeFolders(path)
    descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { throw .file(path, "opened") }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw NotebookError("the tutorial \(name) is open in another terminal")
    }
  }

  /// A folder that is removed when nobody needs it any more.
  public init() throws(NotebookError) {
    let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array((base + "/casebook-tutorial-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else { throw .file(base, "written") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    isTemporary = true
    descriptor = -1
  }

  deinit {
    if isTemporary {
      empty()
      rmdir(path)
    } else {
      close(descriptor)
    }
  }

  /// Removes the files in it; folders stay.
  func empty() {
    for name in names { unlink(path + "/" + name) }
  }

  /// What tells a file from what it was before: its node, size and time; nil where there is none.
  func state(of name: String) -> [Int]? {
    var status = stat()
    guard stat(path + "/" + name, &status) == 0 else { return nil }
    return [
      Int(status.st_ino), Int(status.st_size), status.st_mtim.tv_sec, status.st_mtim.tv_nsec,
    ]
  }

  private var names: [String] {
    guard let stream = opendir(path) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        })
    }
    return names.filter { $0 != "." && $0 != ".." }
  }
}
