public import CasebookLanguage

/// Writes a statement as HTML, its words, texts, numbers and comments marked for a style sheet.
public struct StatementHTML: Sendable {
  /// A writer.
  public init() {}

  /// The text of a statement for the inside of `<code>`.
  public func text(_ text: String, signatures: SignatureSet) -> String {
    let tree = parse(text, signatures: signatures)
    let commands = Set(
      tree.statements.compactMap { statement -> Int? in
        switch statement.kind {
        case .command(let command): command.word.span.lower
        case .binding: statement.span.lower
        default: nil
        }
      })
    var html = ""
    var followsPipe = false
    for token in tree.tokens {
      html += trivia(tree.source[token.trivia])
      html += marked(
        tree.source[token.span], as: name(token, isWord: followsPipe, commands))
      followsPipe = token.kind == .pipe
    }
    return html
  }

  private func name(_ token: Token, isWord: Bool, _ commands: Set<Int>) -> String? {
    switch token.kind {
    case .string, .smartString: "s"
    case .number: "d"
    case .name where isWord || commands.contains(token.span.lower): "k"
    case .pipe: "p"
    default: nil
    }
  }

  /// Blanks as they are, and comments.
  private func trivia(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      guard let start = line.firstIndex(of: "/") else { return String(line) }
      return line[..<start] + marked(String(line[start...]), as: "c")
    }.joined(separator: "\n")
  }

  private func marked(_ text: String, as name: String?) -> String {
    guard !text.isEmpty else { return "" }
    let html = escapedLines(text)
    return name.map { "<span class=\"\($0)\">" + html + "</span>" } ?? html
  }
}
