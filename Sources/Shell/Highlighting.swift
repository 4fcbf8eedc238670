import CasebookEngine
import CasebookLanguage

/// Styles of the parts of a text being typed, as ranges of bytes in order.
func highlighted(_ text: String) -> [(Range<Int>, EditStyle)] {
  // Beyond this no one sees all of it, and each key should echo at once.
  guard text.utf8.count <= 20_000 else { return [] }
  let tree = parse(text, signatures: Engine.signatures)
  let words = commandWords(tree)
  var styles: [(Range<Int>, EditStyle)] = []
  var followsPipe = false
  for token in tree.tokens {
    if let comment = comment(token.trivia, tree.source) { styles.append((comment, .comment)) }
    let style: EditStyle? =
      switch token.kind {
      case .string, .smartString: .text
      case .number: .number
      case .name where followsPipe || words.contains(token.span.lower): .word
      default: nil
      }
    if let style { styles.append((token.span.lower..<token.span.upper, style)) }
    followsPipe = token.kind == .pipe
  }
  return styles
}

/// Where the words of commands stand.
private func commandWords(_ tree: SyntaxTree) -> Set<Int> {
  Set(
    tree.statements.compactMap { statement in
      switch statement.kind {
      case .command(let command): command.word.span.lower
      case .binding: statement.span.lower
      default: nil
      }
    })
}

/// The comments between two tokens, from the first slash on.
private func comment(_ trivia: Span, _ source: SourceText) -> Range<Int>? {
  let bytes = source.bytes[trivia.lower..<trivia.upper]
  guard let start = bytes.firstIndex(of: UInt8(ascii: "/")) else { return nil }
  return start..<trivia.upper
}
