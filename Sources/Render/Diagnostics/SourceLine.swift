import CasebookValues

/// One line of a source as it is drawn: tabs as blanks, control characters written out, and the
/// column at which each byte of it stands.
struct SourceLine {
  /// Tabs reach to the next multiple of this.
  private static let tabWidth = 4
  /// No more bytes than this before or after the point of interest are laid out.
  private static let reach = 2048

  private var pieces: [(byte: Int, column: Int, piece: VisiblePiece)] = []
  private var endByte: Int
  private(set) var width = 0
  /// Whether the source line has more before or after the part laid out.
  private var hasMoreBefore: Bool
  private var hasMoreAfter: Bool

  /// Lays out the bytes of a line near the byte `focus`; positions stay those of the source.
  init(_ bytes: ArraySlice<UInt8>, focus: Int, _ glyphs: Glyphs) {
    let lower = SourceLine.boundary(bytes, max(bytes.startIndex, focus - SourceLine.reach))
    let upper = SourceLine.boundary(bytes, min(bytes.endIndex, focus + SourceLine.reach))
    hasMoreBefore = lower > bytes.startIndex
    hasMoreAfter = upper < bytes.endIndex
    endByte = upper
    var byte = lower
    for character in String(decoding: bytes[lower..<upper], as: UTF8.self) {
      if character == "\t" {
        let blanks = SourceLine.tabWidth - width % SourceLine.tabWidth
        add(VisiblePiece(text: String(repeating: " ", count: blanks), width: blanks), at: byte)
      } else {
        for piece in visiblePieces(character, glyphs) { add(piece, at: byte) }
      }
      byte += String(character).utf8.count
    }
  }

  private mutating func add(_ piece: VisiblePiece, at byte: Int) {
    pieces.append((byte, width, piece))
    width += piece.width
  }

  private static func boundary(_ bytes: ArraySlice<UInt8>, _ index: Int) -> Int {
    var index = index
    while index > bytes.startIndex, index < bytes.endIndex, bytes[index] & 0xC0 == 0x80 {
      index -= 1
    }
    return index
  }

  /// The columns of a range of bytes: at least one, and whole characters.
  func columns(_ lower: Int, _ upper: Int) -> Range<Int> {
    let byte = pieces.last { $0.byte <= lower }?.byte
    let start = lower >= endByte ? width : pieces.first { $0.byte == byte }?.column ?? 0
    let end = upper >= endByte ? width : pieces.first { $0.byte >= upper }?.column ?? width
    return start..<max(end, start + 1)
  }

  /// The part of the line that fits into `room` columns around those of interest.
  func window(around focus: Range<Int>, room: Int, _ glyphs: Glyphs) -> SourceWindow {
    if width <= room, !hasMoreBefore, !hasMoreAfter {
      return SourceWindow(
        text: pieces.map(\.piece.text).joined(), columns: 0..<max(width, room), shift: 0)
    }
    var start = 0
    // The focus is kept at a third, so that what leads to it can be read.
    if focus.upperBound > room - 1 || hasMoreBefore { start = max(0, focus.lowerBound - room / 3) }
    let lead = start > 0 || hasMoreBefore ? glyphs.ellipsis : ""
    let inner = room - lead.count - glyphs.ellipsis.count
    let shown = pieces.filter {
      $0.column >= start && $0.column + $0.piece.width <= start + max(inner, 1)
    }
    let first = shown.first?.column ?? start
    let end = shown.last.map { $0.column + $0.piece.width } ?? start
    let isAtEnd = end >= width && !hasMoreAfter
    return SourceWindow(
      text: lead + shown.map(\.piece.text).joined() + (isAtEnd ? "" : glyphs.ellipsis),
      columns: first..<max(end, first) + 1, shift: lead.count - first)
  }
}

/// A part of a source line as shown.
struct SourceWindow {
  var text: String
  /// The columns of the line that can be pointed at.
  var columns: Range<Int>
  /// What is added to a column of the line to get that of the text.
  var shift: Int

  /// Blanks and marks below the given columns of the line.
  func marks(_ range: Range<Int>, _ mark: Character) -> String {
    let clipped = range.clamped(to: columns)
    let start =
      clipped.isEmpty
      ? min(max(range.lowerBound, columns.lowerBound), columns.upperBound - 1) : clipped.lowerBound
    return String(repeating: " ", count: max(start + shift, 0))
      + String(repeating: mark, count: max(clipped.count, 1))
  }
}
