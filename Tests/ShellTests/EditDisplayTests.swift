import Testing

@testable import CasebookShell

/// What is drawn bit by bit looks like what is drawn at once.
@Suite struct EditDisplayTests {
  private static let pieces = [
    "a", "b", " ", "word", "漢", "字", "e\u{301}", "😀", "\n", "\n| where x\n", "\t", "👨‍👩‍👧", "\u{301}",
    "\u{1}", "a rather long piece of text",
  ]

  private func content(_ text: EditText, below: Int = 0) -> EditDisplay.Content {
    EditDisplay.Content(
      text: text, prompt: "casebook> ", continuation: "-> ",
      below: (0..<below).map { [("item \($0)", EditStyle.faint)] })
  }

  private func fresh(_ content: EditDisplay.Content, _ columns: Int, _ rows: Int) -> TerminalScreen
  {
    var display = EditDisplay()
    var screen = TerminalScreen(columns: columns, rows: rows)
    display.begin(width: columns, height: rows)
    screen.write(display.update(content).utf8)
    return screen
  }

  @Test(arguments: 1...40)
  func changesLookLikeNewDrawings(seed: UInt64) {
    var random = SmallRandom(state: seed)
    let (columns, rows) = (random.below(30) + 12, random.below(8) + 14)
    var display = EditDisplay()
    display.allowsColour = seed % 2 == 0
    var screen = TerminalScreen(columns: columns, rows: rows)
    display.begin(width: columns, height: rows)
    var text = EditText()
    for _ in 0..<40 {
      change(&text, &random)
      let content = content(text, below: random.below(4) == 0 ? random.below(5) : 0)
      // What is taller than the screen is shown around the cursor, which depends on the way there.
      let height = EditLayout(
        text, prompt: "casebook> ", continuation: "-> ", width: columns
      ).rows.count
      screen.write(display.update(content).utf8)
      guard height + 5 <= rows else {
        text = EditText()
        screen.write(display.update(self.content(text)).utf8)
        continue
      }
      let expected = fresh(content, columns, rows)
      #expect(screen.unknown.isEmpty)
      // Rows that were once needed stay, so the text may stand higher than at first.
      #expect(screen.rows == expected.rows)
      #expect(screen.cursor == expected.cursor)
    }
  }

  private func change(_ text: inout EditText, _ random: inout SmallRandom) {
    switch random.below(5) {
    case 0 where !text.isEmpty:
      let start = text.before(text.cursor)
      text.scalars.removeSubrange(start..<text.cursor)
      text.cursor = start
    case 1: text.cursor = text.before(text.cursor)
    case 2: text.cursor = text.after(text.cursor)
    case 3 where text.cursor > 3: text.cursor = text.lineStart(of: text.cursor)
    default:
      let piece = Array(Self.pieces[random.below(Self.pieces.count)].unicodeScalars)
      text.scalars.insert(contentsOf: piece, at: text.cursor)
      text.cursor += piece.count
    }
  }

  @Test func aTallTextIsShownAroundTheCursor() {
    var display = EditDisplay()
    var screen = TerminalScreen(columns: 20, rows: 5)
    display.begin(width: 20, height: 5)
    var text = EditText((1...30).map(String.init).joined(separator: "\n"))
    screen.write(display.update(content(text)).utf8)
    #expect(screen.rows == ["-> 26", "-> 27", "-> 28", "-> 29", "-> 30"])
    text.cursor = 0
    screen.write(display.update(content(text)).utf8)
    #expect(screen.rows == ["casebook> 1", "-> 2", "-> 3", "-> 4", "-> 5"])
    #expect(screen.cursor == (0, 10))
    screen.write(display.finish(content(text)).utf8)
    #expect(screen.rows == ["-> 27", "-> 28", "-> 29", "-> 30", ""])
    #expect(screen.everything.contains("casebook> 1\n-> 2\n-> 3"))
  }

  @Test func aWindowMadeNarrowerKeepsWhatStoodAbove() {
    var display = EditDisplay()
    var screen = TerminalScreen(columns: 40, rows: 10)
    screen.write("a result\r\n".utf8)
    display.begin(width: 40, height: 10)
    let text = EditText("print 'thirty characters of text', 1")
    screen.write(display.update(content(text)).utf8)
    screen.resize(columns: 20, rows: 10)
    screen.write(display.resize(width: 20, height: 10).utf8)
    screen.write(display.update(content(text)).utf8)
    #expect(
      screen.rows.prefix(4) == [
        "a result", "casebook> print 'thi", "rty characters of te", "xt', 1",
      ])
  }
}

/// A small generator, the same everywhere.
private struct SmallRandom {
  var state: UInt64

  mutating func below(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % bound
  }
}
