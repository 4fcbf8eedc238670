import CasebookTables
import CasebookValues

/// Joins chunks, in the order of the file, into blocks of `blockRowCount` rows.
struct BlockAssembler {
  private let fields: [Field]
  private var columns: [BlockColumnBuilder]
  private var rowCount = 0

  init(_ plan: LoadPlan) {
    fields = plan.fields
    columns = plan.columns.map { BlockColumnBuilder($0.form, $0.field.type) }
  }

  func release() { for column in columns { column.release() } }

  /// Adds a chunk's rows and hands on every block that they fill.
  mutating func append(_ chunk: Chunk, to sink: inout some BlockSink) throws {
    for column in columns.indices { columns[column].takeNewTexts(chunk.columns[column], chunk) }
    var row = 0
    while row < chunk.rowCount {
      let count = min(chunk.rowCount - row, blockRowCount - rowCount)
      for column in columns.indices {
        columns[column].append(chunk.columns[column], row, count)
      }
      row += count
      rowCount += count
      if rowCount == blockRowCount { try flush(to: &sink) }
    }
  }

  /// Hands on the last block and the dictionaries.
  mutating func finish(_ sink: inout some BlockSink) throws {
    if rowCount > 0 { try flush(to: &sink) }
    try sink.finish(dictionaries: columns.indices.map { columns[$0].finishDictionary() })
  }

  private mutating func flush(to sink: inout some BlockSink) throws {
    rowCount = 0
    try sink.accept(columns.indices.map { columns[$0].finishBlock() })
  }
}

/// One column of the block in the making.
struct BlockColumnBuilder {
  private let form: ColumnForm
  private let type: ScalarType
  private var longs = BufferBuilder<Int64>(capacity: 1)
  private var reals = BufferBuilder<Double>(capacity: 1)
  private var bools = BufferBuilder<UInt8>(capacity: 1)
  private var codes = BufferBuilder<UInt32>(capacity: 1)
  private var heap = BufferBuilder<UInt8>(capacity: 1)
  private var offsets = BufferBuilder<Int>(capacity: 1)
  private var valid = BufferBuilder<UInt8>(capacity: 1)
  private var hasNulls = false
  /// How far the texts of the current chunk were taken.
  private var textPosition = 0

  private var dictionary: SharedDictionary?
  /// For each worker, what its codes are in the dictionary.
  private var translations: [GrowingMemory<UInt32>] = []

  init(_ form: ColumnForm, _ type: ScalarType) {
    self.form = form
    self.type = type
    if form.isShared { dictionary = SharedDictionary() }
    if form == .ownText { offsets.append(0) }
  }

  func release() {
    dictionary?.release()
    for translation in translations { translation.release() }
  }

  /// Takes the texts that a chunk's worker had not handed over before.
  mutating func takeNewTexts(_ column: ChunkColumn, _ chunk: Chunk) {
    textPosition = 0
    guard dictionary != nil else { return }
    while translations.count <= chunk.worker { translations.append(GrowingMemory(capacity: 256)) }
    if column.startsCodesAfresh { translations[chunk.worker].count = 0 }
    dictionary?.intern(
      heap: column.heap, ends: column.newEnds, hashes: column.newHashes,
      into: &translations[chunk.worker])
    let codes = column.codes
    let translation = translations[chunk.worker].start
    for row in 0..<chunk.rowCount { codes[row] = translation[Int(codes[row])] }
  }

  /// Adds `count` rows of a chunk from `row` on.
  mutating func append(_ column: ChunkColumn, _ row: Int, _ count: Int) {
    switch form {
    case .undecided, .text: codes.append(from: column.codes + row, count: count)
    case .guid, .dynamic:
      codes.append(from: column.codes + row, count: count)
      appendValidity(column, row, count)
    case .ownText: appendTexts(column, row, count)
    case .bool:
      bools.append(from: column.bools + row, count: count)
      appendValidity(column, row, count)
    case .real:
      reals.append(from: column.reals + row, count: count)
      appendValidity(column, row, count)
    case .int, .long, .timespan, .datetime:
      longs.append(from: column.longs + row, count: count)
      appendValidity(column, row, count)
    }
  }

  private mutating func appendValidity(_ column: ChunkColumn, _ row: Int, _ count: Int) {
    if column.nullCount > 0 {
      hasNulls = true
      valid.append(from: column.valid + row, count: count)
    } else {
      valid.append(from: Self.ones.base, count: count)
    }
  }

  private static let ones = Buffer<UInt8>(repeating: 1, count: blockRowCount)

  private mutating func appendTexts(_ column: ChunkColumn, _ row: Int, _ count: Int) {
    let lengths = column.codes + row
    var end = heap.count
    let start = textPosition
    for place in 0..<count {
      end += Int(lengths[place])
      offsets.append(end)
    }
    textPosition += end - heap.count
    heap.append(from: column.heap.start + start, count: textPosition - start)
  }

  /// The block's column; the builder starts the next block.
  mutating func finishBlock() -> BlockColumn {
    let validity = hasNulls ? Bitmap(unlessAllSet: valid.pointer) : nil
    hasNulls = false
    valid = BufferBuilder(capacity: valid.count)
    switch form {
    case .undecided, .text, .guid, .dynamic:
      let rows = codes.count
      let narrowed = Codes(codes.finish(), entryCount: dictionary?.count ?? 0)
      codes = BufferBuilder(capacity: rows)
      return .sharedCodes(narrowed, validity: validity)
    case .ownText: return .values(finishTexts())
    case .bool:
      let rows = bools.count
      defer { bools = BufferBuilder(capacity: rows) }
      return .values(Column(type, .bools(bools.finish()), validity: validity))
    case .real:
      let rows = reals.count
      defer { reals = BufferBuilder(capacity: rows) }
      return .values(Column(type, .reals(reals.finish()), validity: validity))
    case .int, .long, .timespan, .datetime:
      let rows = longs.count
      defer { longs = BufferBuilder(capacity: rows) }
      return .values(Column(type, .longs(longs.finish()), validity: validity))
    }
  }

  private mutating func finishTexts() -> Column {
    let rows = offsets.count - 1
    let texts = TextDictionary(
      heap: heap.finish(), offsets: offsets.finish(), isDistinct: false)
    offsets = BufferBuilder(capacity: rows + 1)
    offsets.append(0)
    let rowOrder = Buffer<UInt32>(count: rows) { target in
      for row in 0..<rows { target[row] = UInt32(truncatingIfNeeded: row) }
    }
    return Column(type, .texts(Codes(rowOrder, entryCount: rows), texts))
  }

  mutating func finishDictionary() -> TextDictionary? { dictionary?.finish() }
}
