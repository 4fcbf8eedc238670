import CasebookTables
import GRDB
import GRDBSQLite
import Glibc
import Synchronization

/// An open workspace file: GRDB's pool for the catalogue and writing, connections for blocks, and
/// what of it is kept in memory.
final class Store: Sendable {
  let path: String
  let blocks: BlockConnections
  let cache = ColumnCache()
  private let pool: DatabasePool
  private let busyMilliseconds: Int
  private let dictionaries = Mutex<[Int64: TextDictionary]>([:])

  /// Opens `path`.
  ///
  /// A file that need not survive the machine's fall is not flushed at each commit.
  init(path: String, isDurable: Bool, busySeconds: Double) throws {
    self.path = path
    busyMilliseconds = Int(busySeconds * 1000)
    let isEmpty = try WorkspaceFile.prepare(path)
    var configuration = Configuration()
    configuration.busyMode = .timeout(busySeconds)
    configuration.prepareDatabase { database in
      guard isEmpty, !database.configuration.readonly else { return }
      // Both are fixed by the first write.
      try database.execute(
        sql: "PRAGMA page_size = \(Schema.pageByteCount); PRAGMA auto_vacuum = INCREMENTAL")
    }
    do {
      pool = try DatabasePool(path: path, configuration: configuration)
      blocks = BlockConnections(path: path)
      try upgrade()
      try pool.writeWithoutTransaction { database in
        try database.execute(sql: "PRAGMA synchronous = \(isDurable ? "FULL" : "NORMAL")")
      }
    } catch {
      throw WorkspaceError.translated(error)
    }
  }

  private func upgrade() throws {
    let migrator = Schema.migrator
    if try isCurrent(migrator) { return }
    do {
      try migrator.migrate(pool)
    } catch {
      // Another process may have made the same file at the same moment.
      if try !isCurrent(migrator) { throw error }
    }
  }

  private func isCurrent(_ migrator: DatabaseMigrator) throws -> Bool {
    try pool.writeWithoutTransaction { database in
      if try migrator.hasBeenSuperseded(database) { throw WorkspaceError.newerVersion(path: path) }
      return try migrator.hasCompletedMigrations(database)
    }
  }

  /// Reads the catalogue as it was at one moment.
  ///
  /// Never waits for a writer.
  func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
    do {
      return try pool.read(body)
    } catch {
      throw WorkspaceError.translated(error)
    }
  }

  /// Changes the workspace as a whole or not at all.
  func write<Result>(_ body: (Database) throws -> Result) throws -> Result {
    do {
      return try pool.writeWithoutTransaction { database in
        var result: Result?
        try database.inTransaction(.immediate) {
          result = try body(database)
          return .commit
        }
        guard let result else { throw WorkspaceError.closed }
        return result
      }
    } catch {
      throw WorkspaceError.translated(error)
    }
  }

  /// The same, unless another writes: then it fails at once.
  func writeIfFree<Result>(_ body: (Database) throws -> Result) throws -> Result {
    do {
      return try pool.writeWithoutTransaction { database in
        try database.execute(sql: "PRAGMA busy_timeout = 0")
        defer { try? database.execute(sql: "PRAGMA busy_timeout = \(busyMilliseconds)") }
        var result: Result?
        try database.inTransaction(.immediate) {
          result = try body(database)
          return .commit
        }
        guard let result else { throw WorkspaceError.closed }
        return result
      }
    } catch {
      throw WorkspaceError.translated(error)
    }
  }

  /// Moves the log into the file, unless another keeps it.
  func foldLogIfFree() {
    _ = try? pool.writeWithoutTransaction { database in
      try database.execute(sql: "PRAGMA busy_timeout = 0")
      defer { try? database.execute(sql: "PRAGMA busy_timeout = \(busyMilliseconds)") }
      try database.checkpoint(.truncate)
      try Self.touchLog(database)
    }
  }

  /// Moves the log into the file, so that the log does not stay as large as the last load.
  ///
  /// Readers elsewhere may hold it back; then a later one does it.
  func foldLog() {
    _ = try? pool.writeWithoutTransaction { database in
      try database.checkpoint(.truncate)
      try Self.touchLog(database)
    }
  }

  /// Writes a page that changes nothing.
  ///
  /// GRDB writes to a log that it finds empty when it opens a file. During a load elsewhere that
  /// would have to wait, so the log is never left empty.
  private static func touchLog(_ database: Database) throws {
    try database.execute(sql: "PRAGMA user_version = 1")
  }

  /// Gives the space of what was removed back to the file system.
  func releaseSpace() {
    _ = try? pool.writeWithoutTransaction { database in
      try database.execute(sql: "PRAGMA incremental_vacuum")
      try database.checkpoint(.truncate)
      try Self.touchLog(database)
    }
  }

  /// The dictionary of a column, loaded once; it holds at least `entryCount` entries.
  func dictionary(_ id: Int64, entryCount: Int, of name: String) throws -> TextDictionary {
    if let known = dictionaries.withLock({ $0[id] }), known.count >= entryCount { return known }
    let loaded = try currentDictionary(id, of: name)
    if loaded.count < entryCount { throw Self.unreadableTexts(name) }
    return loaded
  }

  /// The dictionary as it is in the file now, with entries that other processes added.
  func currentDictionary(_ id: Int64, of name: String) throws -> TextDictionary {
    let chunks = try blocks.use { try $0.dictionaryChunks(id) }
    if chunks.isEmpty { throw WorkspaceError.datasetChanged(name: name) }
    do throws(Damage) {
      let loaded = try DictionaryCodec.decode(chunks)
      dictionaries.withLock { $0[id] = loaded }
      return loaded
    } catch {
      throw Self.unreadableTexts(name)
    }
  }

  private static func unreadableTexts(_ name: String) -> WorkspaceError {
    .damaged(what: "the texts of a column of `\(name)` cannot be read")
  }

  /// Lets go of everything that can be read again.
  func dropCaches() {
    cache.removeAll()
    dictionaries.withLock { $0.removeAll() }
  }

  func close() throws {
    blocks.close()
    dropCaches()
    do {
      foldLog()
      try pool.close()
    } catch {
      throw WorkspaceError.translated(error)
    }
    removeLog()
  }

  /// GRDB closes its read-only connections last, and they cannot take the log away.
  private func removeLog() {
    guard access(path + "-wal", F_OK) == 0 else { return }
    var handle: OpaquePointer?
    if sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE, nil) == SQLITE_OK {
      sqlite3_exec(handle, "PRAGMA wal_checkpoint(TRUNCATE)", nil, nil, nil)
    }
    sqlite3_close_v2(handle)
  }
}
