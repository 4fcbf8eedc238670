/// Parses a text into statements.
///
/// It never fails: what it cannot read becomes an `error` node and a diagnostic, and parsing goes on
/// at the next stage or statement.
///
///     let tree = parse("cases | where score > 0.8", signatures: signatures)
///
/// `amending` names the command that the text may amend when it begins with a clause word, for a
/// prompt where that command was entered before.
public func parse(
  _ source: String, signatures: SignatureSet, amending: String? = nil
) -> SyntaxTree {
  var parser = Parser(SourceText(source), signatures: signatures)
  parser.amendable = amending.flatMap(signatures.command)
  return parser.parseTree()
}

/// The parser's state: tokens read so far, where it stands, and what ends the statement.
///
/// A newline ends a statement only where the sentence could end and the next line does not carry on, so
/// there are two ways to look at the next token: `next`, where something is needed or an operator
/// may follow, does not mind newlines; `nextOnLine`, where the sentence may end, does.
struct Parser {
  let source: SourceText
  let signatures: SignatureSet
  var lexer: Lexer
  private(set) var tokens: [Token] = []
  /// For each token that opens a bracket, the index of the token that closes it.
  var closers: [Int] = []
  var index = 0
  /// The first token of the statement; a break before it means nothing.
  var statementStart = 0
  /// A token at which the statement ends whatever brackets are open; set when a bracket is lost.
  var hardEnd = Int.max
  /// The token that closes the innermost bracket of those that are closed.
  var innerEnd = Int.max
  /// How many brackets are open, inside which newlines mean nothing.
  var openBrackets = 0
  /// How deep the parser's own recursion is.
  var nesting = 0
  /// The height of the highest expression made.
  var highest = 0
  /// Whether an error was reported whose surroundings are not yet passed.
  var isPanicking = false
  var diagnostics: [Diagnostic] = []
  /// Whether the statement lacks something where the text ends.
  var ranOut: Incompleteness?
  /// The command that clauses at the start of a statement amend.
  var amendable: Signature?
  /// The word that, before a string, ends a pipeline inside a command.
  var wordBeforeString: String?
  /// Where a pipeline inside a command ends.
  var pipelineEnd: Int?
  /// The stage or command whose parts are being parsed.
  var owner: Signature?
  /// Whether `column : "term"` is an operator here.
  var allowsSearchOperator = false
  /// Whether a call's bracket must touch its name: in `kind=inner (T)` it is no call.
  var needsAttachedBracket = false
  /// The label of the grammar's element that is being parsed.
  var elementLabel = ""
  /// What was asked for at the end of the text, if a completion wants to know.
  var recorder: ExpectationRecorder?

  static let greatestNesting = 128
  static let unknownCloser = -2
  static let noCloser = -1

  init(_ source: SourceText, signatures: SignatureSet) {
    self.source = source
    self.signatures = signatures
    lexer = Lexer(source.bytes)
  }

  /// Whether the statement at the end of the text, which is prose only, was handed out.
  var endWasRead = false

  mutating func parseTree() -> SyntaxTree {
    var statements: [Statement] = []
    while let statement = parseStatement() { statements.append(statement) }
    return SyntaxTree(
      source: source, tokens: tokens, statements: statements,
      diagnostics: diagnostics.enumerated().sorted { left, right in
        (left.element.span.lower, left.offset) < (right.element.span.lower, right.offset)
      }.map(\.element))
  }
}

// MARK: - Tokens

extension Parser {
  /// The token at an index, read if need be; beyond the end it is the end.
  mutating func token(_ index: Int) -> Token {
    while tokens.count <= index {
      if let last = tokens.last, last.kind == .endOfFile { return last }
      tokens.append(lexer.next())
      closers.append(Parser.unknownCloser)
    }
    return tokens[index]
  }

  var current: Token {
    mutating get { token(index) }
  }

  /// The end of the last token taken.
  var lastEnd: Int { index > 0 ? tokens[index - 1].span.upper : 0 }

  /// The span from an offset to the last token taken.
  ///
  /// Where nothing was taken, that is the empty span behind the token before.
  func span(from lower: Int) -> Span { Span(min(lower, lastEnd), lastEnd) }

  /// The offset at which the next token starts.
  var start: Int {
    mutating get { current.span.lower }
  }

