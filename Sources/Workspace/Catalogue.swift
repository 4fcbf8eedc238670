import CasebookTables
import CasebookValues
import GRDB

/// A dataset's current version as the catalogue has it, read within one transaction.
struct CatalogueEntry {
  struct StoredField {
    var field: Field
    var isLate: Bool
    var dictionary: Int64?
    var entryCount: Int
    var isRowOrder: Bool
  }

  struct Segment {
    var id: Int64
    var rowCount: Int
  }

  var id: Int64
  var name: String
  var created: Int64
  var version: Int64
  var previous: Int64?
  var rowCount = 0
  var fields: [StoredField] = []
  var segments: [Segment] = []

  /// The dataset of exactly that name.
  init?(_ database: Database, name: String) throws {
    let row = try Row.fetchOne(
      database,
      sql: "SELECT id, name, created, version, previous FROM dataset WHERE name = ?",
      arguments: [name])
    guard let row, row["name"] == name else { return nil }
    id = row["id"]
    self.name = name
    created = row["created"]
    version = row["version"]
    previous = row["previous"]
    try fill(database)
  }

  /// A version that belongs to no dataset, such as the rejects of a load.
  init(_ database: Database, version: Int64, name: String) throws {
    id = 0
    self.name = name
    created = 0
    self.version = version
    try fill(database)
  }

  private mutating func fill(_ database: Database) throws {
    fields = try Row.fetchAll(
      database,
      sql: """
        SELECT f.name, f.type, f.dictionary, f.entry_count, f.is_row_order,
          coalesce(m.is_late, 0) AS is_late, coalesce(m.is_protected, 0) AS is_protected
        FROM field f LEFT JOIN field_mark m ON m.dataset = ? AND m.name = f.name
        WHERE f.version = ? ORDER BY f.position
        """, arguments: [id, version]
    ).map { row in
      guard let type = ScalarType(name: row["type"]) else {
        throw WorkspaceError.damaged(what: "a column of `\(name)` has no known type")
      }
      return StoredField(
        field: Field(row["name"], type, isProtected: row["is_protected"]),
        isLate: row["is_late"], dictionary: row["dictionary"], entryCount: row["entry_count"],
        isRowOrder: row["is_row_order"])
    }
    segments = try Row.fetchAll(
      database,
      sql: """
        SELECT s.id, s.row_count FROM version_segment v JOIN segment s ON s.id = v.segment
        WHERE v.version = ? ORDER BY v.position
        """, arguments: [version]
    ).map { Segment(id: $0["id"], rowCount: $0["row_count"]) }
    guard segments.allSatisfy({ (0...(1 << 40)).contains($0.rowCount) }) else {
      throw WorkspaceError.damaged(what: "the rows of `\(name)` cannot be counted")
    }
    rowCount = segments.reduce(0) { $0 + $1.rowCount }
  }

  /// The loads whose rows the version holds.
  func loads(_ database: Database) throws -> [LoadRecord] {
    try segments.compactMap { segment in
      guard
        let row = try Row.fetchOne(
          database,
          sql: "SELECT id, loaded_at, options, reject_count FROM load WHERE segment = ?",
          arguments: [segment.id])
      else { return nil }
      let id: Int64 = row["id"]
      let sources = try Row.fetchAll(
        database,
        sql: "SELECT path, byte_count, sha256 FROM load_source WHERE load = ? ORDER BY position",
        arguments: [id]
      ).map {
        Provenance.Source(path: $0["path"], byteCount: $0["byte_count"], sha256: $0["sha256"])
      }
      return LoadRecord(
        id: id, loadedAt: row["loaded_at"],
        provenance: Provenance(
          sources: sources, options: row["options"], rejectCount: row["reject_count"]),
        rowCount: segment.rowCount)
    }
  }

  /// What a listing shows.
  func info(_ database: Database) throws -> DatasetInfo {
    DatasetInfo(
      name: name, created: created, rowCount: rowCount,
      fields: fields.map { DatasetField(field: $0.field, isLate: $0.isLate) },
      loads: try loads(database), hasPrevious: previous != nil)
  }

  static func names(_ database: Database) throws -> [String] {
    try String.fetchAll(database, sql: "SELECT name FROM dataset ORDER BY name")
  }

  /// The dataset, or an error that lists those there are.
  static func required(_ database: Database, name: String) throws -> CatalogueEntry {
    if let entry = try CatalogueEntry(database, name: name) { return entry }
    throw WorkspaceError.unknownDataset(name: name, known: try names(database))
  }

  /// Throws when the name, or one that differs only in case, belongs to a dataset or view.
  static func requireFree(_ database: Database, name: String) throws {
    let other = try String.fetchOne(
      database,
      sql: """
        SELECT name FROM dataset WHERE name = ?1 UNION ALL
        SELECT name FROM view WHERE name = ?1
        """, arguments: [name])
    if let other { throw WorkspaceError.nameTaken(name: name, by: other) }
  }
}
