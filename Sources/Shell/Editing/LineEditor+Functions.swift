import CEditLine

extension LineEditor {
  /// Does what a key is bound to; gives false when the text was entered.
  func perform(_ number: Int32) -> Bool {
    guard let function = EditFunction(rawValue: Int(number)) else { return true }
    if function != .complete, function != .completeBack { menu = nil }
    let text = text
    switch function {
    case .enter: return enter(text)
    case .newLine: insert("\n")
    case .paste: paste()
    case .complete: complete(text, 1)
    case .completeBack: complete(text, -1)
    case .help: showHelp(text, isAsked: true)
    case .question: if !showHelp(text, isAsked: false) { insert("?") }
    case .openEditor: openEditor(text)
    case .search: return search(text)
    case .leaveOrDelete:
      if text.isEmpty {
        finish(.end)
        return false
      }
      delete(text.cursor..<text.after(text.cursor))
    case .clearScreen: clearScreen()
    case .undo: if let earlier = changes.undo() { setText(earlier) }
    case .redo: if let later = changes.redo() { setText(later) }
    case .cancel, .nothing: break
    default: edit(function, text)
    }
    return true
  }

  private func edit(_ function: EditFunction, _ text: EditText) {
    let cursor = text.cursor
    switch function {
    case .up: goLine(-1, text)
    case .down: goLine(1, text)
    case .previousEntry: recall(walk.older(history, than: text))
    case .nextEntry: recall(walk.newer(history, than: text))
    case .olderMatch: recallMatch(text, older: true)
    case .newerMatch: recallMatch(text, older: false)
    case .oldestEntry: recall(walk.oldest(history, from: text))
    case .newestEntry: recall(walk.newest())
    case .left: move(to: text.before(cursor))
    case .right: move(to: text.after(cursor))
    case .wordLeft: move(to: text.wordStart(before: cursor))
    case .wordRight: move(to: text.wordEnd(after: cursor))
    case .lineStart: move(to: text.lineStart(of: cursor))
    case .lineEnd: move(to: text.lineEnd(of: cursor))
    case .textStart: move(to: 0)
    case .textEnd: move(to: text.scalars.count)
    case .delete: delete(cursor..<text.after(cursor))
    case .backspace: delete(text.before(cursor)..<cursor)
    case .deleteWordLeft: cut(text, text.wordStart(before: cursor)..<cursor)
    case .deleteWordRight: cut(text, cursor..<text.wordEnd(after: cursor))
    case .deleteBlankLeft: cut(text, text.blankStart(before: cursor)..<cursor)
    case .deleteToLineStart: cutToLineStart(text)
    case .deleteToLineEnd:
      let end = text.lineEnd(of: cursor)
      // At the end of a line its break goes.
      cut(text, cursor..<(end == cursor ? text.after(cursor) : end))
    case .yank: insert(cutText)
    default: break
    }
  }

  // MARK: Enter

  /// Runs what is whole, and begins another line otherwise.
  func enter(_ text: EditText) -> Bool {
    if helpers.needsMore(text.string) {
      insert("\n")
      return true
    }
    finish(.statement(text.string))
    return false
  }

  /// Puts in what was pasted; a last line break would only be in the way.
  private func paste() {
    let text = Self.pasteText(keyboard.pasted)
    insert(text.hasSuffix("\n") ? String(text.dropLast()) : text)
  }

  /// What was pasted, as it may stand in the text: lines, no control characters.
  static func pasteText(_ bytes: [UInt8]) -> String {
    let text = String(decoding: bytes, as: UTF8.self)
    var result = String.UnicodeScalarView()
    var follows = false
    for scalar in text.unicodeScalars {
      if scalar == "\r" || scalar == "\n" {
        if !(follows && scalar == "\n") { result.append("\n") }
      } else if scalar == "\t" || !isUnwanted(scalar) {
        result.append(scalar)
      }
      follows = scalar == "\r"
    }
    return String(result)
  }

  private static func isUnwanted(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (scalar.value >= 0x7F && scalar.value < 0xA0)
  }

