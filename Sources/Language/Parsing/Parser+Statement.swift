extension Parser {
  /// The next statement; nil at the end of the text.
  mutating func parseStatement() -> Statement? {
    let first = current
    let prose = prose(before: first)
    if first.kind == .endOfFile {
      if ranOut == nil, index == 0 || first.startsLine || tokens[index - 1].kind == .semicolon {
        record(.statement)
      }
      return prose.flatMap { lastProse($0) }
    }
    begin()
    if first.kind == .semicolon {
      advance()
      return Statement(
        kind: .empty, span: Span(first.span.lower, first.span.lower), prose: prose,
        terminator: first.span, hasErrors: false)
    }
    let errorsBefore = errorCount
    let kind = parseStatementKind()
    if case .command = kind {} else { amendable = nil }
    finishStatement()
    let span = span(from: first.span.lower)
    let terminator = current.kind == .semicolon ? current.span : nil
    if terminator != nil { advance() }
    return Statement(
      kind: kind, span: span, prose: prose, terminator: terminator,
      hasErrors: errorCount > errorsBefore)
  }

  private mutating func begin() {
    statementStart = index
    hardEnd = Int.max
    openBrackets = 0
    nesting = 0
    highest = 0
    isPanicking = false
    ranOut = nil
    wordBeforeString = nil
    pipelineEnd = nil
    allowsSearchOperator = false
    owner = nil
    elementLabel = ""
  }

  /// A prose block at the end of the text stands alone once; the next call finds the end.
  private mutating func lastProse(_ prose: Span) -> Statement? {
    guard !endWasRead else { return nil }
    endWasRead = true
    let end = Span(start, start)
    return Statement(kind: .empty, span: end, prose: prose, terminator: nil, hasErrors: false)
  }

  private var errorCount: Int {
    diagnostics.count { $0.severity == .error }
  }

  /// Goes to the end of the statement; what is left over is an error unless one was told.
  ///
  /// Stages behind the error are read for their own errors, though they have no place in the tree.
  private mutating func finishStatement() {
    while nextOnLine != .endOfFile || isPanicking {
      if !isPanicking { failLeftOver() }
      skipToEnd(stoppingAtPipe: true)
      isPanicking = false
      guard next == .pipe else { return }
      _ = parsePipeline(from: start, source: .continuation)
    }
  }

  /// Skips to the end of the statement, or to a `|` at this level; brackets are skipped whole.
  mutating func skipToEnd(stoppingAtPipe: Bool) {
    while next != .endOfFile {
      if stoppingAtPipe, next == .pipe { return }
      if openBrackets > 0, current.kind.isClosingBracket || current.kind == .semicolon { return }
      if isAfterBreak, !carriesOn(current) { return }
      if current.kind.closingBracket != nil, let behind = indexBehindBracket(at: index) {
        index = behind
      } else {
        advance()
      }
    }
  }

  /// Whether a line that begins with the token belongs to the statement before.
  func carriesOn(_ token: Token) -> Bool {
    switch token.kind {
    case .pipe, .comma, .leftBrace, .rightParenthesis, .rightBracket, .rightBrace: return true
    default: break
    }
    return OperatorTable.row(token.kind, text(token)) != nil
  }

  private mutating func parseStatementKind() -> Statement.Kind {
    switch current.kind {
    case .unknown where currentText == "\\" || currentText == "?": return parseShellEscape()
    case .dot: return parseDotCommand()
    case .bang, .bangWord:
      let help = "No statement starts a program; Ctrl-Z goes to your shell, and `fg` comes back."
      fail(.habit("!", help: help), at: current.span)
      return .error
    case .name: return parseWordStatement()
    default: return pipelineStatement()
    }
  }

  private mutating func parseWordStatement() -> Statement.Kind {
    let word = currentText
    switch word {
    case "let" where token(index + 1).kind == .name || token(index + 1).kind == .leftBracket:
      return .binding(parseBinding())
    case "set" where token(index + 1).kind == .name || isAskedBehind("set"):
      return .setting(parseSetting())
    case "declare" where token(index + 1).kind == .name: return parseDeclare()
    case "restrict" where matches(token(index + 1), "access"): return parseUnsupported()
    case "alias" where matches(token(index + 1), "database"): return parseUnsupported()
    case "select", "with", "sql":
      if let statement = parseSQL(word) { return statement }
    default: break
    }
    if let signature = amendable, let amendment = parseAmendment(signature) {
      return .command(amendment)
    }
    if let signature = commandAhead() {
      if signature.role != .tableCommand {
        return .command(parseCommand(signature))
      }
      let command = parseCommand(signature)
      if next != .pipe { return .command(command) }
      return .pipeline(parsePipeline(from: command.span.lower, source: .command(command)))
    }
    return pipelineStatement()
  }

  /// Whether a completion wants to know what may stand behind this word.
  private mutating func isAskedBehind(_ word: String) -> Bool {
    recorder != nil && isWord(word) && token(index + 1).kind == .endOfFile
  }

  private mutating func pipelineStatement() -> Statement.Kind {
    record(.statement)
    if next.mayBeginPipeline { return .pipeline(parsePipeline()) }
    failExpected("a statement")
    return .error
  }
}

// MARK: - KQL's own statements

