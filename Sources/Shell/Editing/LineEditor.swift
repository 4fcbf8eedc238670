import CEditLine
import CasebookRender
import Glibc

/// The editor at a terminal: reads one statement at a time, of as many lines as it takes.
///
/// libedit edits; this draws, and does what libedit does not know: several lines, pasting, completion,
/// search, an outside editor.
final class LineEditor {
  /// What reading gives.
  enum Reading: Equatable {
    /// A statement, without the line break behind it.
    case statement(String)
    /// Ctrl-C, with what stood there.
    case interrupted(String)
    /// Ctrl-D where nothing stands, or the terminal is gone.
    case end
  }

  /// What the editor asks of its surroundings.
  struct Helpers {
    /// Whether Enter should begin another line, rather than run the text.
    var needsMore: (_ text: String) -> Bool = { _ in false }
    /// What may stand at a place, for Tab.
    var completer: (_ text: String, _ cursor: Int) -> Completion? = { _, _ in nil }
    /// Help on the word at a place, for F1; nil where there is none.
    ///
    /// It is written below the text as it is.
    var helper: (_ text: String, _ cursor: Int) -> String? = { _, _ in nil }
    /// Styles of parts of the text, as ranges of bytes.
    var highlighter: (_ text: String) -> [(Range<Int>, EditStyle)] = { _ in [] }
  }

  var helpers = Helpers()
  let keyboard = Keyboard()
  let console: Console
  let screenDescriptor: Int32
  var display = EditDisplay()
  var prompt = ""
  var continuation = ""
  var reading: Reading?
  var menu: CompletionMenu?
  /// Text below that stays until the next key.
  var notice: [(String, EditStyle)] = []
  /// What was cut out last.
  var cutText = ""
  /// What was searched for last.
  var lastPattern = ""
  var walk = HistoryWalk()
  var history: any EntryList = NoEntries()
  var changes = EditChanges()
  /// The column that up and down keep to, and where they left the cursor.
  var wantedColumn: (column: Int, cursor: Int)?
  private var editor: OpaquePointer?
  private var mode = ""
  private var initialText = ""
  private var hasBegun = false

  /// An editor on standard input, drawing on a descriptor; nil where standard input is no terminal.
  init?(_ console: Console, screen: Int32) {
    self.console = console
    screenDescriptor = screen
    guard casebook_terminal_open(screen) else { return nil }
    let calls = casebook_editor_calls(
      context: Unmanaged.passUnretained(self).toOpaque(),
      next_key: { LineEditor.from($0).nextKey($1) },
      perform: { LineEditor.from($0).perform($1) })
    var names = EditFunction.allCases.map { UnsafePointer(strdup($0.name)) }
    defer { for name in names { free(UnsafeMutablePointer(mutating: name)) } }
    editor = casebook_editor_open("casebook", calls, &names, Int32(names.count))
    guard editor != nil else { return nil }
    display.allowsColour = console.allowsColour
    use(mode: "emacs")
  }

  deinit {
    if let editor { casebook_editor_close(editor) }
    casebook_terminal_give_back()
  }

  private static func from(_ context: UnsafeMutableRawPointer?) -> LineEditor {
    guard let context else { preconditionFailure("libedit lost its context") }
    return Unmanaged<LineEditor>.fromOpaque(context).takeUnretainedValue()
  }

  /// Takes on emacs's keys or vi's, and the person's own.
  func use(mode: String) {
    guard mode != self.mode else { return }
    self.mode = mode
    casebook_editor_use_mode(editor, mode)
    let typing = EditFunction.keys + EditFunction.typingKeys
    for (key, function) in typing + (mode == "vi" ? [] : EditFunction.emacsKeys) {
      casebook_editor_bind(editor, key, function.name, false)
    }
    if mode == "vi" {
      for (key, function) in EditFunction.keys + EditFunction.viCommandKeys {
        casebook_editor_bind(editor, key, function.name, true)
      }
    }
    casebook_editor_read_bindings(editor)
    keyboard.untouched = BoundSequences.read()
  }

  /// Reads a statement, beginning with a text.
  func read(prompt: String, continuation: String, initial: String = "") -> Reading {
    (self.prompt, self.continuation, initialText) = (prompt, continuation, initial)
    (reading, menu, wantedColumn) = (nil, nil, nil)
    hasBegun = false
    walk = HistoryWalk()
    changes = EditChanges()
    casebook_terminal_take()
    let size = console.size(screenDescriptor)
    display.begin(width: size.columns, height: size.rows)
    casebook_editor_read(editor)
    casebook_terminal_take()
    // A key that `.editrc` binds to libedit's own end of a line.
    return reading ?? .statement(text.string)
  }

