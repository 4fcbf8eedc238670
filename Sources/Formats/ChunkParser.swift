import CasebookValues

/// Turns one piece after another into chunks; each worker has one.
final class ChunkParser {
  private let plan: LoadPlan
  private let worker: Int
  private let piece: Piece
  private var splitter: RecordSplitter
  private var interners: [ChunkInterner]
  /// How many of an interner's entries were handed over before this chunk.
  private var handedOver: [Int]
  private var isoReaders: [ISOReader]

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
    if piece.startsFile, plan.hasHeader { splitter.skipRecord() }
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
        chunk.isContradicted = true
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
      text: UnsafePointer(piece.text), spans: UnsafePointer(splitter.spans + column),
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

  private func note(_ batch: FieldBatch, _ column: Int, _ chunk: Chunk) {
    for row in 0..<batch.rowCount {
      plan.reading.note(batch.bytes(row), in: &chunk.evidence[column])
    }
  }
}

extension ChunkParser {
  private func parseBools(
    _ batch: FieldBatch, _ column: Int, _ values: UnsafeMutablePointer<UInt8>,
    _ valid: UnsafeMutablePointer<UInt8>, _ refused: inout [Int]
  ) -> Int {
    let isDeclared = plan.columns[column].declared != nil
    return parseCells(
      batch, plan.reading, into: values, valid, null: 0, refused: &refused
    ) { (isDeclared ? parseBool($0) : strictBool($0)).map { $0 ? 1 : 0 } }
  }

  private func parseLongs(
    _ batch: FieldBatch, _ column: Int, _ chunk: Chunk, _ refused: inout [Int]
  ) -> Int {
    let reading = plan.reading
    let target = chunk.columns[column]
    let values = target.longs + chunk.rowCount
    let valid = target.valid + chunk.rowCount
    if plan.columns[column].declared != nil {
      return parseCells(batch, reading, into: values, valid, null: 0, refused: &refused) {
        reading.number($0, parseLong)
      }
    }
    if reading.hasPlainNumbers {
      return parseCells(batch, reading, into: values, valid, null: 0, refused: &refused) {
        strictLong($0.baseAddress.unsafelyUnwrapped, $0.count)
      }
    }
    return parseCells(batch, reading, into: values, valid, null: 0, refused: &refused) {
      reading.number($0) { strictLong($0.baseAddress.unsafelyUnwrapped, $0.count) }
    }
  }

  private func parseReals(
    _ batch: FieldBatch, _ column: Int, _ values: UnsafeMutablePointer<Double>,
    _ valid: UnsafeMutablePointer<UInt8>, _ refused: inout [Int]
  ) -> Int {
    let reading = plan.reading
    if plan.columns[column].declared != nil {
      return parseCells(batch, reading, into: values, valid, null: 0, refused: &refused) {
        reading.number($0, parseRealPermissive)
      }
    }
    return parseCells(batch, reading, into: values, valid, null: 0, refused: &refused) {
      reading.number($0, strictReal)
    }
  }

  private func parseTimes(
    _ batch: FieldBatch, _ column: Int, _ form: TimeForm, _ chunk: Chunk, _ refused: inout [Int]
  ) -> Int {
    let reading = plan.reading
    let target = chunk.columns[column]
    let values = target.longs + chunk.rowCount
    let valid = target.valid + chunk.rowCount
    switch form {
    case .iso:
      var iso = isoReaders[column]
      let nulls = parseCells(
        batch, reading, into: values, valid, null: 0, refused: &refused
      ) { iso.read($0, reading) }
      isoReaders[column] = iso
      if iso.hasLocalTimes { chunk.evidence[column].hasLocalTimes = true }
      return nulls
    case .epoch(let ticksEach):
      let perSecond = Ticks.perSecond / ticksEach
      return parseCells(batch, reading, into: values, valid, null: 0, refused: &refused) {
        guard let count = strictLong($0.baseAddress.unsafelyUnwrapped, $0.count),
          isEpoch(count, perSecond: perSecond)
        else { return nil }
        return Instant.fromUnix(count: count, ticksEach: ticksEach)
      }
    case .slashed(let dayFirst):
      note(batch, column, chunk)
      return parseCells(batch, reading, into: values, valid, null: 0, refused: &refused) {
        SlashedDate($0)?.ticks(dayFirst: dayFirst)
          .flatMap { reading.utc(TimestampReading(ticks: $0, hasOffset: false)) }
      }
    case .layout(let layout):
      var hasLocalTimes = false
      let nulls = parseCells(
        batch, reading, into: values, valid, null: 0, refused: &refused
      ) {
        guard let result = parseTimestamp($0, layout) else { return nil }
        if !result.hasOffset { hasLocalTimes = true }
        return reading.utc(result)
      }
      if hasLocalTimes { chunk.evidence[column].hasLocalTimes = true }
      return nulls
    case .any(let dayFirst):
      var evidence = chunk.evidence[column]
      let nulls = parseCells(
        batch, reading, into: values, valid, null: 0, refused: &refused
      ) { readAnyTime($0, dayFirst, &evidence) }
      chunk.evidence[column] = evidence
      return nulls
    }
  }

