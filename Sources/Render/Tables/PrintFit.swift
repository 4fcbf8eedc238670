/// How a table is fitted to paper, by how many characters its columns need beside each other.
///
/// A sheet takes so many whatever the table holds, and what does not fit would be cut or broken letter by letter. The
/// page's style says what each class means.
enum PrintFit: String {
  /// As the page prints tables.
  case plain = ""
  /// Smaller letters.
  case dense = " fit-dense"
  /// Smaller letters on a sheet that lies on its side.
  case landscape = " fit-landscape"
  /// A block a row, each value beside its column's name.
  case cards = " fit-cards"

  /// The fit for columns that need so many characters; a few rows are not worth a sheet of their own.
  init(columnWidths: [Int], rowCount: Int) {
    // Two characters keep columns apart.
    let width = columnWidths.reduce(0) { $0 + $1 + 2 }
    self =
      width <= 100
      ? .plain : width <= 128 ? .dense : width <= 180 && rowCount > 5 ? .landscape : .cards
  }

  /// Whether values may have to stand without the head above them.
  var needsNames: Bool { self == .landscape || self == .cards }

  /// The characters that a value needs in one line: all of them, or those of its longest word where it may be
  /// folded.
  static func width(of text: String, canBeFolded: Bool) -> Int {
    let whole = text.count
    guard canBeFolded, whole > foldedWidth else { return whole }
    let word = text.split(separator: " ").map(\.count).max() ?? 0
    return min(max(word, foldedWidth), greatestWordWidth)
  }

  /// Whether a text holds a word that paper has to break.
  static func hasLongWord(_ text: String) -> Bool {
    text.utf8.count > greatestWordWidth
      && text.split(separator: " ").contains { $0.count > greatestWordWidth }
  }

  /// Texts are not folded narrower.
  private static let foldedWidth = 16
  /// Longer words are broken.
  private static let greatestWordWidth = 28
}
