extension LineEditor {
  /// Looks for an earlier statement while its words are typed, as Ctrl-R does everywhere.
  ///
  /// The statement found stands in the text's place. Enter runs it, Ctrl-C and Ctrl-G give back what stood
  /// there, any other key takes the statement and does what it does. Gives false when it was entered.
  func search(_ original: EditText) -> Bool {
    if walk.age == nil { history.refresh() }
    var search = HistorySearch(history, last: lastPattern)
    while true {
      show(search, original)
      switch keyboard.next() {
      case .redraw(let isResumed): redraw(isResumed)
      case .interrupted:
        Interrupts.clear()
        return end(original)
      case .end:
        finish(.end)
        return false
      case .key(let key):
        if search.takes(key, pasted: Self.pasteText(keyboard.pasted)) { continue }
        if !search.pattern.isEmpty { lastPattern = search.pattern }
        if key == HistorySearch.cancel { return end(original) }
        setText(search.found ?? original)
        if key == HistorySearch.enter || key == HistorySearch.lineFeed { return enter(text) }
        if key != HistorySearch.escape { keyboard.giveBack(key) }
        return true
      }
    }
  }

  private func end(_ original: EditText) -> Bool {
    setText(original)
    return true
  }

  private func show(_ search: HistorySearch, _ original: EditText) {
    var content = content(search.found ?? original)
    if let match = search.match {
      if content.styles.isEmpty {
        content.styles = Array(repeating: .plain, count: content.text.scalars.count)
      }
      for place in match { content.styles[place] = .match }
    }
    let label = search.isFailing ? "not in the history: " : "search: "
    content.below = [[(label, .faint), (search.pattern, .plain)]]
    put(display.update(content))
  }
}

/// An incremental search in earlier statements.
struct HistorySearch {
  static let enter: UInt32 = 0x0D
  static let lineFeed: UInt32 = 0x0A
  static let escape: UInt32 = 0x1B
  static let cancel: UInt32 = 0x07
  private static let older: UInt32 = 0x12
  private static let newer: UInt32 = 0x13
  private static let backspaces: Set<UInt32> = [0x08, 0x7F]
  private static let clear: UInt32 = 0x15

  private let entries: any EntryList
  private let last: String
  /// What is looked for.
  private(set) var pattern = ""
  /// Whether nothing more was found; what was found before still stands.
  private(set) var isFailing = false
  private var age = -1
  private var entry: String?
  private var offset = 0

  /// A search; `last` is what the one before looked for.
  init(_ entries: any EntryList, last: String = "") {
    self.entries = entries
    self.last = last
  }

  /// What was found, the cursor at the match.
  var found: EditText? {
    guard let entry else { return nil }
    var text = EditText(entry)
    text.cursor = text.place(atByte: offset)
    return text
  }

  /// The scalars of the found text that match.
  var match: Range<Int>? {
    guard let found, !isFailing, !pattern.isEmpty else { return nil }
    let end = found.place(atByte: offset + pattern.utf8.count)
    return found.cursor..<end
  }

  /// Takes a key that belongs to the search; gives false for any other.
  mutating func takes(_ key: UInt32, pasted: String) -> Bool {
    switch key {
    case Self.older: step(1)
    case Self.newer: step(-1)
    case KeyCode.paste.rawValue: look(for: pattern + pasted)
    case Self.clear: restart("")
    case _ where Self.backspaces.contains(key): restart(String(pattern.dropLast()))
    case 0x20...:
      guard let scalar = Unicode.Scalar(key), !(0x7F..<0xA0).contains(key) else { return false }
      look(for: pattern + String(Character(scalar)))
    default: return false
    }
    return true
  }

  /// Looks for a longer pattern, beginning with what was found.
  private mutating func look(for longer: String) {
    pattern = longer
    find(from: max(age, 0), 1)
  }

  /// Looks for another pattern from the newest statement on.
  private mutating func restart(_ other: String) {
    (pattern, age, entry, isFailing) = (other, -1, nil, false)
    if !pattern.isEmpty { find(from: 0, 1) }
  }

  private mutating func step(_ direction: Int) {
    if pattern.isEmpty { look(for: last) } else { find(from: age + direction, direction) }
  }

  /// Goes through the entries until one has the pattern and is not the one that is shown.
  private mutating func find(from start: Int, _ direction: Int) {
    let needle = SearchPattern(pattern)
    var next = start
    while next >= 0, let candidate = entries.entry(next) {
      if let place = needle.offset(in: candidate), candidate != entry || next == age {
        (age, entry, offset, isFailing) = (next, candidate, place, false)
        return
      }
      next += direction
    }
    isFailing = true
  }
}

/// A text to look for; capitals count only where the pattern has some.
private struct SearchPattern {
  private let bytes: [UInt8]
  private let ignoresCase: Bool

  init(_ pattern: String) {
    ignoresCase = !pattern.contains { $0.isUppercase }
    bytes = Array(pattern.utf8)
  }

  /// The byte where a text has the pattern first.
  func offset(in text: String) -> Int? {
    var text = text
    return text.withUTF8 { text in
      guard !bytes.isEmpty, text.count >= bytes.count else { return nil }
      return (0...text.count - bytes.count).first { matches(text, $0) }
    }
  }

  private func matches(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> Bool {
    for index in 0..<bytes.count {
      var byte = text[start &+ index]
      if ignoresCase, byte >= 0x41, byte <= 0x5A { byte |= 0x20 }
      if byte != bytes[index] { return false }
    }
    return true
  }
}
