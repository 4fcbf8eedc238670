public import CasebookTables
import CasebookValues
import Synchronization

/// One version of a dataset, read from the workspace block by block.
///
/// Making one reads nothing but the catalogue; a block's place and statistics are read when a
/// column is first asked for, its values when it is read.
public final class StoredTable: TableSource {
  /// The dataset's name when this was made.
  public let name: String
  /// Names, types and protection.
  public let fields: [Field]
  /// Rows in all.
  public let rowCount: Int
  /// The rows of each block: all full but the last of each load.
  public let blockRowCounts: [Int]

  private let store: Store
  private let entry: CatalogueEntry
  private let columns: [StoredColumn]
  /// The number of each block's first row.
  private let firstRows: [Int]

  init(_ store: Store, _ entry: CatalogueEntry) {
    self.store = store
    self.entry = entry
    name = entry.name
    fields = entry.fields.map(\.field)
    rowCount = entry.rowCount
    let blockRowCounts = entry.segments.flatMap { segment in
      (0..<blockCount(ofRows: segment.rowCount)).map {
        min(blockRowCount, segment.rowCount - $0 * blockRowCount)
      }
    }
    self.blockRowCounts = blockRowCounts
    firstRows = blockRowCounts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    columns = entry.fields.map { _ in StoredColumn() }
  }

  /// The version: a number that is never given twice.
  public var identity: String? { "version \(entry.version)" }

  /// What is known of a column within a block.
  public func statistics(block: Int, column: Int) -> BlockStatistics? {
    guard let blocks = try? blocks(of: column), blocks.indices.contains(block) else { return nil }
    let known = blocks[block]
    return BlockStatistics(
      nullCount: known.nullCount,
      range: known.range.flatMap { Self.range($0, fields[column].type) })
  }

  private static func range(
    _ stored: (least: Int64, greatest: Int64), _ type: ScalarType
  ) -> (least: Scalar, greatest: Scalar)? {
    guard let least = scalar(stored.least, type), let greatest = scalar(stored.greatest, type)
    else { return nil }
    return (least, greatest)
  }

  private static func scalar(_ stored: Int64, _ type: ScalarType) -> Scalar? {
    switch type {
    case .bool: .bool(stored != 0)
    case .int: .int(Int32(truncatingIfNeeded: stored))
    case .long: .long(stored)
    case .datetime: .datetime(stored)
    case .timespan: .timespan(stored)
    case .real: .real(Double(bitPattern: UInt64(bitPattern: stored)))
    case .decimal: .decimal(Double(bitPattern: UInt64(bitPattern: stored)))
    case .string, .dynamic, .guid: nil
    }
  }

  /// The columns asked for, each with the block's rows.
  public func read(block: Int, columns: [Int]) throws -> [Column] {
    try columns.map { try column($0, block: block) }
  }

  /// All rows of the columns asked for: kept in place of their blocks, so that no row is there twice.
  public func readWhole(columns: [Int], _ context: RunContext) throws -> [Column] {
    let kept = try columns.map { try keptWhole($0) }
    let missing = kept.count { $0 == nil }
    if missing > 0 { context.expect(rows: rowCount) }
    var done = 0
    // One column at a time: no more than one text is then there in blocks as well.
    return try zip(columns, kept).map { position, kept in
      if let kept { return kept }
      defer { done += 1 }
      return try whole(position, context) { [done] rows in
        context.advance(rows: rows * (done + 1) / missing - rows * done / missing)
      }
    }
  }

  private func whole(
    _ position: Int, _ context: RunContext, advance: @Sendable (_ rows: Int) -> Void
  ) throws -> Column {
    let blocks = try blocks(of: position)
    // Texts of blocks with dictionaries of their own are copied either way.
    let keepsBlocks = entry.fields[position].isRowOrder
    let whole = try Column.assembled(
      [fields[position].type], rowCounts: blockRowCounts, context
    ) { block in
      defer { advance(blockRowCounts[block]) }
      let column =
        keepsBlocks ? try column(position, block: block) : try decoded(position, blocks[block])
      return [column]
    }[0]
    if !keepsBlocks {
      store.cache.insert(whole, for: wholeKey(position), insteadOf: blocks.map(\.id))
    }
    return whole
  }

