/// A source text as UTF-8 bytes with an index of its lines.
public struct SourceText: Sendable {
  /// The text's UTF-8 bytes.
  public let bytes: [UInt8]
  /// The offset at which each line starts; the first is 0.
  public let lineStarts: [Int]

  /// Indexes a text.
  public init(_ text: String) {
    self.init(bytes: Array(text.utf8))
  }

  init(bytes: [UInt8]) {
    self.bytes = bytes
    var starts = [0]
    for (offset, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
      starts.append(offset + 1)
    }
    lineStarts = starts
  }

  /// The whole text.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// The text of a span; a span outside the source is clipped to it.
  public subscript(span: Span) -> String {
    let lower = min(max(span.lower, 0), bytes.count)
    let upper = min(max(span.upper, lower), bytes.count)
    return String(decoding: bytes[lower..<upper], as: UTF8.self)
  }

  /// The line, counted from 0, that holds the offset.
  public func line(at offset: Int) -> Int {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }

  /// The line and column of an offset, both counted from 1; columns count Unicode scalars.
  public func position(at offset: Int) -> SourcePosition {
    let line = line(at: offset)
    let end = min(offset, bytes.count)
    var column = 1
    var index = lineStarts[line]
    while index < end {
      if bytes[index] & 0xC0 != 0x80 { column += 1 }
      index += 1
    }
    return SourcePosition(line: line + 1, column: column)
  }

  /// The bytes of a line without its line break.
  public func span(ofLine line: Int) -> Span {
    guard lineStarts.indices.contains(line) else { return Span(bytes.count, bytes.count) }
    let lower = lineStarts[line]
    var upper = line + 1 < lineStarts.count ? lineStarts[line + 1] - 1 : bytes.count
    if upper > lower, bytes[upper - 1] == UInt8(ascii: "\r") { upper -= 1 }
    return Span(lower, upper)
  }

  /// The lines that a span touches, each with the part of it that the span marks.
  public func excerpt(of span: Span) -> [ExcerptLine] {
    let first = line(at: span.lower)
    let last = line(at: max(span.lower, span.upper - 1))
    return (first...last).map { line in
      let whole = self.span(ofLine: line)
      let lower = min(max(span.lower, whole.lower), whole.upper)
      let marked = Span(lower, min(max(span.upper, lower), whole.upper))
      return ExcerptLine(
        number: line + 1, text: self[whole], before: self[Span(whole.lower, marked.lower)],
        marked: self[marked])
    }
  }
}

/// A place in a text as people count it, from 1.
public struct SourcePosition: Hashable, Sendable {
  /// The line, from 1.
  public let line: Int
  /// The column in Unicode scalars, from 1.
  public let column: Int
}

/// One line of a diagnostic's excerpt; carets stand below `marked`.
public struct ExcerptLine: Sendable {
  /// The line's number, from 1.
  public let number: Int
  /// The line without its break.
  public let text: String
  /// What stands before the marked part.
  public let before: String
  /// The marked part.
  public let marked: String
}
