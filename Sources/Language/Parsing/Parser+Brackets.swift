// Pairs of brackets: what stands inside them, and what is done when one is lost.

extension Parser {
  /// The index of the bracket that closes the one at an index; nil if it is lost.
  private mutating func closer(of opener: Int) -> Int? {
    if closers[opener] == Parser.unknownCloser { matchBrackets(from: opener) }
    return closers[opener] == Parser.noCloser ? nil : closers[opener]
  }

  /// Pairs brackets from an opener to its end; an opener that another kind closes over is lost.
  private mutating func matchBrackets(from opener: Int) {
    var open: [Int] = []
    var at = opener
    while true {
      let kind = token(at).kind
      if kind == .endOfFile { break }
      if kind.closingBracket != nil {
        open.append(at)
      } else if kind.isClosingBracket,
        let depth = open.lastIndex(where: { tokens[$0].kind.closingBracket == kind })
      {
        for lost in open[(depth + 1)...] { closers[lost] = Parser.noCloser }
        closers[open[depth]] = at
        open.removeSubrange(depth...)
        if open.isEmpty { return }
      }
      at += 1
    }
    for lost in open { closers[lost] = Parser.noCloser }
  }

  /// The index behind the bracket that closes the one at an index, for looking ahead.
  mutating func indexBehindBracket(at opener: Int) -> Int? {
    closer(of: opener).map { $0 + 1 }
  }

  /// Parses between the bracket that is the current token and the one that closes it.
  ///
  /// Whatever goes wrong inside, parsing goes on behind the closing bracket; if that is lost, the
  /// statement ends at the next blank line that is followed by a statement in the first column.
  mutating func parseBracket<Result>(_ body: (inout Parser) -> Result) -> Result {
    let opener = index
    let close = closer(of: opener)
    if close == nil {
      if openBrackets == 0 { hardEnd = min(hardEnd, recoveryPoint(after: opener)) }
      reportLostBracket(opener)
    }
    advance()
    openBrackets += 1
    nesting += 1
    let savedSearch = allowsSearchOperator
    let savedWord = wordBeforeString
    let savedAttached = needsAttachedBracket
    let savedEnd = innerEnd
    if let close { innerEnd = close }
    wordBeforeString = nil
    needsAttachedBracket = false
    let result = body(&self)
    wordBeforeString = savedWord
    needsAttachedBracket = savedAttached
    innerEnd = savedEnd
    allowsSearchOperator = savedSearch
    nesting -= 1
    openBrackets -= 1
    if let close {
      if index != close, !isPanicking {
        fail(
          isLooseUnit()
            ? .habit(currentText, help: "Write a duration as one word, such as 7d or 12h.")
            : .unexpectedInBracket(found: foundText, closing: text(tokens[close])), at: current.span
        )
      }
      index = close + 1
      isPanicking = false
    }
    return result
  }

  /// Whether a unit stands apart from its number, as in `7 days`.
  private mutating func isLooseUnit() -> Bool {
    guard current.kind == .name, index > 0, tokens[index - 1].kind == .number else { return false }
    let units = ["day", "hour", "minute", "min", "second", "sec", "week", "month", "year"]
    return units.contains { currentText == $0 || currentText == $0 + "s" }
  }

  private mutating func reportLostBracket(_ opener: Int) {
    let bracket = tokens[opener]
    if ranOut == nil { ranOut = .openBracket(text(bracket)) }
    // Within a lost bracket another one tells nothing new.
    guard !isPanicking else { return }
    warn(.unclosedBracket(text(bracket)), at: bracket.span)
  }

  private mutating func recoveryPoint(after opener: Int) -> Int {
    var at = opener + 1
    while token(at).kind != .endOfFile {
      let token = tokens[at]
      if token.followsBlankLine, token.isInFirstColumn, token.kind.mayBeginStatement { return at }
      at += 1
    }
    return at
  }
}

extension TokenKind {
  var closingBracket: TokenKind? {
    switch self {
    case .leftParenthesis: .rightParenthesis
    case .leftBracket: .rightBracket
    case .leftBrace: .rightBrace
    default: nil
    }
  }

  var isClosingBracket: Bool {
    self == .rightParenthesis || self == .rightBracket || self == .rightBrace
  }

  var mayBeginStatement: Bool {
    self == .name || self == .leftParenthesis || self == .leftBracket || self == .dot
  }
}
