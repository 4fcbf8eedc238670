/// Earlier statements, the newest first.
protocol EntryList {
  /// The entry that came so many before the newest; nil where there is none.
  func entry(_ age: Int) -> String?
  /// Takes note of what came since; the ages of entries may change.
  func refresh()
}

/// No earlier statements.
struct NoEntries: EntryList {
  func entry(_ age: Int) -> String? { nil }
  func refresh() {}
}

/// The way through earlier statements while one text is edited.
struct HistoryWalk {
  /// How far back the shown entry is; nil for the text that was being typed.
  private(set) var age: Int?
  private var draft = EditText()
  /// What entries have to begin with, when only such ones are wanted.
  private var beginning = ""

  /// An older entry than the one shown, other than it.
  mutating func older(_ entries: any EntryList, than text: EditText, beginning: String = "")
    -> EditText?
  {
    if age == nil { entries.refresh() }
    var next = (age ?? -1) + 1
    while let entry = entries.entry(next) {
      if entry.hasPrefix(beginning), entry != text.string {
        if age == nil { draft = text }
        age = next
        return EditText(entry)
      }
      next += 1
    }
    return nil
  }

  /// A newer entry, or at last the text that was being typed.
  mutating func newer(_ entries: any EntryList, than text: EditText, beginning: String = "")
    -> EditText?
  {
    guard let current = age else { return nil }
    var next = current - 1
    while next >= 0 {
      if let entry = entries.entry(next), entry.hasPrefix(beginning), entry != text.string {
        age = next
        return EditText(entry)
      }
      next -= 1
    }
    age = nil
    return draft
  }

  /// The oldest entry.
  mutating func oldest(_ entries: any EntryList, from text: EditText) -> EditText? {
    if age == nil { entries.refresh() }
    var last = -1
    while entries.entry(last + 1) != nil { last += 1 }
    guard last >= 0, let entry = entries.entry(last) else { return nil }
    if age == nil { draft = text }
    age = last
    return EditText(entry)
  }

  /// The text that was being typed.
  mutating func newest() -> EditText? {
    guard age != nil else { return nil }
    age = nil
    return draft
  }
}