  /// A time of a column declared `datetime` without saying how it is written.
  private func readAnyTime(
    _ bytes: UnsafeBufferPointer<UInt8>, _ dayFirst: Bool, _ evidence: inout TypeEvidence
  ) -> Int64? {
    if let result = parseISO(bytes) {
      if !result.hasOffset, bytes.count > 10 { evidence.hasLocalTimes = true }
      return plan.reading.utc(result)
    }
    if let count = strictLong(bytes.baseAddress.unsafelyUnwrapped, bytes.count) {
      // Each unit has its own number of digits from 1973 on.
      let ticks: Int64? =
        switch count.magnitude {
        case ..<100_000_000_000: Instant.fromUnix(count: count, ticksEach: Ticks.perSecond)
        case ..<100_000_000_000_000: Instant.fromUnix(count: count, ticksEach: Ticks.perMillisecond)
        case ..<100_000_000_000_000_000:
          Instant.fromUnix(count: count, ticksEach: Ticks.perMicrosecond)
        default: nil
        }
      return ticks
    }
    if let date = SlashedDate(bytes) {
      guard !date.note(in: &evidence).isEmpty, let ticks = date.ticks(dayFirst: dayFirst) else {
        return nil
      }
      return plan.reading.utc(TimestampReading(ticks: ticks, hasOffset: false))
    }
    return Instant.parse(bytes)
  }
}

extension ChunkParser {
  private func internTexts(
    _ batch: FieldBatch, _ column: Int, _ codes: UnsafeMutablePointer<UInt32>
  ) {
    let reading = plan.reading
    var interner = interners[column]
    for row in 0..<batch.rowCount {
      let cell = batch.bytes(row)
      let start = cell.baseAddress.unsafelyUnwrapped
      codes[row] = interner.intern(start, reading.isNull(start, cell.count) ? 0 : cell.count)
    }
    interners[column] = interner
  }

  private func copyTexts(_ batch: FieldBatch, _ column: Int, _ chunk: Chunk) {
    let lengths = chunk.columns[column].codes + chunk.rowCount
    var heap = chunk.columns[column].heap
    for row in 0..<batch.rowCount {
      let cell = batch.bytes(row)
      let start = cell.baseAddress.unsafelyUnwrapped
      let length = plan.reading.isNull(start, cell.count) ? 0 : cell.count
      heap.append(start, length)
      lengths[row] = UInt32(truncatingIfNeeded: length)
    }
    chunk.columns[column].heap = heap
  }

  /// Identifiers and JSON, each in the one spelling that equal values share.
  private func canonicalTexts(
    _ batch: FieldBatch, _ column: Int, _ codes: UnsafeMutablePointer<UInt32>,
    _ valid: UnsafeMutablePointer<UInt8>, _ refused: inout [Int], isTrial: Bool
  ) -> Int {
    let isGuid = plan.columns[column].form == .guid
    var interner = interners[column]
    defer { interners[column] = interner }
    return parseCells(
      batch, plan.reading, into: codes, valid, null: isTrial ? 0 : blankCode(&interner),
      refused: &refused
    ) { bytes in
      guard var text = isGuid ? parseGuid(bytes) : Dynamic(json: bytes)?.jsonText else {
        return nil
      }
      if isTrial { return 0 }
      return text.withUTF8 { interner.intern($0.baseAddress.unsafelyUnwrapped, $0.count) }
    }
  }

  private func blankCode(_ interner: inout ChunkInterner) -> UInt32 {
    interner.intern(UnsafePointer(piece.text), 0)
  }

  private func beginInterners(_ chunk: Chunk) {
    for column in plan.columns.indices where plan.columns[column].form.isShared {
      let isAfresh = interners[column].startAfreshIfFull()
      chunk.columns[column].startsCodesAfresh = isAfresh
      handedOver[column] = interners[column].count
    }
  }

  private func handOverNewTexts(to chunk: Chunk) {
    for column in plan.columns.indices where plan.columns[column].form.isShared {
      let interner = interners[column]
      let first = handedOver[column]
      let heapStart = first == 0 ? 0 : interner.ends.start[first - 1]
      chunk.columns[column].heap.append(
        interner.heap.start + heapStart, interner.heap.count - heapStart)
      for entry in first..<interner.count {
        chunk.columns[column].newEnds.append(interner.ends.start[entry] - heapStart)
      }
      chunk.columns[column].newHashes.append(
        interner.hashes.start + first, interner.count - first)
    }
  }
}
