extension TokenKind {
  var mayBeginPipeline: Bool { self == .pipe || mayBeginExpression }

  var mayBeginExpression: Bool {
    switch self {
    case .name, .number, .string, .smartString, .leftParenthesis, .leftBracket, .minus, .plus,
      .star, .bang, .bangWord:
      true
    default: false
    }
  }
}

extension Parser {
  /// A pipeline, or an expression as a pipeline without stages.
  mutating func parsePipeline() -> Pipeline {
    let lower = start
    guard isShallow() else { return missingPipeline }
    nesting += 1
    defer { nesting -= 1 }
    if next == .pipe { return parsePipeline(from: lower, source: .continuation) }
    if let stage = parseSourceStage() { return parsePipeline(from: lower, source: .stage(stage)) }
    if let signature = tableCommandAhead() {
      return parsePipeline(from: lower, source: .command(parseCommand(signature)))
    }
    record(.table)
    var head = parseExpression()
    if isPanicking {
      recoverAtStage()
      // A source that could not be read at all covers what was skipped for it.
      if head.span.isEmpty { head = make(.error, from: lower, []) }
    }
    return parsePipeline(from: lower, source: .expression(head))
  }

  /// The stages behind a source.
  mutating func parsePipeline(from lower: Int, source: Pipeline.Source) -> Pipeline {
    var stages: [Stage] = []
    if isPanicking { recoverAtStage() }
    while true {
      record(.pipe)
      if next == .pipe {
        stages.append(parseStage())
      } else if let stage = parseUnpipedStage() {
        stages.append(stage)
      } else {
        break
      }
      if isPanicking { recoverAtStage() }
    }
    return Pipeline(source: source, stages: stages, span: span(from: lower))
  }

  private mutating func recoverAtStage() {
    skipToEnd(stoppingAtPipe: true)
    if next == .pipe { isPanicking = false }
  }

  /// A stage, standing on its `|`.
  private mutating func parseStage() -> Stage {
    let pipe = current.span
    advance()
    record(.stage)
    guard next == .name else {
      failExpected("the name of a stage")
      return Stage(
        word: Name("", span: Span(lastEnd, lastEnd)), name: nil, parts: [], pipe: pipe, span: pipe)
    }
    return parseStage(pipe: pipe)
  }

  /// A stage, standing on its word.
  private mutating func parseStage(pipe: Span?) -> Stage {
    let lower = pipe?.lower ?? start
    let (word, end) = dashedWord(at: index)
    let wordStart = start
    index = end
    let name = Name(word, span: span(from: wordStart))
    guard let signature = signatures.stage(word) else {
      fail(
        .unknownStage(word, nearest: nearest(to: word, in: signatures.stageWords)), at: name.span)
      return Stage(word: name, name: nil, parts: [], pipe: pipe, span: span(from: lower))
    }
    let parts = parseParts(of: signature)
    return Stage(
      word: name, name: signature.name, parts: parts, pipe: pipe, span: span(from: lower))
  }

  private mutating func parseParts(of signature: Signature) -> [Part] {
    let outer = owner
    owner = signature
    defer { owner = outer }
    return parse(signature.grammar[...], needed: false, follow: [])
  }

  /// `print ...`, `range x from ...` and the like, if one comes next.
  private mutating func parseSourceStage() -> Stage? {
    guard next == .name else { return nil }
    var (word, end) = dashedWord(at: index)
    // `print-x` is `print -x`.
    if signatures.source(word) == nil { (word, end) = (currentText, index + 1) }
    guard let signature = signatures.source(word) else { return nil }
    let lower = index
    index = end
    guard canBegin(signature.grammar[...], crossing: true) else {
      index = lower
      return nil
    }
    let name = Name(word, span: span(from: tokens[lower].span.lower))
    let parts = parseParts(of: signature)
    return Stage(
      word: name, name: signature.name, parts: parts, pipe: nil, span: span(from: name.span.lower))
  }

  /// A stage whose `|` was forgotten, on the same line: told, and then parsed all the same.
  private mutating func parseUnpipedStage() -> Stage? {
    guard !isPanicking, nextOnLine == .name, !endsBeforeString else { return nil }
    let (word, end) = dashedWord(at: index)
    if word == "group", matches(token(end), "by") {
      fail(.groupBy, at: Span(start, token(end).span.upper))
      return nil
    }
    guard signatures.stage(word) != nil else { return nil }
    warn(.missingPipe(word), at: current.span)
    return parseStage(pipe: nil)
  }

  private var missingPipeline: Pipeline {
    Pipeline(source: .input, stages: [], span: Span(lastEnd, lastEnd))
  }

