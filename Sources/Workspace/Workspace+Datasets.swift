import CasebookTables
import GRDB

extension Workspace {
  /// All datasets by name.
  public func datasets() throws -> [DatasetInfo] {
    try read(empty: []) { database in
      try CatalogueEntry.names(database).map {
        try CatalogueEntry.required(database, name: $0).info(database)
      }
    }
  }

  /// The names of all datasets.
  public func datasetNames() throws -> [String] {
    try read(empty: []) { try CatalogueEntry.names($0) }
  }

  /// The names of all datasets with their rows, without reading more of each.
  public func datasetSizes() throws -> [(name: String, rowCount: Int)] {
    try read(empty: []) { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT d.name, coalesce(sum(s.row_count), 0) AS row_count FROM dataset d
          LEFT JOIN version_segment v ON v.version = d.version
          LEFT JOIN segment s ON s.id = v.segment GROUP BY d.id ORDER BY d.name
          """
      ).map { ($0["name"], $0["row_count"]) }
    }
  }

  /// The names of all protected columns, of whichever dataset.
  public func protectedColumnNames() throws -> Set<String> {
    try read(empty: []) { database in
      try String.fetchSet(
        database, sql: "SELECT DISTINCT name FROM field_mark WHERE is_protected")
    }
  }

  /// One dataset, or nil when there is none of that name.
  public func info(_ name: String) throws -> DatasetInfo? {
    try read(empty: nil) { try CatalogueEntry($0, name: name)?.info($0) }
  }

  /// The rows of a dataset as they are now: a later load does not change what this gives.
  public func dataset(_ name: String) throws -> StoredTable {
    guard let store = try existingStore() else {
      throw WorkspaceError.unknownDataset(name: name, known: [])
    }
    return StoredTable(store, try store.read { try CatalogueEntry.required($0, name: name) })
  }

  /// The lines that the last load of a dataset did not take as they stand, or nil if there were
  /// none.
  public func rejects(of name: String) throws -> StoredTable? {
    guard let store = try existingStore() else {
      throw WorkspaceError.unknownDataset(name: name, known: [])
    }
    let entry = try store.read { database -> CatalogueEntry? in
      let dataset = try CatalogueEntry.required(database, name: name)
      guard let segment = dataset.segments.last,
        let version = try Int64.fetchOne(
          database, sql: "SELECT rejects FROM load WHERE segment = ? AND rejects IS NOT NULL",
          arguments: [segment.id])
      else { return nil }
      return try CatalogueEntry(database, version: version, name: "rejects of \(name)")
    }
    return entry.map { StoredTable(store, $0) }
  }

  /// Gives a dataset another name.
  public func rename(_ name: String, to newName: String) throws {
    try requireStarted(name)
    try write { database in
      let entry = try CatalogueEntry.required(database, name: name)
      // A change of case alone does not collide with itself.
      if name.lowercased() != newName.lowercased() {
        try CatalogueEntry.requireFree(database, name: newName)
      }
      try database.execute(
        sql: "UPDATE dataset SET name = ? WHERE id = ?", arguments: [newName, entry.id])
    }
  }

  /// Removes a dataset.
  ///
  /// Its rows stay until another is dropped or the workspace is closed, so that it may come back.
  public func drop(_ name: String) throws {
    try requireStarted(name)
    try write { database in
      let entry = try CatalogueEntry.required(database, name: name)
      try database.execute(sql: "DELETE FROM dropped_version")
      try database.execute(
        sql: "INSERT INTO dropped_version (version) VALUES (?)", arguments: [entry.version])
      try database.execute(sql: "DELETE FROM dataset WHERE id = ?", arguments: [entry.id])
      try Schema.sweep(database)
    }
    try existingStore()?.releaseSpace()
  }

  /// Lets go of what was dropped and has not come back.
  func forgetDropped() throws {
    guard
      try read(
        empty: false,
        { database in
          try Bool.fetchOne(database, sql: "SELECT EXISTS (SELECT 1 FROM dropped_version)") ?? false
        })
    else { return }
    try write { database in
      try database.execute(sql: "DELETE FROM dropped_version")
      try Schema.sweep(database)
    }
    try existingStore()?.releaseSpace()
  }

  /// Says whether a column's values are known only after the decision.
  public func setLate(_ isLate: Bool, column: String, of name: String) throws {
    try mark("is_late", isLate, column, name)
  }

  /// Says whether a column's values are masked in everything that leaves the program.
  public func setProtected(_ isProtected: Bool, column: String, of name: String) throws {
    try mark("is_protected", isProtected, column, name)
  }

  /// Marks belong to the dataset, not to a version: a later load keeps them.
  private func mark(_ flag: String, _ value: Bool, _ column: String, _ name: String) throws {
    try requireStarted(name)
    try write { database in
      let entry = try CatalogueEntry.required(database, name: name)
      guard entry.fields.contains(where: { $0.field.name == column }) else {
        throw WorkspaceError.unknownColumn(
          name: column, dataset: name, known: entry.fields.map(\.field.name))
      }
      try database.execute(
        sql: """
          INSERT INTO field_mark (dataset, name, \(flag)) VALUES (?, ?, ?)
          ON CONFLICT (dataset, name) DO UPDATE SET \(flag) = excluded.\(flag)
          """, arguments: [entry.id, column, value])
    }
  }
}
