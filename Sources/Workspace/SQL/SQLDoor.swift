public import CasebookTables
import GRDBSQLite

/// A table that SQL may ask, under its name.
public struct SQLTable: Sendable {
  /// The name.
  public var name: String
  /// The rows.
  public var source: any TableSource

  /// A table.
  public init(name: String, source: any TableSource) {
    self.name = name
    self.source = source
  }
}

/// Why SQL was not answered.
public struct SQLError: Error, Sendable, Equatable {
  /// What SQLite says, without a full stop.
  public var message: String
  /// The place in the text that it is about, as a count of UTF-8 bytes.
  public var offset: Int?
}

/// Plain SQL over tables of any source, by SQLite, read-only.
///
/// The tables are virtual tables of a connection in memory that lives for one statement: the
/// workspace file itself is out of SQL's reach. A `datetime` is ISO text, a `timespan` microseconds,
/// a `bool` 0 or 1, `dynamic` JSON text; a NaN is null, as everywhere in SQLite. Protected values
/// are `***` wherever they are used, so neither a filter nor a function can tell them apart.
public enum SQLDoor {
  /// What stands for every protected value.
  static let mask = "***"

  /// Runs one `select` and collects its rows.
  public static func run(
    _ text: String, tables: [SQLTable], context: RunContext
  ) throws -> Table {
    let registry = SQLRegistry(tables, context)
    var handle: OpaquePointer?
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY
    let code = sqlite3_open_v2(":memory:", &handle, flags | SQLITE_OPEN_NOMUTEX, nil)
    guard code == SQLITE_OK, let handle else {
      sqlite3_close_v2(handle)
      throw SQLError(message: "SQLite could not be started", offset: nil)
    }
    return try withExtendedLifetime(registry) {
      defer { sqlite3_close(handle) }
      try declare(tables, registry, handle)
      let owner = Unmanaged.passUnretained(registry).toOpaque()
      sqlite3_set_authorizer(handle, authorize, nil)
      sqlite3_progress_handler(handle, 20_000, interrupt, owner)
      return try collect(text, registry, handle)
    }
  }

  private static func declare(
    _ tables: [SQLTable], _ registry: SQLRegistry, _ handle: OpaquePointer
  ) throws {
    let owner = Unmanaged.passUnretained(registry).toOpaque()
    sqlite3_create_module_v2(handle, "casebook", registry.module, owner, nil)
    for (number, table) in tables.enumerated() {
      let name = quoted(table.name)
      let sql = "CREATE VIRTUAL TABLE \(name) USING casebook(\(number))"
      guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else {
        throw failure(handle)
      }
    }
  }

  private static func collect(
    _ text: String, _ registry: SQLRegistry, _ handle: OpaquePointer
  ) throws -> Table {
    var statement: OpaquePointer?
    var hasMore = false
    let code = text.withCString { start in
      var rest: UnsafePointer<CChar>?
      let code = sqlite3_prepare_v2(handle, start, -1, &statement, &rest)
      hasMore = rest.map { hasStatement(String(cString: $0)) } ?? false
      return code
    }
    defer { sqlite3_finalize(statement) }
    guard code == SQLITE_OK else { throw registry.failure ?? failure(handle) }
    guard let statement, sqlite3_column_count(statement) > 0 else {
      throw SQLError(message: "only `select` and `with` are answered here", offset: nil)
    }
    if hasMore { throw SQLError(message: "one statement at a time", offset: nil) }
    var result = SQLResult(statement)
    while true {
      switch sqlite3_step(statement) {
      case SQLITE_ROW: try result.takeRow(registry.context)
      case SQLITE_DONE: return result.finish()
      default: throw registry.failure ?? failure(handle)
      }
    }
  }

  /// Whether anything but white space, comments and semicolons follows.
  private static func hasStatement(_ text: String) -> Bool {
    var rest = Substring(text)
    while let first = rest.first {
      if first.isWhitespace || first == ";" {
        rest.removeFirst()
      } else if rest.hasPrefix("--") {
        rest = rest.drop { !$0.isNewline }
      } else {
        return true
      }
    }
    return false
  }

  /// A name as SQL writes any text as a name.
  static func quoted(_ name: String) -> String {
    var result = "\""
    for character in name.unicodeScalars where character != "\0" {
      if character == "\"" { result += "\"" }
      result.unicodeScalars.append(character)
    }
    return result + "\""
  }

  private static func failure(_ handle: OpaquePointer) -> any Error {
    let offset = Int(sqlite3_error_offset(handle))
    let code = sqlite3_errcode(handle)
    let message =
      code == SQLITE_AUTH
      ? "SQL only reads here: no writing, attaching or pragmas"
      : String(cString: sqlite3_errmsg(handle))
    return SQLError(message: message, offset: offset < 0 ? nil : offset)
  }
}

/// Lets a statement read tables and call functions, and nothing else.
private func authorize(
  _: UnsafeMutableRawPointer?, action: CInt, _: UnsafePointer<CChar>?,
  detail: UnsafePointer<CChar>?, _: UnsafePointer<CChar>?, _: UnsafePointer<CChar>?
) -> CInt {
  switch action {
  case SQLITE_SELECT, SQLITE_READ, SQLITE_RECURSIVE: return SQLITE_OK
  case SQLITE_FUNCTION:
    let name = detail.map { String(cString: $0) } ?? ""
    return name == "load_extension" ? SQLITE_DENY : SQLITE_OK
  default: return SQLITE_DENY
  }
}

/// Ends the statement when its run is cancelled or holds too much memory.
private func interrupt(_ owner: UnsafeMutableRawPointer?) -> CInt {
  guard let owner else { return 0 }
  let registry = Unmanaged<SQLRegistry>.fromOpaque(owner).takeUnretainedValue()
  do {
    try registry.context.checkpoint()
    return 0
  } catch {
    registry.failure = error
    return 1
  }
}
