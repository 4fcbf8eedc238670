import Foundation
import Testing

/// Typing at a pseudo-terminal: what is seen, and what is run.
@Suite(.serialized) struct EditingTests {
  private static let escape = "\u{1B}"
  private static let pasteStart = "\u{1B}[200~"
  private static let pasteEnd = "\u{1B}[201~"
  private static let up = "\u{1B}[A"
  private static let down = "\u{1B}[B"
  private static let left = "\u{1B}[D"

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func terminal(
    columns: UInt16 = 80, rows: UInt16 = 24, variables: [String: String] = [:]
  ) throws -> PseudoTerminal {
    let terminal = try PseudoTerminal(
      ["--quiet"], in: folder, columns: columns, rows: rows, variables: variables)
    try terminal.expect("casebook> ")
    return terminal
  }

  // MARK: Several lines

  @Test func enterGoesOnWhileAnythingIsOpen() throws {
    let terminal = try terminal()
    terminal.type("range n from 1 to 4 step 1 |\r")
    terminal.type("summarize total = sum(\r")
    terminal.type("n)\r")
    try terminal.expect("10")
    try terminal.expect("casebook> ")
    terminal.type("| extend twice = total * 2\r")
    try terminal.expect("20")
  }

  @Test func altEnterBreaksTheLine() throws {
    let terminal = try terminal()
    terminal.type("print 40" + Self.escape + "\r")
    try terminal.expectLastRows("casebook> print 40", "       ->")
    terminal.type("+ 2\r")
    try terminal.expect("42")
  }

  @Test func aStatementOfFiveLinesIsRecalledWhole() throws {
    let terminal = try terminal()
    let lines = [
      "range n from 1 to 4 step 1", "| where n > 1", "| extend m = n * 10", "| where m < 40",
      "| summarize total = sum(m)",
    ]
    terminal.type(lines.joined(separator: Self.escape + "\r") + "\r")
    try terminal.expect("50")
    try terminal.expect("casebook> ")
    terminal.type(Self.up)
    try terminal.expectLastRows(
      lines.enumerated().map { ($0.offset == 0 ? "casebook> " : "       -> ") + $0.element })
    // Up goes to the fourth line of it, where the condition is changed.
    terminal.type(Self.up + "\u{5}" + "\u{7F}\u{7F}30\r")
    try terminal.expect("20")
  }

  @Test func arrowsMoveBetweenLinesAndThenThroughTheHistory() throws {
    let terminal = try terminal()
    terminal.type("print 'first'\r")
    try terminal.expect("casebook> ")
    terminal.type("print (1,\r")
    try terminal.expectLastRows("casebook> print (1,", "       ->")
    terminal.type(Self.up + Self.up)
    try terminal.expectLastRows("casebook> print 'first'")
    terminal.type(Self.down)
    try terminal.expectLastRows("casebook> print (1,", "       ->")
  }

  @Test func aTextTallerThanTheScreenStaysUsable() throws {
    let terminal = try terminal(rows: 8)
    let lines = (1...20).map { "\($0)," }
    let text = "print array_length(dynamic([" + lines.joined(separator: "\r") + "21]))"
    terminal.type(Self.pasteStart + text + Self.pasteEnd)
    try terminal.expectScreen("the end") { $0.rows[7].hasSuffix("21]))") }
    // To the beginning: the first line is seen, and what is typed there arrives.
    terminal.type(Self.escape + "[1;5H")
    try terminal.expectScreen("the beginning") { $0.rows[0].contains("casebook> print array") }
    terminal.type(Self.escape + "[1;5C" + " answer =")
    try terminal.expectScreen("the insertion") { $0.rows[0].contains("print answer = array") }
    terminal.type("\r")
    try terminal.expect("answer")
    try terminal.expect("21")
    // The whole of it is on record above.
    #expect(terminal.screen.everything.contains("->" + " 12,"))
  }

  // MARK: Pasting

  @Test func aPasteRunsNothingAndIsDrawnOnce() throws {
    let terminal = try terminal()
    let line = "print 'a pasted line of text'\n"
    let text = String(String(repeating: line, count: 400).prefix(9_990)) + "\nprint 1"
    let before = terminal.byteCount
    terminal.type(Self.pasteStart + text + Self.pasteEnd)
    try terminal.expectScreen("the end of it") { $0.rows[23].hasSuffix("-> print 1") }
    #expect(!terminal.text.contains("print_0"))
    // One screen of text and its prompts, and not one for every line.
    #expect(terminal.byteCount - before < 3 * 24 * 80)
    terminal.type("\u{3}")
    try terminal.expect("^C")
    try terminal.expect("casebook> ")
    terminal.type("print 6 * 7\r")
    try terminal.expect("42")
    #expect(!terminal.text.contains("print_0\r\n───────\r\na pasted"))
  }

