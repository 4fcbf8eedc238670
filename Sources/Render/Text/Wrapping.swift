import CasebookValues

/// Text laid out in lines of at most `width` columns, broken at blanks.
///
/// A word that is longer than a line is broken where the line ends. Line breaks in the text stay.
func wrapped(_ text: String, width: Int?, indent: String = "", firstIndent: String? = nil)
  -> [String]
{
  var lines: [String] = []
  for paragraph in text.split(separator: "\n", omittingEmptySubsequences: false) {
    var layout = LineLayout(
      width: width ?? .max, indent: indent,
      firstIndent: lines.isEmpty ? firstIndent ?? indent : indent)
    for word in paragraph.split(separator: " ") { layout.add(String(word)) }
    lines.append(contentsOf: layout.finish())
  }
  return lines
}

/// Lines being filled word by word.
private struct LineLayout {
  let width: Int
  let indent: String
  private var lines: [String] = []
  private var line: String
  private var used: Int
  private var isFresh = true

  init(width: Int, indent: String, firstIndent: String) {
    self.width = max(width, 1)
    self.indent = indent
    line = firstIndent
    used = displayWidth(firstIndent)
  }

  mutating func add(_ word: String) {
    let length = displayWidth(word)
    if !isFresh, used + 1 + length > width { breakLine() }
    if isFresh {
      if used + length > width { return addBroken(word) }
    } else {
      line += " "
      used += 1
    }
    append(word, length)
  }

  private mutating func addBroken(_ word: String) {
    for character in word {
      let length = displayWidth(String(character))
      if !isFresh, used + length > width { breakLine() }
      append(String(character), length)
    }
  }

  private mutating func append(_ text: String, _ length: Int) {
    line += text
    used += length
    isFresh = false
  }

  private mutating func breakLine() {
    lines.append(line)
    // An indent as wide as the line would leave no room for a word.
    line = indent.count < width ? indent : ""
    used = line.count
    isFresh = true
  }

  mutating func finish() -> [String] {
    lines.append(isFresh && lines.isEmpty && line.allSatisfy { $0 == " " } ? "" : line)
    return lines
  }
}

extension String {
  /// The text with blanks after it up to a width.
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - displayWidth(self)))
  }

  /// The text with blanks before it up to a width.
  func rightAligned(to width: Int) -> String {
    String(repeating: " ", count: max(0, width - displayWidth(self))) + self
  }
}
