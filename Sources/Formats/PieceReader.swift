/// Cuts files into pieces of whole records, one file after another.
///
/// This is the only part of a load that goes through the bytes in order on one thread: it reads them,
/// takes NULs out and hops from quote to quote, so that every cut is exact whatever quotes a file
/// holds. The rest is done piece by piece, on all threads.
final class PieceReader {
  /// A line or quoted cell may be this long; a quote still open then is taken as never closed.
  static let recordLimit = 64 << 20

  private let inputs: [InputFile]
  private let encoding: CSVOptions.Encoding
  private let marks: RecordMarks
  private let pieceBytes: Int
  private let observer: RawByteObserver?
  private let progress: LoadProgress?

  private var current: TextInput?
  private var file = -1
  private var isFileStart = false
  private var awaitsRecord = false
  private var isAtEnd = false
  private var carried: [UInt8] = []
  private var pieceCount = 0
  private var finishedBytes = 0

  init(
    _ inputs: [InputFile], encoding: CSVOptions.Encoding, marks: RecordMarks, pieceBytes: Int,
    observer: RawByteObserver? = nil, progress: LoadProgress? = nil
  ) {
    self.inputs = inputs
    self.encoding = encoding
    self.marks = marks
    self.pieceBytes = pieceBytes
    self.observer = observer
    self.progress = progress
  }

  /// Fills a piece with the next records; false when there are none.
  func next(into piece: Piece) throws -> Bool {
    piece.count = 0
    piece.removedNULCount = 0
    piece.unclosed = nil
    while true {
      guard let input = try current ?? openNext() else { return false }
      if try fill(piece, from: input) {
        piece.index = pieceCount
        piece.file = file
        piece.startsFile = isFileStart
        piece.hasFirstRecord = awaitsRecord && !piece.isBlank
        awaitsRecord = awaitsRecord && piece.isBlank
        piece.invalidCount = input.invalidCount
        pieceCount += 1
        isFileStart = false
        progress?.update(bytes: finishedBytes + input.consumedBytes)
        return true
      }
      finishedBytes += input.consumedBytes
      current = nil
    }
  }

  private func openNext() throws -> TextInput? {
    guard file + 1 < inputs.count else { return nil }
    file += 1
    isFileStart = true
    awaitsRecord = true
    isAtEnd = false
    carried = []
    let number = file
    let observer = observer
    let input = try TextInput(
      inputs[file], encoding: encoding, observer: observer.map { see in { see(number, $0) } })
    current = input
    return input
  }

  private func fill(_ piece: Piece, from input: TextInput) throws -> Bool {
    piece.append(carried)
    carried.removeAll(keepingCapacity: true)
    var wanted = pieceBytes
    while true {
      try read(input, into: piece, until: wanted)
      if piece.count == 0 { return false }
      let scan = marks.scan(piece.text, piece.count, isWhole: isAtEnd)
      if let quote = scan.openQuote, isAtEnd || piece.count >= Self.recordLimit,
        scan.boundary == 0 || isAtEnd
      {
        leaveOutLine(of: quote, recordStart: scan.boundary, piece)
        return true
      }
      if isAtEnd { return true }
      if scan.boundary > 0 {
        carried = piece.tail(from: scan.boundary)
        piece.count = scan.boundary
        return true
      }
      if piece.count >= Self.recordLimit {
        throw FormatError.unreadable(
          path: inputs[file].name, reason: "a line is longer than \(Self.recordLimit >> 20) MB")
      }
      wanted = min(piece.count * 2, Self.recordLimit)
    }
  }

  private func read(_ input: TextInput, into piece: Piece, until wanted: Int) throws {
    piece.reserve(wanted)
    while piece.count < wanted, !isAtEnd {
      let start = piece.count
      let more = try input.read(
        into: UnsafeMutableRawBufferPointer(start: piece.text + start, count: wanted - start))
      isAtEnd = more == 0
      piece.count += more
      piece.removeNULs(from: start)
    }
  }

  /// Cuts the piece before the record whose quote is never closed and goes on behind that line, so
  /// that one stray quote costs one record and not the rest of the file.
  private func leaveOutLine(of quote: Int, recordStart: Int, _ piece: Piece) {
    var end = quote
    while end < piece.count, piece.text[end] != 10, piece.text[end] != 13 { end += 1 }
    if end + 1 < piece.count, piece.text[end] == 13, piece.text[end + 1] == 10 { end += 1 }
    end = min(end + 1, piece.count)
    let before = lineEndCount(piece.text, recordStart..<quote)
    piece.unclosed = Piece.UnclosedQuote(lineCount: before + 1, quoteLine: before)
    carried = piece.tail(from: end)
    piece.count = recordStart
  }
}
