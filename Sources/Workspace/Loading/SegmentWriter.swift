import CasebookTables
import CasebookValues
import GRDB

/// Writes the blocks of one load within a transaction that somebody else ends.
final class SegmentWriter {
  private(set) var fields: [Field] = []
  private(set) var rowCount = 0
  let segment: Int64
  private let database: Database
  private let connection: OpaquePointer
  private let insertBlock: RawStatement
  private let queue: EncodeQueue
  private let context: RunContext
  private var texts: [TextColumn?] = []
  private var writtenBlocks = 0
  private var acceptedBlocks = 0

  init(_ database: Database, context: RunContext) throws {
    self.database = database
    self.context = context
    guard let connection = database.sqliteConnection else { throw WorkspaceError.closed }
    self.connection = connection
    try database.execute(sql: "INSERT INTO segment (row_count) VALUES (0)")
    segment = database.lastInsertedRowID
    insertBlock = try RawStatement(
      connection,
      """
      INSERT INTO block (segment, field, number, row_count, null_count, least, greatest, bytes)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """)
    queue = EncodeQueue(threads: context.threads)
  }

  /// Starts with these fields.
  ///
  /// Blocks written before are void.
  func begin(_ fields: [Field], bases: [TextColumn.Base?], rowOrder: [Bool]) throws {
    queue.discard()
    if acceptedBlocks > 0 {
      try database.execute(sql: "DELETE FROM block WHERE segment = ?", arguments: [segment])
    }
    self.fields = fields
    rowCount = 0
    acceptedBlocks = 0
    writtenBlocks = 0
    texts = fields.indices.map { position in
      switch fields[position].type {
      case .string, .dynamic, .guid:
        TextColumn(base: bases[position], isRowOrder: rowOrder[position])
      default: nil
      }
    }
  }

  /// Adds a block of rows, a part for each field.
  func append(_ parts: [DatasetWriter.Part]) throws {
    try context.checkpoint()
    precondition(parts.count == fields.count, "a part for every field")
    precondition(rowCount == acceptedBlocks * blockRowCount, "only the last block is not full")
    let rows = parts.first?.count ?? 0
    precondition(rows <= blockRowCount && parts.allSatisfy { $0.count == rows }, "equal parts")
    let works = parts.indices.map { work(for: parts[$0], texts[$0]) }
    queue.submit { works.map { $0.encoded() } }
    rowCount += rows
    acceptedBlocks += 1
    try queue.drain { try write($0) }
  }

  /// What a thread needs to encode one column's block.
  private enum Work: Sendable {
    case values(CasebookTables.Column)
    case codes(Codes, translation: Buffer<UInt32>?, validity: Bitmap?)

    func encoded() -> BlockCodec.Encoded {
      switch self {
      case .values(let column): return BlockCodec.encode(column)
      case .codes(let codes, let translation, let validity):
        let wide = codes.widened
        guard let translation else { return BlockCodec.encode(codes: wide, validity: validity) }
        let translated = Buffer<UInt32>(count: wide.count) { target in
          for row in 0..<wide.count { target[row] = translation.base[Int(wide.base[row])] }
        }
        return BlockCodec.encode(codes: translated, validity: validity)
      }
    }
  }

  private func work(for part: DatasetWriter.Part, _ text: TextColumn?) -> Work {
    switch part {
    case .sharedCodes(let codes, let validity):
      return .codes(codes, translation: nil, validity: validity)
    case .values(let column):
      guard case .texts(let codes, let dictionary) = column.data, let text else {
        return .values(column)
      }
      guard let translation = text.translation(of: dictionary, rows: codes.count) else {
        return .values(column)
      }
      return .codes(codes, translation: translation, validity: column.validity)
    }
  }

  private func write(_ block: [BlockCodec.Encoded]) throws {
    for (field, encoded) in block.enumerated() {
      insertBlock.bind(1, segment)
      insertBlock.bind(2, field)
      insertBlock.bind(3, writtenBlocks)
      insertBlock.bind(4, encoded.rowCount)
      insertBlock.bind(5, encoded.nullCount)
      insertBlock.bind(6, encoded.range?.least)
      insertBlock.bind(7, encoded.range?.greatest)
      try insertBlock.run(8, encoded.bytes)
    }
    writtenBlocks += 1
  }

