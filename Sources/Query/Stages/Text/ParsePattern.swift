import CasebookLanguage
import CasebookTables
import CasebookValues

/// A pattern of `parse`, ready to be matched against texts.
struct ParsePattern: Sendable {
  /// An item of the pattern.
  enum Item: Sendable {
    /// Any text.
    case skip
    /// This text.
    case text([UInt8])
    /// A column's value.
    case capture(Int)
  }

  /// The columns, in the order written.
  let fields: [Field]
  /// Whether a value that is not of its column's type makes only that column null.
  let isRelaxed: Bool
  private let items: [Item]
  /// With `kind=regex` the whole pattern as one expression, and the group of each column.
  private let expression: (pattern: RegularExpression, groups: [Int])?

  init(_ stage: Stage, _ binder: Binder) throws(Diagnostic) {
    let kind = try Self.kind(stage)
    isRelaxed = kind == "relaxed"
    var fields: [Field] = []
    var items: [Item] = []
    for item in stage.pattern("pattern") {
      switch item {
      case .skip: items.append(.skip)
      case .text(let syntax):
        items.append(
          .text(Array(try binder.constantText(syntax, what: "a text of the pattern").utf8)))
      case .capture(let column):
        items.append(.capture(fields.count))
        let field = try binder.fields([column])[0]
        if fields.contains(where: { $0.name == field.name }) {
          throw BindIssue.duplicateColumn(field.name).at(column.span)
        }
        fields.append(field)
      }
    }
    self.fields = fields
    self.items = items
    expression =
      kind == "regex"
      ? try Self.expression(items, fields, flags: Self.flags(stage), span: stage.span) : nil
  }

  private static func kind(_ stage: Stage) throws(Diagnostic) -> String {
    guard let syntax = stage.parameter("kind") else { return "simple" }
    guard let word = syntax.asName?.text, ["simple", "regex", "relaxed"].contains(word) else {
      throw BindIssue.shape(
        "this is not a kind of parse", help: "kinds: simple, regex, relaxed"
      ).at(syntax.span)
    }
    return word
  }

  private static func flags(_ stage: Stage) -> String {
    stage.parameter("flags").flatMap { $0.asName?.text ?? $0.asLiteral?.text } ?? ""
  }

  // MARK: Regular expressions

  private static func expression(
    _ items: [Item], _ fields: [Field], flags: String, span: Span
  ) throws(Diagnostic) -> (RegularExpression, [Int]) {
    guard flags.allSatisfy({ "imsU".contains($0) }) else {
      throw BindIssue.shape("flags are some of i, m, s and U", help: "flags=i ignores case").at(
        span)
    }
    var pattern = flags.isEmpty ? "\\A" : "(?\(flags))\\A"
    for item in items {
      switch item {
      case .skip: pattern += "(?s:.*?)"
      case .text(let bytes): pattern += String(decoding: bytes, as: UTF8.self)
      case .capture(let column):
        pattern += "(?P<\(groupName(column))>\(valuePattern(fields[column].type)))"
      }
    }
    do {
      let compiled = try RegularExpression(pattern + "\\z")
      return (compiled, fields.indices.map { compiled.groupNumber(named: groupName($0)) ?? 0 })
    } catch {
      throw BindIssue.failed("the pattern is not a regular expression: \(error.message)").at(span)
    }
  }

  private static func groupName(_ column: Int) -> String { "column_\(column)" }

  private static func valuePattern(_ type: ScalarType) -> String {
    switch type {
    case .int, .long: "-?\\d+"
    case .real, .decimal: "-?\\d*\\.?\\d+(?:[eE][-+]?\\d+)?"
    case .guid: "[0-9a-fA-F-]+"
    default: ".*"
    }
  }

  // MARK: Matching

  /// Where each column's value stands in a text; nil when the text does not match.
  func match(_ text: UnsafeBufferPointer<UInt8>, _ ranges: inout [Range<Int>]) -> Bool {
    guard let (pattern, groups) = expression else { return matchItems(text, &ranges) }
    guard let found = pattern.firstMatch(in: text) else { return false }
    for (column, group) in groups.enumerated() { ranges[column] = found[group] ?? 0..<0 }
    return true
  }

  /// Item by item: a column or `*` takes the text up to the first place where the next text stands,
  /// a number before `*` or a column as many digits as there are.
  private func matchItems(
    _ text: UnsafeBufferPointer<UInt8>, _ ranges: inout [Range<Int>]
  ) -> Bool {
    var position = 0
    var open: Int?
    var skips = false
    for (index, item) in items.enumerated() {
      switch item {
      case .skip:
        if let column = open { close(column, text, &position, &ranges, beforeSkip: true) }
        open = nil
        skips = true
      case .capture(let column):
        if let column = open { close(column, text, &position, &ranges, beforeSkip: false) }
        open = column
      case .text(let wanted):
        let isLast = index == items.count - 1
        guard
          let place = wanted.withUnsafeBufferPointer({
            Self.place(
              of: $0, in: text, from: position, isOpen: open != nil || skips, isLast: isLast)
          })
        else { return false }
        if let column = open { ranges[column] = position..<place }
        open = nil
        skips = false
        position = place + wanted.count
      }
    }
    if let column = open {
      ranges[column] = position..<text.count
      return true
    }
    return skips || position == text.count
  }

  private static func place(
    of wanted: UnsafeBufferPointer<UInt8>, in text: UnsafeBufferPointer<UInt8>, from start: Int,
    isOpen: Bool, isLast: Bool
  ) -> Int? {
    if !isLast, isOpen { return find(wanted, in: text, from: start) }
    // The last text stands at the end, one with nothing open before it right here.
    let place = isOpen ? text.count - wanted.count : start
    guard place >= start, place + wanted.count <= text.count,
      compareBytes(UnsafeBufferPointer(rebasing: text[place..<(place + wanted.count)]), wanted) == 0
    else { return nil }
    return place
  }

  /// Ends a column's value without a text behind it.
  private func close(
    _ column: Int, _ text: UnsafeBufferPointer<UInt8>, _ position: inout Int,
    _ ranges: inout [Range<Int>], beforeSkip: Bool
  ) {
    let start = position
    switch fields[column].type {
    case .int, .long, .real, .decimal:
      let isReal = fields[column].type.isFractional
      if position < text.count, text[position] == UInt8(ascii: "-") { position += 1 }
      while position < text.count,
        isASCIIDigit(text[position]) || (isReal && text[position] == UInt8(ascii: "."))
      {
        position += 1
      }
    default:
      if beforeSkip { position = text.count }
    }
    ranges[column] = start..<position
  }
}
