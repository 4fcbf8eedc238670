/// A parsed text: its statements, its diagnostics and every token.
public struct SyntaxTree: Sendable {
  /// The height that no expression of a tree exceeds, so that walking one needs a bounded stack.
  public static let greatestDepth = 1000

  /// The text with its line index.
  public let source: SourceText
  /// The tokens; with their trivia they cover every byte.
  public let tokens: [Token]
  /// The statements, in order.
  public let statements: [Statement]
  /// What is wrong with the text, in order.
  public let diagnostics: [Diagnostic]

  /// The text of a node.
  public func text(of node: some SyntaxNode) -> String { source[node.span] }

  /// The text of the whole tree, made from its tokens; equal to the source byte for byte.
  public var printed: String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(source.bytes.count)
    for token in tokens {
      bytes += source.bytes[token.trivia.lower..<token.trivia.upper]
      bytes += source.bytes[token.span.lower..<token.span.upper]
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The indices of the tokens that lie within a span.
  public func tokenRange(of span: Span) -> Range<Int> {
    let lower = firstToken(from: span.lower)
    var upper = lower
    while upper < tokens.count, tokens[upper].kind != .endOfFile,
      tokens[upper].span.upper <= span.upper
    {
      upper += 1
    }
    return lower..<upper
  }

  /// The index of the first token that starts at or after an offset.
  func firstToken(from offset: Int) -> Int {
    var low = 0
    var high = tokens.count
    while low < high {
      let middle = (low + high) / 2
      if Int(tokens[middle].textStart) < offset { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The text of a statement on one line and without comments, the same for every layout of one tree; it
  /// parses to that tree again.
  public func canonicalText(of statement: Statement) -> String {
    guard !statement.isVerbatim else {
      return tokens[tokenRange(of: statement.span)].map { source[$0.span] }.joined(separator: " ")
    }
    return StatementLayout(statement, in: self).oneLine
  }
}
