import CasebookRender
import CasebookTables
import CasebookValues
import Testing

/// Contents that break drawings elsewhere.
private let hostile = [
  "\u{1B}[31mred\u{1B}[0m", "\u{1B}]0;title\u{07}", "a\tb", "two\nlines", "crlf\r\n", "nul\0byte",
  "\u{202E}gnp.exe", "\u{2066}isolated\u{2069}", "\u{200E}\u{200F}", "bell\u{07}", "\u{9B}31m",
  "👩‍👩‍👧‍👦 family", "🇩🇪🇫🇷", "日本語のテキスト", "e\u{301}a\u{300}", "Z\u{351}\u{36B}\u{343}algo",
  "\u{FEFF}bom", "zero\u{200B}width", "｜fullwidth", "\u{301}starts with a mark", "\u{7F}", "",
  "soft\u{AD}hyphen", "\u{2028}separator", "👍🏽", "ﷺ", "e" + String(repeating: "\u{301}", count: 500),
]

/// Whether a drawn text could steer a terminal or turn the writing direction.
private func isSafe(_ text: String) -> Bool {
  text.unicodeScalars.allSatisfy { scalar in
    switch scalar.value {
    case 0x0A: true
    case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: false
    default: true
    }
  }
}

@Suite struct HostileTextTests {
  @Test(arguments: [
    ("\u{1B}[31m", "\\x1b[31m"), ("a\nb", "a⏎b"), ("a\r\nb", "a\\r⏎b"), ("a\tb", "a\\tb"),
    ("\0", "\\x00"), ("\u{202E}x", "\\u{202e}x"), ("\u{85}", "\\u{85}"), ("ok", "ok"),
    ("👩‍👧", "👩‍👧"),
  ])
  func controlCharactersAreWrittenOut(_ text: String, _ expected: String) {
    #expect(visibleText(text) == expected)
  }

  @Test func nothingHostileReachesAnyDrawing() {
    var drawn = table(("text\u{1B}[5m", .string, hostile.map { .string($0) }))
    #expect(isSafe(TableDrawing(.plain).text(drawn)))
    #expect(isSafe(TableDrawing(Screen(width: 40, colour: false), rowLimit: nil).text(drawn)))
    #expect(isSafe(HTMLTable().text(drawn)))
    drawn.fields[0].isProtected = true
    #expect(isSafe(TableDrawing(.plain).text(drawn)))
  }

  @Test func everyRowIsOneLine() {
    let drawn = table(("text", .string, hostile.map { .string($0) }))
    #expect(lines(TableDrawing(.plain).text(drawn)).count == hostile.count + 2)
  }

  @Test func wideCharactersKeepColumnsAligned() {
    let drawn = table(
      ("a", .string, texts("日本", "e\u{301}", "👩‍👩‍👧‍👦", "x")), ("n", .long, longs(1, 2, 3, 4)))
    #expect(
      TableDrawing(.plain).text(drawn) == """
        a     n
        ────  ─
        日本  1
        e\u{301}     2
        👩‍👩‍👧‍👦    3
        x     4

        """)
  }

  @Test func wideCharactersAreCutWhole() {
    let drawn = table(("a", .string, texts("日本語のテキスト")))
    let shown = lines(TableDrawing(.plain.with(width: 8)).text(drawn))
    #expect(shown[2] == "日本語…")
  }

  @Test func aLongCellCostsNoMoreThanWhatIsShown() {
    let cell = String(repeating: "x", count: 10_000)
    let drawn = table(("a", .string, texts(cell, "é" + cell)))
    let shown = lines(TableDrawing(Screen(width: 200, colour: false)).text(drawn))
    #expect(shown[2] == String(repeating: "x", count: 59) + "…")
    #expect(shown[3] == "é" + String(repeating: "x", count: 58) + "…")
    #expect(shown.last == "shortened: a; `last wide` shows them")
    #expect(lines(TableDrawing(.plain).text(drawn))[2] == cell)
  }

  @Test func noLineIsWiderThanTheScreen() {
    for seed in 0..<150 {
      var dice = Dice(state: UInt64(seed))
      let drawn = randomTable(&dice)
      for width in [0, 1, 2, 7, 20, 21, 33, 40, 79, 80, 132, 200] {
        let screen = Screen(width: width, colour: false, unicode: seed % 2 == 0)
        let text = TableDrawing(screen, showsTypes: seed % 3 == 0).text(drawn)
        for line in lines(text) {
          #expect(displayWidth(line) <= max(width, 2), "seed \(seed), width \(width): \(line)")
        }
      }
    }
  }

  @Test func colourChangesNothingButColour() {
    for seed in 0..<20 {
      var dice = Dice(state: UInt64(seed))
      let drawn = randomTable(&dice)
      let coloured = TableDrawing(Screen(width: 80, colour: true)).text(drawn)
      let plain = TableDrawing(Screen(width: 80, colour: false)).text(drawn)
      #expect(withoutColour(coloured) == plain)
    }
  }

  private func withoutColour(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    var isInside = false
    for scalar in text.unicodeScalars {
      if scalar == "\u{1B}" { isInside = true }
      if !isInside { result.append(scalar) }
      if isInside, scalar == "m" { isInside = false }
    }
    return String(result)
  }

  private func randomTable(_ dice: inout Dice) -> Table {
    let rowCount = Int.random(in: 0...6, using: &dice)
    let columnCount = Int.random(in: 0...14, using: &dice)
    var fields: [Field] = []
    var columns: [Column] = []
    for index in 0..<columnCount {
      let type = ScalarType.allCases.randomElement(using: &dice) ?? .string
      let name = "c\(index)" + (hostile.randomElement(using: &dice) ?? "")
      fields.append(Field(name, type, isProtected: dice.next() % 11 == 0))
      columns.append(column(of: type, (0..<rowCount).map { _ in randomValue(type, &dice) }))
    }
    return Table(fields: fields, columns: columns, rowCount: rowCount)
  }

  private func randomValue(_ type: ScalarType, _ dice: inout Dice) -> Scalar {
    if dice.next() % 7 == 0 { return .null(type) }
    let bits = Int64(bitPattern: dice.next())
    let text = (hostile.randomElement(using: &dice) ?? "") + String(bits % 1000)
    switch type {
    case .bool: return .bool(bits % 2 == 0)
    case .int: return .int(Int32(truncatingIfNeeded: bits))
    case .long: return .long(bits >> Int64.random(in: 0..<60, using: &dice))
    case .real, .decimal: return .real(Double(bitPattern: dice.next()))
    case .string: return .string(String(repeating: text, count: Int(bits.magnitude % 5)))
    case .datetime: return .datetime(Int64(bits.magnitude % UInt64(Instant.greatest)))
    case .timespan: return .timespan(bits >> Int64.random(in: 0..<60, using: &dice))
    case .dynamic: return .dynamic(.array([.string(text), .long(bits)]))
    case .guid: return .guid("8a2f6f0e-0000-4000-8000-00000000000\(bits.magnitude % 10)")
    }
  }
}

extension Screen {
  fileprivate func with(width: Int) -> Screen { Screen(width: width, colour: false) }
}
