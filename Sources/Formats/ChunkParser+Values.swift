import CasebookValues

/// Cells that become numbers, truth values and times. Those refused are listed by row.
extension ChunkParser {
  func parseBools(
    _ batch: FieldBatch, _ column: Int, _ values: UnsafeMutablePointer<UInt8>,
    _ valid: UnsafeMutablePointer<UInt8>, _ refused: inout [Int]
  ) -> Int {
    let isDeclared = plan.columns[column].declared != nil
    return parseCells(
      batch, plan.reading, into: values, valid, null: 0, refused: &refused
    ) { (isDeclared ? parseBool($0) : strictBool($0)).map { $0 ? 1 : 0 } }
  }

  func parseLongs(
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

  func parseReals(
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

  func parseTimes(
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
        guard
          let count = reading.number(
            $0, { strictLong($0.baseAddress.unsafelyUnwrapped, $0.count) }),
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
