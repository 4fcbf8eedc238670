import Glibc

/// Files on their way beside the path that they will take, `report.html.4711.partial`.
///
/// Who writes one holds a lock on it, which the system releases however the process ends. So a file that nobody
/// holds was left by a process that was killed.
enum UnfinishedFiles {
  /// Begins a file beside `path`; gives its own path and the open file.
  static func begin(_ path: String) throws -> (path: String, descriptor: Int32) {
    let own = path + ".\(getpid())" + ending
    // A process of the same number may have been killed before.
    for _ in 0..<2 {
      let descriptor = open(own, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
      if descriptor >= 0 {
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0, isThere(descriptor) {
          return (own, descriptor)
        }
        close(descriptor)
      } else if errno != EEXIST || !removeIfLeft(own) {
        throw FileError(path, "written", errno == EEXIST ? EBUSY : errno)
      }
    }
    throw FileError(path, "written", EBUSY)
  }

  /// Removes what killed processes left beside a path.
  static func sweep(beside path: String) {
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { String(path[...$0]) } ?? ""
    let prefix = (slash.map { String(path[path.index(after: $0)...]) } ?? path) + "."
    for entry in folderEntries(folder.isEmpty ? "." : folder) where !entry.isFolder {
      guard entry.name.hasPrefix(prefix), entry.name.hasSuffix(ending) else { continue }
      let number = entry.name.dropFirst(prefix.count).dropLast(ending.count)
      guard !number.isEmpty, number.utf8.allSatisfy({ $0 >= 48 && $0 < 58 }) else { continue }
      _ = removeIfLeft(folder + entry.name)
    }
  }

  private static let ending = ".partial"

  /// Removes a file that nobody holds; gives whether it is gone.
  private static func removeIfLeft(_ path: String) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return errno == ENOENT }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return false }
    // By now the path may be that of another process's file.
    var (held, named) = (stat(), stat())
    guard fstat(descriptor, &held) == 0, lstat(path, &named) == 0 else { return errno == ENOENT }
    guard held.st_ino == named.st_ino, held.st_dev == named.st_dev else { return false }
    return unlink(path) == 0 || errno == ENOENT
  }

  /// Whether an open file still has a name: somebody may have swept it before it was locked.
  private static func isThere(_ descriptor: Int32) -> Bool {
    var facts = stat()
    return fstat(descriptor, &facts) == 0 && facts.st_nlink > 0
  }
}
