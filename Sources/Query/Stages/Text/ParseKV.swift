import CasebookLanguage
import CasebookTables
import CasebookValues

/// `parse-kv line as (queue: string, n: long) with (pair_delimiter=" ", kv_delimiter="=")`.
enum ParseKVStage: StageDeclaration {
  static let signature = Signature(
    "parse-kv",
    [
      .expression("input"), .word("as"), .schema("columns"),
      .optional([.word("with"), .bracketedParameters(parameters)]),
    ])
  static let summary = "Takes values out of a text of keys and values."
  static let details = """
    `pair_delimiter` parts the pairs and `kv_delimiter` the key from the value; without them any
    characters that no key or value has do. `quote` (one character, or an opening and a closing one)
    encloses values with delimiters in them, `escape` takes the meaning from the character behind it.
    With `greedy=true` an unquoted value goes on to the next key. With `regex` an expression with two
    groups finds key and value. The first of several pairs with one key counts; what is not there or
    not of its type is null.
    """
  static let examples = [
    Example(
      """
      print line = "queue=fraud; n=12"
      | parse-kv line as (queue: string, n: long) with (pair_delimiter=";", kv_delimiter="=")
      | project queue, n
      """, output: "fraud\t12")
  ]
  private static let parameters = [
    Parameter("pair_delimiter"), Parameter("kv_delimiter"), Parameter("quote"),
    Parameter("escape"), Parameter("greedy", words: ["true", "false"]), Parameter("regex"),
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    guard let syntax = stage.expression("input") else { return input }
    let source = input.fields
    let text = try binder.text(syntax, over: source)
    let added = try binder.fields(stage.schema("columns")).map {
      Field($0.name, $0.type, isProtected: text.isProtected)
    }
    let (fields, outputs) = source.extended(by: added)
    return .apply(
      Pairs(
        fields: fields, outputs: outputs, columns: added,
        reader: try PairReader(stage, keys: added.map(\.name), binder)),
      [input.adding([binder.output("text", text)])])
  }

  private struct Pairs: TableOperation {
    let fields: [Field]
    /// For each column of the result: a column of the input, or behind those one of the pairs.
    let outputs: [Int]
    let columns: [Field]
    let reader: PairReader
    var title: String { "parse-kv" }

    func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
      let table = inputs[0]
      let width = table.columns.count - 1
      let (columns, reader) = (columns, reader)
      let made = try columnsFromTexts(table.columns[width], types: columns.map(\.type), context) {
        text, builders in
        let values = reader.values(in: text)
        for (index, column) in columns.enumerated() {
          guard let bytes = values[index] else {
            builders[index].appendNull()
            continue
          }
          bytes.withUnsafeBufferPointer {
            if column.type == .string {
              builders[index].append(utf8: $0)
            } else {
              builders[index].append(value(of: $0, as: column.type) ?? .null(column.type))
            }
          }
        }
      }
      return Table(
        fields: fields, columns: outputs.map { $0 < width ? table.columns[$0] : made[$0 - width] },
        rowCount: table.rowCount)
    }
  }
}

/// Finds the values of known keys in a text of pairs.
private struct PairReader: Sendable {
  private let keys: [[UInt8]]
  private let pairDelimiter: [UInt8]
  private let keyDelimiter: [UInt8]
  /// The bytes that begin and end a quoted value.
  private let quotes: (open: UInt8, close: UInt8)?
  private let escape: UInt8?
  private let isGreedy: Bool
  private let expression: RegularExpression?

  init(_ stage: Stage, keys: [String], _ binder: Binder) throws(Diagnostic) {
    func text(_ name: String) throws(Diagnostic) -> [UInt8] {
      guard let syntax = stage.parameter(name) else { return [] }
      return Array(try binder.constantText(syntax, what: name).utf8)
    }
    self.keys = keys.map { Array($0.utf8) }
    pairDelimiter = try text("pair_delimiter")
    keyDelimiter = try text("kv_delimiter")
    let quote = try text("quote")
    quotes = quote.first.map { ($0, quote.last ?? $0) }
    escape = try text("escape").first
    isGreedy = stage.parameter("greedy")?.asLiteral?.text == "true"
    guard let syntax = stage.parameter("regex") else {
      expression = nil
      return
    }
    let pattern = try binder.constantText(syntax, what: "regex")
    do {
      expression = try RegularExpression(pattern)
    } catch {
      throw BindIssue.failed("this is not a regular expression: \(error.message)").at(syntax.span)
    }
  }

  /// The value of each key, nil where the text has none.
  func values(in text: UnsafeBufferPointer<UInt8>) -> [[UInt8]?] {
    var values = [[UInt8]?](repeating: nil, count: keys.count)
    func note(_ key: UnsafeBufferPointer<UInt8>, _ value: [UInt8]) {
      let key = trimmed(key)
      if let index = keys.firstIndex(where: { $0.elementsEqual(key) }), values[index] == nil {
        values[index] = value
      }
    }
    if let expression {
      expression.forEachMatch(in: text, groups: 2) { match in
        if match.count > 2, let key = match[1], let value = match[2] {
          note(UnsafeBufferPointer(rebasing: text[key]), Array(text[value]))
        }
        return true
      }
      return values
    }
    var position = 0
    while position < text.count {
      guard let (key, start) = nextKey(in: text, from: position) else { break }
      let (value, end) = value(in: text, from: start)
      note(UnsafeBufferPointer(rebasing: text[key]), value)
      position = end
    }
    return values
  }