  @Test func aPasteLosesItsControlCharacters() throws {
    let terminal = try terminal()
    terminal.type(Self.pasteStart + "print \u{7}'a\u{1B}[31mb\u{9}c'\u{3}\r\n" + Self.pasteEnd)
    try terminal.expectScreen("the paste") { $0.rows.contains { $0.contains("print 'a[31mb") } }
    #expect(!terminal.text.contains("\u{1B}[31m"))
    terminal.type("\r")
    try terminal.expect("print_0")
    try terminal.expect("a[31mb")
  }

  // MARK: Keys

  private static let keyCases: [(keys: String, expected: String)] = [
    // Ctrl-Left, as xterm, rxvt and others send it, and Alt-b.
    ("\u{1B}[1;5D", "print one + ^two"), ("\u{1B}Od", "print one + ^two"),
    ("\u{1B}[5D", "print one + ^two"), ("\u{1B}b", "print one + ^two"),
    // Home.
    ("\u{1B}[H", "^print one + two"), ("\u{1B}[1~", "^print one + two"),
    ("\u{1B}OH", "^print one + two"), ("\u{1B}[7~", "^print one + two"),
    ("\u{1}", "^print one + two"),
    // Home, then Ctrl-Right, Alt-f, End.
    ("\u{1}\u{1B}[1;5C", "print^ one + two"), ("\u{1}\u{1B}f", "print^ one + two"),
    ("\u{1}\u{1B}[F", "print one + two^"), ("\u{1}\u{1B}[4~", "print one + two^"),
    // Deleting.
    ("\u{17}", "print one + ^"), ("\u{1B}\u{7F}", "print one + ^"), ("\u{15}", "^"),
    ("\u{1}\u{1B}d", "^ one + two"), ("\u{1}\u{B}", "^"), ("\u{1}\u{1B}[3~", "^rint one + two"),
    ("\u{1}\u{1B}[3;5~", "^ one + two"), ("\u{17}\u{1F}", "print one + two^"),
    ("\u{17}\u{17}\u{19}\u{19}", "print one + + ^"),
    // A key that means nothing leaves no trace.
    ("\u{1B}[15;7~\u{1B}[?x", "print one + two^"),
  ]

  @Test func keysMoveAndDelete() throws {
    let terminal = try terminal()
    for (keys, expected) in Self.keyCases {
      terminal.type("print one + two")
      try terminal.expectLastRows("casebook> print one + two")
      terminal.type(keys + "^")
      try terminal.expectScreen(keys.debugDescription + " gives " + expected) { screen in
        screen.rows[screen.cursor.row] == "casebook> " + expected
      }
      // All of it goes, and the lines before and after.
      terminal.type("\u{1B}[1;5F\u{15}\u{C}")
      try terminal.expectLastRows("casebook>")
    }
  }

  @Test func viKeysEdit() throws {
    let terminal = try terminal()
    terminal.type("set editing = vi\r")
    try terminal.expect("casebook> ")
    terminal.type("print 1 + 2")
    try terminal.expectLastRows("casebook> print 1 + 2")
    // Alone, as a person's Escape key comes; then the last character is replaced.
    terminal.type(Self.escape)
    usleep(200_000)
    terminal.type("r9\r")
    try terminal.expect("10")
    try terminal.expect("casebook> ")
    terminal.type(Self.escape)
    usleep(200_000)
    terminal.type("k")
    try terminal.expectLastRows("casebook> print 1 + 9")
  }

  // MARK: Characters

  @Test func wideCharactersTakeTwoColumns() throws {
    let terminal = try terminal(columns: 20)
    terminal.type("print '漢字かな'")
    try terminal.expectScreen("wrapped") {
      $0.rows[0] == "casebook> print '漢" && $0.rows[1] == "字かな'"
    }
    terminal.type(Self.left + Self.left + "\u{7F}")
    try terminal.expectScreen("deleted") { $0.rows[1] == "字な'" && $0.cursor == (1, 2) }
  }

  @Test func charactersOfSeveralScalarsAreOne() throws {
    let terminal = try terminal()
    // An accent of its own, a family, a flag.
    terminal.type("print 'e\u{301}👨‍👩‍👧🇮🇪'")
    try terminal.expectScreen("all") { $0.rows[0].contains("🇮🇪") }
    terminal.type(Self.left + "\u{7F}\u{7F}\u{7F}" + "x")
    try terminal.expectScreen("one") { $0.rows.contains { $0.hasPrefix("casebook> print 'x'") } }
    terminal.type("\r")
    try terminal.expect("x\r\n")
  }

