/// What the text was before, step by step, to undo and redo.
struct EditChanges {
  private static let limit = 500

  private var before: [EditText] = []
  private var undone: [EditText] = []
  private var last = EditText()
  /// Whether the last change was a typed character, which the next one may join.
  private var isTyping = false

  /// Looks at the text as it is now; characters of one word are one step.
  mutating func note(_ text: EditText) {
    guard text.scalars != last.scalars else {
      if text.cursor != last.cursor { isTyping = false }
      last.cursor = text.cursor
      return
    }
    let types = isTyped(text)
    if !(types && isTyping) {
      before.append(last)
      if before.count > Self.limit { before.removeFirst() }
    }
    undone = []
    isTyping = types
    last = text
  }

  /// The text before the last step; nil where there is none.
  mutating func undo() -> EditText? {
    guard let text = before.popLast() else { return nil }
    undone.append(last)
    (last, isTyping) = (text, false)
    return text
  }

  /// The text that was undone last.
  mutating func redo() -> EditText? {
    guard let text = undone.popLast() else { return nil }
    before.append(last)
    (last, isTyping) = (text, false)
    return text
  }

  /// Whether the text is the last one and one more character of a word.
  private func isTyped(_ text: EditText) -> Bool {
    text.scalars.count == last.scalars.count + 1 && text.cursor == last.cursor + 1
      && !text.scalars[last.cursor].properties.isWhitespace
  }
}
