/// Cuts a text into tokens, one at a time, by the rules of the pipeline language.
///
/// It reports nothing: flaws are marks on the tokens, so that text inside `datetime(...)` or an SQL
/// statement is never blamed for being no KQL.
struct Lexer {
  let bytes: [UInt8]
  private(set) var position = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Continues at an offset, for a parser that takes tokens back.
  mutating func rewind(to offset: Int) {
    position = offset
  }

  /// The next token; at the end of the text always `endOfFile`.
  mutating func next() -> Token {
    let trivia = skipTrivia()
    let start = position
    var (kind, isUnterminated) = (TokenKind.endOfFile, false)
    if start < bytes.count { (kind, isUnterminated) = scan() }
    return Token(
      kind: kind, isUnterminated: isUnterminated,
      startsLine: trivia.hasBreak, followsBlankLine: trivia.hasBlankLine,
      isInFirstColumn: start == 0 || byte(start - 1) == UInt8(ascii: "\n"),
      triviaStart: UInt32(trivia.start), textStart: UInt32(start), textEnd: UInt32(position))
  }

  /// The rest of the line from an offset as one token, for `\d` and `?`.
  mutating func restOfLine(replacing token: Token) -> Token {
    position = endOfLine(from: token.span.lower)
    while position > token.span.upper, isSpace(byte(position - 1)) { position -= 1 }
    return token.resized(to: position, kind: .shellEscape)
  }

  func byte(_ offset: Int) -> UInt8 {
    offset < bytes.count ? bytes[offset] : 0
  }

  func endOfLine(from offset: Int) -> Int {
    var end = offset
    while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
    return end
  }
}

// MARK: - Trivia

extension Lexer {
  private struct Trivia {
    var start: Int
    var hasBreak = false
    var hasBlankLine = false
  }

  private mutating func skipTrivia() -> Trivia {
    var trivia = Trivia(start: position, hasBreak: position == 0)
    var lineIsEmpty = position == 0
    if position == 0, byte(0) == UInt8(ascii: "#"), byte(1) == UInt8(ascii: "!") {
      position = endOfLine(from: 0)
      lineIsEmpty = false
    }
    while position < bytes.count {
      let next = bytes[position]
      if next == UInt8(ascii: "\n") {
        if lineIsEmpty { trivia.hasBlankLine = true }
        trivia.hasBreak = true
        lineIsEmpty = true
        position += 1
      } else if isSpace(next) {
        position += 1
      } else if next == UInt8(ascii: "/"), byte(position + 1) == UInt8(ascii: "/") {
        position = endOfLine(from: position)
        lineIsEmpty = false
      } else if let length = invisibleLength(next) {
        position += length
      } else {
        break
      }
    }
    return trivia
  }

  func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0B || byte == 0x0C
  }

  /// Characters that web pages and mail add to copied queries and that nobody can see.
  private func invisibleLength(_ first: UInt8) -> Int? {
    let isNoBreakSpace = first == 0xC2 && byte(position + 1) == 0xA0
    if isNoBreakSpace { return 2 }
    let isByteOrderMark = first == 0xEF && byte(position + 1) == 0xBB && byte(position + 2) == 0xBF
    let isZeroWidth = first == 0xE2 && byte(position + 1) == 0x80 && byte(position + 2) == 0x8B
    return isByteOrderMark || isZeroWidth ? 3 : nil
  }
}

// MARK: - Tokens

extension Lexer {
  private mutating func scan() -> (TokenKind, isUnterminated: Bool) {
    let first = bytes[position]
    if let quote = smartQuoteEnd(first) { return scanSmartString(closing: quote) }
    if isNameStart(first) { return scanName() }
    if isDigit(first) { return (scanNumber(), false) }
    switch first {
    case UInt8(ascii: "'"), UInt8(ascii: "\""): return scanString()
    case UInt8(ascii: "@") where isQuote(byte(position + 1)): return scanVerbatimString()
    case UInt8(ascii: "`"), UInt8(ascii: "~"):
      if isFence() { return scanFencedString() }
    case UInt8(ascii: "$") where isNamePart(byte(position + 1)):
      position += 1
      return scanName()
    case UInt8(ascii: "!") where isNameStart(byte(position + 1)):
      position += 1
      let (kind, _) = scanName()
      return (kind == .inTilde ? .inTilde : .bangWord, false)
    default: break
    }
    return (scanPunctuation(first), false)
  }

