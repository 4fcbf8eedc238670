/// Why a text is not yet a whole statement.
public enum Incompleteness: Hashable, Sendable {
  /// A bracket is open.
  case openBracket(String)
  /// A string is open.
  case openString
  /// Something is needed where the text ends: "an expression", "the name of a stage".
  case expects(String)
}

/// Whether a text can be run as it is.
public enum Completeness: Hashable, Sendable {
  /// It can; or it is wrong in a way that more text does not mend.
  case complete
  /// Its last statement needs more text.
  case incomplete(Incompleteness)
}

/// Tells a prompt whether a text is whole or another line is needed.
public func completeness(of text: String, signatures: SignatureSet) -> Completeness {
  var parser = Parser(SourceText(text), signatures: signatures)
  let tree = parser.parseTree()
  // An open fence hides what is on the lines below from it, whatever they look like.
  let fences = Set("`~".utf8)
  let isOpen = tree.tokens.contains { token in
    token.isUnterminated && token.kind == .string
      && tree.source.bytes[token.span.lower..<token.span.upper].prefix(2).contains {
        fences.contains($0)
      }
  }
  if isOpen { return .incomplete(.openString) }
  return parser.ranOut.map { .incomplete($0) } ?? .complete
}
