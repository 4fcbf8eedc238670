import GRDB

/// The arguments by which a dataset is a log.
public struct StoredLog: Sendable, Hashable {
  /// The arguments in order; one that is a list comes once for each element.
  public var arguments: [Argument]
  /// Whether they were taken from the names of columns, not declared.
  public var isProposed: Bool

  /// One argument, or one element of it.
  public struct Argument: Sendable, Hashable {
    /// The argument's name.
    public var name: String
    /// Its value as text.
    public var value: String

    /// An argument.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// A log of these arguments.
  public init(arguments: [Argument], isProposed: Bool) {
    self.arguments = arguments
    self.isProposed = isProposed
  }
}

extension Workspace {
  /// How a dataset is a log, or nil where it is none.
  public func log(of name: String) throws -> StoredLog? {
    try read(empty: nil) { database in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT l.name, l.value, l.is_proposed FROM log_argument l
          JOIN dataset d ON d.id = l.dataset WHERE d.name = ? ORDER BY l.position
          """, arguments: [name])
      if rows.isEmpty { return nil }
      return StoredLog(
        arguments: rows.map { StoredLog.Argument(name: $0["name"], value: $0["value"]) },
        isProposed: rows.allSatisfy { $0["is_proposed"] })
    }
  }

  /// Says how a dataset is a log; nil when it is none any more.
  public func setLog(_ log: StoredLog?, of name: String) throws {
    try requireStarted(name)
    try write { database in
      let entry = try CatalogueEntry.required(database, name: name)
      try database.execute(
        sql: "DELETE FROM log_argument WHERE dataset = ?", arguments: [entry.id])
      for (position, argument) in (log?.arguments ?? []).enumerated() {
        try database.execute(
          sql: """
            INSERT INTO log_argument (dataset, position, name, value, is_proposed)
            VALUES (?, ?, ?, ?, ?)
            """,
          arguments: [
            entry.id, position, argument.name, argument.value, log?.isProposed ?? false,
          ])
      }
    }
  }
}
