import CasebookValues

/// What a terminal shows after some output: rows of characters, and where the cursor is.
///
/// It knows the few commands that the program uses; any other is noted.
struct TerminalScreen {
  private(set) var columns: Int
  private(set) var height: Int
  private var grid: [[String]] = []
  private(set) var cursor = (row: 0, column: 0)
  /// Rows that went off the top.
  private(set) var past: [String] = []
  private(set) var unknown: [String] = []
  private(set) var bellCount = 0
  /// The last column was written: the next character begins a new row.
  private var isPastEnd = false
  private var held: [Unicode.Scalar] = []

  init(columns: Int, rows: Int) {
    (self.columns, height) = (columns, rows)
    grid = Array(repeating: Array(repeating: " ", count: columns), count: rows)
  }

  /// The rows as text, without blanks at their ends.
  var rows: [String] { grid.map(Self.text) }
  /// All text from the top, rows that are gone included.
  var everything: String { (past + rows).joined(separator: "\n") }

  mutating func write(_ bytes: some Sequence<UInt8>) {
    var characters: [Unicode.Scalar] = held
    held = []
    characters += String(decoding: Array(bytes), as: UTF8.self).unicodeScalars
    var index = 0
    while index < characters.count {
      if characters[index] == "\u{1B}" {
        guard let end = sequenceEnd(characters, index) else {
          held = Array(characters[index...])
          return
        }
        obey(characters[(index + 1)..<end])
        index = end
      } else {
        put(characters[index])
        index += 1
      }
    }
  }

  /// Gives the screen another size, and breaks its rows anew as most terminals do.
  mutating func resize(columns: Int, rows: Int) {
    var lines: [[String]] = []
    var newCursor = (row: 0, column: 0)
    let used = (grid.lastIndex { Self.text($0) != "" } ?? 0)
    for index in 0...max(used, cursor.row) {
      var rest = Array(grid[index].reversed().drop { $0 == " " }.reversed())
      if index == cursor.row {
        newCursor = (lines.count + cursor.column / columns, cursor.column % columns)
      }
      repeat {
        let part = Array(rest.prefix(columns))
        lines.append(part + Array(repeating: " ", count: columns - part.count))
        rest = Array(rest.dropFirst(columns))
      } while !rest.isEmpty
    }
    let hidden = max(lines.count - rows, 0)
    past += lines.prefix(hidden).map(Self.text)
    lines.removeFirst(hidden)
    while lines.count < rows { lines.append(Array(repeating: " ", count: columns)) }
    grid = lines
    cursor = (max(newCursor.row - hidden, 0), newCursor.column)
    (self.columns, height, isPastEnd) = (columns, rows, false)
  }

  private static func text(_ row: [String]) -> String {
    String(row.joined().reversed().drop { $0 == " " }.reversed())
  }

  // MARK: Characters

  private mutating func put(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "\r": (cursor.column, isPastEnd) = (0, false)
    case "\n": feed()
    case "\u{8}": (cursor.column, isPastEnd) = (max(cursor.column - 1, 0), false)
    case "\u{7}": bellCount += 1
    default: show(scalar)
    }
  }

  private mutating func feed() {
    isPastEnd = false
    if cursor.row + 1 < height {
      cursor.row += 1
    } else {
      past.append(Self.text(grid.removeFirst()))
      grid.append(Array(repeating: " ", count: columns))
    }
  }

  private mutating func show(_ scalar: Unicode.Scalar) {
    let width = displayWidth(scalar)
    if width == 0 {
      // A mark goes with the character before it.
      var before = isPastEnd ? cursor.column : cursor.column - 1
      if before > 0, grid[cursor.row][before].isEmpty { before -= 1 }
      if before >= 0 { grid[cursor.row][before].unicodeScalars.append(scalar) }
      return
    }
    if isPastEnd || cursor.column + width > columns {
      feed()
      cursor.column = 0
    }
    grid[cursor.row][cursor.column] = String(Character(scalar))
    if width == 2 { grid[cursor.row][cursor.column + 1] = "" }
    cursor.column += width
    if cursor.column >= columns { (cursor.column, isPastEnd) = (columns - 1, true) }
  }

  // MARK: Commands

  private func sequenceEnd(_ text: [Unicode.Scalar], _ start: Int) -> Int? {
    guard start + 1 < text.count else { return nil }
    guard text[start + 1] == "[" else { return start + 2 }
    let end = text[(start + 2)...].firstIndex { $0.value >= 0x40 && $0.value <= 0x7E }
    return end.map { $0 + 1 }
  }

  private mutating func obey(_ sequence: ArraySlice<Unicode.Scalar>) {
    let text = sequence.map { String(Character($0)) }.joined()
    let number = Int(text.dropFirst().dropLast().prefix { $0.isNumber })
    let count = number ?? 1
    let isPlain = text.first == "["
    isPastEnd = false
    switch isPlain ? text.last : nil {
    case "A": cursor.row = max(cursor.row - count, 0)
    case "B": cursor.row = min(cursor.row + count, height - 1)
    case "C": cursor.column = min(cursor.column + count, columns - 1)
    case "D": cursor.column = max(cursor.column - count, 0)
    case "G": cursor.column = min(count, columns) - 1
    case "H": cursor = (0, 0)
    case "K": erase(cursor.row, from: cursor.column)
    case "J":
      if number == 2 {
        for row in 0..<height { erase(row, from: 0) }
      } else {
        erase(cursor.row, from: cursor.column)
        for row in (cursor.row + 1)..<max(height, cursor.row + 1) { erase(row, from: 0) }
      }
    case "m": break
    case "h" where text.hasPrefix("[?"), "l" where text.hasPrefix("[?"): break
    default: unknown.append(text)
    }
  }

  private mutating func erase(_ row: Int, from column: Int) {
    for index in column..<columns { grid[row][index] = " " }
  }
}
