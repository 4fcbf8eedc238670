public import CasebookTables
import GRDB
import GRDBSQLite

/// What was derived from versions of datasets, such as a log's case index, kept beside them.
///
/// None of it is needed: what is gone, damaged or forged is derived anew. It goes with the version that it was derived
/// from, as soon as that is no dataset's current one.
extension Workspace {
  /// Values kept for one version at most; the first kept goes first.
  static let derivedCount = 4

  /// Writes what statements derived, so that the next program on this file need not derive it again.
  ///
  /// To be called when nothing else is being done. It neither fails nor waits: with a full disk or another writer,
  /// what was derived is not kept. A transient workspace has it in memory only.
  public func keepDerived(_ context: RunContext) {
    let offers = derived.takeOffers()
    guard !isTransient, !offers.isEmpty, let store = try? existingStore() else { return }
    var byteCount = 0
    for offer in offers {
      guard let written = try? keep(offer, store, context) else { continue }
      derived.trust(offer.key)
      byteCount += written
    }
    if byteCount > 1 << 20 { store.foldLogIfFree() }
  }

  /// Bytes written; 0 where the file has the value already, or has the version no more.
  private func keep(
    _ offer: (key: DerivedKey, numbers: DerivedNumbers, replaces: Bool), _ store: Store,
    _ context: RunContext
  ) throws -> Int {
    let key = offer.key
    guard let version = Self.version(key),
      try offer.replaces || !isKept(version, key, store),
      let fingerprint = try store.blocks.use({ try $0.fingerprint(version: version, key.columns) })
    else { return 0 }
    let parts = try DerivedCodec.encode(offer.numbers, fingerprint: fingerprint, context)
    return try store.writeIfFree { database in
      guard
        try Bool.fetchOne(
          database, sql: "SELECT EXISTS (SELECT 1 FROM dataset WHERE version = ?)",
          arguments: [version]) == true
      else { return 0 }
      try database.execute(
        sql: "DELETE FROM derived WHERE version = ? AND content = ?",
        arguments: [version, key.content])
      try database.execute(
        sql: "INSERT INTO derived (version, content) VALUES (?, ?)",
        arguments: [version, key.content])
      let id = database.lastInsertedRowID
      guard let connection = database.sqliteConnection else { throw WorkspaceError.closed }
      let insert = try RawStatement(
        connection, "INSERT INTO derived_part (derived, number, bytes) VALUES (?, ?, ?)")
      for (number, bytes) in parts.enumerated() {
        insert.bind(1, id)
        insert.bind(2, number)
        try insert.run(3, bytes)
      }
      try database.execute(
        sql: """
          DELETE FROM derived WHERE version = ? AND id NOT IN (
            SELECT id FROM derived WHERE version = ? ORDER BY id DESC LIMIT ?)
          """, arguments: [version, version, Self.derivedCount])
      return parts.reduce(0) { $0 + $1.count }
    }
  }

  private func isKept(_ version: Int64, _ key: DerivedKey, _ store: Store) throws -> Bool {
    try store.read { database in
      try Bool.fetchOne(
        database,
        sql: "SELECT EXISTS (SELECT 1 FROM derived WHERE version = ? AND content = ?)",
        arguments: [version, key.content]) ?? false
    }
  }

  /// What the file has under a key; nil for nothing, or for what cannot be read as it was written.
  func derivedNumbers(_ key: DerivedKey) -> DerivedNumbers? {
    guard let store = try? existingStore(), let version = Self.version(key) else { return nil }
    return try? store.blocks.use { connection -> DerivedNumbers? in
      guard let id = try connection.derived(version: version, content: key.content),
        let fingerprint = try connection.fingerprint(version: version, key.columns)
      else { return nil }
      let rowCount = try connection.segments(version: version).reduce(0) { $0 + $1.rowCount }
      let head = try connection.withDerivedPart(id, 0) { bytes in
        try DerivedCodec.head(bytes, fingerprint: fingerprint, rowCount: rowCount)
      }
      guard let head else { return nil }
      var lists = head.counts.map { Buffer<UInt32>(count: $0) { _ in } }
      for (number, place) in DerivedCodec.places(of: head.counts).enumerated() {
        let target = UnsafeMutablePointer(mutating: lists[place.list].base)
        let isRead: Void? = try connection.withDerivedPart(id, number + 1) { bytes in
          try DerivedCodec.decode(
            bytes, checksum: head.checksums[number], count: place.range.count,
            into: target + place.range.lowerBound)
        }
        if isRead == nil { return nil }
      }
      defer { lists = [] }
      return DerivedNumbers(facts: head.facts, lists: lists)
    }
  }

  /// The number of the version whose rows a key names.
  private static func version(_ key: DerivedKey) -> Int64? {
    guard let name = key.rows.split(separator: " ").last else { return nil }
    return Int64(name)
  }
}

extension BlockConnection {
  /// What the rows of some columns are: the checksums of their blocks, mixed; nil where a block is gone.
  ///
  /// Versions never change, so this never changes either, unless the file was changed by something else.
  func fingerprint(version: Int64, _ columns: [Int]) throws(WorkspaceError) -> UInt64? {
    var fingerprint = UInt64(bitPattern: version)
    for segment in try segments(version: version) {
      for column in columns {
        for block in try catalogue(segment: segment.id, field: column) {
          guard let checksum = checksum(block: block.id) else { return nil }
          fingerprint = mixHash(fingerprint ^ UInt64(clamping: block.rowCount), checksum)
        }
      }
    }
    return fingerprint
  }
}
