/// Lays a text out in the one canonical way.
///
/// Every statement begins on its own line; a pipeline that was on several lines or is too long for one
/// has a stage on each; comments stay where they were. Statements with errors, SQL and other shells' commands are
/// left as they are. Formatting what was formatted changes nothing.
public func format(_ tree: SyntaxTree) -> String {
  var formatter = Formatter(tree)
  return formatter.run()
}

struct Formatter {
  static let width = 100
  static let indent = 2
  /// How far a line that only carries on stands behind the one it carries on.
  static let continuation = 4

  let tree: SyntaxTree
  private var output: [UInt8] = []

  init(_ tree: SyntaxTree) {
    self.tree = tree
  }

  mutating func run() -> String {
    for statement in tree.statements { print(statement) }
    if let end = tree.tokens.last { printTriviaBetween(end.trivia) }
    while output.last == UInt8(ascii: "\n") { output.removeLast() }
    if !output.isEmpty { newLine() }
    return String(decoding: output, as: UTF8.self)
  }
}

extension Statement {
  /// Whether it is left as it is written: nothing is known of its tokens.
  var isVerbatim: Bool {
    switch kind {
    case .sql, .foreign, .unsupported, .error: true
    default: hasErrors
    }
  }
}

// MARK: - Statements

extension Formatter {
  private mutating func print(_ statement: Statement) {
    let first = tree.tokens[tree.firstToken(from: statement.span.lower)]
    // The end of the text prints its comments itself.
    if first.kind == .endOfFile { return }
    printTriviaBetween(first.trivia)
    if case .empty = statement.kind { return append(";") }
    if statement.isVerbatim {
      append(statement.span)
    } else {
      print(StatementLayout(statement, in: tree))
    }
    if let terminator = statement.terminator {
      let semicolon = tree.firstToken(from: terminator.lower)
      let isBroken = printTriviaWithin(tree.tokens[semicolon].trivia, indent: 0)
      // An open string or an SQL comment would swallow a `;` that joins its line.
      if !isBroken, statement.isVerbatim, tree.tokens[semicolon].startsLine { newLine() }
      append(";")
    }
  }

  private mutating func print(_ layout: StatementLayout) {
    var lineIndent = 0
    for index in layout.range {
      let token = tree.tokens[index]
      let structural = layout.breaks[index]
      if index > layout.range.lowerBound {
        if layout.spacing(index) == .verbatim {
          append(token.trivia)
        } else {
          let indent = structural ?? lineIndent + Formatter.continuation
          let isBroken = printTriviaWithin(token.trivia, indent: indent)
          if let structural {
            lineIndent = structural
            if !isBroken { newLine(indent: structural) }
          } else if !isBroken, layout.spacing(index) == .space {
            append(" ")
          }
        }
      }
      append(token.span)
    }
  }
}

// MARK: - Comments

extension Formatter {
  /// The comments and single blank lines between two statements.
  private mutating func printTriviaBetween(_ trivia: Span) {
    var lines = commentLines(trivia)
    if trivia.lower > 0 {
      // What stands on the line of the statement before belongs to that.
      let trailing = lines.removeFirst()
      if !trailing.isEmpty { append(" " + trailing) }
      newLine()
    }
    // The last piece is no line but the white space before the statement.
    if lines.last?.isEmpty == true { lines.removeLast() }
    for line in lines {
      if !line.isEmpty {
        append(line)
        newLine()
      } else if !output.isEmpty, !output.suffix(2).elementsEqual([0x0A, 0x0A]) {
        newLine()
      }
    }
  }

  /// The comments inside a statement; whether a line was broken for them.
  @discardableResult
  private mutating func printTriviaWithin(_ trivia: Span, indent: Int) -> Bool {
    let lines = commentLines(trivia)
    guard lines.contains(where: { !$0.isEmpty }) else { return false }
    for (position, line) in lines.enumerated() where !line.isEmpty {
      if position == 0 { append(" ") } else { newLine(indent: indent) }
      append(line)
    }
    newLine(indent: indent)
    return true
  }

  /// The trivia's lines without white space around them.
  private func commentLines(_ trivia: Span) -> [String] {
    tree.source.bytes[trivia.lower..<trivia.upper].split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
    ).map { line in
      let start = line.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "#") }
      guard let start else { return "" }
      let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0D }
      let end = line.lastIndex { !isBlank($0) } ?? start
      return String(decoding: line[start...end], as: UTF8.self)
    }
  }

}

// MARK: - Output

extension Formatter {
  private mutating func append(_ text: String) { output += Array(text.utf8) }

  private mutating func append(_ span: Span) {
    output += tree.source.bytes[span.lower..<span.upper]
  }

  private mutating func newLine(indent: Int = 0) {
    output.append(UInt8(ascii: "\n"))
    output += Array(repeating: 0x20, count: indent)
  }
}
