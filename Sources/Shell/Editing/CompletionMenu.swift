import CasebookValues

/// The list that a second Tab shows, and which of its lines stands in the text.
struct CompletionMenu {
  let completion: Completion
  /// The text and the place as they were before a candidate was put in.
  let original: EditText
  /// The chosen candidate; nil while the list is only shown.
  private(set) var chosen: Int?

  init(_ completion: Completion, original: EditText) {
    self.completion = completion
    self.original = original
  }

  /// Goes on to the next candidate, or to the one before; past the end comes the text as typed.
  mutating func step(_ direction: Int) {
    let count = completion.candidates.count
    let next = (chosen ?? (direction > 0 ? -1 : count)) + direction
    chosen = next < 0 || next >= count ? nil : next
  }

  /// The text with the chosen candidate in its place.
  var text: EditText {
    guard let chosen else { return original }
    return original.putting(completion.candidates[chosen].text, into: completion.replaced)
  }

  /// The list's rows: a window of it where it is longer than the screen.
  func rows(width: Int, height: Int) -> [[(String, EditStyle)]] {
    let room = max(3, min(height - 6, height * 2 / 3))
    let candidates = completion.candidates
    let start = chosen.map { max(0, min($0 - room / 2, candidates.count - room)) } ?? 0
    let window = candidates[start..<min(start + room, candidates.count)]
    let labels = window.map { shortened($0.label ?? $0.text, to: max(width / 2, 8)) }
    let labelWidth = labels.map { displayWidth($0) }.max() ?? 0
    var rows = zip(window.indices, labels).map { index, label in
      let padding = String(repeating: " ", count: labelWidth - displayWidth(label) + 2)
      let note = shortened(candidates[index].note, to: width - labelWidth - 3)
      return [
        (label, index == chosen ? EditStyle.selected : .plain), (padding + note, EditStyle.faint),
      ]
    }
    let hidden = candidates.count - window.count
    if hidden > 0 { rows.append([("\(hidden) more", EditStyle.faint)]) }
    return rows
  }
}

extension EditText {
  /// The text with another in the place of a range of bytes, and the cursor behind it.
  func putting(_ text: String, into bytes: Range<Int>) -> EditText {
    let (lower, upper) = (place(atByte: bytes.lowerBound), place(atByte: bytes.upperBound))
    var result = self
    result.scalars.replaceSubrange(lower..<upper, with: text.unicodeScalars)
    result.cursor = lower + text.unicodeScalars.count
    return result
  }
}

/// A text cut to some columns, on one line.
func shortened(_ text: String, to width: Int) -> String {
  let line = text.split(separator: "\n", maxSplits: 1).first.map(String.init) ?? ""
  guard displayWidth(line) > width else { return line }
  var result = ""
  var used = 0
  for character in line {
    used += displayWidth(character)
    if used >= width { break }
    result.append(character)
  }
  return result + "…"
}
