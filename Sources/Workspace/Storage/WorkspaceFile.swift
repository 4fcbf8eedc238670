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
    try inspectHeader(path)
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

  private static func inspectHeader(_ path: String) throws(WorkspaceError) {
    var header = [UInt8](repeating: 0, count: 100)
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw .noPermission(path: path) }
    let length = read(file, &header, header.count)
    // Closing any descriptor of a file drops this process's locks on it, SQLite's too: this
    // happens before SQLite opens it.
    Glibc.close(file)
    guard length == header.count, header.starts(with: Array("SQLite format 3\0".utf8)) else {
      throw .notAWorkspace(path: path)
    }
    let identifier = header[68..<72].reduce(Int32(0)) { $0 << 8 | Int32($1) }
    if identifier != Schema.applicationID { try inspectTables(path) }
  }

  /// A file without our mark is ours only if it was cut off while being made: no tables yet, or
  /// still in the write-ahead log.
  private static func inspectTables(_ path: String) throws(WorkspaceError) {
    var handle: OpaquePointer?
    let code = sqlite3_open_v2(path, &handle, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nil)
    defer { sqlite3_close_v2(handle) }
    guard code == SQLITE_OK, let handle else { throw .notAWorkspace(path: path) }
    sqlite3_busy_timeout(handle, 5_000)
    let identifier = try RawStatement(handle, "PRAGMA application_id")
    if try identifier.step(), identifier.long(0) == Int64(Schema.applicationID) { return }
    let tables = try RawStatement(
      handle, "SELECT count(*) FROM sqlite_master WHERE name NOT LIKE 'grdb%'")
    guard try tables.step(), tables.long(0) == 0 else { throw .foreignDatabase(path: path) }
  }
}
