import CasebookTables
import CasebookValues

/// What is found out before the first pass: that the files are text with the same columns, their
/// dialect, and from the first piece of each what types to begin with.
struct LoadPreparation {
  private(set) var plan: LoadPlan
  private(set) var evidence: [TypeEvidence]
  private(set) var dialect: Dialect
  private(set) var byteCount = 0

  init(
    _ inputs: [InputFile], _ options: CSVOptions, pieceBytes: Int, context: RunContext
  ) throws {
    try options.validate()
    guard let first = inputs.first else { throw FormatError.option("no file is named") }
    var options = options
    dialect = try Self.dialect(of: first, options)
    options.delimiter = dialect.delimiter
    options.hasHeader = dialect.hasHeader
    let names = dialect.names
    for unknown in options.types.keys.sorted() where !names.contains(unknown) {
      throw FormatError.unknownColumn(name: unknown, known: names)
    }
    plan = LoadPlan(
      columns: names.map { LoadPlan.PlannedColumn(name: $0, form: .undecided) },
      marks: RecordMarks(delimiter: dialect.delimiter, quote: options.quote),
      hasHeader: dialect.hasHeader, reading: FieldReading(options), onError: options.onError)
    evidence = names.map { _ in TypeEvidence() }
    // Nothing is known yet, but what is declared holds for the sample too.
    try settle(options)
    var isNearlyDistinct = names.map { _ in false }
    var places: [[Int]] = []
    byteCount = try inputs.reduce(0) { try $0 + $1.open().byteCount }
    for (number, input) in inputs.enumerated() {
      try context.checkpoint()
      let fileNames = number == 0 ? names : try Self.dialect(of: input, options).names
      plan.places = [try Self.places(of: names, in: fileNames, input, first)]
      places += plan.places
      let distinct = try sample(input, options.encoding, pieceBytes)
      if number == 0 { isNearlyDistinct = distinct }
    }
    plan.places = places
    try settle(options)
    for column in names.indices where isNearlyDistinct[column] {
      if plan.columns[column].form == .text { plan.columns[column].form = .ownText }
    }
  }

  private mutating func settle(_ options: CSVOptions) throws {
    for column in evidence.indices {
      try plan.columns[column].settle(
        evidence[column], options.types[plan.columns[column].name])
    }
  }

  private static func dialect(of input: InputFile, _ options: CSVOptions) throws -> Dialect {
    let limit = 256 * 1024
    let head = try TextInput(input, encoding: options.encoding).head(limit)
    if let kind = binaryKind(head) { throw FormatError.binary(path: input.name, kind: kind) }
    let dialect = Dialect(head: head, isWhole: head.count < limit, options: options)
    if dialect.names.isEmpty { throw FormatError.empty(path: input.name) }
    return dialect
  }

  /// Where each of the first file's columns stands in another file, which must have just those.
  private static func places(
    of names: [String], in fileNames: [String], _ input: InputFile, _ first: InputFile
  ) throws -> [Int] {
    let places = names.compactMap { fileNames.firstIndex(of: $0) }
    if places.count == names.count, fileNames.count == names.count { return places }
    // With no name in common the line is perhaps no header, and its cells are nobody's business.
    let extra = places.isEmpty ? [] : fileNames.filter { !names.contains($0) }
    throw FormatError.differentColumns(
      path: input.name, first: first.name, missing: names.filter { !fileNames.contains($0) },
      extra: extra)
  }

  /// Reads the first piece with every type open, and says which columns hold hardly a text twice.
  private mutating func sample(
    _ input: InputFile, _ encoding: CSVOptions.Encoding, _ pieceBytes: Int
  ) throws -> [Bool] {
    let progress = LoadProgress()
    let reader = PieceReader(
      [input], encoding: encoding, marks: plan.marks, pieceBytes: pieceBytes, progress: progress)
    let piece = Piece(capacity: pieceBytes)
    guard try reader.next(into: piece) else { return plan.columns.map { _ in false } }
    let chunk = Chunk(columnCount: plan.columns.count)
    ChunkParser(plan, piece: piece, worker: 0).parse(into: chunk)
    for column in evidence.indices { evidence[column].merge(chunk.evidence[column]) }
    let likelyRows = chunk.rowCount * (byteCount / max(progress.bytes, 1))
    return chunk.columns.map {
      likelyRows > 4 * blockRowCount && Self.isNearlyDistinct($0, rowCount: chunk.rowCount)
    }
  }

  /// Whether a dictionary of a column's texts would be about as large as the column.
  ///
  /// That is so for identifiers of the rows themselves and for prose. Identifiers of cases in a log
  /// hardly repeat within one piece either, but a few do: those want a dictionary.
  private static func isNearlyDistinct(_ column: ChunkColumn, rowCount: Int) -> Bool {
    let count = column.newEnds.count
    let isProse = count * 2 > rowCount && column.heap.count > count * 64
    return isProse || (rowCount - count) * 1000 < rowCount
  }
}
