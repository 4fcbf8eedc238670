import Glibc

/// The bytes that part cells and enclose them, and where records end among them.
///
/// A quote opens a cell only as its first byte; anywhere else it is an ordinary byte.
struct RecordMarks: Sendable {
  let delimiter: UInt8
  let quote: UInt8?

  /// Where the whole records of a text end.
  struct Scan {
    /// Behind the last line end that is outside quotes; 0 when there is none.
    var boundary: Int
    /// The quote that is still open at the end.
    var openQuote: Int?
  }

  /// Looks through a text that begins at a record; `isWhole` says that no more text follows.
  func scan(_ text: UnsafePointer<UInt8>, _ count: Int, isWhole: Bool) -> Scan {
    // The last boundary is nearly always close to the end; earlier ones are not looked for at first.
    let scan = scan(text, count, isWhole, boundariesFrom: max(0, count - 65_536))
    return scan.boundary > 0 ? scan : self.scan(text, count, isWhole, boundariesFrom: 0)
  }

  private func scan(
    _ text: UnsafePointer<UInt8>, _ count: Int, _ isWhole: Bool, boundariesFrom tail: Int
  ) -> Scan {
    var scan = Scan(boundary: 0, openQuote: nil)
    var position = 0
    while true {
      let open = nextOpening(text, count, from: position)
      if open >= tail {
        let end = lastLineEnd(text, position..<open, isWhole: isWhole || open < count)
        if end > 0 { scan.boundary = end }
      }
      guard open < count else { return scan }
      let close = closing(text, count, from: open + 1, isWhole: isWhole)
      guard close < count else {
        scan.openQuote = open
        return scan
      }
      position = close + 1
    }
  }

  /// The next quote that begins a cell, or `count`.
  private func nextOpening(_ text: UnsafePointer<UInt8>, _ count: Int, from start: Int) -> Int {
    guard let quote else { return count }
    var position = start
    while true {
      position = firstIndex(of: quote, text, position, count)
      guard position < count, position > 0 else { return position }
      let before = text[position - 1]
      if before == delimiter || before == 10 || before == 13 { return position }
      position += 1
    }
  }

  /// The quote that ends a cell, or `count` when the cell may go on.
  private func closing(
    _ text: UnsafePointer<UInt8>, _ count: Int, from start: Int, isWhole: Bool
  ) -> Int {
    guard let quote else { return count }
    var position = start
    while true {
      position = firstIndex(of: quote, text, position, count)
      guard position < count else { return count }
      if position + 1 == count { return isWhole ? position : count }
      guard text[position + 1] == quote else { return position }
      position += 2
    }
  }

  /// Behind the last line end in a range, or 0.
  ///
  /// The last byte of unfinished text does not count
  /// when it is a carriage return: a line feed may follow.
  private func lastLineEnd(
    _ text: UnsafePointer<UInt8>, _ range: Range<Int>, isWhole: Bool
  ) -> Int {
    var position = range.upperBound
    while position > range.lowerBound {
      let byte = text[position - 1]
      if byte == 10 { return position }
      if byte == 13, isWhole || position < range.upperBound { return position }
      position -= 1
    }
    return 0
  }
}

/// Where a byte first stands in a range, or the range's end.
@inline(__always)
func firstIndex(
  of byte: UInt8, _ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int
) -> Int {
  guard start < end, let found = memchr(text + start, Int32(byte), end - start) else { return end }
  return UnsafeRawPointer(found) - UnsafeRawPointer(text)
}

/// How many lines end in a range: line feeds, and carriage returns that none follows.
func lineEndCount(_ text: UnsafePointer<UInt8>, _ range: Range<Int>) -> Int {
  var lines = 0
  for position in range {
    if text[position] == 10 {
      lines += 1
    } else if text[position] == 13, position + 1 == range.upperBound || text[position + 1] != 10 {
      lines += 1
    }
  }
  return lines
}
