import GRDB

/// A view: a name for a pipeline's text.
public struct StoredView: Sendable, Hashable {
  /// The name.
  public var name: String
  /// The pipeline, as it was written.
  public var text: String
  /// When it was saved, in ticks.
  public var created: Int64
}

/// A line of the log of what was shown or changed with a reason.
public struct AuditRecord: Sendable, Hashable {
  /// When, in ticks.
  public var at: Int64
  /// What was done, such as `reveal`.
  public var action: String
  /// What it was done to, such as `cases.reporter`.
  public var subject: String
  /// Why, in the user's words.
  public var reason: String

  /// A record.
  public init(at: Int64, action: String, subject: String, reason: String) {
    self.at = at
    self.action = action
    self.subject = subject
    self.reason = reason
  }
}

extension Workspace {
  /// All views by name.
  public func views() throws -> [StoredView] {
    try read(empty: []) { database in
      try Row.fetchAll(database, sql: "SELECT name, text, created FROM view ORDER BY name").map {
        StoredView(name: $0["name"], text: $0["text"], created: $0["created"])
      }
    }
  }

  /// Keeps a view, in place of one of the same name.
  public func saveView(_ name: String, text: String, clock: Int64) throws {
    try write { database in
      let known = try String.fetchOne(
        database, sql: "SELECT name FROM view WHERE name = ?", arguments: [name])
      if known != name { try CatalogueEntry.requireFree(database, name: name) }
      try database.execute(
        sql: """
          INSERT INTO view (name, text, created) VALUES (?, ?, ?)
          ON CONFLICT (name) DO UPDATE SET text = excluded.text, created = excluded.created
          """, arguments: [name, text, clock])
    }
  }

  /// Removes a view.
  public func dropView(_ name: String) throws {
    let known = try views().map(\.name)
    guard known.contains(name) else { throw WorkspaceError.unknownView(name: name, known: known) }
    try write { try $0.execute(sql: "DELETE FROM view WHERE name = ?", arguments: [name]) }
  }

  /// All settings that were kept.
  public func settings() throws -> [String: String] {
    try read(empty: [:]) { database in
      let rows = try Row.fetchAll(database, sql: "SELECT name, value FROM setting")
      return Dictionary(uniqueKeysWithValues: rows.map { ($0["name"], $0["value"]) })
    }
  }

  /// Keeps a setting; nil forgets it.
  public func setSetting(_ name: String, to value: String?) throws {
    try write { database in
      guard let value else {
        try database.execute(sql: "DELETE FROM setting WHERE name = ?", arguments: [name])
        return
      }
      try database.execute(
        sql: """
          INSERT INTO setting (name, value) VALUES (?, ?)
          ON CONFLICT (name) DO UPDATE SET value = excluded.value
          """, arguments: [name, value])
    }
  }

  /// Adds a line to the audit log.
  public func recordAudit(_ record: AuditRecord) throws {
    try write { database in
      try database.execute(
        sql: "INSERT INTO audit (at, action, subject, reason) VALUES (?, ?, ?, ?)",
        arguments: [record.at, record.action, record.subject, record.reason])
    }
  }

  /// The audit log, first line first.
  public func audit() throws -> [AuditRecord] {
    try read(empty: []) { database in
      try Row.fetchAll(
        database, sql: "SELECT at, action, subject, reason FROM audit ORDER BY id"
      ).map {
        AuditRecord(
          at: $0["at"], action: $0["action"], subject: $0["subject"], reason: $0["reason"])
      }
    }
  }
}
