import CasebookLanguage

/// Prose of a script, its quotes of results taken out and replaced by marks.
public struct Prose: Sendable {
  /// Markdown, with a mark for each quote.
  let text: String
  /// The quotes, in order.
  var quotes: [Quote]

  /// `{{ volume.n }}`: a value of a result of one row, in the prose.
  struct Quote: Sendable {
    /// As it is written.
    let raw: String
    /// What is quoted; nil where this is no name.
    let target: Target?
    /// Where it stands in the script.
    let span: Span
    /// The value, once it is known, or why there is none.
    var value = Value.unknown

    enum Value: Sendable {
      case unknown
      case text(String)
      case problem(String)
    }
  }

  /// A name, and perhaps a column.
  struct Target: Sendable, Equatable {
    let name: String
    let column: String?
  }

  /// The prose as Markdown, each quote replaced.
  func markdown(_ replacement: (Quote) -> String) -> String {
    replacingMarks(in: text) { replacement(quotes[$0]) }
  }

  // MARK: Marks

  // Characters of private use, which are taken from the script before.
  fileprivate static let open: Unicode.Scalar = "\u{E000}"
  fileprivate static let close: Unicode.Scalar = "\u{E001}"

  static func mark(_ index: Int) -> String { "\(open)\(index)\(close)" }

  /// The text with every mark replaced.
  func replacingMarks(in text: String, _ replacement: (Int) -> String) -> String {
    var result = ""
    var rest = text.unicodeScalars[...]
    while let start = rest.firstIndex(of: Self.open) {
      result.unicodeScalars += rest[..<start]
      rest = rest[start...].dropFirst()
      guard let end = rest.firstIndex(of: Self.close) else { break }
      if let index = Int(String(rest[..<end])), quotes.indices.contains(index) {
        result += replacement(index)
      }
      rest = rest[end...].dropFirst()
    }
    result.unicodeScalars += rest
    return result
  }

  /// The text with every quote as it was written.
  func restoringQuotes(in text: String) -> String {
    replacingMarks(in: text) { quotes[$0].raw }
  }
}

extension Prose {
  /// Reads the comment lines of a span.
  init(_ span: Span, of source: SourceText) {
    var reader = ProseReader()
    let lines = source.line(at: span.lower)...source.line(at: max(span.upper - 1, span.lower))
    for line in lines {
      let whole = source.span(ofLine: line)
      let text = source[whole]
      // What makes a script executable is no prose.
      if line == 0, text.hasPrefix("#!") { continue }
      reader.add(text, at: whole.lower)
    }
    self.init(text: reader.lines.joined(separator: "\n"), quotes: reader.quotes)
  }
}

/// Takes the slashes from comment lines and finds the quotes in them, but for those in code.
private struct ProseReader {
  var lines: [String] = []
  var quotes: [Prose.Quote] = []
  private var fence: String?
  private var isCode = false

  mutating func add(_ line: String, at offset: Int) {
    let bytes = Array(line.utf8)
    var start = bytes.firstIndex { $0 != 0x20 && $0 != 0x09 } ?? bytes.count
    if bytes[start...].starts(with: "//".utf8) {
      start += 2
      if start < bytes.count, bytes[start] == 0x20 { start += 1 }
    }
    let text = Array(bytes[start...])
    if isVerbatim(text) {
      lines.append(cleaned(text[...]))
    } else {
      lines.append(marked(text, at: offset + start))
    }
  }

  /// Whether a line is code: within a fence, or indented below a blank line.
  private mutating func isVerbatim(_ text: [UInt8]) -> Bool {
    let blanks = text.prefix { $0 == 0x20 }.count
    let words = text.dropFirst(blanks)
    let mark = words.prefix { $0 == UInt8(ascii: "`") || $0 == UInt8(ascii: "~") }
    if let open = fence {
      if mark.count >= open.utf8.count, mark.count == words.count { fence = nil }
      return true
    }
    if mark.count >= 3, !words.dropFirst(mark.count).contains(UInt8(ascii: "`")) {
      fence = String(decoding: mark, as: UTF8.self)
      return true
    }
    let followsBlank = lines.last?.isEmpty ?? true
    isCode = blanks >= 4 && !words.isEmpty && (followsBlank || isCode)
    return isCode
  }

  private mutating func marked(_ text: [UInt8], at offset: Int) -> String {
    var result = ""
    var index = 0
    var written = 0
    while index < text.count {
      switch text[index] {
      case UInt8(ascii: "\\"): index += 2
      case UInt8(ascii: "`"): index = endOfCode(text, index)
      case UInt8(ascii: "{"):
        guard let end = endOfQuote(text, index) else {
          index += 1
          continue
        }
        result += cleaned(text[written..<index]) + Prose.mark(quotes.count)
        let inner = text[(index + 2)..<(end - 2)]
        quotes.append(
          Prose.Quote(
            raw: cleaned(text[index..<end]), target: QuoteTarget.read(cleaned(inner)),
            span: Span(offset + index, offset + end)))
        index = end
        written = end
      default: index += 1
      }
    }
    return result + cleaned(text[min(written, text.count)...])
  }

  /// Behind the code that begins here, or behind its mark where it does not end.
  private func endOfCode(_ text: [UInt8], _ start: Int) -> Int {
    let tick = UInt8(ascii: "`")
    let count = text[start...].prefix { $0 == tick }.count
    var index = start + count
    while index < text.count {
      let run = text[index...].prefix { $0 == tick }.count
      if run == count { return index + run }
      index += max(run, 1)
    }
    return start + count
  }

  private func endOfQuote(_ text: [UInt8], _ start: Int) -> Int? {
    let (open, close) = (UInt8(ascii: "{"), UInt8(ascii: "}"))
    guard start + 1 < text.count, text[start + 1] == open else { return nil }
    var index = start + 2
    while index + 1 < text.count {
      if text[index] == close, text[index + 1] == close { return index + 2 }
      if text[index] == open { return nil }
      index += 1
    }
    return nil
  }

  /// The text without the characters that marks are made of.
  private func cleaned(_ bytes: ArraySlice<UInt8>) -> String {
    let text = String(decoding: bytes, as: UTF8.self)
    guard text.unicodeScalars.contains(where: { $0 == Prose.open || $0 == Prose.close }) else {
      return text
    }
    var result = ""
    for scalar in text.unicodeScalars {
      let isMark = scalar == Prose.open || scalar == Prose.close
      result.unicodeScalars.append(isMark ? "\u{FFFD}" : scalar)
    }
    return result
  }
}

/// Reads `name`, `name.column`; either may be written `['any text']`.
private enum QuoteTarget {
  static func read(_ text: String) -> Prose.Target? {
    var rest = text[...]
    skipBlanks(&rest)
    guard let name = name(&rest) else { return nil }
    var column: String?
    if rest.first == "." {
      rest.removeFirst()
      column = self.name(&rest)
      if column == nil { return nil }
    }
    skipBlanks(&rest)
    return rest.isEmpty ? Prose.Target(name: name, column: column) : nil
  }

  private static func skipBlanks(_ text: inout Substring) { text = text.drop { $0 == " " } }

  private static func name(_ text: inout Substring) -> String? {
    if text.hasPrefix("['") || text.hasPrefix("[\"") {
      let close = String(text.dropFirst().prefix(1)) + "]"
      guard let end = text.dropFirst(2).firstRange(of: close) else { return nil }
      let name = String(text[text.index(text.startIndex, offsetBy: 2)..<end.lowerBound])
      text = text[end.upperBound...]
      return name
    }
    let name = text.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    text = text[name.endIndex...]
    return name.isEmpty ? nil : String(name)
  }
}