  @Test func textOfAllScriptsIsKeptWhateverTheLocale() throws {
    let terminal = try PseudoTerminal(["--quiet"], in: folder, locale: "C")
    try terminal.expect("casebook> ")
    terminal.type("print strlen('wö漢😀')\r")
    try terminal.expect("      4\r\n")
  }

  @Test func bytesThatAreNoTextDoNoHarm() throws {
    let terminal = try terminal()
    terminal.type("print 'a")
    terminal.send(bytes: [0xFF, 0xC3, 0x28, 0xE2, 0x82])
    terminal.type("b'\r")
    try terminal.expect("print_0")
    terminal.type("print 6 * 7\r")
    try terminal.expect("42")
  }

  // MARK: The window

  @Test func theTextFollowsTheWindow() throws {
    let terminal = try terminal(columns: 60)
    terminal.type("print 'a rather long text that takes more than one row', 1 + 1")
    try terminal.expectScreen("two rows") { $0.rows[1].hasSuffix("1 + 1") }
    terminal.resize(columns: 30, rows: 24)
    try terminal.expectScreen("three rows") { screen in
      screen.rows.prefix(3).joined().hasPrefix("casebook> print 'a rather long")
        && screen.rows[2].hasSuffix("1 + 1") && screen.rows[3].isEmpty
    }
    terminal.resize(columns: 100, rows: 30)
    terminal.type(" + 1\r")
    try terminal.expect("print_1")
    try terminal.expect("3\r\n")
  }

  @Test func theWindowMayChangeWhileAStatementRuns() throws {
    let terminal = try terminal(columns: 60)
    terminal.type("range n from 1 to 3000 step 1 | summarize make_list(n)\r")
    terminal.resize(columns: 40, rows: 20)
    try terminal.expect("casebook> ")
    terminal.type("print 'after'")
    try terminal.expectLastRows("casebook> print 'after'")
  }

  // MARK: Search

  @Test func searchFindsStatementsOfSeveralLines() throws {
    let terminal = try terminal()
    terminal.type("print first = 1" + Self.escape + "\r| extend needle = first + 41\r")
    try terminal.expect("casebook> ")
    terminal.type("print 'another'\r")
    try terminal.expect("casebook> ")
    terminal.type("\u{12}needle")
    try terminal.expectLastRows(
      "casebook> print first = 1", "       -> | extend needle = first + 41", "search: needle")
    terminal.type("\r")
    try terminal.expect("42")
  }

  @Test func aSearchGivenUpLeavesTheText() throws {
    let terminal = try terminal()
    terminal.type("print 'old'\r")
    try terminal.expect("casebook> ")
    terminal.type("print 6 *\u{12}old")
    try terminal.expectLastRows("casebook> print 'old'", "search: old")
    terminal.type("zzz")
    try terminal.expectLastRows("casebook> print 'old'", "not in the history: oldzzz")
    terminal.type("\u{7}")
    try terminal.expectLastRows("casebook> print 6 *")
    terminal.type(" 7\r")
    try terminal.expect("42")
  }

  // MARK: The person's own keys

  @Test func editrcHasTheLastWord() throws {
    _ = try folder.write(
      "bind \"\\e[15~\" casebook-text-start\nbind \"\\e[1;5D\" ed-move-to-end\nbind ^T casebook-undo\n",
      to: ".editrc")
    let terminal = try terminal()
    terminal.type("1\u{1B}[15~print \u{1B}[1;5D + 1\r")
    try terminal.expect("print_0")
    try terminal.expect("2\r\n")
  }

  // MARK: Another editor

  @Test func anEditorMayBeOpened() throws {
    let editor = try folder.write(
      "#!/bin/sh\nprintf '%s *\\n\\0337\\n' \"$(cat \"$2\")\" > \"$2\"\n", to: "my editor.sh")
    chmod(editor, 0o700)
    let terminal = try terminal(variables: ["EDITOR": "'\(editor)' --wait", "TMPDIR": folder.path])
    terminal.type("print 6\u{18}\u{5}")
    try terminal.expectLastRows("casebook> print 6 *", "       -> 7")
    #expect(!terminal.text.contains("42"))
    terminal.type("\r")
    try terminal.expect("42")
    let rest = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(!rest.contains { $0.hasPrefix("casebook-") })
  }

  @Test func anEditorThatFailsChangesNothing() throws {
    let terminal = try terminal(variables: ["EDITOR": "false", "TMPDIR": folder.path])
    terminal.type("print 6 * 7\u{18}\u{5}")
    try terminal.expect("failed")
    terminal.type("\r")
    try terminal.expect("42")
  }
}
