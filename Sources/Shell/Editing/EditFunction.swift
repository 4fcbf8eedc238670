/// What a key can do, by the name that `.editrc` may bind keys to.
///
/// What is missing here, libedit does itself: counts, transposing, changing case, vi's commands.
enum EditFunction: Int, CaseIterable {
  case enter
  case newLine
  case paste
  case complete
  case completeBack
  case help
  case question
  case openEditor
  case search
  case leaveOrDelete
  case up
  case down
  case previousEntry
  case nextEntry
  case olderMatch
  case newerMatch
  case oldestEntry
  case newestEntry
  case left
  case right
  case wordLeft
  case wordRight
  case lineStart
  case lineEnd
  case textStart
  case textEnd
  case delete
  case backspace
  case deleteWordLeft
  case deleteWordRight
  case deleteBlankLeft
  case deleteToLineStart
  case deleteToLineEnd
  case yank
  case undo
  case redo
  case clearScreen
  case cancel
  case nothing

  /// `casebook-word-left`, after libedit's way of naming.
  var name: String {
    "casebook"
      + String(describing: self).reduce(into: "-") { name, character in
        name += character.isUppercase ? "-" + character.lowercased() : String(character)
      }
  }
}

extension EditFunction {
  /// Keys that do the same in every mode.
  static let keys: [(String, EditFunction)] =
    [
      (KeyCode.up, up), (.down, down), (.left, left), (.right, right), (.home, lineStart),
      (.end, lineEnd), (.delete, delete), (.wordLeft, wordLeft), (.wordRight, wordRight),
      (.deleteWordLeft, deleteWordLeft), (.deleteWordRight, deleteWordRight),
      (.textStart, textStart), (.textEnd, textEnd), (.pageUp, olderMatch),
      (.pageDown, newerMatch), (.newLine, newLine), (.completeBack, completeBack), (.help, help),
      (.paste, paste), (.openEditor, openEditor), (.redo, redo), (.unknown, nothing),
    ].map { (key: KeyCode, function: EditFunction) in (key.spelling, function) } + [
      ("^J", enter), ("^M", enter), ("^D", leaveOrDelete), ("^L", clearScreen), ("^R", search),
    ]

  /// Keys while text is typed, with emacs's keys and in vi's insert mode.
  static let typingKeys: [(String, EditFunction)] = [
    ("^I", complete), ("^?", backspace), ("^H", backspace), ("^W", deleteBlankLeft),
    ("^U", deleteToLineStart), ("^X^E", openEditor), ("?", question),
  ]

  static let emacsKeys: [(String, EditFunction)] = [
    ("^A", lineStart), ("^E", lineEnd), ("^B", left), ("^F", right), ("^P", previousEntry),
    ("^N", nextEntry), ("^K", deleteToLineEnd), ("^Y", yank), ("^_", undo), ("^X^U", undo),
    ("^G", cancel), ("^S", search), ("^[b", wordLeft), ("^[f", wordRight),
    ("^[d", deleteWordRight), ("^[B", wordLeft), ("^[F", wordRight), ("^[D", deleteWordRight),
    ("^[p", olderMatch), ("^[n", newerMatch), ("^[<", oldestEntry), ("^[>", newestEntry),
    ("^[e", openEditor), ("^[/", redo),
  ]

  /// Keys of vi's command mode.
  static let viCommandKeys: [(String, EditFunction)] = [
    ("k", up), ("j", down), ("-", previousEntry), ("+", nextEntry), ("^P", previousEntry),
    ("^N", nextEntry), ("/", search), ("?", search), ("v", openEditor), ("G", oldestEntry),
    ("^H", left),
    ("^?", left), ("^I", nothing), ("^X^E", openEditor),
  ]
}
