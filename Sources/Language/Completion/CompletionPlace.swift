/// What may stand at a place in a text, and what surrounds it.
public struct CompletionPlace: Sendable {
  /// What may stand there, most specific order of the grammar first.
  public let expectations: [Expectation]
  /// The word being typed, up to the place; empty between words.
  public let partial: Span
  /// The stage or command whose parts stand there.
  public let owner: String?
  /// The text before the word being typed, parsed.
  public let tree: SyntaxTree
  /// The innermost pipeline at the place, whose stages give the columns in scope.
  public let pipeline: Pipeline?
}

/// What may stand at an offset of a text.
///
/// Only the text before the offset counts, without the word being typed.
public func completionPlace(
  at offset: Int, in text: String, signatures: SignatureSet
) -> CompletionPlace {
  let source = SourceText(text)
  let end = min(max(offset, 0), source.bytes.count)
  let start = wordStart(source.bytes, before: end)
  let recorder = ExpectationRecorder()
  var parser = Parser(SourceText(bytes: Array(source.bytes[..<start])), signatures: signatures)
  parser.recorder = recorder
  let tree = parser.parseTree()
  let inside = insideToken(tree)
  var partial = Span(start, end)
  if inside == .insideString, let string = tree.tokens.dropLast().last {
    partial = Span(string.span.lower + 1, end)
  }
  return CompletionPlace(
    expectations: inside.map { [$0] } ?? recorder.expectations, partial: partial,
    owner: recorder.owner, tree: tree, pipeline: innermostPipeline(tree))
}

/// Where the word before an offset starts; behind `|` a `-` belongs to it, as in `mv-ex`.
private func wordStart(_ bytes: [UInt8], before end: Int) -> Int {
  let start = end - trailing(bytes[..<end], where: isWordByte)
  let dashed = end - trailing(bytes[..<end]) { isWordByte($0) || $0 == UInt8(ascii: "-") }
  let spaces = trailing(bytes[..<dashed]) { $0 == 0x20 }
  let isStage = dashed - spaces > 0 && bytes[dashed - spaces - 1] == UInt8(ascii: "|")
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

private func innermostPipeline(_ tree: SyntaxTree) -> Pipeline? {
  guard let statement = tree.statements.last, let end = tree.tokens.dropLast().last?.span.upper
  else { return nil }
  var found: Pipeline?
  statement.walk { node in
    if let pipeline = node as? Pipeline, pipeline.span.upper == end { found = pipeline }
  }
  return found
}
