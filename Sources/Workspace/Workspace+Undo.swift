import GRDB

/// What a workspace's small tables held at one moment.
///
/// That is: which versions of datasets are current, their marks and roles, views, drafts. Rows of
/// datasets are not in it, since a version never changes.
public struct WorkspaceState: Sendable, Equatable {
  struct Rows: Sendable, Equatable {
    var table: String
    var columns: [String]
    var rows: [[DatabaseValue]]
  }

  var tables: [Rows]
}

extension Workspace {
  /// What `undo` may have to go back to; nil while nothing was written.
  public func undoState() throws -> WorkspaceState? {
    try read(empty: nil) { try Self.undoState($0) }
  }

  /// Goes back to a state, provided that the workspace still is as it was left in `current`.
  ///
  /// Throws when another program changed it since, or when what is to come back is gone.
  public func restore(_ state: WorkspaceState?, from current: WorkspaceState?) throws {
    guard let current else { return }
    try write { database in
      guard try Self.undoState(database) == current else { throw WorkspaceError.changedElsewhere }
      try database.execute(sql: "PRAGMA defer_foreign_keys = ON")
      for table in current.tables.reversed() {
        try database.execute(sql: "DELETE FROM \(table.table)")
      }
      for table in state?.tables ?? [] { try Self.insert(table, database) }
      // Of versions before the last only one is kept.
      try database.execute(
        sql: "UPDATE dataset SET previous = NULL WHERE previous NOT IN (SELECT id FROM version)")
      guard
        try Int.fetchOne(
          database,
          sql: "SELECT count(*) FROM dataset WHERE version NOT IN (SELECT id FROM version)") == 0
      else { throw WorkspaceError.rowsAreGone }
      try Schema.sweep(database)
    }
  }

  private static func undoState(_ database: Database) throws -> WorkspaceState {
    WorkspaceState(
      tables: try Schema.undoable.map { table in
        let statement = try database.makeStatement(sql: "SELECT * FROM \(table) ORDER BY 1, 2, 3")
        let rows = try Row.fetchAll(statement).map { Array($0.databaseValues) }
        return WorkspaceState.Rows(table: table, columns: statement.columnNames, rows: rows)
      })
  }

  private static func insert(_ table: WorkspaceState.Rows, _ database: Database) throws {
    let marks = table.columns.map { _ in "?" }.joined(separator: ", ")
    let names = table.columns.joined(separator: ", ")
    for row in table.rows {
      try database.execute(
        sql: "INSERT INTO \(table.table) (\(names)) VALUES (\(marks))",
        arguments: StatementArguments(row))
    }
  }
}
