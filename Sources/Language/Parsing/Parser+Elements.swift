// The elements that hold values: items, columns, keys, single tokens.

extension Parser {
  /// A comma list of at least one.
  mutating func parseList<Element>(_ one: (inout Parser) -> Element) -> [Element] {
    var list = [one(&self)]
    while !isPanicking, take(.comma) { list.append(one(&self)) }
    return list
  }

  /// A bare expression; `a = 1` in it is a slip for `a == 1`.
  mutating func parsePredicate() -> Expression {
    var left = parseExpression()
    while !isPanicking, next == .equals {
      let sign = current.span
      advance()
      warn(.singleEquals, at: sign)
      let right = parseExpression()
      left = make(.binary(.equal, left, right), from: left.span.lower, [left, right])
    }
    return left
  }

  mutating func parseSearchPredicate() -> Expression {
    let outer = allowsSearchOperator
    allowsSearchOperator = true
    defer { allowsSearchOperator = outer }
    return parsePredicate()
  }

  /// `e`, `name = e`, `(a, b) = e`.
  mutating func parseItem() -> Item {
    let lower = start
    record(.expression)
    if let names = parseBracketedNames() {
      let value = parseExpression()
      return Item(names: names, namesAreBracketed: true, value: value, span: span(from: lower))
    }
    var names: [Name] = []
    if isAssignmentAhead {
      names.append(parseName("a name"))
      advance()
    }
    let value = parseExpression()
    return Item(names: names, namesAreBracketed: false, value: value, span: span(from: lower))
  }

  /// Whether `name =` comes next.
  private var isAssignmentAhead: Bool {
    mutating get {
      switch next {
      case .name: return token(index + 1).kind == .equals
      case .leftBracket:
        guard let behind = indexBehindBracket(at: index) else { return false }
        return behind == index + 3 && token(behind).kind == .equals
      default: return false
      }
    }
  }

  /// `(a, b) =`, if that comes next.
  private mutating func parseBracketedNames() -> [Name]? {
    guard next == .leftParenthesis, let behind = indexBehindBracket(at: index),
      token(behind).kind == .equals
    else { return nil }
    let names = parseBracket { parser in parser.parseList { $0.parseName("a name") } }
    _ = take(.equals)
    return names
  }

  mutating func parseCondition() -> Item {
    let value = parsePredicate()
    return Item(names: [], namesAreBracketed: false, value: value, span: value.span)
  }

  mutating func parseAssignment() -> Item {
    let lower = start
    if let names = parseBracketedNames() {
      let value = parseExpression()
      return Item(names: names, namesAreBracketed: true, value: value, span: span(from: lower))
    }
    let name = parseName("a name")
    var value = errorExpression()
    if !isPanicking, parseSymbol("=", .equals) { value = parseExpression() }
    return Item(names: [name], namesAreBracketed: false, value: value, span: span(from: lower))
  }

  /// Operands up to a word or setting of what follows.
  mutating func parseOperands(at place: GrammarPlace) -> [Item] {
    parseList { parser in
      let value = parser.parseOperand()
      return Item(names: [], namesAreBracketed: false, value: value, span: value.span)
    }
  }

  /// A column, `a.b`, `*`, or a wildcard such as `a*b`.
  mutating func parseColumn() -> Item {
    record(.column)
    let value = parseWildcard() ?? parsePath()
    return Item(names: [], namesAreBracketed: false, value: value, span: value.span)
  }

  /// `*`, or words and stars that stand together with at least one star among them.
  private mutating func parseWildcard() -> Expression? {
    guard next == .name || next == .star || next == .number else { return nil }
    var end = index
    var hasStar = false
    while [.name, .star, .number].contains(token(end).kind), end == index || isAttached(end) {
      hasStar = hasStar || tokens[end].kind == .star
      end += 1
    }
    guard hasStar else { return nil }
    let lower = start
    index = end
    let text = source[span(from: lower)]
    return make(text == "*" ? .star : .wildcard(text), from: lower, [])
  }