  /// `( where x > 1 | take 3 )`: stages over the rows of the stage around them.
  mutating func parseSubpipeline() -> Pipeline {
    guard isShallow(), next == .leftParenthesis || next == .leftBrace else {
      failExpected("`(` and stages")
      return missingPipeline
    }
    return parseBracket { parser in
      let inner = parser.start
      parser.record(.stage)
      guard parser.next == .name else {
        parser.failExpected("the name of a stage")
        return parser.missingPipeline
      }
      let first = parser.parseStage(pipe: nil)
      let rest = parser.parsePipeline(from: inner, source: .input)
      return Pipeline(source: .input, stages: [first] + rest.stages, span: rest.span)
    }
  }
}

// MARK: - Commands

extension Parser {
  /// The command that begins here: its word is followed by something that is not `|` or the end.
  mutating func commandAhead() -> Signature? {
    guard next == .name else { return nil }
    let (word, end) = dashedWord(at: index)
    guard let signature = signatures.command(word) else { return nil }
    if signature.isReserved { return signature }
    let following = token(end)
    switch following.kind {
    case .pipe, .endOfFile, .semicolon, .rightParenthesis, .comma: break
    default:
      if openBrackets > 0 {
        let here = index
        index = end
        defer { index = here }
        return canBegin(signature.grammar[...], crossing: true) ? signature : nil
      }
      if !following.startsLine { return signature }
    }
    // What a completion asks about stands behind a space, so the word is not the last.
    return recorder != nil && following.kind == .endOfFile ? signature : nil
  }

  /// A command that yields a table, at the head of a pipeline within brackets or behind a word: in
  /// `let d = describe cases` as in `(describe cases)`.
  private mutating func tableCommandAhead() -> Signature? {
    guard next == .name else { return nil }
    let wasOpen = openBrackets
    if wasOpen == 0 {
      guard !token(dashedWord(at: index).end).startsLine else { return nil }
      // As within brackets, a name that nothing of the command follows is a table or a value.
      openBrackets = 1
    }
    defer { openBrackets = wasOpen }
    guard let signature = commandAhead(), signature.role == .tableCommand else { return nil }
    return signature
  }

  mutating func parseCommand(_ signature: Signature) -> Command {
    let lower = start
    let (word, end) = dashedWord(at: index)
    index = end
    let name = Name(word, span: span(from: lower))
    let parts = parseParts(of: signature)
    amendable = signature.isAmendable ? signature : nil
    return Command(
      word: name, name: signature.name, isAmendment: false, parts: parts, span: span(from: lower))
  }

  /// Clauses of the command just entered; a clause word followed by `|` is a table instead.
  mutating func parseAmendment(_ signature: Signature) -> Command? {
    let clauses = signature.grammar.filter { if case .clauses = $0 { true } else { false } }
    guard signature.isAmendable, token(index + 1).kind != .pipe,
      canBegin(clauses[...], crossing: true)
    else { return nil }
    let lower = start
    owner = signature
    let parts = parse(clauses[...], needed: false, follow: [])
    return Command(
      word: Name(signature.name, span: Span(lower, lower)), name: signature.name,
      isAmendment: true, parts: parts, span: span(from: lower))
  }

  /// What stands where the statement should have ended.
  mutating func failLeftOver() {
    let first = tokens[statementStart]
    let isSecond = index == statementStart + 1 && first.kind == .name
    switch current.kind {
    case .rightParenthesis, .rightBracket, .rightBrace:
      fail(.strayBracket(currentText), at: current.span)
    case .equals where isSecond:
      fail(.missingLet(text(first)), at: first.span)
    case .name, .string, .number:
      if index > 0, tokens[index - 1].kind == .name, text(tokens[index - 1]) == "NOT" {
        fail(.habit("NOT", help: "Write `not(...)`, in small letters."), at: tokens[index - 1].span)
      } else if let help = Parser.habits[currentText] {
        fail(.habit(currentText, help: help), at: current.span)
      } else if isSecond {
        let words = signatures.commandWords + signatures.sourceWords
        let word = text(first)
        fail(.unknownCommand(word, nearest: nearest(to: word, in: words)), at: first.span)
      } else {
        fail(.leftOver(found: foundText), at: current.span)
      }
    default: fail(.leftOver(found: foundText), at: current.span)
    }
  }

  /// Words of other languages that come where the pipeline language has its own way.
  private static let habits = [
    "is": "Write `isnull(x)`, or `x is missing`.",
    "like": "Write `contains`, `startswith`, or `matches regex`.",
    "from": "A pipeline begins with the table: `cases | project a`.",
  ]
}
