import CasebookValues

/// Turns one piece after another into chunks; each worker has one.
final class ChunkParser {
  let plan: LoadPlan
  private let worker: Int
  let piece: Piece
  var splitter: RecordSplitter
  var interners: [ChunkInterner]
  /// How many of an interner's entries were handed over before this chunk.
  var handedOver: [Int]
  var isoReaders: [ISOReader]

  init(_ plan: LoadPlan, piece: Piece, worker: Int) {
    self.plan = plan
    self.worker = worker
    self.piece = piece
    let count = plan.columns.count
    splitter = RecordSplitter(piece, marks: plan.marks, columnCount: count)
    interners = (0..<count).map { _ in ChunkInterner() }
    handedOver = Array(repeating: 0, count: count)
    isoReaders = Array(repeating: ISOReader(), count: count)
  }

  deinit {
    splitter.release()
    for interner in interners { interner.release() }
  }

  /// Parses what the piece holds now.
  func parse(into chunk: Chunk) {
    chunk.begin(index: piece.index, worker: worker)
    chunk.file = piece.file
    chunk.startsFile = piece.startsFile
    chunk.removedNULCount = piece.removedNULCount
    chunk.transcodingInvalidCount = piece.invalidCount
    chunk.replacedCount = piece.repairUTF8()
    beginInterners(chunk)
    splitter.begin()
    if piece.hasFirstRecord, plan.hasHeader { splitter.skipRecord() }
    while splitter.nextBatch() { parseBatch(into: chunk) }
    handOverNewTexts(to: chunk)
    finish(chunk)
  }

  private func finish(_ chunk: Chunk) {
    chunk.blankLineCount = splitter.blankLineCount
    chunk.lineCount = splitter.line
    if let unclosed = piece.unclosed {
      chunk.rejects.append(
        Chunk.Reject(
          line: splitter.line + unclosed.quoteLine, reason: .unclosedQuote, column: nil))
      chunk.lineCount += unclosed.lineCount
    }
    // They were found column by column; a sort that keeps ties in place puts lines in order.
    if chunk.rejects.count > 1 { chunk.rejects.sort { $0.line < $1.line } }
  }

  private func parseBatch(into chunk: Chunk) {
    dealWithRagged(chunk)
    if plan.onError == .skip { leaveOutRefusedRows(chunk) }
    let rowCount = splitter.rowCount
    for column in plan.columns.indices {
      chunk.columns[column].reserve(chunk.rowCount + rowCount, keeping: chunk.rowCount)
      let refused = parseColumn(column, into: chunk)
      if refused.isEmpty { continue }
      if let declared = plan.columns[column].declared {
        for row in refused { reject(chunk, row, .notA(declared), column) }
      } else {
        chunk.contradicted[column] = true
      }
    }
    chunk.rowCount += rowCount
  }

  private func reject(_ chunk: Chunk, _ row: Int, _ reason: RejectReason, _ column: Int?) {
    chunk.rejects.append(
      Chunk.Reject(line: Int(splitter.lines[row]), reason: reason, column: column))
  }

  private func dealWithRagged(_ chunk: Chunk) {
    guard !splitter.ragged.isEmpty else { return }
    var leftOut = Array(repeating: false, count: splitter.rowCount)
    for record in splitter.ragged {
      reject(chunk, record.row, record.isLong ? .tooManyFields : .tooFewFields, nil)
      leftOut[record.row] = true
    }
    if plan.onError == .skip { splitter.removeRows(leftOut) }
  }

  /// Under `skip` declared columns are read once more, before the rest, to see which rows stay.
  private func leaveOutRefusedRows(_ chunk: Chunk) {
    var leftOut = Array(repeating: false, count: splitter.rowCount)
    for column in plan.columns.indices {
      guard let declared = plan.columns[column].declared, declared != .string else { continue }
      chunk.columns[column].reserve(
        chunk.rowCount + splitter.rowCount, keeping: chunk.rowCount)
      let nullsBefore = chunk.columns[column].nullCount
      for row in parseColumn(column, into: chunk, isTrial: true) {
        if !leftOut[row] { reject(chunk, row, .notA(declared), column) }
        leftOut[row] = true
      }
      chunk.columns[column].nullCount = nullsBefore
    }
    if leftOut.contains(true) { splitter.removeRows(leftOut) }
  }

