extension Parser {
  mutating func parseExpression() -> Expression {
    parseBinary(tighterThan: 0)
  }

  private mutating func parseBinary(tighterThan limit: Int) -> Expression {
    var left = parsePrefix()
    while !isPanicking {
      record(.infix)
      if limit < OperatorTable.equality, let test = parseMissing(left) {
        left = test
      } else if let row = operatorAhead(tighterThan: limit) {
        left = parseRight(of: left, row)
      } else {
        break
      }
    }
    return left
  }

  private mutating func operatorAhead(tighterThan limit: Int) -> OperatorRow? {
    let kind = next
    if kind == .colon, allowsSearchOperator {
      return OperatorRow(binary: .search, precedence: 7, right: .operand)
    }
    guard kind.mayBeOperator, let row = OperatorTable.row(kind, currentText),
      row.precedence > limit
    else { return nil }
    return row
  }

  private mutating func parseRight(of left: Expression, _ row: OperatorRow) -> Expression {
    let token = current
    advance()
    if token.kind == .ampersands || token.kind == .pipes {
      warn(.wrongLogic(text(token), right: row.binary.rawValue), at: token.span)
    }
    if row.binary == .matchesRegex {
      guard isWord("regex") else {
        failExpected("`regex`")
        return left
      }
      advance()
    }
    let right: Expression
    switch row.right {
    case .operand: right = parseBinary(tighterThan: row.precedence)
    case .range: right = parseRangeOperand()
    case .list: right = parseOperand()
    }
    return make(.binary(row.binary, left, right), from: left.span.lower, [left, right])
  }

  private mutating func parseRangeOperand() -> Expression {
    let right = parseOperand()
    if case .range = right.kind { return right }
    fail(.expectedRange, at: right.span)
    return right
  }

  /// `x is missing`, `x is present`.
  private mutating func parseMissing(_ operand: Expression) -> Expression? {
    guard isWord("is") else { return nil }
    let following = token(index + 1)
    let isMissing = matches(following, "missing")
    guard isMissing || matches(following, "present") else { return nil }
    advance()
    advance()
    return make(.missing(operand, isMissing: isMissing), from: operand.span.lower, [operand])
  }

  /// Signs, then an operand; without recursion, since a text may hold a million signs.
  private mutating func parsePrefix() -> Expression {
    var signs: [(operator: UnaryOperator, lower: Int)] = []
    while next == .minus || next == .plus {
      signs.append((current.kind == .minus ? .minus : .plus, start))
      advance()
    }
    var expression = parseOperand()
    for sign in signs.reversed() {
      expression = make(.unary(sign.operator, expression), from: sign.lower, [expression])
    }
    return expression
  }

  /// One literal, name, call or bracket with what is attached to it, perhaps with a sign.
  mutating func parseOperand() -> Expression {
    if next == .minus || next == .plus { return parsePrefix() }
    var expression = parsePrimary()
    while !isPanicking {
      switch nextOnLine {
      case .dot: expression = parseMember(expression)
      case .leftBracket where isIndexAhead(expression): expression = parseElement(expression)
      default: return expression
      }
    }
    return expression
  }

  /// `[` behind a literal or a schema begins rows, not an index.
  private func isIndexAhead(_ expression: Expression) -> Bool {
    if case .literal(let literal) = expression.kind { return literal.kind == .dynamic }
    return true
  }

  private mutating func parseMember(_ base: Expression) -> Expression {
    advance()
    switch next {
    case .name where token(index + 1).kind == .leftParenthesis && isAttached(index + 1):
      let isCluster = isWord("database")
      let call = parseCall()
      fail(isCluster ? .otherCluster : .methodCall, at: call.span)
      return call
    case .leftBracket where token(index + 1).kind != .string: return parseElement(base)
    case .name, .leftBracket:
      let name = parseName("a property's name")
      return make(.member(base, name), from: base.span.lower, [base])
    default:
      failExpected("a property's name")
      return base
    }
  }

  private mutating func parseElement(_ base: Expression) -> Expression {
    if token(index + 1).kind == .string, token(index + 2).kind == .rightBracket {
      let name = parseName("a property's name")
      return make(.member(base, name), from: base.span.lower, [base])
    }
    guard isShallow() else { return errorExpression() }
    let position = parseBracket { $0.parseExpression() }
    return make(.element(base, index: position), from: base.span.lower, [base, position])
  }

  private mutating func parsePrimary() -> Expression {
    record(.expression)
    switch next {
    case .number: return parseNumber()
    case .string, .smartString: return parseString()
    case .name: return parseWord()
    case .star:
      advance()
      return make(.star, from: tokens[index - 1].span.lower, [])
    case .leftParenthesis: return isShallow() ? parseParentheses() : errorExpression()
    case .leftBracket:
      let name = parseName("a name")
      return make(.name(name), from: name.span.lower, [])
    case .bang, .bangWord:
      fail(.exclamationMark, at: current.span)
      return errorExpression()
    default:
      failExpected("an expression")
      return errorExpression()
    }
  }

