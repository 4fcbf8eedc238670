extension Parser {
  /// A number, a timespan such as `2.5h`.
  mutating func parseNumber() -> Expression {
    let token = current
    let text = text(token)
    advance()
    guard let kind = NumberSpelling.kind(of: text) else {
      warn(.badNumber(text), at: token.span)
      return make(.error, from: token.span.lower, [])
    }
    return make(.literal(Literal(kind, text)), from: token.span.lower, [])
  }

  /// `2026-01-31` as a time, or an operand.
  mutating func parseDate() -> Expression {
    record(.expression)
    guard next == .number, let end = indexBehindDay() else { return parseOperand() }
    let lower = start
    index = end
    return make(
      .literal(Literal(.datetime, source[span(from: lower)], isTyped: true)), from: lower, [])
  }

  /// The index behind `year-month-day` written without a space, if that comes next.
  private mutating func indexBehindDay() -> Int? {
    let digits = [4, 2, 2]
    for (place, count) in digits.enumerated() {
      let position = index + 2 * place
      let token = token(position)
      guard token.kind == .number, token.span.count == count, place == 0 || isAttached(position)
      else { return nil }
      let isLast = place == digits.count - 1
      guard isLast || (self.token(position + 1).kind == .minus && isAttached(position + 1)) else {
        return nil
      }
    }
    return index + 5
  }

  /// A string; strings that stand side by side are one.
  mutating func parseString() -> Expression {
    let lower = start
    var text = ""
    var isHidden = false
    repeat {
      let part = takeString()
      text += part.text
      isHidden = isHidden || part.isHidden
    } while nextOnLine == .string
    return make(.literal(Literal(.string, text, isHidden: isHidden)), from: lower, [])
  }

  /// One string, whatever stands behind it.
  mutating func parseOneString() -> Expression {
    let lower = start
    return make(.literal(takeString()), from: lower, [])
  }

  private mutating func takeString() -> Literal {
    let token = current
    advance()
    if token.kind == .smartString {
      warn(.smartQuotes(replacement: straightened(token)), at: token.span)
    } else if token.isUnterminated {
      if current.kind == .endOfFile || isFenced(token) { ranOut = ranOut ?? .openString }
      warn(.unclosedString, at: token.span)
    }
    let literal = decodeString(token)
    if let escape = literal.badEscape {
      let lower = token.span.lower + escape
      let end = min(lower + 2, token.span.upper)
      warn(.badEscape(source[Span(lower, end)]), at: Span(lower, end))
    }
    return Literal(.string, literal.text, isHidden: literal.isHidden)
  }

  private func isFenced(_ token: Token) -> Bool {
    let first = source.bytes[token.span.lower]
    return first == UInt8(ascii: "`") || first == UInt8(ascii: "~")
  }

  /// A smart-quoted text between straight quotes, for the fix.
  private func straightened(_ token: Token) -> String {
    let inner = text(token).dropFirst().dropLast(token.isUnterminated ? 0 : 1)
    return "\"" + inner.filter { $0 != "\"" && $0 != "\\" } + "\""
  }

  func decodeString(_ token: Token) -> DecodedString {
    StringSpelling.decode(
      source.bytes[token.span.lower..<token.span.upper], isSmart: token.kind == .smartString,
      isUnterminated: token.isUnterminated)
  }

  /// `datetime(2024-01-31)`, `dynamic({"a": 1})`, `int(null)`, standing on the type's name.
  mutating func parseTypedLiteral(_ kind: Literal.Kind) -> Expression {
    let lower = start
    advance()
    let opener = index
    let behind = indexBehindBracket(at: opener)
    let text = parseBracket { parser in
      let inner = parser.index
      if let behind {
        parser.index = behind - 1
      } else {
        while parser.next != .endOfFile, parser.index < parser.innerEnd { parser.advance() }
      }
      return parser.bodyText(inner..<max(inner, parser.index), isJSON: kind == .dynamic)
    }
    return make(.literal(Literal(kind, text, isTyped: true)), from: lower, [])
  }

  /// What stands between the brackets: the text as written, or a lone string decoded; in JSON
  /// a string keeps its quotes.
  private func bodyText(_ range: Range<Int>, isJSON: Bool) -> String {
    guard let first = range.first.map({ tokens[$0] }), let last = range.last.map({ tokens[$0] })
    else { return "" }
    if range.count == 1, first.kind == .string {
      let text = decodeString(first).text
      return isJSON ? Self.quotedJSON(text) : text
    }
    return source[Span(first.span.lower, last.span.upper)]
  }

  private static func quotedJSON(_ text: String) -> String {
    let escapes: [Character: String] = [
      "\"": "\\\"", "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\r\n": "\\r\\n", "\t": "\\t",
    ]
    return "\"" + text.map { escapes[$0] ?? String($0) }.joined() + "\""
  }
}

/// What the spelling of a number says.
enum NumberSpelling {
  /// The kind of number that a text spells; nil if it spells none.
  static func kind(of text: String) -> Literal.Kind? {
    if text.hasPrefix("0x") || text.hasPrefix("0X") {
      return text.count > 2 && text.dropFirst(2).allSatisfy(\.isHexDigit) ? .long : nil
    }
    var rest = Substring(text)
    rest = rest.drop { $0.isASCII && $0.isNumber }
    var isReal = false
    if rest.first == "." {
      isReal = true
      rest = rest.dropFirst().drop { $0.isASCII && $0.isNumber }
    }
    if rest.isEmpty { return isReal ? .real : .long }
    if units.contains(String(rest)) { return .timespan }
    guard rest.first == "e" || rest.first == "E" else { return nil }
    rest = rest.dropFirst()
    if rest.first == "+" || rest.first == "-" { rest = rest.dropFirst() }
    return !rest.isEmpty && rest.allSatisfy { $0.isASCII && $0.isNumber } ? .real : nil
  }

  /// KQL's units of time.
  static let units: Set<String> = [
    "d", "day", "days", "h", "hr", "hrs", "hour", "hours", "m", "min", "minute", "minutes", "s",
    "sec", "second", "seconds", "ms", "milli", "millis", "millisecond", "milliseconds", "micro",
    "micros", "microsecond", "microseconds", "nano", "nanos", "nanosecond", "nanoseconds", "tick",
    "ticks",
  ]
}
