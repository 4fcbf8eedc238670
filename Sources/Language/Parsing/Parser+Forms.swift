// KQL's special forms: schemas, rows, patterns.

extension Parser {
  /// `(a: int, b: string = "x", T: (c: long))`, standing on `(`; also `(*)`.
  mutating func parseSchema() -> [ColumnDeclaration] {
    guard next == .leftParenthesis, isShallow() else {
      failExpected("`(`")
      return []
    }
    return parseBracket { parser in
      guard parser.next != .rightParenthesis else { return [] }
      var columns = [parser.parseDeclaration()]
      while !parser.isPanicking, parser.take(.comma) {
        if parser.next == .rightParenthesis { break }
        columns.append(parser.parseDeclaration())
      }
      return columns
    }
  }

  private mutating func parseDeclaration() -> ColumnDeclaration {
    let lower = start
    if take(.star) {
      let span = span(from: lower)
      return ColumnDeclaration(
        name: Name("*", span: span), type: nil, defaultValue: nil, columns: nil, span: span)
    }
    let name = parseName("a column's name")
    var type: Name?
    var columns: [ColumnDeclaration]?
    if parseSymbol(":", .colon) {
      if next == .leftParenthesis {
        columns = parseSchema()
      } else {
        record(.type)
        type = parseName("a type")
      }
    }
    var value: Expression?
    if !isPanicking, take(.equals) { value = parseExpression() }
    return ColumnDeclaration(
      name: name, type: type, defaultValue: value, columns: columns, span: span(from: lower))
  }

  /// `[ e, e, ... ]`, standing on `[`; a comma may follow the last.
  mutating func parseRows() -> [Item] {
    guard next == .leftBracket, isShallow() else {
      failExpected("`[`")
      return []
    }
    return parseBracket { parser in
      var items: [Item] = []
      while parser.next != .rightBracket, !parser.isPanicking {
        let value = parser.parseExpression()
        items.append(Item(names: [], namesAreBracketed: false, value: value, span: value.span))
        if !parser.take(.comma) { break }
      }
      return items
    }
  }

  /// `* "text" column:type *`, up to the end of the stage.
  ///
  /// A line that begins with a text or `*` carries on, for no statement begins so.
  mutating func parsePattern() -> [PatternItem] {
    var items: [PatternItem] = []
    while !isPanicking, let item = parsePatternItem() { items.append(item) }
    if items.isEmpty { failExpected("a pattern") }
    return items
  }

  private mutating func parsePatternItem() -> PatternItem? {
    switch next {
    case .star:
      advance()
      return .skip(tokens[index - 1].span)
    case .string, .smartString:
      return .text(parseOneString())
    case .name, .leftBracket:
      guard nextOnLine != .endOfFile else { return nil }
      return .capture(parseCapture())
    default:
      return nil
    }
  }

  private mutating func parseCapture() -> ColumnDeclaration {
    let lower = start
    let name = parseName("a column")
    var type: Name?
    if !isPanicking, take(.colon) { type = parseName("a type") }
    return ColumnDeclaration(
      name: name, type: type, defaultValue: nil, columns: nil, span: span(from: lower))
  }
}
