import Glibc

/// The directory of one transient workspace, removed with it.
///
/// A lock held for as long as the process lives tells a directory in use from a leftover: the
/// system drops it however the process ends.
final class TransientDirectory: Sendable {
  let path: String
  private let lock: Int32

  /// The workspace file within.
  var file: String { path + "/workspace.casebook" }

  /// Makes a directory below `parent`, after removing those of processes that are gone.
  init(under parent: String) throws(WorkspaceError) {
    try Self.makeFolder(parent)
    // Held from the sweep until the new lock is taken, so that no other sweep sees a directory
    // that is not locked yet.
    guard let gate = Self.lock(parent + "/lock", waiting: true) else {
      throw .noPermission(path: parent)
    }
    defer { Glibc.close(gate) }
    Self.removeLeftovers(in: parent)
    path = parent + "/transient-\(getpid())-\(String(UInt64.random(in: .min ... .max), radix: 36))"
    guard mkdir(path, 0o700) == 0, let lock = Self.lock(path + "/lock", waiting: false) else {
      throw .noPermission(path: path)
    }
    self.lock = lock
  }

  /// Removes the directory and what is in it.
  func remove() {
    Self.remove(path)
    Glibc.close(lock)
  }

  /// Where transient workspaces live: `$XDG_STATE_HOME/casebook`, or its default below home.
  static var standardParent: String {
    if let state = getenv("XDG_STATE_HOME"), state.pointee != 0 {
      return String(cString: state) + "/casebook"
    }
    let home = getenv("HOME").map { String(cString: $0) } ?? "/tmp"
    return home + "/.local/state/casebook"
  }

  private static func makeFolder(_ path: String) throws(WorkspaceError) {
    var partial = ""
    for part in path.split(separator: "/") {
      partial += (partial.isEmpty && !path.hasPrefix("/") ? "" : "/") + part
      if mkdir(partial, 0o700) != 0, errno != EEXIST {
        // A folder above that may not be written is no trouble while the rest can be made.
        if errno == EACCES || errno == EROFS, access(partial, F_OK) == 0 { continue }
        throw .noPermission(path: partial)
      }
    }
  }

  /// An exclusive lock on a file, kept until the descriptor is closed; nil when another has it.
  private static func lock(_ path: String, waiting: Bool) -> Int32? {
    let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else { return nil }
    if flock(file, waiting ? LOCK_EX : LOCK_EX | LOCK_NB) != 0 {
      Glibc.close(file)
      return nil
    }
    return file
  }

  private static func removeLeftovers(in parent: String) {
    for name in entries(of: parent) where name.hasPrefix("transient-") {
      let path = parent + "/" + name
      guard let lock = lock(path + "/lock", waiting: false) else { continue }
      remove(path)
      Glibc.close(lock)
    }
  }

  private static func remove(_ path: String) {
    for name in entries(of: path) { unlink(path + "/" + name) }
    rmdir(path)
  }

  private static func entries(of path: String) -> [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
        field.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }
}
