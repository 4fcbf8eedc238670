import GRDBSQLite

/// SQLite itself, to make files that are not ours and to check answers.
final class RawDatabase {
  private let handle: OpaquePointer

  struct CannotOpen: Error {}

  init(_ path: String) throws {
    var handle: OpaquePointer?
    sqlite3_open(path, &handle)
    guard let handle else { throw CannotOpen() }
    self.handle = handle
  }

  func close() { sqlite3_close(handle) }

  /// Runs a statement; each row's values as text, null as "NULL".
  @discardableResult
  func run(_ sql: String) -> [[String]] {
    var statement: OpaquePointer?
    sqlite3_prepare_v2(handle, sql, -1, &statement, nil)
    defer { sqlite3_finalize(statement) }
    var rows: [[String]] = []
    while sqlite3_step(statement) == SQLITE_ROW {
      rows.append(
        (0..<sqlite3_column_count(statement)).map { column in
          sqlite3_column_text(statement, column).map { String(cString: $0) } ?? "NULL"
        })
    }
    return rows
  }
}
