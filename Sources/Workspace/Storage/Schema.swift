import GRDB

/// The tables of a workspace file and how older files come to have them.
///
/// A dataset has a current version and perhaps the one before it. A version is a list of segments,
/// one a load; a segment's blocks never change, so a reader of one version is safe from the next.
/// Numbers are never given twice (`AUTOINCREMENT`), so a block that is gone is never mistaken.
enum Schema {
  /// Marks a SQLite file as ours: the bytes `CASE`.
  static let applicationID: Int32 = 0x4341_5345

  /// Bytes of a page.
  ///
  /// Blocks take some tens of kilobytes; larger pages mean shorter chains.
  static let pageByteCount = 16_384

  /// All steps from an empty file to today's, in order.
  ///
  /// A step is never changed once released.
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 datasets, views, settings, audit") { database in
      try database.execute(sql: datasets)
      try database.execute(sql: contents)
      try database.execute(sql: texts)
      try database.execute(sql: "PRAGMA application_id = \(applicationID)")
    }
    migrator.registerMigration("2 triage") { try $0.execute(sql: triage) }
    migrator.registerMigration("3 logs") { database in
      try database.execute(sql: logs)
    }
    migrator.registerMigration("4 dropped versions") { try $0.execute(sql: dropped) }
    migrator.registerMigration("5 derived data") { try $0.execute(sql: derived) }
    return migrator
  }

  /// The arguments by which a dataset was declared a log, in order; lists have a row an element.
  ///
  /// They belong to the dataset, not to a version: a later load keeps them.
  private static let logs = """
    CREATE TABLE log_argument (
      dataset INTEGER NOT NULL REFERENCES dataset ON DELETE CASCADE,
      position INTEGER NOT NULL,
      name TEXT NOT NULL,
      value TEXT NOT NULL,
      is_proposed INTEGER NOT NULL,
      PRIMARY KEY (dataset, position)
    ) STRICT, WITHOUT ROWID;
    """

  private static let datasets = """
    CREATE TABLE version (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      row_count INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE dataset (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL UNIQUE COLLATE NOCASE,
      created INTEGER NOT NULL,
      version INTEGER NOT NULL REFERENCES version,
      previous INTEGER REFERENCES version
    ) STRICT;
    CREATE INDEX dataset_version ON dataset (version);
    CREATE INDEX dataset_previous ON dataset (previous);
    CREATE TABLE field_mark (
      dataset INTEGER NOT NULL REFERENCES dataset ON DELETE CASCADE,
      name TEXT NOT NULL,
      is_late INTEGER NOT NULL DEFAULT 0,
      is_protected INTEGER NOT NULL DEFAULT 0,
      PRIMARY KEY (dataset, name)
    ) STRICT, WITHOUT ROWID;
    """

  private static let contents = """
    CREATE TABLE segment (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      row_count INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE version_segment (
      version INTEGER NOT NULL REFERENCES version ON DELETE CASCADE,
      position INTEGER NOT NULL,
      segment INTEGER NOT NULL REFERENCES segment,
      PRIMARY KEY (version, position)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX version_segment_segment ON version_segment (segment);
    CREATE TABLE dictionary (
      id INTEGER PRIMARY KEY AUTOINCREMENT
    ) STRICT;
    CREATE TABLE dictionary_chunk (
      dictionary INTEGER NOT NULL REFERENCES dictionary ON DELETE CASCADE,
      number INTEGER NOT NULL,
      entry_count INTEGER NOT NULL,
      bytes BLOB NOT NULL,
      UNIQUE (dictionary, number)
    ) STRICT;
    CREATE TABLE field (
      version INTEGER NOT NULL REFERENCES version ON DELETE CASCADE,
      position INTEGER NOT NULL,
      name TEXT NOT NULL,
      type TEXT NOT NULL,
      dictionary INTEGER REFERENCES dictionary,
      entry_count INTEGER NOT NULL DEFAULT 0,
      is_row_order INTEGER NOT NULL DEFAULT 0,
      PRIMARY KEY (version, position)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX field_dictionary ON field (dictionary);
    CREATE TABLE block (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      segment INTEGER NOT NULL REFERENCES segment ON DELETE CASCADE,
      field INTEGER NOT NULL,
      number INTEGER NOT NULL,
      row_count INTEGER NOT NULL,
      null_count INTEGER NOT NULL,
      least INTEGER,
      greatest INTEGER,
      bytes BLOB NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX block_statistics
      ON block (segment, field, number, row_count, null_count, least, greatest);
    CREATE TABLE load (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      segment INTEGER NOT NULL UNIQUE REFERENCES segment ON DELETE CASCADE,
      loaded_at INTEGER NOT NULL,
      options TEXT NOT NULL,
      reject_count INTEGER NOT NULL,
      rejects INTEGER REFERENCES version
    ) STRICT;
    CREATE INDEX load_rejects ON load (rejects);
    CREATE TABLE load_source (
      load INTEGER NOT NULL REFERENCES load ON DELETE CASCADE,
      position INTEGER NOT NULL,
      path TEXT NOT NULL,
      byte_count INTEGER NOT NULL,
      sha256 TEXT NOT NULL,
      PRIMARY KEY (load, position)
    ) STRICT, WITHOUT ROWID;
    """

  private static let texts = """
    CREATE TABLE view (
      name TEXT PRIMARY KEY COLLATE NOCASE,
      text TEXT NOT NULL,
      created INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE setting (
      name TEXT PRIMARY KEY,
      value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE audit (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      at INTEGER NOT NULL,
      action TEXT NOT NULL,
      subject TEXT NOT NULL,
      reason TEXT NOT NULL
    ) STRICT;
    """

  /// Drafts are replaced in place.
  ///
  /// A published version cannot be changed or removed by anything.
  private static let triage = """
    CREATE TABLE triage_definition (
      kind TEXT NOT NULL,
      owner TEXT NOT NULL,
      name TEXT NOT NULL,
      position INTEGER NOT NULL,
      text TEXT NOT NULL,
      changed INTEGER NOT NULL,
      PRIMARY KEY (kind, owner, name)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE triage_version (
      ruleset TEXT NOT NULL,
      number INTEGER NOT NULL,
      text TEXT NOT NULL,
      lists TEXT NOT NULL,
      hash TEXT NOT NULL,
      effective INTEGER NOT NULL,
      published INTEGER NOT NULL,
      reason TEXT NOT NULL,
      restored INTEGER,
      PRIMARY KEY (ruleset, number)
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER triage_version_stays BEFORE UPDATE ON triage_version BEGIN
      SELECT RAISE(ABORT, 'a published version cannot be changed');
    END;
    CREATE TRIGGER triage_version_once BEFORE INSERT ON triage_version
    WHEN EXISTS (
      SELECT 1 FROM triage_version WHERE ruleset = NEW.ruleset AND number = NEW.number)
    BEGIN
      SELECT RAISE(ABORT, 'a published version cannot be replaced');
    END;
    CREATE TRIGGER triage_version_remains BEFORE DELETE ON triage_version BEGIN
      SELECT RAISE(ABORT, 'a published version cannot be removed');
    END;
    """

  /// Versions of datasets that were dropped and may come back; of the last drop only.
  private static let dropped = """
    CREATE TABLE dropped_version (
      version INTEGER PRIMARY KEY REFERENCES version
    ) STRICT;
    """

  /// What was derived from a version, under a name that says all it depends on; it can always be derived again.
  private static let derived = """
    CREATE TABLE derived (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      version INTEGER NOT NULL REFERENCES version ON DELETE CASCADE,
      content TEXT NOT NULL,
      UNIQUE (version, content)
    ) STRICT;
    CREATE TABLE derived_part (
      derived INTEGER NOT NULL REFERENCES derived ON DELETE CASCADE,
      number INTEGER NOT NULL,
      bytes BLOB NOT NULL,
      UNIQUE (derived, number)
    ) STRICT;
    """

  /// Removes what was derived from versions that are no dataset's current one.
  static func forgetDerived(_ database: Database) throws {
    try database.execute(
      sql: "DELETE FROM derived WHERE version NOT IN (SELECT version FROM dataset)")
  }

  /// The tables that `undo` goes back to, those that others refer to first.
  static let undoable = ["dataset", "field_mark", "log_argument", "view", "triage_definition"]

  /// Removes versions that no dataset or load names, and what only they held.
  static func sweep(_ database: Database) throws {
    try forgetDerived(database)
    // A load's rejects are a version too: the second round takes those of loads just removed.
    for _ in 0..<2 {
      try database.execute(
        sql: """
          DELETE FROM version WHERE
            id NOT IN (SELECT version FROM dataset)
            AND id NOT IN (SELECT version FROM dropped_version)
            AND id NOT IN (SELECT previous FROM dataset WHERE previous IS NOT NULL)
            AND id NOT IN (SELECT rejects FROM load WHERE rejects IS NOT NULL);
          DELETE FROM segment WHERE id NOT IN (SELECT segment FROM version_segment);
          """)
    }
    try database.execute(
      sql: """
        DELETE FROM dictionary
        WHERE id NOT IN (SELECT dictionary FROM field WHERE dictionary IS NOT NULL)
        """)
  }
}
