import CasebookValues

/// A grid of character cells with inks.
struct Canvas {
  private struct Cell {
    /// The character; empty where the one before is two columns wide.
    var text = " "
    var ink: Ink?
  }

  let width: Int
  let height: Int
  private var cells: [Cell]

  init(width: Int, height: Int) {
    self.width = max(width, 0)
    self.height = max(height, 0)
    cells = Array(repeating: Cell(), count: self.width * self.height)
  }

  /// Whether nothing is drawn at a place.
  func isBlank(_ column: Int, _ line: Int) -> Bool {
    guard contains(column, line) else { return false }
    return cells[line * width + column].text == " "
  }

  private func contains(_ column: Int, _ line: Int) -> Bool {
    column >= 0 && column < width && line >= 0 && line < height
  }

  /// Puts one narrow character.
  mutating func put(_ character: String, _ column: Int, _ line: Int, _ ink: Ink? = nil) {
    guard contains(column, line) else { return }
    cells[line * width + column] = Cell(text: character, ink: ink)
  }

  /// Writes a text that is safe to show; what does not fit is left out.
  mutating func write(_ text: String, _ column: Int, _ line: Int, _ ink: Ink? = nil) {
    var place = column
    for character in text {
      let size = displayWidth(character)
      guard size > 0, contains(place, line), contains(place + size - 1, line) else {
        if size > 0 { place += size }
        continue
      }
      cells[line * width + place] = Cell(text: String(character), ink: ink)
      for rest in 1..<max(size, 1) where size > 1 {
        cells[line * width + place + rest] = Cell(text: "", ink: ink)
      }
      place += size
    }
  }

  /// The lines without blanks at their ends.
  func lines(_ screen: Screen) -> [String] {
    (0..<height).map { line in
      var row = cells[(line * width)..<((line + 1) * width)]
      while let last = row.last, last.text == " " { row.removeLast() }
      guard screen.colour else { return row.map(\.text).joined() }
      var text = ""
      var run = ""
      var ink: Ink?
      for cell in row {
        if cell.ink != ink {
          text += ink.map { screen.painted(run, $0) } ?? run
          run = ""
          ink = cell.ink
        }
        run += cell.text
      }
      return text + (ink.map { screen.painted(run, $0) } ?? run)
    }
  }
}

/// Dots finer than characters: two by four in each cell with braille, one where there is only ASCII.
struct DotCanvas {
  let columns: Int
  let lines: Int
  /// Dots in a cell, across and down.
  let grain: (across: Int, down: Int)
  private var bits: [UInt8]
  private var inks: [Ink?]

  init(columns: Int, lines: Int, unicode: Bool) {
    self.columns = max(columns, 1)
    self.lines = max(lines, 1)
    grain = unicode ? (2, 4) : (1, 1)
    bits = Array(repeating: 0, count: self.columns * self.lines)
    inks = Array(repeating: nil, count: bits.count)
  }

  var width: Int { columns * grain.across }
  var height: Int { lines * grain.down }

  /// The dot at shares of the width from the left and of the height from below.
  func dot(_ x: Double, _ y: Double) -> (column: Int, line: Int) {
    // Far outside is as good as just outside.
    let x = min(max(x, -4), 5)
    let y = min(max(y, -4), 5)
    return (
      Int((x * Double(width - 1)).rounded()), Int(((1 - y) * Double(height - 1)).rounded())
    )
  }

  mutating func set(_ column: Int, _ line: Int, _ ink: Ink?) {
    guard column >= 0, column < width, line >= 0, line < height else { return }
    let cell = line / grain.down * columns + column / grain.across
    bits[cell] |= grain.across == 1 ? 1 : DotCanvas.bit(column % 2, line % 4)
    inks[cell] = ink
  }

  /// A straight line of dots; of `pattern` dots the first half is drawn, or all where it is zero.
  mutating func line(
    _ from: (column: Int, line: Int), _ to: (column: Int, line: Int), _ ink: Ink?, pattern: Int = 0
  ) {
    let (across, down) = (abs(to.column - from.column), -abs(to.line - from.line))
    let (right, below) = (from.column < to.column ? 1 : -1, from.line < to.line ? 1 : -1)
    var (column, line, error) = (from.column, from.line, across + down)
    while true {
      if pattern == 0 || (column + line).magnitude % UInt(pattern) < UInt(pattern) / 2 {
        set(column, line, ink)
      }
      if column == to.column, line == to.line { break }
      let twice = 2 * error
      if twice >= down {
        error += down
        column += right
      }
      if twice <= across {
        error += across
        line += below
      }
    }
  }

  /// Draws the dots where the canvas is blank.
  func draw(on canvas: inout Canvas, left: Int, top: Int, ascii: String = "*") {
    for line in 0..<lines {
      for column in 0..<columns {
        let cell = line * columns + column
        guard bits[cell] != 0, canvas.isBlank(left + column, top + line) else { continue }
        let text =
          grain.across == 1
          ? ascii : String(Unicode.Scalar(0x2800 + UInt32(bits[cell])).map(Character.init) ?? " ")
        canvas.put(text, left + column, top + line, inks[cell])
      }
    }
  }

  private static func bit(_ column: Int, _ line: Int) -> UInt8 {
    [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]][line][column]
  }
}
