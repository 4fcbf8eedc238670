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
      hasHeader: dialect.hasHeader, reading: FieldReading(options), onError: .null)
    evidence = names.map { _ in TypeEvidence() }
    var isNearlyDistinct = names.map { _ in false }
    for (number, input) in inputs.enumerated() {
      try context.checkpoint()
      byteCount += try input.open().byteCount
      if number > 0 { try Self.check(input, Self.dialect(of: input, options), first, names) }
      let distinct = try sample(input, options.encoding, pieceBytes)
      if number == 0 { isNearlyDistinct = distinct }
    }
    plan = LoadPlan(
      columns: plan.columns, marks: plan.marks, hasHeader: plan.hasHeader, reading: plan.reading,
      onError: options.onError)
    for column in names.indices {
      try plan.columns[column].settle(evidence[column], options.types[names[column]])
      if isNearlyDistinct[column], plan.columns[column].form == .text {
        plan.columns[column].form = .ownText
      }
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

  private static func check(
    _ input: InputFile, _ dialect: Dialect, _ first: InputFile, _ names: [String]
  ) throws {
    guard dialect.names != names else { return }
    throw FormatError.differentColumns(
      path: input.name, first: first.name,
      missing: names.filter { !dialect.names.contains($0) },
      extra: dialect.names.filter { !names.contains($0) })
  }

  /// Reads the first piece with every type open, and says which columns hold hardly a text twice.
  private mutating func sample(
    _ input: InputFile, _ encoding: CSVOptions.Encoding, _ pieceBytes: Int
  ) throws -> [Bool] {
    let reader = PieceReader(
      [input], encoding: encoding, marks: plan.marks, pieceBytes: pieceBytes)
    let piece = Piece(capacity: pieceBytes)
    let none = plan.columns.map { _ in false }
    guard try reader.next(into: piece) else { return none }
    let chunk = Chunk(columnCount: plan.columns.count)
    ChunkParser(plan, piece: piece, worker: 0).parse(into: chunk)
    for column in evidence.indices { evidence[column].merge(chunk.evidence[column]) }
    guard chunk.rowCount >= 1000, try reader.next(into: piece) else { return none }
    return chunk.columns.map { $0.newEnds.count * 20 > chunk.rowCount * 19 }
  }
}
