import Testing

@testable import CasebookShell

@Suite struct EditTextTests {
  /// A text with `^` where the cursor stands.
  private func text(_ marked: String) -> EditText {
    let parts = marked.split(separator: "^", maxSplits: 1, omittingEmptySubsequences: false)
    var text = EditText(parts.joined())
    text.cursor = parts[0].unicodeScalars.count
    return text
  }

  private func marked(_ text: EditText, _ place: Int?) -> String? {
    guard let place else { return nil }
    return text.string(0..<place) + "^" + text.string(place..<text.scalars.count)
  }

  @Test(arguments: [
    ("one two^", "one ^two"), ("one two  ^", "one ^two  "), ("a.b_c^", "a.^b_c"), ("^x", "^x"),
    ("größe ^", "^größe "),
  ])
  func wordsBegin(from: String, to: String) {
    let text = text(from)
    #expect(marked(text, text.wordStart(before: text.cursor)) == to)
  }

  @Test(arguments: [("^one two", "one^ two"), ("one^ two", "one two^"), ("x^", "x^")])
  func wordsEnd(from: String, to: String) {
    let text = text(from)
    #expect(marked(text, text.wordEnd(after: text.cursor)) == to)
  }

  @Test(arguments: [
    ("abc\nd^ef", -1, "a^bc\ndef"), ("a\ndef^", -1, "a^\ndef"), ("a^bc\nd\n", 1, "abc\nd^\n"),
    ("漢字^\nabc", 1, "漢字\nab^c"), ("e\u{301}x^\nabc", 1, "e\u{301}x\nab^c"),
  ])
  func linesAreCountedInCharacters(from: String, lines: Int, to: String) {
    let text = text(from)
    #expect(marked(text, text.place(lines: lines, column: text.column)) == to)
  }

  @Test func thereAreNoLinesBeyondTheEnds() {
    #expect(text("a^b\nc").place(lines: -1, column: 0) == nil)
    #expect(text("ab\n^c").place(lines: 1, column: 0) == nil)
  }

  @Test(arguments: ["👨‍👩‍👧", "e\u{301}", "🇮🇪", "漢"])
  func aCharacterIsPassedWhole(character: String) {
    let text = EditText("a" + character)
    #expect(text.before(text.scalars.count) == 1)
    #expect(text.after(1) == text.scalars.count)
  }

  @Test func changesAreUndoneWordByWord() {
    var changes = EditChanges()
    var text = EditText()
    for character in "one two" {
      text = EditText(text.string + String(character))
      changes.note(text)
    }
    let undone = (0..<4).map { _ in changes.undo()?.string }
    #expect(undone == ["one ", "one", "", nil])
    let redone = (0..<2).map { _ in changes.redo()?.string }
    #expect(redone == ["one", "one "])
  }

  @Test func whatIsPastedIsCleaned() {
    func cleaned(_ text: String) -> String { LineEditor.pasteText(Array(text.utf8)) }
    #expect(cleaned("a\r\nb\rc\nd\te") == "a\nb\nc\nd\te")
    #expect(cleaned("a\u{1B}[31mb\u{7F}\u{9B}c\0") == "a[31mbc")
    #expect(cleaned("a\r\n\r\nb") == "a\n\nb")
  }
}

@Suite struct HistorySearchTests {
  private struct Entries: EntryList {
    var entries: [String]
    func entry(_ age: Int) -> String? { age < entries.count ? entries[age] : nil }
    func refresh() {}
  }

  private func search(_ entries: [String], _ keys: String) -> HistorySearch {
    var search = HistorySearch(Entries(entries: entries))
    for key in keys.unicodeScalars { _ = search.takes(key.value, pasted: "") }
    return search
  }

  private let entries = ["print 3", "Print 2", "print 1\n| count", "print 1\n| count", "other"]

  @Test(arguments: [
    ("print", "print 3"), ("print\u{12}", "Print 2"), ("print\u{12}\u{12}", "print 1\n| count"),
    ("Print", "Print 2"), ("count", "print 1\n| count"), ("count\u{12}", "print 1\n| count"),
    ("print\u{12}\u{13}", "print 3"), ("print 1x\u{7F}", "print 1\n| count"), ("oth", "other"),
    ("x\u{15}oth", "other"),
  ])
  func patternsAreFound(keys: String, expected: String) {
    #expect(search(entries, keys).found?.string == expected)
  }

  @Test func whatIsNotThereIsSaid() {
    let failing = search(entries, "count\u{12}")
    #expect(failing.isFailing)
    #expect(failing.match == nil)
    #expect(search(entries, "zzz").found == nil)
  }

  @Test func theMatchIsMarked() {
    #expect(search(["a\n| ünd count"], "count").match == 8..<13)
  }

  @Test func otherKeysAreNotTaken() {
    var search = HistorySearch(Entries(entries: []))
    for key in [KeyCode.left.rawValue, 0x0D, 0x09, 0x1B] {
      let isTaken = search.takes(key, pasted: "")
      #expect(!isTaken)
    }
  }
}

@Suite struct BoundSequencesTests {
  @Test(arguments: [
    ("bind \"\\e[1;5D\" vi-prev-word", "[1;5D"), ("casebook:bind ^[[15~ ed-clear-screen", "[15~"),
    ("bind -a \\033x ed-newline", "x"),
  ])
  func linesThatBindSequences(line: String, sequence: String) {
    #expect(BoundSequences.sequence(line: Substring(line)) == sequence)
  }

  @Test(arguments: ["bind -v", "bind ^A ed-move-to-end", "# bind \"\\e[1~\" x", "edit on", ""])
  func otherLines(line: String) {
    #expect(BoundSequences.sequence(line: Substring(line)) == nil)
  }
}