  // MARK: Moving

  /// Up or down a line; beyond the first and the last line are other entries of the history.
  private func goLine(_ direction: Int, _ text: EditText) {
    let column = wantedColumn?.cursor == text.cursor ? wantedColumn?.column : nil
    if let place = text.place(lines: direction, column: column ?? text.column) {
      move(to: place)
      wantedColumn = (column ?? text.column, place)
    } else if direction < 0 {
      recall(walk.older(history, than: text))
    } else {
      recall(walk.newer(history, than: text))
    }
  }

  private func recall(_ entry: EditText?) {
    if let entry { setText(entry) } else { put("\u{7}") }
  }

  /// Only entries that begin as the text before the cursor does; the cursor stays.
  private func recallMatch(_ text: EditText, older: Bool) {
    let beginning = text.string(0..<text.cursor)
    let entry =
      older
      ? walk.older(history, than: text, beginning: beginning)
      : walk.newer(history, than: text, beginning: beginning)
    recall(entry.map { EditText($0.scalars, cursor: min(text.cursor, $0.scalars.count)) })
  }

  // MARK: Deleting

  private func delete(_ range: Range<Int>) { replace(range, with: "") }

  private func cut(_ text: EditText, _ range: Range<Int>) {
    guard !range.isEmpty else { return }
    cutText = text.string(range)
    delete(range)
  }

  private func cutToLineStart(_ text: EditText) {
    let start = text.lineStart(of: text.cursor)
    // At the start of a line the break before it goes.
    cut(text, (start == text.cursor ? max(start - 1, 0) : start)..<text.cursor)
  }

  // MARK: The screen

  private func clearScreen() {
    let size = console.size(screenDescriptor)
    put("\u{1B}[H\u{1B}[2J")
    display.begin(width: size.columns, height: size.rows)
  }

  /// Writes help on the word before the cursor; gives whether there is any.
  ///
  /// Only a word right before the cursor is meant by `?`, which is text elsewhere.
  @discardableResult
  private func showHelp(_ text: EditText, isAsked: Bool) -> Bool {
    let isAfterWord = text.cursor > 0 && EditText.isWord(text.scalars[text.cursor - 1])
    guard isAsked || isAfterWord, let help = helpers.helper(text.string, text.cursorByte),
      !help.isEmpty
    else {
      if isAsked { notice = [("no help on this", .faint)] }
      return false
    }
    put(display.clear() + help + (help.hasSuffix("\n") ? "" : "\n"))
    let size = console.size(screenDescriptor)
    display.begin(width: size.columns, height: size.rows)
    return true
  }

  // MARK: Completion

  /// The first Tab puts in what is certain and lists the rest; further ones go through the list.
  private func complete(_ text: EditText, _ direction: Int) {
    // Letters are typed without a word to the menu, which then is of a text that is no more.
    if menu?.text == text {
      menu?.step(direction)
      if let menu { setText(menu.text) }
      return
    }
    menu = nil
    let line = text.string(text.lineStart(of: text.cursor)..<text.cursor)
    if line.allSatisfy(\.isWhitespace), !text.isEmpty || direction < 0 {
      // At the start of a line Tab indents.
      insert("  ")
      return
    }
    guard let completion = helpers.completer(text.string, text.cursorByte) else { return }
    guard completion.candidates.count > 1 else {
      if let only = completion.candidates.first {
        setText(text.putting(only.text, into: completion.replaced))
      } else if let hint = completion.hint {
        notice = [(hint, .faint)]
      }
      return
    }
    list(completion, text)
  }

  private func list(_ completion: Completion, _ text: EditText) {
    var completion = completion
    var text = text
    let typed = completion.replaced.count
    let prefix = completion.commonPrefix
    let isLonger = prefix.utf8.count > typed
    if isLonger {
      text = text.putting(prefix, into: completion.replaced)
      completion.replaced = completion.replaced.lowerBound..<text.cursorByte
      setText(text)
    }
    menu = CompletionMenu(completion, original: text)
  }
}
