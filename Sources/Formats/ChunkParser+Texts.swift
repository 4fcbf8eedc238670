import CasebookValues

/// Cells that become codes, or texts one after another.
extension ChunkParser {
  func internTexts(
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

  func copyTexts(_ batch: FieldBatch, _ column: Int, _ chunk: Chunk) {
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
  func canonicalTexts(
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

  func beginInterners(_ chunk: Chunk) {
    for column in plan.columns.indices where plan.columns[column].form.isShared {
      let isAfresh = interners[column].startAfreshIfFull()
      chunk.columns[column].startsCodesAfresh = isAfresh
      handedOver[column] = interners[column].count
    }
  }

  func handOverNewTexts(to chunk: Chunk) {
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
