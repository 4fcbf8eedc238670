import GRDB
import GRDBSQLite
import Glibc

/// Looks at a path before SQLite does: opening a file that is not ours must not change it.
enum WorkspaceFile {
  /// Whether the file is still empty; made first, for its owner's eyes only, if it is absent.
  static func prepare(_ path: String) throws(WorkspaceError) -> Bool {
    var status = stat()
    if stat(path, &status) != 0 { return try create(path) }
    if status.st_mode & S_IFMT == S_IFDIR { throw .isDirectory(path: path) }
    guard access(path, R_OK | W_OK) == 0, access(folder(of: path), W_OK | X_OK) == 0 else {
      throw .noPermission(path: path)
    }
    if status.st_size == 0 { return true }
    try inspect(path)
    return false
  }

  private static func create(_ path: String) throws(WorkspaceError) -> Bool {
    let file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    if file < 0 {
      switch errno {
      case EEXIST: return try prepare(path)
      case ENOENT, ENOTDIR: throw .folderMissing(path: path)
      case ENOSPC, EDQUOT: throw .diskFull
      default: throw .noPermission(path: path)
      }
    }
    Glibc.close(file)
    return true
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// A file without our mark is ours only if it was cut off while being made: it has no tables yet,
  /// or has them in the write-ahead log.
  private static func inspect(_ path: String) throws(WorkspaceError) {
    var handle: OpaquePointer?
    // Immutable: no locks, no log and no other trace beside a file that may not be ours. Through
    // SQLite, because closing a descriptor of our own would drop the locks this process has on it.
    let code = sqlite3_open_v2(
      "file:" + escaped(path) + "?immutable=1", &handle,
      SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI, nil)
    defer { sqlite3_close_v2(handle) }
    guard code == SQLITE_OK, let handle else { throw .noPermission(path: path) }
    do throws(WorkspaceError) {
      let identifier = try RawStatement(handle, "PRAGMA application_id")
      if try identifier.step(), identifier.long(0) == Int64(Schema.applicationID) { return }
      let tables = try RawStatement(
        handle, "SELECT count(*) FROM sqlite_master WHERE name NOT LIKE 'grdb%'")
      guard try tables.step(), tables.long(0) == 0 else { throw .foreignDatabase(path: path) }
    } catch {
      if sqlite3_errcode(handle) == SQLITE_NOTADB { throw .notAWorkspace(path: path) }
      // Killed while its log was moved into it, a file makes no sense without the log; opening it
      // properly mends it.
      if access(path + "-wal", F_OK) == 0 { return }
      throw error
    }
  }

  /// A path within a URI.
  private static func escaped(_ path: String) -> String {
    var result = ""
    for character in path {
      switch character {
      case "%": result += "%25"
      case "?": result += "%3f"
      case "#": result += "%23"
      default: result.append(character)
      }
    }
    return result
  }
}