extension Parser {
  /// `let name = value`, standing on `let`.
  mutating func parseBinding() -> Binding {
    let lower = start
    advance()
    let name = parseName("a name")
    guard parseSymbol("=", .equals) else {
      return Binding(name: name, value: .expression(errorExpression()), span: span(from: lower))
    }
    let value: Binding.Value
    if isFunctionAhead {
      value = .function(parseFunction())
    } else {
      let pipeline = parsePipeline()
      value = pipeline.asExpression.map { .expression($0) } ?? .pipeline(pipeline)
    }
    return Binding(name: name, value: value, span: span(from: lower))
  }

  /// Whether `(...) {` or `view (...) {` comes next.
  private var isFunctionAhead: Bool {
    mutating get {
      let isView = isWord("view") && token(index + 1).kind == .leftParenthesis
      let opener = isView ? index + 1 : index
      guard token(opener).kind == .leftParenthesis, let behind = indexBehindBracket(at: opener)
      else { return false }
      return token(behind).kind == .leftBrace
    }
  }

  private mutating func parseFunction() -> Function {
    let lower = start
    let isView = isWord("view")
    if isView { advance() }
    let parameters = parseSchema()
    var bindings: [Binding] = []
    var result: Pipeline?
    guard next == .leftBrace, isShallow() else {
      return Function(
        isView: isView, parameters: parameters, bindings: [], result: nil, span: span(from: lower))
    }
    parseBracket { parser in
      while parser.isWord("let"), !parser.isPanicking {
        bindings.append(parser.parseBinding())
        if !parser.take(.semicolon) { break }
      }
      if parser.next != .rightBrace, !parser.isPanicking {
        result = parser.parsePipeline()
        _ = parser.take(.semicolon)
      }
    }
    return Function(
      isView: isView, parameters: parameters, bindings: bindings, result: result,
      span: span(from: lower))
  }

  private mutating func parseSetting() -> Setting {
    let lower = start
    advance()
    record(.setting)
    let name = parseDottedName()
    var value: Expression?
    if take(.equals) {
      record(.settingValue(name.text))
      value = parseOperand()
    } else {
      record(.word("="))
    }
    return Setting(name: name, value: value, span: span(from: lower))
  }

  private mutating func parseDeclare() -> Statement.Kind {
    if matches(token(index + 1), "query_parameters") {
      advance()
      advance()
      return .parameters(parseSchema())
    }
    return parseUnsupported()
  }

  private mutating func parseUnsupported() -> Statement.Kind {
    let name = takeName()
    skipToEnd(stoppingAtPipe: false)
    return .unsupported(name)
  }
}

// MARK: - SQL and other shells' habits

extension Parser {
  private mutating func parseSQL(_ word: String) -> Statement.Kind? {
    let following = token(index + 1)
    switch word {
    case "sql":
      let isLast =
        following.kind == .endOfFile || following.kind == .semicolon || following.startsLine
      if isLast || following.kind == .string || following.kind == .pipe { return nil }
      advance()
    case "select":
      if following.kind == .pipe || following.kind == .endOfFile || following.kind == .semicolon {
        return nil
      }
    default:
      if following.kind == .leftParenthesis || following.kind == .pipe { return nil }
    }
    let sql = lexer.sql(from: current)
    replaceCurrent(with: sql)
    advance()
    if sql.isUnterminated { warn(.unclosedString, at: Span(sql.span.lower, sql.span.lower + 1)) }
    return .sql(sql.span)
  }

  private mutating func parseShellEscape() -> Statement.Kind {
    let escape = lexer.restOfLine(replacing: current)
    replaceCurrent(with: escape)
    advance()
    let words = text(escape).split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
    let word = words.first.map(String.init) ?? ""
    let name = Name(word, span: Span(escape.span.lower, escape.span.lower + word.utf8.count))
    return .foreign(name, argument: words.count > 1 ? String(words[1]) : "")
  }

  /// `.load` is `load`; a word that is no command is left for the engine to answer.
  private mutating func parseDotCommand() -> Statement.Kind {
    guard token(index + 1).kind == .name, isAttached(index + 1) else {
      failExpected("a statement")
      return .error
    }
    let dot = current
    let (word, end) = dashedWord(at: index + 1)
    if signatures.command(word) != nil {
      advance()
      if let signature = commandAhead() { return .command(parseCommand(signature)) }
      return .pipeline(parsePipeline())
    }
    index = end
    let name = Name("." + word, span: span(from: dot.span.lower))
    let lower = lastEnd
    while nextOnLine != .endOfFile { advance() }
    let argument = source[span(from: lower)].drop { $0 == " " || $0 == "\t" }
    return .foreign(name, argument: String(argument))
  }
}

// MARK: - Prose

extension Parser {
  /// The comment lines that stand alone in a token's trivia, from the first to the last.
  private func prose(before token: Token) -> Span? {
    let trivia = token.trivia
    var lower: Int?
    var upper = 0
    var line = source.line(at: trivia.lower)
    while line < source.lineStarts.count, source.lineStarts[line] < trivia.upper || line == 0 {
      let span = source.span(ofLine: line)
      // A line that begins before the trivia holds code, and its comment belongs to that.
      if span.lower >= trivia.lower, span.upper <= trivia.upper, isComment(span) {
        lower = lower ?? span.lower
        upper = span.upper
      }
      line += 1
    }
    return lower.map { Span($0, upper) }
  }

  /// Whether a line of trivia holds a comment; the rest of it can only be white space.
  private func isComment(_ line: Span) -> Bool {
    source.bytes[line.lower..<line.upper].contains(UInt8(ascii: "/"))
  }
}