  private mutating func scanName() -> (TokenKind, isUnterminated: Bool) {
    let start = position
    while isNamePart(byte(position)) { position += 1 }
    let length = position - start
    if length == 1, bytes[start] | 0x20 == UInt8(ascii: "h") {
      if isQuote(byte(position)) { return scanString() }
      if byte(position) == UInt8(ascii: "@"), isQuote(byte(position + 1)) {
        return scanVerbatimString()
      }
    }
    if length == 2, byte(position) == UInt8(ascii: "~"), bytes[start] == UInt8(ascii: "i"),
      bytes[start + 1] == UInt8(ascii: "n")
    {
      position += 1
      return (.inTilde, false)
    }
    return (.name, false)
  }

  private mutating func scanNumber() -> TokenKind {
    if byte(position) == UInt8(ascii: "0"), byte(position + 1) | 0x20 == UInt8(ascii: "x") {
      position += 2
    } else {
      while isDigit(byte(position)) { position += 1 }
      if byte(position) == UInt8(ascii: "."), isDigit(byte(position + 1)) {
        position += 1
        while isDigit(byte(position)) { position += 1 }
      }
      skipExponent()
    }
    while isNamePart(byte(position)) { position += 1 }
    return .number
  }

  private mutating func skipExponent() {
    guard byte(position) | 0x20 == UInt8(ascii: "e") else { return }
    var digits = position + 1
    if byte(digits) == UInt8(ascii: "+") || byte(digits) == UInt8(ascii: "-") { digits += 1 }
    if isDigit(byte(digits)) { position = digits }
  }

  private mutating func scanPunctuation(_ first: UInt8) -> TokenKind {
    let second = byte(position + 1)
    if let kind = Lexer.pair(first, second) {
      position += 2
      return kind
    }
    position += 1
    return Lexer.single(first)
  }

  private static func pair(_ first: UInt8, _ second: UInt8) -> TokenKind? {
    switch (first, second) {
    case (UInt8(ascii: "."), UInt8(ascii: ".")): .dotDot
    case (UInt8(ascii: "="), UInt8(ascii: "=")): .equalEqual
    case (UInt8(ascii: "="), UInt8(ascii: "~")): .equalTilde
    case (UInt8(ascii: "="), UInt8(ascii: ">")): .arrow
    case (UInt8(ascii: "!"), UInt8(ascii: "=")), (UInt8(ascii: "<"), UInt8(ascii: ">")): .notEqual
    case (UInt8(ascii: "!"), UInt8(ascii: "~")): .bangTilde
    case (UInt8(ascii: "<"), UInt8(ascii: "=")): .lessEqual
    case (UInt8(ascii: ">"), UInt8(ascii: "=")): .greaterEqual
    case (UInt8(ascii: "&"), UInt8(ascii: "&")): .ampersands
    case (UInt8(ascii: "|"), UInt8(ascii: "|")): .pipes
    default: nil
    }
  }

  private static func single(_ byte: UInt8) -> TokenKind {
    switch byte {
    case UInt8(ascii: "|"): .pipe
    case UInt8(ascii: ","): .comma
    case UInt8(ascii: ";"): .semicolon
    case UInt8(ascii: ":"): .colon
    case UInt8(ascii: "."): .dot
    case UInt8(ascii: "("): .leftParenthesis
    case UInt8(ascii: ")"): .rightParenthesis
    case UInt8(ascii: "["): .leftBracket
    case UInt8(ascii: "]"): .rightBracket
    case UInt8(ascii: "{"): .leftBrace
    case UInt8(ascii: "}"): .rightBrace
    case UInt8(ascii: "="): .equals
    case UInt8(ascii: "<"): .less
    case UInt8(ascii: ">"): .greater
    case UInt8(ascii: "+"): .plus
    case UInt8(ascii: "-"): .minus
    case UInt8(ascii: "*"): .star
    case UInt8(ascii: "/"): .slash
    case UInt8(ascii: "%"): .percent
    case UInt8(ascii: "@"): .at
    case UInt8(ascii: "~"): .tilde
    case UInt8(ascii: "!"): .bang
    default: .unknown
    }
  }

