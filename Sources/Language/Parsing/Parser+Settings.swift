// `name=value` settings, loose or in brackets.

extension Parser {
  /// Whether `name =` with one of the declared names comes next.
  mutating func isParameterAhead(_ declared: [Parameter]) -> Bool {
    for parameter in declared { record(.parameter(parameter.name)) }
    return isParameter(at: index, of: declared)
  }

  private mutating func isParameter(at index: Int, of declared: [Parameter]) -> Bool {
    guard token(index).kind == .name else { return false }
    let (name, end) = settingName(at: index)
    return token(end).kind == .equals && declared.contains { $0.matches(name) }
  }

  /// The dotted name at a place, and the index behind it.
  private mutating func settingName(at index: Int) -> (String, Int) {
    var end = index + 1
    while token(end).kind == .dot, isAttached(end), token(end + 1).kind == .name {
      end += 2
    }
    return (source[Span(tokens[index].span.lower, tokens[end - 1].span.upper)], end)
  }

  mutating func parseParameters(_ declared: [Parameter], at place: GrammarPlace) -> [Argument] {
    var arguments: [Argument] = []
    while !isPanicking {
      if isParameterAhead(declared) {
        let argument = parseParameter(declared)
        if let name = argument.name, arguments.contains(where: { $0.name?.text == name.text }) {
          warn(.repeatedParameter(name.text), at: name.span)
        }
        arguments.append(argument)
        // Kusto's own scripts write commas between them now and then.
        if nextOnLine == .comma, isParameter(at: index + 1, of: declared) { advance() }
      } else if isUnknownParameter(declared, at: place) {
        let name = parseDottedName()
        let words = declared.map(\.name)
        warn(
          .unknownParameter(name.text, nearest: nearest(to: name.text, in: words), known: words),
          at: name.span)
        advance()
        _ = parseSettingValue()
      } else {
        break
      }
    }
    return arguments
  }

  private mutating func parseParameter(_ declared: [Parameter]) -> Argument {
    let lower = start
    let name = parseDottedName()
    advance()
    let words = declared.first { $0.matches(name.text) }?.words ?? []
    record(.parameterValue(name.text, words: words))
    // One of the setting's own words is never a call: `kind=inner(T)` has the table in brackets.
    let value =
      next == .name && words.contains(currentText) && !["true", "false"].contains(currentText)
      ? parseNameAlone() : parseSettingValue()
    return Argument(name: name, value: value, span: span(from: lower))
  }

  private mutating func parseNameAlone() -> Expression {
    let lower = start
    let name = parseName("a word")
    return make(.name(name), from: lower, [])
  }

  private mutating func parseSettingValue() -> Expression {
    needsAttachedBracket = true
    defer { needsAttachedBracket = false }
    return parseOperand()
  }

  /// Whether a `name=` of no declared name comes next and nothing that follows could be meant.
  private mutating func isUnknownParameter(
    _ declared: [Parameter], at place: GrammarPlace
  ) -> Bool {
    guard !declared.isEmpty, nextOnLine == .name,
      token(settingName(at: index).1).kind == .equals
    else { return false }
    return !place.follow.lazy.compactMap(\.beginsWithExpression).contains(true)
  }

  /// `(name=value, ...)`.
  mutating func parseBracketedParameters(_ declared: [Parameter]) -> [Argument] {
    guard next == .leftParenthesis, isShallow() else {
      failExpected("`(`")
      return []
    }
    return parseBracket { parser in
      var arguments: [Argument] = []
      while parser.next != .rightParenthesis, !parser.isPanicking {
        arguments.append(parser.parseBracketedParameter(declared))
        if !parser.take(.comma) { break }
      }
      return arguments
    }
  }

  private mutating func parseBracketedParameter(_ declared: [Parameter]) -> Argument {
    for parameter in declared { record(.parameter(parameter.name)) }
    let lower = start
    let name = parseDottedName()
    guard !isPanicking else {
      return Argument(name: name, value: errorExpression(), span: span(from: lower))
    }
    if !declared.isEmpty, !declared.contains(where: { $0.matches(name.text) }) {
      let words = declared.map(\.name)
      warn(
        .unknownParameter(name.text, nearest: nearest(to: name.text, in: words), known: words),
        at: name.span)
    }
    guard parseSymbol("=", .equals) else {
      return Argument(name: name, value: errorExpression(), span: span(from: lower))
    }
    let parameter = declared.first { $0.matches(name.text) }
    record(.parameterValue(name.text, words: parameter?.words ?? []))
    let value =
      parameter?.takesList == true
      ? parseBareList(parameter?.words ?? []) : parseExpression()
    return Argument(name: name, value: value, span: span(from: lower))
  }

  /// `a, b, ['c d']` up to the next `name=`.
  private mutating func parseBareList(_ words: [String]) -> Expression {
    let lower = start
    var items = [parseExpression()]
    while !isPanicking, next == .comma, isListItem(index + 1) {
      advance()
      items.append(parseExpression())
    }
    return items.count == 1 ? items[0] : make(.list(items), from: lower, items)
  }

  /// Whether the token begins a further value and not the next setting.
  private mutating func isListItem(_ position: Int) -> Bool {
    switch token(position).kind {
    case .name: token(position + 1).kind != .equals
    case .rightParenthesis, .endOfFile: false
    default: true
    }
  }
}
