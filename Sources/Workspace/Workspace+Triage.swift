import GRDB

/// A statement of triage that is kept: a queue, pool, list, ruleset, rule or test.
public struct StoredDefinition: Sendable, Hashable {
  /// What it defines: `queue`, `rule`, ...
  public var kind: String
  /// The ruleset of a rule or test; "" for everything else.
  public var owner: String
  /// The name.
  public var name: String
  /// The statement.
  public var text: String
  /// When it was last entered, in ticks.
  public var changed: Int64

  /// A definition.
  public init(kind: String, owner: String, name: String, text: String, changed: Int64) {
    self.kind = kind
    self.owner = owner
    self.name = name
    self.text = text
    self.changed = changed
  }
}

/// A published version of a ruleset.
public struct StoredVersion: Sendable, Hashable {
  /// The ruleset.
  public var ruleset: String
  /// 1 for the first.
  public var number: Int
  /// Its statements.
  public var text: String
  /// The values of its lists, as JSON.
  public var lists: String
  /// A hash of text and lists.
  public var hash: String
  /// From when it is in force, in ticks.
  public var effective: Int64
  /// When it was published, in ticks.
  public var published: Int64
  /// Why.
  public var reason: String
  /// Which version it equals, where it came of a rollback.
  public var restored: Int?

  /// A version.
  public init(
    ruleset: String, number: Int, text: String, lists: String, hash: String, effective: Int64,
    published: Int64, reason: String, restored: Int? = nil
  ) {
    self.ruleset = ruleset
    self.number = number
    self.text = text
    self.lists = lists
    self.hash = hash
    self.effective = effective
    self.published = published
    self.reason = reason
    self.restored = restored
  }
}

extension Workspace {
  /// All definitions of a kind, in the order in which they were first entered.
  public func definitions(_ kind: String? = nil) throws -> [StoredDefinition] {
    try read(empty: []) { try Self.definitions($0, kind: kind) }
  }

  private static func definitions(
    _ database: Database, kind: String? = nil
  ) throws -> [StoredDefinition] {
    try Row.fetchAll(
      database,
      sql: """
        SELECT kind, owner, name, text, changed FROM triage_definition
        WHERE ?1 IS NULL OR kind = ?1 ORDER BY position, name
        """, arguments: [kind]
    ).map {
      StoredDefinition(
        kind: $0["kind"], owner: $0["owner"], name: $0["name"], text: $0["text"],
        changed: $0["changed"])
    }
  }

  /// Keeps definitions, each in place of one of its name.
  public func define(_ definitions: [StoredDefinition]) throws {
    try write { database in
      for one in definitions {
        let last = try Int64.fetchOne(
          database, sql: "SELECT coalesce(max(position), 0) FROM triage_definition")
        try database.execute(
          sql: """
            INSERT INTO triage_definition (kind, owner, name, position, text, changed)
            VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (kind, owner, name)
            DO UPDATE SET text = excluded.text, changed = excluded.changed
            """,
          arguments: [
            one.kind, one.owner, one.name, (last ?? 0) + 1, one.text, one.changed,
          ])
      }
    }
  }

  /// Removes definitions.
  public func removeDefinitions(_ definitions: [StoredDefinition]) throws {
    try write { database in
      for one in definitions {
        try database.execute(
          sql: "DELETE FROM triage_definition WHERE kind = ? AND owner = ? AND name = ?",
          arguments: [one.kind, one.owner, one.name])
      }
    }
  }
}

// MARK: - Published versions

extension Workspace {
  /// The published versions of a ruleset, or of all, oldest first.
  public func versions(of ruleset: String? = nil) throws -> [StoredVersion] {
    try read(empty: []) { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT * FROM triage_version WHERE ?1 IS NULL OR ruleset = ?1 ORDER BY ruleset, number
          """, arguments: [ruleset]
      ).map { row in
        StoredVersion(
          ruleset: row["ruleset"], number: row["number"], text: row["text"], lists: row["lists"],
          hash: row["hash"], effective: row["effective"], published: row["published"],
          reason: row["reason"], restored: row["restored"])
      }
    }
  }

  /// Publishes a version.
  ///
  /// `draft` holds the definitions that were checked and tested. When somebody else published a version or
  /// changed one of them meanwhile, nothing is written.
  public func publish(_ version: StoredVersion, draft: [StoredDefinition]) throws {
    try write { database in
      let latest =
        try Int.fetchOne(
          database, sql: "SELECT max(number) FROM triage_version WHERE ruleset = ?",
          arguments: [version.ruleset]) ?? 0
      guard latest == version.number - 1 else {
        throw WorkspaceError.publishedMeanwhile(ruleset: version.ruleset, version: latest)
      }
      let now = try Self.definitions(database)
      for one in draft where !now.contains(where: { $0.isSameStatement(as: one) }) {
        throw WorkspaceError.draftChanged(ruleset: version.ruleset)
      }
      let rules = now.filter { $0.owner == version.ruleset }
      let known = draft.filter { $0.owner == version.ruleset }
      if !draft.isEmpty, rules.count != known.count {
        throw WorkspaceError.draftChanged(ruleset: version.ruleset)
      }
      try database.execute(
        sql: """
          INSERT INTO triage_version
            (ruleset, number, text, lists, hash, effective, published, reason, restored)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          version.ruleset, version.number, version.text, version.lists, version.hash,
          version.effective, version.published, version.reason, version.restored,
        ])
    }
  }
}

extension StoredDefinition {
  fileprivate func isSameStatement(as other: StoredDefinition) -> Bool {
    kind == other.kind && owner == other.owner && name == other.name && text == other.text
  }
}