  mutating func advance() {
    if current.kind != .endOfFile { index += 1 }
  }

  /// Replaces the current token and forgets those after it.
  mutating func replaceCurrent(with token: Token) {
    tokens.removeSubrange(index...)
    closers.removeSubrange(index...)
    tokens.append(token)
    closers.append(Parser.unknownCloser)
  }

  /// Whether the statement ends before the current token, whatever was read so far.
  var isAtEnd: Bool {
    mutating get {
      if index >= hardEnd || index == pipelineEnd { return true }
      let token = current
      if token.kind == .endOfFile { return true }
      guard openBrackets == 0 else { return false }
      if token.kind == .semicolon { return true }
      return token.followsBlankLine && token.kind != .pipe && index > statementStart
    }
  }

  /// Whether the current token is the first of a line and newlines count here.
  var isAfterBreak: Bool {
    mutating get { openBrackets == 0 && index > statementStart && current.startsLine }
  }

  /// The kind of the next token, newlines aside.
  var next: TokenKind {
    mutating get { isAtEnd ? .endOfFile : current.kind }
  }

  /// The kind of the next token; a newline that may end the statement is the end.
  var nextOnLine: TokenKind {
    mutating get { isAtEnd || isAfterBreak ? .endOfFile : current.kind }
  }

  func text(_ token: Token) -> String { source[token.span] }

  var currentText: String {
    mutating get { text(current) }
  }

  /// Whether the next token, newlines aside, is this word.
  mutating func isWord(_ word: String) -> Bool {
    guard next == .name else { return false }
    return word.contains("-") ? dashedWord(at: index).text == word : matches(current, word)
  }

  /// Takes a word that is known to be next.
  mutating func takeWord(_ word: String) {
    index = word.contains("-") ? dashedWord(at: index).end : index + 1
  }

  func matches(_ token: Token, _ word: String) -> Bool {
    let span = token.span
    return span.count == word.utf8.count
      && source.bytes[span.lower..<span.upper].elementsEqual(word.utf8)
  }

  /// Whether no trivia stands before the token.
  mutating func isAttached(_ index: Int) -> Bool {
    token(index).trivia.isEmpty && token(index).kind != .endOfFile
  }

  mutating func take(_ kind: TokenKind) -> Bool {
    guard next == kind else { return false }
    advance()
    return true
  }

  /// The word at an index with the `-` parts attached to it, and the index behind it.
  mutating func dashedWord(at start: Int) -> (text: String, end: Int) {
    var end = start + 1
    while token(end).kind == .minus, isAttached(end), token(end + 1).kind == .name,
      isAttached(end + 1)
    {
      end += 2
    }
    return (source[Span(token(start).span.lower, tokens[end - 1].span.upper)], end)
  }

  mutating func takeName() -> Name {
    let token = current
    advance()
    return Name(text(token), span: token.span)
  }
}

// MARK: - Reporting

extension Parser {
  /// Reports what keeps the parser from going on; quiet until the place is passed.
  mutating func fail(_ problem: SyntaxProblem, at span: Span) {
    guard !isPanicking else { return }
    isPanicking = true
    warn(problem, at: span)
  }

  /// Reports something that the parser understands all the same.
  mutating func warn(_ problem: SyntaxProblem, at span: Span) {
    diagnostics.append(problem.diagnostic(at: span))
  }

  /// Reports that something is needed where the next token stands.
  mutating func failExpected(_ what: String) {
    guard !isPanicking else { return }
    if isAtEnd {
      if current.kind == .endOfFile, !endsInBlankLine { ranOut = ranOut ?? .expects(what) }
      fail(.expectedAtEnd(what, form: owner?.usage), at: Span(lastEnd, lastEnd))
    } else {
      fail(.expected(what, found: foundText, form: owner?.usage), at: current.span)
    }
  }

  private var endsInBlankLine: Bool {
    mutating get { openBrackets == 0 && current.followsBlankLine }
  }

  /// The current token for a message, shortened; a string is named, not shown.
  var foundText: String {
    mutating get {
      switch current.kind {
      case .string, .smartString: return "a string"
      default:
        let text = currentText
        return text.count > 30 ? "`\(text.prefix(30))…`" : "`\(text)`"
      }
    }
  }
}