  private func batch(_ column: Int) -> FieldBatch {
    FieldBatch(
      text: UnsafePointer(piece.text),
      spans: UnsafePointer(splitter.spans + plan.places[piece.file][column]),
      stride: splitter.columnCount, rowCount: splitter.rowCount)
  }

  /// Parses a column of the batch behind the chunk's rows and returns the rows refused.
  private func parseColumn(_ column: Int, into chunk: Chunk, isTrial: Bool = false) -> [Int] {
    let batch = batch(column)
    let reading = plan.reading
    let target = chunk.columns[column]
    let valid = target.valid + chunk.rowCount
    var refused: [Int] = []
    var nulls = 0
    switch plan.columns[column].form {
    case .text: internTexts(batch, column, target.codes + chunk.rowCount)
    case .undecided:
      internTexts(batch, column, target.codes + chunk.rowCount)
      note(batch, column, chunk)
    case .ownText: copyTexts(batch, column, chunk)
    case .bool:
      nulls = parseBools(batch, column, target.bools + chunk.rowCount, valid, &refused)
    case .int:
      nulls = parseCells(
        batch, reading, into: target.longs + chunk.rowCount, valid, null: 0, refused: &refused
      ) { reading.number($0, parseLong).flatMap { Int32(exactly: $0).map(Int64.init) } }
    case .long: nulls = parseLongs(batch, column, chunk, &refused)
    case .real:
      nulls = parseReals(batch, column, target.reals + chunk.rowCount, valid, &refused)
    case .timespan:
      nulls = parseCells(
        batch, reading, into: target.longs + chunk.rowCount, valid, null: 0, refused: &refused,
        Timespan.parse)
    case .guid, .dynamic:
      nulls = canonicalTexts(
        batch, column, target.codes + chunk.rowCount, valid, &refused, isTrial: isTrial)
    case .datetime(let form): nulls = parseTimes(batch, column, form, chunk, &refused)
    }
    chunk.columns[column].nullCount += nulls
    if plan.columns[column].declared == nil { gatherEvidence(batch, column, chunk, refused) }
    return refused
  }

  /// A batch that fits its form tells just that; one that does not is looked at cell by cell.
  private func gatherEvidence(
    _ batch: FieldBatch, _ column: Int, _ chunk: Chunk, _ refused: [Int]
  ) {
    let kinds: TypeEvidence.Kinds
    switch plan.columns[column].form {
    case .undecided, .text, .ownText, .datetime(.slashed), .int, .timespan, .guid, .dynamic: return
    case .bool: kinds = .bool
    case .long: kinds = longKinds(batch)
    case .real: kinds = .real
    case .datetime(.epoch(let ticksEach)):
      kinds = [.long, .real, ticksEach == Ticks.perSecond ? .epochSeconds : .epochMilliseconds]
    case .datetime: kinds = .iso
    }
    if refused.isEmpty {
      chunk.evidence[column].merge(TypeEvidence(kinds, hasValues: true))
    } else {
      note(batch, column, chunk)
    }
  }

  /// Beyond 15 digits a long is no real: it would round.
  private func longKinds(_ batch: FieldBatch) -> TypeEvidence.Kinds {
    for row in 0..<batch.rowCount where batch.spans[row * batch.stride].length > 15 {
      return .long
    }
    return [.long, .real]
  }

  func note(_ batch: FieldBatch, _ column: Int, _ chunk: Chunk) {
    for row in 0..<batch.rowCount {
      plan.reading.note(batch.bytes(row), in: &chunk.evidence[column])
    }
  }
}