  private func isNameStart(_ byte: UInt8) -> Bool {
    byte >= 0x80 || byte == UInt8(ascii: "_")
      || (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
  }

  private func isNamePart(_ byte: UInt8) -> Bool {
    guard byte >= 0x80 else { return isNameStart(byte) || isDigit(byte) }
    // A name ends where an invisible character or a smart quote begins.
    return invisibleLength(byte) == nil && smartQuoteEnd(byte) == nil
  }

  private func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }
}

// MARK: - Strings

extension Lexer {
  private func isQuote(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"")
  }

  /// From the opening quote; a line break ends the string without closing it.
  private mutating func scanString() -> (TokenKind, isUnterminated: Bool) {
    let quote = bytes[position]
    position += 1
    while position < bytes.count, bytes[position] != UInt8(ascii: "\n") {
      if bytes[position] == quote {
        position += 1
        return (.string, false)
      }
      let isEscape = bytes[position] == UInt8(ascii: "\\")
      position += 1
      if isEscape, position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
    }
    return (.string, true)
  }

  /// From the `@`; inside, a doubled quote is one quote.
  private mutating func scanVerbatimString() -> (TokenKind, isUnterminated: Bool) {
    let quote = bytes[position + 1]
    position += 2
    while position < bytes.count, bytes[position] != UInt8(ascii: "\n") {
      if bytes[position] == quote {
        position += 1
        if byte(position) != quote { return (.string, false) }
      }
      position += 1
    }
    return (.string, true)
  }

  private func isFence() -> Bool {
    byte(position + 1) == bytes[position] && byte(position + 2) == bytes[position]
  }

  /// Between two fences of three; an open fence takes only its line, so that the rest can be parsed.
  private mutating func scanFencedString() -> (TokenKind, isUnterminated: Bool) {
    let fence = bytes[position]
    var end = position + 3
    while end + 2 < bytes.count {
      if bytes[end] == fence, bytes[end + 1] == fence, bytes[end + 2] == fence {
        position = end + 3
        return (.string, false)
      }
      end += 1
    }
    position = endOfLine(from: position)
    return (.string, true)
  }

  /// The third byte of the closing quote for a smart opening quote.
  private func smartQuoteEnd(_ first: UInt8) -> UInt8? {
    guard first == 0xE2, byte(position + 1) == 0x80 else { return nil }
    switch byte(position + 2) {
    case 0x9C, 0x9D: return 0x9D
    case 0x98, 0x99: return 0x99
    default: return nil
    }
  }

  private mutating func scanSmartString(closing last: UInt8) -> (TokenKind, isUnterminated: Bool) {
    var end = position + 3
    while end + 2 < bytes.count, bytes[end] != UInt8(ascii: "\n") {
      if bytes[end] == 0xE2, bytes[end + 1] == 0x80, bytes[end + 2] == last {
        position = end + 3
        return (.smartString, false)
      }
      end += 1
    }
    position = endOfLine(from: position)
    return (.smartString, true)
  }
}

extension Token {
  /// The token with another end and kind.
  func resized(to end: Int, kind: TokenKind, isUnterminated: Bool = false) -> Token {
    Token(
      kind: kind, isUnterminated: isUnterminated, startsLine: startsLine,
      followsBlankLine: followsBlankLine, isInFirstColumn: isInFirstColumn,
      triviaStart: triviaStart, textStart: textStart, textEnd: UInt32(end))
  }
}
