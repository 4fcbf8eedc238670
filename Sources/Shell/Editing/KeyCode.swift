/// Keys that are no character, under the codes by which libedit's key maps know them.
///
/// Terminals send each as a sequence of characters, and not all the same. The keyboard turns every such
/// sequence into one code among the C1 controls, which nobody types, so that a key map needs no sequences.
enum KeyCode: UInt32, CaseIterable {
  case up = 0x80
  case down
  case left
  case right
  case home
  case end
  case delete
  case wordLeft
  case wordRight
  case deleteWordLeft
  case deleteWordRight
  case textStart
  case textEnd
  case pageUp
  case pageDown
  case newLine
  case completeBack
  case help
  case paste
  case openEditor
  case redo
  /// A sequence that means nothing here.
  case unknown

  /// The key as libedit's `bind` spells it.
  var spelling: String { "\\" + String(rawValue, radix: 8) }
}

extension KeyCode {
  /// What common terminals send behind ESC for a key.
  static let sequences: [String: KeyCode] = {
    var sequences: [String: KeyCode] = [:]
    for (key, endings) in plain { for ending in endings { sequences[ending] = key } }
    return sequences
  }()

  private static let plain: [(KeyCode, [String])] = [
    (.up, ["[A", "OA"]),
    (.down, ["[B", "OB"]),
    (.right, ["[C", "OC"]),
    (.left, ["[D", "OD"]),
    // xterm, its application mode, the Linux console and rxvt.
    (.home, ["[H", "OH", "[1~", "[7~"]),
    (.end, ["[F", "OF", "[4~", "[8~"]),
    (.delete, ["[3~"]),
    (.pageUp, ["[5~"]),
    (.pageDown, ["[6~"]),
    // With Ctrl or Alt, by xterm, rxvt, PuTTY, macOS's Terminal and older programs.
    (.wordLeft, ["[1;5D", "[1;3D", "[1;9D", "[5D", "Od", "[d", "\u{1B}[D", "\u{1B}OD"]),
    (.wordRight, ["[1;5C", "[1;3C", "[1;9C", "[5C", "Oc", "[c", "\u{1B}[C", "\u{1B}OC"]),
    (.textStart, ["[1;5H", "[1;3H", "[1;5A", "[5A", "Oa", "[7^"]),
    (.textEnd, ["[1;5F", "[1;3F", "[1;5B", "[5B", "Ob", "[8^"]),
    (.deleteWordRight, ["[3;5~", "[3;3~", "[3^"]),
    // Alt-Enter, also where keys are reported with their modifiers.
    (.newLine, ["\r", "\n", "[13;3u", "[27;3;13~", "[13;2u", "[27;2;13~"]),
    (.completeBack, ["[Z", "[1;2Z"]),
    (.help, ["OP", "[11~", "[[A", "[P"]),
    (.deleteWordLeft, ["\u{7F}", "\u{8}"]),
    (.paste, ["[200~"]),
  ]
}