  /// Asks a question that `y` and Ctrl-D say yes to.
  func ask(_ question: String) -> Bool {
    put(question)
    defer { put("\r\n") }
    while true {
      switch keyboard.next() {
      case .key(let key): return [0x79, 0x59, 0x04].contains(key)
      case .redraw: continue
      case .interrupted:
        Interrupts.clear()
        return false
      case .end: return true
      }
    }
  }

  // MARK: The text

  /// The text as libedit has it.
  var text: EditText {
    var (count, cursor) = (0, 0)
    guard let start = casebook_editor_text(editor, &count, &cursor) else { return EditText() }
    let scalars = UnsafeBufferPointer(start: start, count: count).map {
      Unicode.Scalar($0) ?? "\u{FFFD}"
    }
    return EditText(scalars, cursor: cursor)
  }

  func move(to place: Int) { casebook_editor_move(editor, place) }

  /// Puts a text in the place of a part of the text, and the cursor behind it.
  func replace(_ range: Range<Int>, with text: String) {
    casebook_editor_move(editor, range.upperBound)
    casebook_editor_delete(editor, range.count)
    guard !text.isEmpty else { return }
    casebook_editor_insert(editor, text.unicodeScalars.map(\.value).filter { $0 != 0 } + [0])
  }

  func insert(_ text: String) {
    let cursor = self.text.cursor
    replace(cursor..<cursor, with: text)
  }

  /// Puts a whole text in the place of the one there.
  func setText(_ text: EditText) {
    replace(0..<self.text.scalars.count, with: text.string)
    move(to: text.cursor)
  }

  // MARK: Keys

  private func nextKey(_ key: UnsafeMutablePointer<UInt32>?) -> Bool {
    if !hasBegun { begin() }
    while true {
      let now = text
      changes.note(now)
      if !keyboard.hasMore { draw(now) }
      switch keyboard.next() {
      case .key(let value):
        key?.pointee = value
        notice = []
        return true
      case .redraw(let isResumed): redraw(isResumed)
      case .interrupted:
        Interrupts.clear()
        finish(.interrupted(now.string), ending: "^C")
        return false
      case .end:
        finish(.end)
        return false
      }
    }
  }

  /// What comes before the first key.
  private func begin() {
    hasBegun = true
    // libedit has just set the modes that it thinks right.
    casebook_terminal_edit()
    insert(initialText)
    initialText = ""
  }

  /// Ends the reading and leaves the text on the screen.
  func finish(_ reading: Reading, ending: String = "") {
    self.reading = reading
    menu = nil
    notice = []
    var content = content(text)
    content.below = []
    put(display.finish(content, ending: ending))
  }

  // MARK: The screen

  func content(_ text: EditText) -> EditDisplay.Content {
    var content = EditDisplay.Content(text: text, prompt: prompt, continuation: continuation)
    if console.allowsColour { content.styles = styles(text) }
    if let menu, menu.text == text {
      content.below = menu.rows(width: display.width, height: display.height)
    } else if !notice.isEmpty {
      content.below = [notice]
    }
    return content
  }

  private func draw(_ text: EditText) {
    put(display.update(content(text)))
  }

  func redraw(_ isResumed: Bool) {
    let size = console.size(screenDescriptor)
    if isResumed {
      display.begin(width: size.columns, height: size.rows)
    } else {
      put(display.resize(width: size.columns, height: size.rows))
    }
  }

  private func styles(_ text: EditText) -> [EditStyle] {
    let ranges = helpers.highlighter(text.string)
    guard !ranges.isEmpty else { return [] }
    var styles = [EditStyle](repeating: .plain, count: text.scalars.count)
    var (place, byte) = (0, 0)
    for (range, style) in ranges {
      while place < styles.count, byte < range.upperBound {
        if byte >= range.lowerBound { styles[place] = style }
        byte += UTF8.width(text.scalars[place])
        place += 1
      }
    }
    return styles
  }

  func put(_ text: String) {
    guard !text.isEmpty else { return }
    _ = writeAll(Array(text.utf8), to: screenDescriptor)
  }
}