  /// The next key and where its value begins.
  private func nextKey(
    in text: UnsafeBufferPointer<UInt8>, from start: Int
  ) -> (key: Range<Int>, value: Int)? {
    guard !keyDelimiter.isEmpty else { return nextBareKey(in: text, from: start) }
    if let quoted = nextQuotedKey(in: text, from: start) { return quoted }
    guard let place = keyDelimiter.withUnsafeBufferPointer({ find($0, in: text, from: start) })
    else { return nil }
    // A pair without a delimiter is skipped.
    var first = start
    if !pairDelimiter.isEmpty {
      while let next = pairDelimiter.withUnsafeBufferPointer({ find($0, in: text, from: first) }),
        next < place
      {
        first = next + pairDelimiter.count
      }
    }
    return (first..<place, place + keyDelimiter.count)
  }

  /// A key in quotes, which may hold delimiters, if that comes next.
  private func nextQuotedKey(
    in text: UnsafeBufferPointer<UInt8>, from start: Int
  ) -> (key: Range<Int>, value: Int)? {
    guard let quotes else { return nil }
    var first = start
    while first < text.count, isASCIISpace(text[first]) { first += 1 }
    guard first < text.count, text[first] == quotes.open,
      let close = text[(first + 1)...].firstIndex(of: quotes.close)
    else { return nil }
    var value = close + 1
    while value < text.count, isASCIISpace(text[value]) { value += 1 }
    guard value + keyDelimiter.count <= text.count,
      text[value..<(value + keyDelimiter.count)].elementsEqual(keyDelimiter)
    else { return nil }
    return ((first + 1)..<close, value + keyDelimiter.count)
  }

  /// Without delimiters a key is a run of letters, digits, `_`, `-` and `.`.
  private func nextBareKey(
    in text: UnsafeBufferPointer<UInt8>, from start: Int
  ) -> (key: Range<Int>, value: Int)? {
    var first = start
    while first < text.count, !isWordByte(text[first]) { first += 1 }
    var end = first
    while end < text.count, isWordByte(text[end]) { end += 1 }
    guard end < text.count else { return nil }
    var value = end
    while value < text.count, !isWordByte(text[value]), text[value] != quotes?.open { value += 1 }
    return (first..<end, value)
  }

  private func isWordByte(_ byte: UInt8) -> Bool {
    isASCIIDigit(byte) || (asciiLowered(byte) >= 97 && asciiLowered(byte) <= 122) || byte >= 128
      || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
  }

  /// The value that begins at `start`, and where the next pair begins.
  private func value(
    in text: UnsafeBufferPointer<UInt8>, from start: Int
  ) -> (value: [UInt8], end: Int) {
    let first = start
    if let quotes {
      var place = first
      while place < text.count, isASCIISpace(text[place]) { place += 1 }
      if place < text.count, text[place] == quotes.open {
        return quoted(in: text, from: place + 1, close: quotes.close)
      }
    }
    if keyDelimiter.isEmpty {
      var end = first
      while end < text.count, isWordByte(text[end]) { end += 1 }
      return (Array(text[first..<end]), end)
    }
    if pairDelimiter.isEmpty { return (bare(text, first..<text.count), text.count) }
    var end = first
    while true {
      guard let next = pairDelimiter.withUnsafeBufferPointer({ find($0, in: text, from: end) })
      else { return (bare(text, first..<text.count), text.count) }
      let behind = next + pairDelimiter.count
      if escape != nil, next > first, text[next - 1] == escape {
        end = behind
        continue
      }
      if isGreedy, !startsPair(in: text, at: behind) {
        end = behind
        continue
      }
      return (bare(text, first..<next), behind)
    }
  }

  /// A value without quotes, without the blanks around it.
  private func bare(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> [UInt8] {
    Array(trimmed(UnsafeBufferPointer(rebasing: text[range])))
  }

  /// Whether a key and its delimiter come before the next pair's end.
  private func startsPair(in text: UnsafeBufferPointer<UInt8>, at start: Int) -> Bool {
    guard let place = keyDelimiter.withUnsafeBufferPointer({ find($0, in: text, from: start) })
    else { return false }
    let next = pairDelimiter.withUnsafeBufferPointer { find($0, in: text, from: start) }
    return next.map { place < $0 } ?? true
  }

  private func quoted(
    in text: UnsafeBufferPointer<UInt8>, from start: Int, close: UInt8
  ) -> (value: [UInt8], end: Int) {
    var value: [UInt8] = []
    var index = start
    while index < text.count, text[index] != close {
      if text[index] == escape, index + 1 < text.count { index += 1 }
      value.append(text[index])
      index += 1
    }
    index += 1
    guard !pairDelimiter.isEmpty,
      let next = pairDelimiter.withUnsafeBufferPointer({ find($0, in: text, from: index) })
    else { return (value, pairDelimiter.isEmpty ? index : text.count) }
    return (value, next + pairDelimiter.count)
  }
}