  private mutating func parseWord() -> Expression {
    let lower = start
    let opensBracket =
      token(index + 1).kind == .leftParenthesis
      && (openBrackets > 0 || !token(index + 1).startsLine)
      && (!needsAttachedBracket || isAttached(index + 1))
    let word = currentText
    if opensBracket, let kind = Literal.kind(named: word) { return parseTypedLiteral(kind) }
    if opensBracket, word == "typeof" { return parseTypeOf() }
    if opensBracket { return isShallow() ? parseCall() : errorExpression() }
    if word == "true" || word == "false" {
      advance()
      return make(.literal(Literal(.bool, word)), from: lower, [])
    }
    if word == "not", token(index + 1).kind.mayBeginExpression, !token(index + 1).startsLine,
      OperatorTable.words[text(token(index + 1))] == nil, token(index + 1).kind != .minus
    {
      fail(.notWithoutBrackets, at: current.span)
      return errorExpression()
    }
    if isOperatorWord {
      failExpected("an expression")
      return errorExpression()
    }
    return make(.name(takeVersionedName()), from: lower, [])
  }

  /// A name, perhaps with a version right behind it: `intake`, `intake@live`, `intake@2`.
  private mutating func takeVersionedName() -> Name {
    let name = takeName()
    guard current.kind == .at, isAttached(index), isAttached(index + 1),
      token(index + 1).kind == .name || token(index + 1).kind == .number
    else { return name }
    index += 2
    let span = span(from: name.span.lower)
    return Name(source[span], span: span)
  }

  private mutating func parseCall() -> Expression {
    let name = takeName()
    var arguments: [Argument] = []
    parseBracket { parser in
      parser.allowsSearchOperator = false
      guard parser.next != .rightParenthesis else { return }
      repeat {
        arguments.append(parser.parseArgument())
      } while !parser.isPanicking && parser.take(.comma)
    }
    return make(
      .call(Call(name: name, arguments: arguments)), from: name.span.lower, arguments.map(\.value))
  }

  /// `value` or `name=value`; the value may be a pipeline.
  mutating func parseArgument() -> Argument {
    let lower = start
    var name: Name?
    if next == .name, token(index + 1).kind == .equals {
      name = takeName()
      advance()
    }
    let value = parsePipelineExpression()
    return Argument(name: name, value: value, span: span(from: lower))
  }

  /// An expression, or a pipeline as an expression.
  mutating func parsePipelineExpression() -> Expression {
    let outerHighest = highest
    highest = 0
    defer { highest = max(highest, outerHighest) }
    let pipeline = parsePipeline()
    if let expression = pipeline.asExpression { return expression }
    // A pipeline, its stage, the part and the item stand between this node and the next expression.
    return make(.pipeline(pipeline), from: pipeline.span.lower, depthBelow: highest + 4)
  }
}

// MARK: - Brackets

extension Parser {
  /// `()`, `(e)`, `(T | ...)`, `(a, b)`, `(a .. b)`, `(name=e, ...)`, `(name: type, ...)`.
  private mutating func parseParentheses() -> Expression {
    let lower = start
    if token(index + 1).kind == .name {
      let behind = token(index + 2).kind
      if behind == .equals { return parseNamed() }
      if behind == .colon, token(index + 3).kind == .name, !allowsSearchOperator {
        let columns = parseSchema()
        return make(.schema(columns), from: lower, columns.compactMap(\.defaultValue))
      }
    }
    var kind = Expression.Kind.list([])
    var below: [Expression] = []
    parseBracket { parser in
      guard parser.next != .rightParenthesis else { return }
      let first = parser.parsePipelineExpression()
      below = [first]
      if parser.take(.dotDot) {
        let upper = parser.parseExpression()
        below.append(upper)
        kind = .range(first, upper)
        return
      }
      while !parser.isPanicking, parser.take(.comma) {
        if parser.next == .rightParenthesis { break }
        below.append(parser.parsePipelineExpression())
      }
      kind = below.count == 1 ? .bracketed(first) : .list(below)
    }
    return make(kind, from: lower, below)
  }

  private mutating func parseNamed() -> Expression {
    let lower = start
    var arguments: [Argument] = []
    parseBracket { parser in
      repeat {
        arguments.append(parser.parseArgument())
      } while !parser.isPanicking && parser.take(.comma) && parser.next != .rightParenthesis
    }
    return make(.named(arguments), from: lower, arguments.map(\.value))
  }
}

// MARK: - Making nodes

extension Parser {
  /// Makes an expression from an offset to the last token; one that is too high becomes an error.
  mutating func make(
    _ kind: Expression.Kind, from lower: Int, _ below: [Expression]
  ) -> Expression {
    make(kind, from: lower, depthBelow: below.reduce(0) { max($0, $1.depth) })
  }

  mutating func make(_ kind: Expression.Kind, from lower: Int, depthBelow: Int) -> Expression {
    let span = span(from: lower)
    guard depthBelow < SyntaxTree.greatestDepth else {
      fail(.tooDeep, at: span)
      return Expression(kind: .error, span: span, depth: 1)
    }
    highest = max(highest, depthBelow + 1)
    return Expression(kind: kind, span: span, depth: depthBelow + 1)
  }

  /// A node for something that is missing: it stands behind the last token and covers nothing.
  func errorExpression() -> Expression {
    Expression(kind: .error, span: Span(lastEnd, lastEnd), depth: 1)
  }

  /// Whether there is stack for one more bracket.
  mutating func isShallow() -> Bool {
    if nesting < Parser.greatestNesting { return true }
    fail(.tooDeep, at: current.span)
    return false
  }
}

extension TokenKind {
  var mayBeOperator: Bool {
    switch self {
    case .name, .bangWord, .inTilde, .equalEqual, .notEqual, .less, .lessEqual, .greater,
      .greaterEqual, .plus, .minus, .star, .slash, .percent, .equalTilde, .bangTilde, .ampersands,
      .pipes:
      true
    default: false
    }
  }
}
