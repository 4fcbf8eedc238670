/// Takes the text of a paragraph apart: code, links, emphasis.
struct MarkdownInlineParser {
  /// Marks beyond this are text: nobody writes so many, and each looks back for its partner.
  private static let mostMarks = 1000

  private let characters: [Character]
  private var index = 0
  private var text = ""
  private var pieces: [Piece] = []
  private var markCount = 0

  /// What stands in a line before its marks have found each other.
  private enum Piece {
    case done(MarkdownInline)
    case mark(Mark)
    /// `[`, or `![` of an image; it may yet turn out to be text.
    case bracket(isImage: Bool)
  }

  /// A run of `*`, `_` or `~`.
  private struct Mark {
    var character: Character
    var count: Int
    var canOpen: Bool
    var canClose: Bool
  }

  init(_ text: Substring) { characters = Array(text) }

  mutating func inlines() -> [MarkdownInline] {
    while index < characters.count { step() }
    flush()
    return Self.resolved(pieces[...])
  }

  private mutating func step() {
    let character = characters[index]
    switch character {
    case "\\": escape()
    case "`": code()
    case "*", "_", "~": mark(character)
    case "[": bracket(isImage: false)
    case "!" where at(1) == "[": bracket(isImage: true)
    case "]": closeBracket()
    case "<": automaticLink()
    case "\n": lineEnd()
    default: take()
    }
  }

  private func at(_ offset: Int) -> Character? {
    characters.indices.contains(index + offset) ? characters[index + offset] : nil
  }

  private mutating func take() {
    text.append(characters[index])
    index += 1
  }

  private mutating func flush() {
    if !text.isEmpty { pieces.append(.done(.text(text))) }
    text = ""
  }

  private mutating func add(_ inline: MarkdownInline) {
    flush()
    pieces.append(.done(inline))
  }

  // MARK: Texts

  private mutating func escape() {
    if at(1) == "\n" {
      add(.lineBreak)
      index += 2
    } else if let next = at(1), next.isASCII, next.isPunctuation || next.isSymbol {
      text.append(next)
      index += 2
    } else {
      take()
    }
  }

  private mutating func lineEnd() {
    let blanks = text.reversed().prefix { $0 == " " }.count
    text.removeLast(blanks)
    if blanks >= 2 { add(.lineBreak) } else { text.append(" ") }
    index += 1
  }

  private mutating func code() {
    let count = runLength("`", from: index)
    var end = index + count
    while end < characters.count {
      guard characters[end] == "`" else {
        end += 1
        continue
      }
      let closing = runLength("`", from: end)
      if closing == count {
        var inner = characters[(index + count)..<end].map { $0 == "\n" ? " " : $0 }
        if inner.count > 2, inner.first == " ", inner.last == " ",
          inner.contains(where: { $0 != " " })
        {
          inner = Array(inner.dropFirst().dropLast())
        }
        add(.code(String(inner)))
        index = end + closing
        return
      }
      end += closing
    }
    text += String(repeating: "`", count: count)
    index += count
  }

  private func runLength(_ character: Character, from start: Int) -> Int {
    characters[start...].prefix { $0 == character }.count
  }

  // MARK: Links

  private mutating func bracket(isImage: Bool) {
    flush()
    pieces.append(.bracket(isImage: isImage))
    index += isImage ? 2 : 1
  }

  private mutating func closeBracket() {
    flush()
    guard let open = pieces.lastIndex(where: { if case .bracket = $0 { true } else { false } }),
      case .bracket(let isImage) = pieces[open]
    else { return take() }
    guard at(1) == "(", let (destination, end) = destination(from: index + 2) else {
      pieces[open] = .done(.text(isImage ? "![" : "["))
      return take()
    }
    let inner = Self.resolved(pieces[(open + 1)...])
    pieces.removeSubrange(open...)
    if isImage {
      pieces += inner.map { .done($0) }
    } else {
      pieces.append(.done(.link(destination: destination, inner)))
      // No link stands within a link.
      for place in pieces.indices {
        if case .bracket(isImage: false) = pieces[place] { pieces[place] = .done(.text("[")) }
      }
    }
    index = end
  }

