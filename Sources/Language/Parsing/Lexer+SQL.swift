extension Lexer {
  /// The SQL text that begins with a token, as one token: up to `;`, a blank line or the end.
  ///
  /// Quotes and comments hide `;` and blank lines; one that is never closed hides nothing.
  mutating func sql(from token: Token) -> Token {
    var offset = token.span.lower
    var end = offset
    var isUnterminated = false
    scan: while offset < bytes.count {
      let first = bytes[offset]
      switch first {
      case UInt8(ascii: ";"): break scan
      case UInt8(ascii: "\n"):
        if isBlankLine(after: offset) { break scan }
        offset += 1
      case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"):
        let closed = firstIndex(of: [first], from: offset + 1)
        isUnterminated = isUnterminated || closed == nil
        offset = (closed ?? offset) + 1
        end = offset
      case UInt8(ascii: "-") where byte(offset + 1) == UInt8(ascii: "-"):
        offset = endOfLine(from: offset)
        end = offset
      case UInt8(ascii: "/") where byte(offset + 1) == UInt8(ascii: "*"):
        let closing = [UInt8(ascii: "*"), UInt8(ascii: "/")]
        offset = (firstIndex(of: closing, from: offset + 2) ?? offset) + 2
        end = offset
      default:
        offset += 1
        if !isSpace(first) { end = offset }
      }
    }
    rewind(to: min(end, bytes.count))
    return token.resized(to: position, kind: .sqlText, isUnterminated: isUnterminated)
  }

  private func isBlankLine(after lineBreak: Int) -> Bool {
    var offset = lineBreak + 1
    while isSpace(byte(offset)) { offset += 1 }
    return offset < bytes.count && bytes[offset] == UInt8(ascii: "\n")
  }

  private func firstIndex(of pattern: [UInt8], from start: Int) -> Int? {
    var offset = start
    while offset + pattern.count <= bytes.count {
      if bytes[offset..<offset + pattern.count].elementsEqual(pattern) { return offset }
      offset += 1
    }
    return nil
  }
}
