import GRDBSQLite

/// A prepared statement on a raw connection, for the two loops that move block after block.
///
/// Not `Sendable`: it lives and dies with the thread that uses its connection.
final class RawStatement {
  private let handle: OpaquePointer
  private let connection: OpaquePointer

  init(_ connection: OpaquePointer, _ sql: String) throws(WorkspaceError) {
    self.connection = connection
    var handle: OpaquePointer?
    let code = sqlite3_prepare_v3(
      connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil)
    guard code == SQLITE_OK, let handle else { throw .sqlite(connection) }
    self.handle = handle
  }

  deinit { sqlite3_finalize(handle) }

  func bind(_ position: Int32, _ value: Int64?) {
    if let value {
      sqlite3_bind_int64(handle, position, value)
    } else {
      sqlite3_bind_null(handle, position)
    }
  }

  func bind(_ position: Int32, _ value: String) {
    var value = value
    _ = value.withUTF8 { text in
      // SQLite copies the text before this returns.
      sqlite3_bind_text64(
        handle, position, UnsafeRawPointer(text.baseAddress)?.assumingMemoryBound(to: CChar.self),
        UInt64(text.count), unsafeBitCast(-1, to: sqlite3_destructor_type.self),
        UInt8(SQLITE_UTF8))
    }
  }

  func bind(_ position: Int32, _ value: Int) { bind(position, Int64(value)) }

  /// Runs the statement with `bytes` bound to one parameter, without a copy.
  func run(_ position: Int32, _ bytes: [UInt8]) throws(WorkspaceError) {
    var failure: WorkspaceError?
    bytes.withUnsafeBytes { raw in
      sqlite3_bind_blob64(handle, position, raw.baseAddress, UInt64(raw.count), nil)
      // Read at once: every later call replaces the error.
      if sqlite3_step(handle) != SQLITE_DONE { failure = .sqlite(connection) }
      sqlite3_reset(handle)
      sqlite3_bind_null(handle, position)
    }
    if let failure { throw failure }
  }

  /// Advances to the next row; false when there is none.
  func step() throws(WorkspaceError) -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default: throw .sqlite(connection)
    }
  }

  func reset() { sqlite3_reset(handle) }

  func long(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

  func longOrNull(_ column: Int32) -> Int64? {
    sqlite3_column_type(handle, column) == SQLITE_NULL ? nil : long(column)
  }

  /// A blob of the current row, valid until the next step.
  func bytes(_ column: Int32) -> UnsafeRawBufferPointer {
    let start = sqlite3_column_blob(handle, column)
    return UnsafeRawBufferPointer(
      start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(handle, column)))
  }
}