  /// The column as `readWhole` left it in the cache.
  private func keptWhole(_ position: Int) throws -> Column? {
    guard let kept = store.cache.column(wholeKey(position)),
      Self.belongs(kept, to: try dictionary(of: position))
    else { return nil }
    return kept
  }

  private func wholeKey(_ position: Int) -> ColumnCache.Key {
    .whole(version: entry.version, column: position)
  }

  private func column(_ position: Int, block: Int) throws -> Column {
    guard blockRowCounts.indices.contains(block) else { throw damage(position) }
    if let whole = try keptWhole(position) {
      return whole.slice(firstRows[block]..<firstRows[block + 1])
    }
    let known = try blocks(of: position)[block]
    let column = try decoded(position, known)
    store.cache.insert(column, for: .block(known.id))
    return column
  }

  /// A block's rows from the cache or the file; what was read is not put into the cache.
  private func decoded(_ position: Int, _ known: BlockEntry) throws -> Column {
    let dictionary = try dictionary(of: position)
    if let column = store.cache.column(.block(known.id)), Self.belongs(column, to: dictionary) {
      return column
    }
    let decoded = try store.blocks.use { connection in
      try connection.withBlock(known.id) { bytes throws -> Column in
        do throws(Damage) {
          return try BlockCodec.decode(
            bytes, type: fields[position].type, rowCount: known.rowCount,
            dictionary: dictionary)
        } catch {
          throw damage(position)
        }
      }
    }
    guard let column = decoded else { throw WorkspaceError.datasetChanged(name: name) }
    return entry.fields[position].isRowOrder ? Self.inRowOrder(column) : column
  }

  /// A cached column whose codes mean an older copy of the dictionary would not match the others.
  private static func belongs(_ column: Column, to dictionary: TextDictionary?) -> Bool {
    guard case .texts(_, let own) = column.data, own.isDistinct, let dictionary else {
      return true
    }
    return own === dictionary
  }

  /// The first blocks of such a column may have codes of a dictionary that was given up: they get
  /// one of their own like the rest.
  private static func inRowOrder(_ column: Column) -> Column {
    guard case .texts(let codes, let dictionary) = column.data, dictionary.isDistinct else {
      return column
    }
    var heap = BufferBuilder<UInt8>(capacity: codes.count * 16)
    let offsets = Buffer<Int>(count: codes.count + 1) { offsets in
      for row in 0..<codes.count {
        let text = dictionary.bytes(codes[row])
        if let start = text.baseAddress { heap.append(from: start, count: text.count) }
        offsets[row + 1] = heap.count
      }
    }
    let rows = Buffer<UInt32>(count: codes.count) { rows in
      for row in 0..<codes.count { rows[row] = UInt32(row) }
    }
    let own = TextDictionary(heap: heap.finish(), offsets: offsets, isDistinct: false)
    return Column(
      column.type, .texts(Codes(rows, entryCount: max(codes.count, 1)), own),
      validity: column.validity)
  }

  private func blocks(of position: Int) throws -> [BlockEntry] {
    try columns[position].blocks.get {
      let found = try store.blocks.use { connection in
        try entry.segments.flatMap {
          try connection.catalogue(segment: $0.id, field: position)
        }
      }
      if found.count < blockRowCounts.count { throw WorkspaceError.datasetChanged(name: name) }
      // Everything above relies on columns of one length.
      guard found.map(\.rowCount) == blockRowCounts else { throw damage(position) }
      return found
    }
  }

  private func dictionary(of position: Int) throws -> TextDictionary? {
    let field = entry.fields[position]
    guard let id = field.dictionary else { return nil }
    return try columns[position].dictionary.get {
      try store.dictionary(id, entryCount: field.entryCount, of: name)
    }
  }

  private func damage(_ position: Int) -> WorkspaceError {
    .damaged(what: "a block of `\(fields[position].name)` of `\(name)` cannot be read")
  }
}

/// What of a column is read once and then shared by all its blocks.
private final class StoredColumn: Sendable {
  let blocks = Once<[BlockEntry]>()
  let dictionary = Once<TextDictionary>()
}

/// A value made by whoever asks first; others wait for it.
private final class Once<Value: Sendable>: Sendable {
  private let value = Mutex<Value?>(nil)

  func get(_ make: () throws -> Value) throws -> Value {
    try value.withLock { known throws -> Value in
      if let known { return known }
      let made = try make()
      known = made
      return made
    }
  }
}
