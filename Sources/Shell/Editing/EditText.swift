/// The text being edited and the place in it, with the places that keys move to.
///
/// A value: what moves gives a place, and whoever owns the text goes there.
struct EditText: Equatable {
  var scalars: [Unicode.Scalar]
  /// How many scalars stand before the cursor.
  var cursor: Int

  init(_ scalars: [Unicode.Scalar] = [], cursor: Int = 0) {
    self.scalars = scalars
    self.cursor = cursor
  }

  init(_ text: String) {
    scalars = Array(text.unicodeScalars)
    cursor = scalars.count
  }

  var isEmpty: Bool { scalars.isEmpty }
  var string: String { string(0..<scalars.count) }
  var isAtEnd: Bool { cursor == scalars.count }

  func string(_ range: Range<Int>) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars[range])
    return String(text)
  }

  /// The place before the cursor as a number of UTF-8 bytes, as the language counts.
  var cursorByte: Int { scalars[..<cursor].reduce(0) { $0 + UTF8.width($1) } }

  /// The number of scalars in the first `bytes` bytes.
  func place(atByte bytes: Int) -> Int {
    var (count, place) = (0, 0)
    while place < scalars.count, count < bytes {
      count += UTF8.width(scalars[place])
      place += 1
    }
    return place
  }

  // MARK: Lines

  /// The place where the line that holds a place begins.
  func lineStart(of place: Int) -> Int {
    (scalars[..<place].lastIndex(of: "\n") ?? -1) + 1
  }

  /// The place where the line that holds a place ends.
  func lineEnd(of place: Int) -> Int { scalars[place...].firstIndex(of: "\n") ?? scalars.count }

  var isOnFirstLine: Bool { lineStart(of: cursor) == 0 }
  var isOnLastLine: Bool { lineEnd(of: cursor) == scalars.count }

  /// The place one line up or down, as near to `column` as that line goes; nil where there is none.
  ///
  /// Columns are counted in characters.
  func place(lines: Int, column: Int) -> Int? {
    let start = lineStart(of: cursor)
    let target: Int
    if lines < 0 {
      guard start > 0 else { return nil }
      target = lineStart(of: start - 1)
    } else {
      let end = lineEnd(of: cursor)
      guard end < scalars.count else { return nil }
      target = end + 1
    }
    var place = target
    let end = lineEnd(of: target)
    for _ in 0..<column where place < end { place = after(place) }
    return place
  }

  /// In which column of its line the cursor stands.
  var column: Int { string(lineStart(of: cursor)..<cursor).count }

  // MARK: Characters

  /// The place behind the character at a place: an accent goes with its letter.
  func after(_ place: Int) -> Int {
    guard place < scalars.count else { return place }
    // No character of use is longer; the whole text would be slow.
    let piece = string(place..<min(place + 32, scalars.count))
    return place + (piece.first?.unicodeScalars.count ?? 1)
  }

  /// The place before the character that ends at a place.
  func before(_ place: Int) -> Int {
    guard place > 0 else { return place }
    let piece = string(max(place - 32, 0)..<place)
    return place - (piece.last?.unicodeScalars.count ?? 1)
  }

  // MARK: Words

  /// The place where the word before a place begins.
  func wordStart(before place: Int) -> Int {
    var place = place
    while place > 0, !Self.isWord(scalars[place - 1]) { place -= 1 }
    while place > 0, Self.isWord(scalars[place - 1]) { place -= 1 }
    return place
  }

  /// The place where the word behind a place ends.
  func wordEnd(after place: Int) -> Int {
    var place = place
    while place < scalars.count, !Self.isWord(scalars[place]) { place += 1 }
    while place < scalars.count, Self.isWord(scalars[place]) { place += 1 }
    return place
  }

  /// The place where the text between blanks before a place begins.
  func blankStart(before place: Int) -> Int {
    var place = place
    while place > 0, scalars[place - 1].properties.isWhitespace { place -= 1 }
    while place > 0, !scalars[place - 1].properties.isWhitespace { place -= 1 }
    return place
  }

  static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "_" || scalar.properties.isAlphabetic
      || scalar.properties.generalCategory == .decimalNumber
      || scalar.properties.generalCategory == .nonspacingMark
  }
}