  /// Writes what is left and gives the version that `segments` and this one make.
  ///
  /// `dictionaries` are those of parts given as shared codes.
  func finish(after segments: [Int64], dictionaries: [TextDictionary?]) throws -> Int64 {
    try queue.drain(all: true) { try write($0) }
    try database.execute(
      sql: "UPDATE segment SET row_count = ? WHERE id = ?", arguments: [rowCount, segment])
    try database.execute(
      sql: """
        INSERT INTO version (row_count) SELECT sum(row_count) FROM segment
        WHERE id IN (\((segments + [segment]).map(String.init).joined(separator: ",")))
        """)
    let version = database.lastInsertedRowID
    for (position, segment) in (segments + [segment]).enumerated() {
      try database.execute(
        sql: "INSERT INTO version_segment (version, position, segment) VALUES (?, ?, ?)",
        arguments: [version, position, segment])
    }
    for position in fields.indices {
      let external = dictionaries.indices.contains(position) ? dictionaries[position] : nil
      try writeField(position, version, external)
    }
    return version
  }

  private func writeField(_ position: Int, _ version: Int64, _ external: TextDictionary?) throws {
    let text = texts[position]
    var dictionaryID: Int64?
    var entryCount = 0
    if let finished = text?.finish(external: external) {
      if let translation = finished.translation { try recode(position, translation) }
      dictionaryID = try writeDictionary(finished.dictionary, base: text?.base)
      entryCount = finished.dictionary.count
    }
    try database.execute(
      sql: """
        INSERT INTO field (version, position, name, type, dictionary, entry_count, is_row_order)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        version, position, fields[position].name, fields[position].type.name, dictionaryID,
        entryCount, text?.isRowOrder ?? false,
      ])
  }

  /// Appends what is new to a dictionary, or writes all of it.
  private func writeDictionary(
    _ dictionary: TextDictionary, base: TextColumn.Base?
  ) throws -> Int64 {
    var id = base?.id ?? 0
    if base == nil {
      try database.execute(sql: "INSERT INTO dictionary DEFAULT VALUES")
      id = database.lastInsertedRowID
    }
    var number =
      try Int.fetchOne(
        database, sql: "SELECT count(*) FROM dictionary_chunk WHERE dictionary = ?",
        arguments: [id]) ?? 0
    var first = base?.dictionary.count ?? 0
    let insert = try RawStatement(
      connection,
      "INSERT INTO dictionary_chunk (dictionary, number, entry_count, bytes) VALUES (?, ?, ?, ?)")
    while first < dictionary.count {
      let chunk = DictionaryCodec.encode(dictionary, from: first)
      insert.bind(1, id)
      insert.bind(2, number)
      insert.bind(3, chunk.entryCount)
      try insert.run(4, chunk.bytes)
      first += chunk.entryCount
      number += 1
    }
    return id
  }

  /// Rewrites this load's blocks of a column whose codes turned out to mean other entries.
  private func recode(_ position: Int, _ translation: Buffer<UInt32>) throws {
    let select = try RawStatement(
      connection, "SELECT bytes FROM block WHERE segment = ? AND field = ? AND number = ?")
    let update = try RawStatement(
      connection, "UPDATE block SET bytes = ? WHERE segment = ? AND field = ? AND number = ?")
    for number in 0..<writtenBlocks {
      for (column, value) in [Int64(segment), Int64(position), Int64(number)].enumerated() {
        select.bind(Int32(column + 1), value)
        update.bind(Int32(column + 2), value)
      }
      guard try select.step() else { throw WorkspaceError.closed }
      let (codes, validity) = try BlockCodec.decodeCodes(select.bytes(0))
      select.reset()
      let work = Work.codes(.wide(codes), translation: translation, validity: validity)
      try update.run(1, work.encoded().bytes)
    }
  }
}
