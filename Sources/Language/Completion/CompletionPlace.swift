/// What may stand at a place in a text, and what surrounds it.
public struct CompletionPlace: Sendable {
  /// What may stand there, most specific order of the grammar first.
  public internal(set) var expectations: [Expectation]
  /// The labels that signatures give to what may stand there.
  public internal(set) var labels: [String]
  /// The word being typed, up to the place; empty between words.
  ///
  /// Within a string it begins behind the quote, within a quoted name at the `[`.
  public internal(set) var partial: Span
  /// What has been typed of the word, without the brackets and quotes around it.
  public internal(set) var typed: String
  /// Which quote is open before the word, if any.
  public internal(set) var quote: OpenQuote?
  /// The stage or command whose parts stand there.
  public let owner: String?
  /// The text before the word being typed, parsed.
  public let tree: SyntaxTree
  /// The pipelines that are open at the place, outermost first; the last stage of each is the one that
  /// the place belongs to.
  public let pipelines: [Pipeline]
  /// The functions of `let` in whose bodies the place lies, outermost first.
  public let functions: [Function]
  /// The column that the word is compared with: `queue == ^`, `queue in ("a", ^`.
  public let compared: ComparedColumn?
  /// The names before a dot that the word follows: `cases` in `cases.^`.
  public let path: [String]
  /// The function whose brackets are the innermost open ones.
  public let callee: String?
  /// The name that stands right before the word, which an operator would have as its operand.
  public let operand: String?

  /// The innermost pipeline at the place, whose stages give the columns in scope.
  public var pipeline: Pipeline? { pipelines.last }
}

/// A quote that is open where a completion is asked for.
public struct OpenQuote: Sendable, Hashable {
  /// What is between such quotes.
  public enum Content: Sendable {
    case text
    case name
  }

  /// What is between the quotes.
  public let content: Content
  /// The quote, `"` or `'`; nil for a string in which nothing is escaped, such as `@"..."`.
  public let character: Character?
}

/// What may stand at an offset of a text.
///
/// Only the text before the offset counts, without the word being typed. `amending` names the command
/// that a text beginning with a clause word amends.
public func completionPlace(
  at offset: Int, in text: String, signatures: SignatureSet, amending: String? = nil
) -> CompletionPlace {
  let source = SourceText(text)
  let end = min(max(offset, 0), source.bytes.count)
  let start = wordStart(source.bytes, before: end)
  var place = parsedPlace(source, Span(start, end), signatures, amending)
  if place.expectations.contains(where: { if case .text = $0 { true } else { false } }) {
    // Where any text may stand, a word is whatever has no blanks: `help project-away`.
    let lower = end - trailing(source.bytes[..<end]) { $0 > 0x20 }
    place = parsedPlace(source, Span(lower, end), signatures, amending)
  }
  guard let inside = insideToken(place.tree) else { return place }
  guard inside == .insideString, let string = place.tree.tokens.dropLast().last else {
    place.expectations = [inside]
    return place
  }
  // What the string stands for is what was asked for before it.
  let spelling = QuoteSpelling(source.bytes[string.span.lower..<end])
  var outer = parsedPlace(source, Span(string.span.lower, string.span.lower), signatures, amending)
  outer.partial = Span(string.span.lower + spelling.opening, end)
  outer.typed = source[outer.partial]
  if outer.tree.tokens.dropLast().last?.kind == .leftBracket, !outer.expectsString {
    let bracket = outer.tree.tokens[outer.tree.tokens.count - 2].span.lower
    let typed = outer.typed
    outer = parsedPlace(source, Span(bracket, bracket), signatures, amending)
    outer.partial = Span(bracket, end)
    outer.typed = typed
    outer.quote = OpenQuote(content: .name, character: spelling.character)
  } else {
    outer.expectations.append(.insideString)
    outer.quote = OpenQuote(content: .text, character: spelling.character)
  }
  return outer
}

extension CompletionPlace {
  fileprivate var expectsString: Bool {
    expectations.contains { if case .string = $0 { true } else { false } }
  }
}

private func parsedPlace(
  _ source: SourceText, _ partial: Span, _ signatures: SignatureSet, _ amending: String?
) -> CompletionPlace {
  let recorder = ExpectationRecorder()
  var parser = Parser(
    SourceText(bytes: Array(source.bytes[..<partial.lower])), signatures: signatures)
  parser.amendable = amending.flatMap(signatures.command)
  parser.recorder = recorder
  let tree = parser.parseTree()
  let before = TokensBefore(tree)
  return CompletionPlace(
    expectations: recorder.expectations, labels: recorder.labels, partial: partial,
    typed: source[partial], owner: recorder.owner, tree: tree,
    pipelines: nodesAtEnd(tree), functions: nodesAtEnd(tree), compared: before.comparedColumn,
    path: before.path, callee: before.callee, operand: before.operand)
}

/// Where the word before an offset starts; behind `|` a `-` belongs to it, as in `mv-ex`.
private func wordStart(_ bytes: [UInt8], before end: Int) -> Int {
  let start = end - trailing(bytes[..<end], where: isWordByte)
  let dashed = end - trailing(bytes[..<end]) { isWordByte($0) || $0 == UInt8(ascii: "-") }
  let blanks = trailing(bytes[..<dashed]) { $0 == 0x20 || $0 == 0x0A || $0 == 0x09 }
  let isStage = dashed - blanks > 0 && bytes[dashed - blanks - 1] == UInt8(ascii: "|")
  return isStage ? dashed : start
}

private func trailing(_ bytes: ArraySlice<UInt8>, where belongs: (UInt8) -> Bool) -> Int {
  bytes.count - ((bytes.lastIndex { !belongs($0) } ?? -1) + 1)
}

private func isWordByte(_ byte: UInt8) -> Bool {
  byte >= 0x80 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$")
    || (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
    || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
}

/// Whether the text ends inside a comment or a string.
private func insideToken(_ tree: SyntaxTree) -> Expectation? {
  guard let end = tree.tokens.last else { return nil }
  if let last = tree.tokens.dropLast().last, last.isUnterminated, end.trivia.isEmpty {
    return .insideString
  }
  let trivia = tree.source.bytes[end.trivia.lower..<end.trivia.upper]
  let line =
    trivia.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).last ?? []
  return line.contains(UInt8(ascii: "/")) ? .insideComment : nil
}

/// The nodes of a kind that reach to the end of the text, outermost first.
private func nodesAtEnd<Node: SyntaxNode>(_ tree: SyntaxTree) -> [Node] {
  guard let statement = tree.statements.last, let end = tree.tokens.dropLast().last?.span.upper
  else { return [] }
  var found: [Node] = []
  statement.walk { node in
    if let node = node as? Node, node.span.upper == end { found.append(node) }
  }
  return found
}

/// How an open string begins.
private struct QuoteSpelling {
  /// The bytes up to where its text begins.
  let opening: Int
  /// The quote, where a backslash escapes what follows.
  let character: Character?

  init(_ bytes: ArraySlice<UInt8>) {
    var rest = bytes
    if rest.first.map({ $0 | 0x20 }) == UInt8(ascii: "h") { rest = rest.dropFirst() }
    switch rest.first {
    case UInt8(ascii: "\""):
      (opening, character) = (bytes.count - rest.count + 1, "\"")
    case UInt8(ascii: "'"):
      (opening, character) = (bytes.count - rest.count + 1, "'")
    case UInt8(ascii: "@"):
      (opening, character) = (min(bytes.count - rest.count + 2, bytes.count), nil)
    default: (opening, character) = (min(bytes.count - rest.count + 3, bytes.count), nil)
    }
  }
}
