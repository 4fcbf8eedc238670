/// Where a cell lies in the text of its piece, without its quotes.
struct FieldSpan: BitwiseCopyable {
  var start: UInt32
  var length: UInt32
}

/// Splits the text of a piece into records, a batch at a time.
///
/// Doubled quotes are undone in place: a cell only becomes shorter, and the text is the parser's own.
struct RecordSplitter {
  /// A record that has not as many cells as there are columns.
  struct Ragged {
    var row: Int
    var line: Int
    var isLong: Bool
  }

  let marks: RecordMarks
  let columnCount: Int
  let rowCapacity: Int
  /// Row after row, `columnCount` cells each.
  let spans: UnsafeMutablePointer<FieldSpan>
  /// The line of each row, from 0 at the piece's start.
  let lines: UnsafeMutablePointer<UInt32>
  private(set) var rowCount = 0
  private(set) var ragged: [Ragged] = []
  private(set) var blankLineCount = 0
  /// Lines ended so far.
  private(set) var line = 0

  private let piece: Piece
  private var text: UnsafeMutablePointer<UInt8>
  private var end = 0
  private var position = 0

  /// A splitter of what a piece will hold; `release()` gives its memory back.
  init(_ piece: Piece, marks: RecordMarks, columnCount: Int) {
    self.piece = piece
    self.marks = marks
    self.columnCount = columnCount
    // A batch's cells and its text stay in the second-level cache.
    rowCapacity = max(16, min(1024, 16_384 / max(columnCount, 1)))
    spans = .allocate(capacity: rowCapacity * max(columnCount, 1))
    lines = .allocate(capacity: rowCapacity)
    text = piece.text
  }

  func release() {
    spans.deallocate()
    lines.deallocate()
  }

  /// Takes the piece's new text.
  mutating func begin() {
    text = piece.text
    end = piece.count
    // The line feed stops every search at the end of the text; it is not part of it.
    text[end] = 10
    position = 0
    line = 0
    blankLineCount = 0
  }

  /// Passes over the first record.
  mutating func skipRecord() {
    skipBlankLines()
    guard position < end else { return }
    line += splitRecord { _ in }
  }

  /// Splits the next records; false when there are none left.
  mutating func nextBatch() -> Bool {
    rowCount = 0
    ragged.removeAll(keepingCapacity: true)
    while rowCount < rowCapacity {
      skipBlankLines()
      guard position < end else { break }
      splitRow()
    }
    return rowCount > 0
  }

  /// Leaves out the rows that a caller found wanting.
  mutating func removeRows(_ rows: [Bool]) {
    var kept = 0
    for row in 0..<rowCount where !rows[row] {
      if kept != row {
        (spans + kept * columnCount).update(from: spans + row * columnCount, count: columnCount)
        lines[kept] = lines[row]
      }
      kept += 1
    }
    rowCount = kept
  }

  @inline(__always)
  private mutating func skipBlankLines() {
    while position < end {
      let byte = text[position]
      guard byte == 10 || byte == 13 else { return }
      position += byte == 13 && text[position + 1] == 10 && position + 1 < end ? 2 : 1
      line += 1
      blankLineCount += 1
    }
  }

  @inline(__always)
  private mutating func splitRow() {
    let row = spans + rowCount * columnCount
    lines[rowCount] = UInt32(truncatingIfNeeded: line)
    var count = 0
    let columnCount = columnCount
    let lineEnds = splitRecord { span in
      if count < columnCount { row[count] = span }
      count &+= 1
    }
    if count != columnCount {
      ragged.append(Ragged(row: rowCount, line: line, isLong: count > columnCount))
      while count < columnCount {
        row[count] = FieldSpan(start: 0, length: 0)
        count += 1
      }
    }
    line += lineEnds
    rowCount += 1
  }

  /// Gives the cells of the record at `position` and returns how many lines it spans.
  @inline(__always)
  private mutating func splitRecord(_ emit: (FieldSpan) -> Void) -> Int {
    let text = text
    let delimiter = marks.delimiter
    let quote = Int(marks.quote ?? 0)
    let isQuoted = marks.quote != nil
    let delimiters = UInt64(delimiter) &* 0x0101_0101_0101_0101
    var lineEnds = 1
    var start = position
    while true {
      var stop: Int
      if isQuoted, Int(text[start]) == quote, start < end {
        let cell = quotedCell(at: start)
        emit(cell.span)
        lineEnds &+= cell.lineEnds
        stop = cell.stop
      } else {
        stop = findStop(text, start, delimiters)
        if stop > end { stop = end }
        emit(
          FieldSpan(
            start: UInt32(truncatingIfNeeded: start),
            length: UInt32(truncatingIfNeeded: stop &- start)))
      }
      if text[stop] == delimiter, stop < end {
        start = stop &+ 1
        continue
      }
      position = stop &+ 1
      if text[stop] == 13, stop &+ 1 < end, text[stop &+ 1] == 10 { position = stop &+ 2 }
      return lineEnds
    }
  }

  /// The cell whose opening quote is at `start`, and the delimiter or line end behind it.
  @inline(never)
  private func quotedCell(at start: Int) -> (span: FieldSpan, stop: Int, lineEnds: Int) {
    let quote = marks.quote ?? 0
    var read = start + 1
    var write = start + 1
    var lineEnds = 0
    let quotes = UInt64(quote) &* 0x0101_0101_0101_0101
    while true {
      var next = findStop(text, read, quotes)
      while next < end, text[next] != quote {
        if text[next] == 10 || text[next + 1] != 10 { lineEnds += 1 }
        next = findStop(text, next + 1, quotes)
      }
      next = min(next, end)
      move(read..<next, to: write)
      write += next - read
      guard next < end else {
        read = end
        break
      }
      if next + 1 < end, text[next + 1] == quote {
        text[write] = quote
        write += 1
        read = next + 2
      } else {
        read = next + 1
        break
      }
    }
    // What stands between the closing quote and the delimiter belongs to the cell, quotes and all.
    let stop = min(findStop(text, read, UInt64(marks.delimiter) &* 0x0101_0101_0101_0101), end)
    move(read..<stop, to: write)
    write += stop - read
    let span = FieldSpan(
      start: UInt32(truncatingIfNeeded: start + 1),
      length: UInt32(truncatingIfNeeded: write - start - 1))
    return (span, stop, lineEnds)
  }

  private func move(_ range: Range<Int>, to target: Int) {
    guard target != range.lowerBound, !range.isEmpty else { return }
    (text + target).update(from: text + range.lowerBound, count: range.count)
  }
}

/// The first delimiter or line end from a place on; there must be one.
@inline(__always)
func findStop(_ text: UnsafePointer<UInt8>, _ start: Int, _ delimiters: UInt64) -> Int {
  let raw = UnsafeRawPointer(text)
  var position = start
  while true {
    let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: position, as: UInt64.self))
    let marks =
      zeroBytes(word ^ delimiters) | zeroBytes(word ^ 0x0A0A_0A0A_0A0A_0A0A)
      | zeroBytes(word ^ 0x0D0D_0D0D_0D0D_0D0D)
    if marks != 0 { return position &+ marks.trailingZeroBitCount >> 3 }
    position &+= 8
  }
}

/// The top bit of each zero byte.
///
/// Bits above the lowest one set may be wrong; the lowest is right.
@inline(__always)
private func zeroBytes(_ word: UInt64) -> UInt64 {
  (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
}
