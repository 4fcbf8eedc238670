public import CasebookTables
import GRDB

extension Workspace {
  /// Loads a dataset in one transaction: all of its rows are there afterwards, or none.
  ///
  /// `body` names the columns and gives the blocks. What it throws ends the load without a trace.
  @discardableResult
  public func load(
    _ name: String, mode: LoadMode = .replace, provenance: Provenance = Provenance(),
    context: RunContext, _ body: (inout DatasetWriter) throws -> Void
  ) throws -> DatasetInfo {
    let store = try store()
    let info = try store.write { database in
      let target = try LoadTarget(database, store, name: name, mode: mode)
      if let existing = target.existing { try Self.forgetPrevious(existing, database) }
      let segment = try SegmentWriter(database, context: context)
      var writer = DatasetWriter(segment, target, provenance)
      try body(&writer)
      let version = try writer.complete()
      try Self.record(writer, segment.segment, context, database)
      try Self.point(target, to: version, context, database)
      return try CatalogueEntry.required(database, name: name).info(database)
    }
    store.foldLog()
    return info
  }

  private static func record(
    _ writer: DatasetWriter, _ segment: Int64, _ context: RunContext, _ database: Database
  ) throws {
    var rejects: Int64?
    if let table = writer.rejects {
      let target = try SegmentWriter(database, context: context)
      let none = table.fields.map { _ in nil as TextColumn.Base? }
      try target.begin(table.fields, bases: none, rowOrder: table.fields.map { _ in false })
      let source = MemorySource(table)
      let all = Array(table.fields.indices)
      for block in source.blockRowCounts.indices {
        try target.append(try source.read(block: block, columns: all).map { .values($0) })
      }
      rejects = try target.finish(after: [], dictionaries: [])
    }
    let provenance = writer.provenance
    try database.execute(
      sql: """
        INSERT INTO load (segment, loaded_at, options, reject_count, rejects)
        VALUES (?, ?, ?, ?, ?)
        """,
      arguments: [
        segment, context.clock, provenance.options, provenance.rejectCount, rejects,
      ])
    let load = database.lastInsertedRowID
    for (position, source) in provenance.sources.enumerated() {
      try database.execute(
        sql: """
          INSERT INTO load_source (load, position, path, byte_count, sha256)
          VALUES (?, ?, ?, ?, ?)
          """,
        arguments: [load, position, source.path, source.byteCount, source.sha256])
    }
  }

  /// Makes the new version the current one and keeps the one before it.
  private static func point(
    _ target: LoadTarget, to version: Int64, _ context: RunContext, _ database: Database
  ) throws {
    guard let existing = target.existing else {
      try database.execute(
        sql: "INSERT INTO dataset (name, created, version) VALUES (?, ?, ?)",
        arguments: [target.name, context.clock, version])
      return
    }
    try database.execute(
      sql: "UPDATE dataset SET previous = version, version = ? WHERE id = ?",
      arguments: [version, existing.id])
    try Schema.forgetDerived(database)
  }

  /// Only one earlier version is kept.
  ///
  /// It goes first, so that the new one takes its place in the file; if the load fails it is back.
  private static func forgetPrevious(_ existing: CatalogueEntry, _ database: Database) throws {
    try database.execute(
      sql: "UPDATE dataset SET previous = NULL WHERE id = ?", arguments: [existing.id])
    try Schema.sweep(database)
  }

  /// Goes back to the version before the last load onto this name; once more goes forward again.
  @discardableResult
  public func restorePrevious(_ name: String) throws -> DatasetInfo {
    try requireStarted(name)
    return try write { database in
      let entry = try CatalogueEntry.required(database, name: name)
      guard let previous = entry.previous else {
        throw WorkspaceError.noPreviousVersion(name: name)
      }
      try database.execute(
        sql: "UPDATE dataset SET version = ?, previous = ? WHERE id = ?",
        arguments: [previous, entry.version, entry.id])
      try Schema.forgetDerived(database)
      return try CatalogueEntry.required(database, name: name).info(database)
    }
  }

  /// Nothing can be changed in a workspace that has no file yet, and none is made for the error.
  func requireStarted(_ name: String) throws {
    if try existingStore() == nil { throw WorkspaceError.unknownDataset(name: name, known: []) }
  }
}
