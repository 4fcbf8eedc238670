import CasebookRender
import CasebookTables
import CasebookValues
import Testing

@Suite struct TableDrawingTests {
  private let small = table(
    ("queue", .string, texts("t1_fraud", "general", "")),
    ("n", .long, longs(1, 1_234_567, 42)),
    ("rate", .real, [.real(0.5), .null(.real), .real(0.123456)]))

  @Test func drawsAlignedColumnsBelowTheirNames() {
    #expect(
      TableDrawing(.plain).text(small) == """
        queue           n    rate
        ────────  ───────  ──────
        t1_fraud        1  0.5000
        general   1234567    null
                       42  0.1235

        """)
  }

  @Test func asciiScreensGetNoLineDrawing() {
    let screen = Screen(width: 20, colour: false, unicode: false)
    let text = TableDrawing(screen).text(
      table(("note", .string, texts("a line\nthat goes on for longer than the screen"))))
    #expect(
      text == """
        note
        --------------------
        a line\\nthat goes...
        shortened: note;
        `last wide` shows
        them

        """)
  }

  @Test func columnsThatSayMostGetRoomFirstAndStandInTheirOrder() {
    var wide = table(
      ("signal", .string, texts("score_gb")), ("n", .long, longs(30_000)),
      ("labelled", .long, longs(30_000)), ("missing", .long, longs(0)),
      ("auc", .real, [.real(0.7816)]), ("note", .string, texts("a long word about the figures")),
      ("verdict", .string, texts("fair")))
    wide.mainColumns = ["verdict", "auc", "signal", "nowhere"]
    let screen = Screen(width: 35, colour: false)
    #expect(
      TableDrawing(screen).text(wide) == """
        signal        n     auc  verdict
        ────────  ─────  ──────  ───────
        score_gb  30000  0.7816  fair
        3 columns not shown: labelled and 2
        more; `last wide` shows them

        """)
    // Where there is room for all, or no screen, nothing is left out or moved.
    let all = "signal        n  labelled  missing     auc  note"
    #expect(TableDrawing(Screen(width: 120, colour: false)).text(wide).hasPrefix(all))
    #expect(TableDrawing(.plain).text(wide).hasPrefix(all))
  }

  @Test func typesAreShownWhenAskedFor() {
    let drawing = TableDrawing(.plain, showsTypes: true)
    #expect(
      drawing.text(table(("a", .long, longs(1)), ("b", .string, texts("x")))) == """
           a  b
        long  string
        ────  ──────
           1  x

        """)
  }

  @Test func nullsAreFaintAndOnlyWhereThereIsColour() {
    let nulls = table(("a", .long, [.null(.long)]))
    let coloured = TableDrawing(Screen(width: 80, colour: true)).text(nulls)
    #expect(coloured.contains("\u{1B}[2mnull\u{1B}[0m"))
    #expect(!TableDrawing(Screen(width: 80, colour: false)).text(nulls).contains("\u{1B}"))
    #expect(!TableDrawing(Screen(width: nil, colour: true)).text(nulls).contains("\u{1B}"))
  }

  @Test func protectedColumnsAreMasked() {
    var secret = table(
      ("id", .long, longs(1, 2)), ("email", .string, texts("a@b.example", "")),
      ("age", .long, [.long(44), .null(.long)]))
    secret.fields[1].isProtected = true
    secret.fields[2].isProtected = true
    let expected = """
      id  email  age
      ──  ─────  ───
       1  ***    ***
       2  ***    ***

      """
    #expect(TableDrawing(.plain).text(secret) == expected)
    #expect(!HTMLTable().text(secret).contains("example"))
  }

  @Test func rowsBeyondTheLimitAreCounted() {
    let many = table(("n", .long, (0..<1234).map { .long($0) }))
    let shown = lines(TableDrawing(Screen(width: 80, colour: false)).text(many))
    #expect(shown.count == 43)
    #expect(shown.last == "1,234 rows, 40 shown")
    #expect(lines(TableDrawing(.plain).text(many)).count == 1236)
  }

  @Test func theWidestColumnsAreShortenedFirst() {
    let wide = table(
      ("id", .long, longs(1)), ("a", .string, texts("short")),
      ("body", .string, texts("a text that is much too long for the screen")))
    #expect(
      TableDrawing(Screen(width: 30, colour: false)).text(wide) == """
        id  a      body
        ──  ─────  ───────────────────
         1  short  a text that is muc…
        shortened: body; `last wide`
        shows them

        """)
  }

  @Test func columnsThatDoNotFitAreNamed() {
    let wide = table(
      ("first_column", .string, texts("some text here")), ("b", .long, longs(123_456_789)),
      ("c", .long, longs(1)), ("d", .string, texts("x")))
    #expect(
      TableDrawing(Screen(width: 20, colour: false)).text(wide) == """
        first_co…          b
        ─────────  ─────────
        some tex…  123456789
        2 columns not shown:
        c, d; shortened:
        first_column; `last
        wide` shows them

        """)
  }

  @Test func emptyTablesSaySo() {
    let none = Table(fields: [Field("a", .long), Field("b", .string)])
    #expect(TableDrawing(.plain).text(none) == "a  b\n─  ─\n0 rows\n")
    #expect(TableDrawing(.plain).text(Table(fields: [])) == "0 rows\n")
    #expect(
      TableDrawing(.plain).text(Table(fields: [], columns: [], rowCount: 3))
        == "3 rows, no columns\n")
  }

  @Test func longTextIsHandedOverInParts() {
    let many = table(("text", .string, (0..<20_000).map { .string("row number \($0)") }))
    var parts = 0
    var text = ""
    TableDrawing(.plain).write(many) {
      parts += 1
      text += $0
    }
    #expect(parts > 1)
    #expect(text == TableDrawing(.plain).text(many))
  }
}