  /// What stands between `(` and `)`, without a title, and where it ends.
  private func destination(from start: Int) -> (String, Int)? {
    var place = start
    func skipBlanks() {
      while place < characters.count, " \n".contains(characters[place]) { place += 1 }
    }
    skipBlanks()
    var destination = ""
    if place < characters.count, characters[place] == "<" {
      place += 1
      while place < characters.count, characters[place] != ">" {
        guard characters[place] != "\n", characters[place] != "<" else { return nil }
        destination.append(characters[place])
        place += 1
      }
      place += 1
    } else {
      var depth = 0
      while place < characters.count, !" \n".contains(characters[place]) {
        if characters[place] == "(" { depth += 1 }
        if characters[place] == ")" {
          if depth == 0 { break }
          depth -= 1
        }
        destination.append(characters[place])
        place += 1
      }
    }
    skipBlanks()
    if place < characters.count, let quote = "\"'".first(where: { $0 == characters[place] }) {
      guard let end = characters[(place + 1)...].firstIndex(of: quote) else { return nil }
      place = end + 1
      skipBlanks()
    }
    guard place < characters.count, characters[place] == ")" else { return nil }
    return (destination, place + 1)
  }

  /// `<https://example.org>`.
  private mutating func automaticLink() {
    guard let end = characters[index...].firstIndex(of: ">") else { return take() }
    let address = String(characters[(index + 1)..<end])
    guard !address.contains(where: \.isWhitespace), !address.contains("<"),
      address.hasPrefix("https://") || address.hasPrefix("http://") || address.hasPrefix("mailto:")
    else { return take() }
    add(.link(destination: address, [.text(address)]))
    index = end + 1
  }

  // MARK: Emphasis

  private mutating func mark(_ character: Character) {
    let count = runLength(character, from: index)
    markCount += 1
    guard markCount <= Self.mostMarks, character != "~" || count == 2 else {
      text += String(repeating: character, count: count)
      index += count
      return
    }
    let before = index > 0 ? characters[index - 1] : " "
    let after = index + count < characters.count ? characters[index + count] : " "
    let leans = (
      left: !after.isWhitespace && (!isMark(after) || before.isWhitespace || isMark(before)),
      right: !before.isWhitespace && (!isMark(before) || after.isWhitespace || isMark(after))
    )
    flush()
    let isWithinWord = character == "_"
    pieces.append(
      .mark(
        Mark(
          character: character, count: count,
          canOpen: leans.left && (!isWithinWord || !leans.right || isMark(before)),
          canClose: leans.right && (!isWithinWord || !leans.left || isMark(after)))))
    index += count
  }

  private func isMark(_ character: Character) -> Bool {
    character.isPunctuation || character.isSymbol
  }

  /// Lets marks find their partners: each that closes takes the nearest one that opens.
  private static func resolved(_ pieces: ArraySlice<Piece>) -> [MarkdownInline] {
    var stack: [Piece] = []
    for piece in pieces {
      guard case .mark(var closer) = piece else {
        stack.append(piece)
        continue
      }
      while closer.canClose, closer.count > 0, let open = opener(for: closer, in: stack) {
        guard case .mark(var mark) = stack[open] else { break }
        let isDouble = mark.count >= 2 && closer.count >= 2
        let inner = texts(stack[(open + 1)...])
        stack.removeSubrange(open...)
        let used = isDouble ? 2 : 1
        mark.count -= used
        closer.count -= used
        if mark.count > 0 { stack.append(.mark(mark)) }
        let inline: MarkdownInline =
          closer.character == "~" ? .struck(inner) : isDouble ? .strong(inner) : .emphasis(inner)
        stack.append(.done(inline))
      }
      if closer.count > 0 { stack.append(.mark(closer)) }
    }
    return texts(stack[...])
  }

  private static func opener(for closer: Mark, in stack: [Piece]) -> Int? {
    stack.lastIndex { piece in
      guard case .mark(let mark) = piece, mark.character == closer.character, mark.canOpen else {
        return false
      }
      // One that both opens and closes does not pair up to a multiple of three, says CommonMark.
      let isEither = mark.canClose || closer.canOpen
      return !isEither || (mark.count + closer.count) % 3 != 0
        || (mark.count % 3 == 0 && closer.count % 3 == 0)
    }
  }

  /// The pieces as they are; marks without a partner are text.
  private static func texts(_ pieces: ArraySlice<Piece>) -> [MarkdownInline] {
    var inlines: [MarkdownInline] = []
    for piece in pieces {
      let inline: MarkdownInline =
        switch piece {
        case .done(let inline): inline
        case .mark(let mark): .text(String(repeating: mark.character, count: mark.count))
        case .bracket(let isImage): .text(isImage ? "![" : "[")
        }
      if case .text(let more) = inline, case .text(let text)? = inlines.last {
        inlines[inlines.count - 1] = .text(text + more)
      } else {
        inlines.append(inline)
      }
    }
    return inlines
  }
}