  mutating func parseSortKey() -> SortKey {
    let lower = start
    var name: Name?
    if isAssignmentAhead {
      name = parseName("a name")
      advance()
    }
    let value = parseExpression()
    let order = parseFlag("asc", "desc")
    var nulls: Bool?
    if isWordAhead("nulls") {
      advance()
      nulls = parseFlag("first", "last")
      if nulls == nil { failExpected("`first` or `last`") }
    }
    return SortKey(
      name: name, value: value, isAscending: order, nullsFirst: nulls, span: span(from: lower))
  }

  private mutating func parseFlag(_ yes: String, _ no: String) -> Bool? {
    if isWordAhead(yes) {
      advance()
      return true
    }
    if isWordAhead(no) {
      advance()
      return false
    }
    return nil
  }
}

// MARK: - Single tokens

extension Parser {
  /// A name, bare or quoted.
  mutating func parseName(_ what: String) -> Name {
    record(.name(elementLabel))
    let lower = start
    if next == .name { return takeName() }
    if next == .leftBracket, token(index + 1).kind == .string,
      token(index + 2).kind == .rightBracket
    {
      let literal = decodeString(token(index + 1))
      advance()
      advance()
      advance()
      return Name(literal.text, span: span(from: lower), isQuoted: true)
    }
    failExpected(what)
    return Name("", span: Span(lastEnd, lastEnd))
  }

  /// `a.b.c` as one name, for settings.
  mutating func parseDottedName() -> Name {
    let lower = start
    var name = parseName("a name")
    while next == .dot, isAttached(index), token(index + 1).kind == .name, isAttached(index + 1) {
      index += 2
      let span = span(from: lower)
      name = Name(source[span], span: span)
    }
    return name
  }

  mutating func parseNameExpression() -> Expression {
    let name = parseName("a name")
    return make(.name(name), from: name.span.lower, [])
  }

  /// A name with names behind dots.
  mutating func parsePath() -> Expression {
    record(.path(elementLabel))
    var path = parseNameExpression()
    while !isPanicking, nextOnLine == .dot {
      advance()
      if next == .star {
        advance()
        return make(.wildcard(source[span(from: path.span.lower)]), from: path.span.lower, [])
      }
      let name = parseName("a column")
      path = make(.member(path, name), from: path.span.lower, [path])
    }
    return path
  }

  mutating func parseStringOnly() -> Expression {
    record(.string(elementLabel))
    guard next == .string || next == .smartString else {
      failExpected("a string")
      return errorExpression()
    }
    return parseString()
  }

  mutating func parseNumberOnly() -> Expression {
    record(.number)
    guard next == .number || next == .minus || next == .plus else {
      failExpected("a number")
      return errorExpression()
    }
    return parseOperand()
  }

  /// A number, or a name or bracket that stands for one.
  mutating func parseAmount() -> Expression {
    next == .name || next == .leftParenthesis ? parseOperand() : parseNumberOnly()
  }

  mutating func parseType() -> Expression {
    record(.type)
    guard next == .name else {
      failExpected("a type")
      return errorExpression()
    }
    if isWord("typeof"), token(index + 1).kind == .leftParenthesis { return parseTypeOf() }
    let name = takeName()
    return make(.type(name), from: name.span.lower, [])
  }

  /// `typeof(long)`.
  mutating func parseTypeOf() -> Expression {
    let lower = start
    advance()
    let name = parseBracket { $0.parseName("a type") }
    return make(.type(name), from: lower, [])
  }

  /// Everything up to the end of the line or statement.
  mutating func parseText() -> Expression {
    let lower = start
    while nextOnLine != .endOfFile { advance() }
    record(.text(elementLabel))
    return Expression(kind: .error, span: span(from: lower), depth: 1)
  }

  /// A table: a name, a call, a wildcard, or a pipeline in brackets.
  mutating func parseTable() -> Expression {
    record(.table)
    if let wildcard = parseWildcard() { return wildcard }
    guard next == .name || next == .leftParenthesis || next == .leftBracket else {
      failExpected("a table")
      return errorExpression()
    }
    return parseOperand()
  }

  mutating func parseMissingTable() -> Expression {
    record(.table)
    failExpected("a table")
    return errorExpression()
  }

  mutating func parseSymbol(_ symbol: String, _ kind: TokenKind) -> Bool {
    guard !isPanicking else { return false }
    if take(kind) { return true }
    failExpected("`\(symbol)`")
    return false
  }
}
