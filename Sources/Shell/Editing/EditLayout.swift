import CasebookValues

/// How a piece of the screen looks.
enum EditStyle: UInt8 {
  case plain
  case prompt
  case word
  case text
  case number
  case comment
  case match
  case faint
  case selected
}

/// A character on the screen.
struct EditCell: Equatable {
  var text: String
  var width: Int
  var style: EditStyle
}

/// A row of the screen.
typealias EditRow = [EditCell]

/// The rows that a text takes on a screen of some width, and where the cursor stands in them.
struct EditLayout {
  private(set) var rows: [EditRow] = [[]]
  private(set) var cursor = (row: 0, column: 0)
  private let width: Int
  private var column = 0

  /// Lays a text out behind a prompt; later lines stand behind `continuation`.
  ///
  /// `styles` has a style for each scalar, or is empty.
  init(
    _ text: EditText, prompt: String, continuation: String, styles: [EditStyle] = [], width: Int
  ) {
    self.width = max(width, 2)
    add(prompt, .prompt)
    var place = 0
    let scalars = text.scalars
    while place < scalars.count {
      if place == text.cursor { markCursor() }
      let next = Self.isAlone(scalars, place) ? place + 1 : text.after(place)
      let style = place < styles.count ? styles[place] : .plain
      if scalars[place] == "\n" {
        if text.cursor == place { markCursor() }
        breakRow()
        add(continuation, .prompt)
      } else if scalars[place] == "\t" {
        add(String(repeating: " ", count: 4 - column % 4), style)
      } else {
        add(cell(text.string(place..<next), style))
      }
      // A place inside a character is shown before it.
      if text.cursor > place, text.cursor < next { markCursor() }
      place = next
    }
    if text.cursor >= scalars.count {
      if column == self.width { breakRow() }
      markCursor()
    }
  }

  /// Rows of other texts than the one being edited.
  static func rows(_ texts: [(String, EditStyle)], width: Int) -> [EditRow] {
    var layout = EditLayout(EditText(), prompt: "", continuation: "", width: width)
    for (text, style) in texts { layout.add(text, style) }
    return layout.rows
  }

  /// Whether a scalar is a character by itself whatever stands behind it, so that plain text is fast.
  private static func isAlone(_ scalars: [Unicode.Scalar], _ place: Int) -> Bool {
    scalars[place].value < 0x300
      && (place + 1 == scalars.count || scalars[place + 1].value < 0x300)
  }

  private mutating func markCursor() { cursor = (rows.count - 1, min(column, width - 1)) }

  private mutating func breakRow() {
    rows.append([])
    column = 0
  }

  private mutating func add(_ text: String, _ style: EditStyle) {
    for character in text {
      if character == "\n" { breakRow() } else { add(cell(String(character), style)) }
    }
  }

  private mutating func add(_ cell: EditCell) {
    if column + cell.width > width { breakRow() }
    rows[rows.count - 1].append(cell)
    column += cell.width
  }

  /// A character as a terminal may have it.
  private func cell(_ text: String, _ style: EditStyle) -> EditCell {
    let scalars = text.unicodeScalars
    if scalars.contains(where: isUnsafeToDisplay) {
      let shown = scalars.map { "<" + String($0.value, radix: 16, uppercase: true) + ">" }.joined()
      return EditCell(text: shown, width: shown.count, style: .faint)
    }
    if scalars.count == 1, let scalar = scalars.first, scalar.value < 0x7F {
      return EditCell(text: text, width: 1, style: style)
    }
    // Some terminals draw joined characters one beside the other.
    let width = max(
      displayWidth(Character(text)), scalars.reduce(0) { $0 + displayWidth($1) })
    // A mark without a letter would join what stands before it.
    return width > 0
      ? EditCell(text: text, width: width, style: style)
      : EditCell(text: "\u{25CC}" + text, width: 1, style: style)
  }
}
