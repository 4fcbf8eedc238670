import CasebookRender

/// Draws the text being edited: only what differs from what stands there, in one write.
///
/// It knows no place of the screen, only its own rows, so that it works below any output. A text taller
/// than the screen is shown around the cursor.
struct EditDisplay {
  /// What is to be seen.
  struct Content {
    var text: EditText
    var prompt: String
    var continuation: String
    var styles: [EditStyle] = []
    /// Rows below the text: a list, a search.
    var below: [[(String, EditStyle)]] = []
  }

  private(set) var width = 80
  private(set) var height = 24
  var allowsColour = false
  private var shown: [EditRow] = []
  private var cursor = (row: 0, column: 0)
  /// The first row of the text that is shown, when it is taller than the screen.
  private var top = 0
  private var output = ""
  private var style = EditStyle.plain

  /// The rows are below the cursor and empty.
  mutating func begin(width: Int, height: Int) {
    (self.width, self.height) = (max(width, 2), max(height, 2))
    shown = [[]]
    cursor = (0, 0)
    top = 0
    output = ""
  }

  /// What to send to the terminal so that it shows the content.
  mutating func update(_ content: Content) -> String {
    let layout = layout(content)
    var rows = visibleRows(layout)
    let row = layout.cursor.row - top
    rows += rowsBelow(content, room: height - rows.count)
    draw(rows, cursor: (row, layout.cursor.column))
    return takeOutput()
  }

  /// What to send at the end: the whole text stands there, and the cursor below it.
  mutating func finish(_ content: Content, ending: String = "") -> String {
    let layout = layout(content)
    if layout.rows.count > height {
      // All of it belongs in the record above.
      erase()
      draw(layout.rows, cursor: (layout.rows.count - 1, 0))
    } else {
      draw(layout.rows, cursor: (layout.rows.count - 1, 0))
    }
    let end = layout.rows.last.map { $0.reduce(0) { $0 + $1.width } } ?? 0
    move(to: (layout.rows.count - 1, min(end, width - 1)))
    output += ending + "\r\n"
    return takeOutput()
  }

  /// What to send when something else is to be written where the text stands.
  mutating func clear() -> String {
    erase()
    return takeOutput()
  }

  /// What to send when the window has another size: terminals break the rows that no longer fit.
  mutating func resize(width: Int, height: Int) -> String {
    let newWidth = max(width, 2)
    func rowCount(_ row: EditRow) -> Int {
      max(1, (row.reduce(0) { $0 + $1.width } + newWidth - 1) / newWidth)
    }
    let above =
      shown.prefix(cursor.row).reduce(0) { $0 + rowCount($1) } + cursor.column / newWidth
    (self.width, self.height) = (newWidth, max(height, 2))
    if above > 0 { output += "\u{1B}[\(min(above, self.height - 1))A" }
    output += "\r\u{1B}[J"
    shown = [[]]
    cursor = (0, 0)
    top = 0
    return takeOutput()
  }

  // MARK: What is seen

  private func layout(_ content: Content) -> EditLayout {
    EditLayout(
      content.text, prompt: content.prompt, continuation: content.continuation,
      styles: content.styles, width: width)
  }

  /// The rows around the cursor.
  private mutating func visibleRows(_ layout: EditLayout) -> [EditRow] {
    let count = layout.rows.count
    guard count > height else {
      top = 0
      return layout.rows
    }
    top = min(max(top, layout.cursor.row - height + 1), layout.cursor.row, count - height)
    return Array(layout.rows[top..<top + height])
  }

  /// The list, cut to the room there is; the text has the first claim.
  private func rowsBelow(_ content: Content, room: Int) -> [EditRow] {
    let rows = content.below.flatMap { EditLayout.rows($0, width: width) }
    return Array(rows.prefix(max(room, 0)))
  }

  // MARK: Drawing

  private mutating func draw(_ rows: [EditRow], cursor target: (row: Int, column: Int)) {
    for (index, row) in rows.enumerated() {
      let old = index < shown.count ? shown[index] : nil
      guard old != row else { continue }
      var same = 0
      if let old { while same < old.count, same < row.count, old[same] == row[same] { same += 1 } }
      var column = row[..<same].reduce(0) { $0 + $1.width }
      move(to: (index, column))
      for cell in row[same...] { put(cell, &column) }
      if let old, column < old.reduce(0, { $0 + $1.width }) { clearRow() }
      if column >= width {
        // The cursor stands beyond the last column; terminals differ on what comes next.
        output += "\r"
        column = 0
      }
      cursor = (index, column)
    }
    if shown.count > rows.count {
      move(to: (rows.count, 0))
      setStyle(.plain)
      output += "\u{1B}[J"
    }
    setStyle(.plain)
    // Rows that were once there are there for good.
    shown = rows
    move(to: target)
  }

  private mutating func erase() {
    move(to: (0, 0))
    output += "\u{1B}[J"
    shown = [[]]
    top = 0
  }

  private mutating func put(_ cell: EditCell, _ column: inout Int) {
    setStyle(cell.style)
    let isJoined = cell.width > 1 && cell.text.unicodeScalars.count > 1
    if isJoined {
      // Terminals disagree on how wide these are, so all the room they may take is emptied first.
      output += String(repeating: " ", count: cell.width) + "\u{1B}[\(column + 1)G"
    }
    output += cell.text
    column += cell.width
    cursor.column = column
    if isJoined, column < width { output += "\u{1B}[\(column + 1)G" }
  }

  private mutating func clearRow() {
    setStyle(.plain)
    output += "\u{1B}[K"
  }

  private mutating func move(to target: (row: Int, column: Int)) {
    if target.row < cursor.row {
      output += "\u{1B}[\(cursor.row - target.row)A"
    } else if target.row > cursor.row {
      // A line feed goes on at the screen's end, where moving down does not.
      setStyle(.plain)
      output += String(repeating: "\n", count: target.row - cursor.row) + "\r"
      cursor.column = 0
    }
    if target.column == 0, cursor.column != 0 {
      output += "\r"
    } else if target.column < cursor.column {
      let count = cursor.column - target.column
      output += count == 1 ? "\u{8}" : "\u{1B}[\(count)D"
    } else if target.column > cursor.column {
      output += "\u{1B}[\(target.column - cursor.column)C"
    }
    cursor = target
  }

  private mutating func setStyle(_ wanted: EditStyle) {
    // What is selected must be seen without colour, too.
    let next = allowsColour || wanted == .selected ? wanted : .plain
    guard next != style else { return }
    style = next
    output += "\u{1B}[0\(next.codes)m"
  }

  private mutating func takeOutput() -> String {
    defer { output = "" }
    return output
  }
}

extension EditStyle {
  /// What the terminal is told behind a reset.
  fileprivate var codes: String {
    switch self {
    case .plain, .word: ""
    case .prompt: ";1"
    case .text: ";32"
    case .number: ";36"
    case .comment, .faint: ";2"
    case .match: ";1;4"
    case .selected: ";7"
    }
  }
}
