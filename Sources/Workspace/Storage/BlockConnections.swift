import GRDBSQLite
import Synchronization

/// Read-only connections that fetch blocks, one for each thread that asks at the same time.
///
/// The pool of GRDB serves the catalogue. Blocks are read thousands of times within a query, and
/// this path costs one prepared statement's step each.
final class BlockConnections: Sendable {
  private let path: String
  private let idle = Mutex<[BlockConnection]>([])

  init(path: String) { self.path = path }

  /// Lends a connection to `body`.
  func use<Result>(
    _ body: (BlockConnection) throws -> Result
  ) throws -> Result {
    let connection = try idle.withLock { $0.popLast() } ?? BlockConnection(path: path)
    defer { idle.withLock { $0.append(connection) } }
    return try body(connection)
  }

  /// Closes the connections that are not in use.
  func close() { idle.withLock { $0.removeAll() } }
}

/// One connection and its statements.
///
/// `@unchecked Sendable`: it is taken out of the idle list by one thread at a time and put back
/// when that thread is done.
final class BlockConnection: @unchecked Sendable {
  private let handle: OpaquePointer
  private let statements: Statements

  private struct Statements {
    let block: RawStatement
    let catalogue: RawStatement
    let dictionary: RawStatement
    let segments: RawStatement
    let derived: RawStatement
    let derivedPart: RawStatement
  }

  init(path: String) throws(WorkspaceError) {
    var handle: OpaquePointer?
    let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX
    let code = sqlite3_open_v2(path, &handle, flags, nil)
    guard let handle else { throw .other("SQLite could not be started") }
    guard code == SQLITE_OK else {
      defer { sqlite3_close_v2(handle) }
      throw .sqlite(handle)
    }
    self.handle = handle
    sqlite3_busy_timeout(handle, 5_000)
    do throws(WorkspaceError) {
      statements = Statements(
        block: try RawStatement(handle, "SELECT bytes FROM block WHERE id = ?"),
        catalogue: try RawStatement(
          handle,
          """
          SELECT id, row_count, null_count, least, greatest FROM block
          WHERE segment = ? AND field = ? ORDER BY number
          """),
        dictionary: try RawStatement(
          handle, "SELECT bytes FROM dictionary_chunk WHERE dictionary = ? ORDER BY number"),
        segments: try RawStatement(
          handle,
          """
          SELECT s.id, s.row_count FROM version_segment v JOIN segment s ON s.id = v.segment
          WHERE v.version = ? ORDER BY v.position
          """),
        derived: try RawStatement(
          handle, "SELECT id FROM derived WHERE version = ? AND content = ?"),
        derivedPart: try RawStatement(
          handle, "SELECT bytes FROM derived_part WHERE derived = ? AND number = ?"))
    } catch {
      sqlite3_close_v2(handle)
      throw error
    }
  }

  // The statements are finalized after this; such a connection closes with its last statement.
  deinit { sqlite3_close_v2(handle) }

  /// Gives `body` the bytes of a block; nil when there is no such block any more.
  func withBlock<Result>(
    _ id: Int64, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result? {
    let statement = statements.block
    statement.bind(1, id)
    defer { statement.reset() }
    guard try statement.step() else { return nil }
    return try body(statement.bytes(0))
  }

  /// What is known of the blocks of one field of a segment.
  func catalogue(segment: Int64, field: Int) throws(WorkspaceError) -> [BlockEntry] {
    let statement = statements.catalogue
    statement.bind(1, segment)
    statement.bind(2, field)
    defer { statement.reset() }
    var entries: [BlockEntry] = []
    while try statement.step() {
      var range: (least: Int64, greatest: Int64)?
      if let least = statement.longOrNull(3), let greatest = statement.longOrNull(4) {
        range = (least, greatest)
      }
      entries.append(
        BlockEntry(
          id: statement.long(0), rowCount: Int(statement.long(1)),
          nullCount: Int(statement.long(2)), range: range))
    }
    return entries
  }

  /// The chunks of a dictionary, in order.
  func dictionaryChunks(_ dictionary: Int64) throws(WorkspaceError) -> [[UInt8]] {
    let statement = statements.dictionary
    statement.bind(1, dictionary)
    defer { statement.reset() }
    var chunks: [[UInt8]] = []
    while try statement.step() { chunks.append([UInt8](statement.bytes(0))) }
    return chunks
  }
}

/// What is kept beside a version's rows, and what it is checked by.
extension BlockConnection {
  /// The segments of a version.
  func segments(version: Int64) throws(WorkspaceError) -> [(id: Int64, rowCount: Int)] {
    let statement = statements.segments
    statement.bind(1, version)
    defer { statement.reset() }
    var segments: [(id: Int64, rowCount: Int)] = []
    while try statement.step() {
      segments.append((statement.long(0), Int(clamping: statement.long(1))))
    }
    return segments
  }

  /// The number of what was derived from a version under a name.
  func derived(version: Int64, content: String) throws(WorkspaceError) -> Int64? {
    let statement = statements.derived
    statement.bind(1, version)
    statement.bind(2, content)
    defer { statement.reset() }
    return try statement.step() ? statement.long(0) : nil
  }

  /// Gives `body` the bytes of a part; nil when there is no such part.
  func withDerivedPart<Result>(
    _ id: Int64, _ number: Int, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result? {
    let statement = statements.derivedPart
    statement.bind(1, id)
    statement.bind(2, number)
    defer { statement.reset() }
    guard try statement.step() else { return nil }
    return try body(statement.bytes(0))
  }

  /// The checksum with which a block begins, without reading the rest of it.
  func checksum(block: Int64) -> UInt64? {
    var blob: OpaquePointer?
    defer { sqlite3_blob_close(blob) }
    guard sqlite3_blob_open(handle, "main", "block", "bytes", block, 0, &blob) == SQLITE_OK else {
      return nil
    }
    var checksum: UInt64 = 0
    let isRead = withUnsafeMutableBytes(of: &checksum) { bytes in
      sqlite3_blob_read(blob, bytes.baseAddress, Int32(bytes.count), 0) == SQLITE_OK
    }
    return isRead ? checksum : nil
  }
}

/// What the catalogue knows of one block of one column.
struct BlockEntry: Sendable {
  var id: Int64
  var rowCount: Int
  var nullCount: Int
  /// As stored: numbers and ticks, or the bits of a real.
  var range: (least: Int64, greatest: Int64)?
}
