/// Where a statement's tokens have a space, nothing or a line break between them.
struct StatementLayout {
  /// What stands before a token that does not begin a line.
  enum Spacing {
    case none, space
    /// What the source has: the token is not the first of a constant, wildcard or quoted name.
    case verbatim
  }

  let tree: SyntaxTree
  /// The statement's tokens.
  let range: Range<Int>
  /// The indentation of each token that begins a line.
  private(set) var breaks: [Int: Int] = [:]
  private var spacings: [Spacing]
  /// For each token, the width of the statement on one line up to and without it.
  private var widthBefore: [Int] = []
  private var operators: Set<Int> = []

  init(_ statement: Statement, in tree: SyntaxTree) {
    self.tree = tree
    range = tree.tokenRange(of: statement.span)
    spacings = Array(repeating: .space, count: range.count)
    markOperators(statement)
    for index in range.dropFirst() { spacings[index - range.lowerBound] = usualSpacing(index) }
    statement.walk { mark($0) }
    measure()
    place(statement, indent: 0, isLong: width(range) > Formatter.width)
    if case .command(let command) = statement.kind, !keepClauseLines() { breakClauses(command) }
    foldLongLines()
  }

  func spacing(_ index: Int) -> Spacing { spacings[index - range.lowerBound] }

  /// The statement on one line, without comments.
  var oneLine: String {
    var text = ""
    for index in range {
      let token = tree.tokens[index]
      if index > range.lowerBound {
        switch spacing(index) {
        case .none: break
        case .space: text += " "
        case .verbatim: text += tree.source[token.trivia]
        }
      }
      text += tree.source[token.span]
    }
    return text
  }

  private func kind(_ index: Int) -> TokenKind { tree.tokens[index].kind }

  private func width(_ range: Range<Int>) -> Int {
    guard let first = range.first else { return 0 }
    return widthBefore[range.upperBound - self.range.lowerBound]
      - widthBefore[first - self.range.lowerBound]
  }

  private mutating func measure() {
    var total = 0
    for index in range {
      switch spacing(index) {
      case .none: break
      case .space: total += 1
      case .verbatim: total += tree.tokens[index].trivia.count
      }
      widthBefore.append(total)
      let span = tree.tokens[index].span
      total += tree.source.bytes[span.lower..<span.upper].count { $0 & 0xC0 != 0x80 }
    }
    widthBefore.append(total)
  }
}

// MARK: - Spaces

extension StatementLayout {
  /// The spacing that the two kinds of token ask for.
  private func usualSpacing(_ index: Int) -> Spacing {
    let before = kind(index - 1)
    let here = kind(index)
    switch here {
    case .comma, .semicolon, .rightParenthesis, .rightBracket, .dot, .colon: return .none
    case .minus where !operators.contains(index): return .none
    // `qa 5%`: a share.
    case .percent where !operators.contains(index): return .none
    default: break
    }
    switch before {
    case .leftParenthesis, .leftBracket, .dot: return .none
    case .minus where !operators.contains(index - 1): return .none
    default: return .space
    }
  }

  private mutating func markOperators(_ statement: Statement) {
    var found: Set<Int> = []
    statement.walk { node in
      guard let expression = node as? Expression else { return }
      switch expression.kind {
      case .binary(_, let left, let right):
        let tokens = tree.tokenRange(of: Span(left.span.upper, right.span.lower))
        found.formUnion(tokens)
      case .unary: found.insert(tree.firstToken(from: expression.span.lower))
      default: break
      }
    }
    operators = found
  }

  /// Marks what the kinds of token cannot tell.
  private mutating func mark(_ node: any SyntaxNode) {
    switch node {
    case let expression as Expression: mark(expression)
    case let name as Name where name.isQuoted: glueWhole(name.span)
    case let argument as Argument:
      guard let name = argument.name else { return }
      glue(from: name.span.upper, through: argument.value.span.lower)
    case let item as PatternItem:
      if case .capture(let column) = item, let type = column.type { glue(at: type.span.lower) }
    case let stage as Stage: markSchema(of: stage)
    default: break
    }
  }

  private mutating func mark(_ expression: Expression) {
    switch expression.kind {
    case .literal(let literal) where literal.isTyped: glueWhole(expression.span)
    case .wildcard: glueWhole(expression.span)
    case .name(let name) where name.text.contains("@"): glueWhole(expression.span)
    case .error: glueWhole(expression.span)
    case .type(let name) where name.span.lower != expression.span.lower:
      glueWhole(expression.span)
    case .schema(let columns):
      for column in columns { column.type.map { glue(at: $0.span.lower) } }
    case .binary(.search, _, let right): glue(at: right.span.lower)
    case .unary(_, let operand): glue(at: operand.span.lower)
    case .call(let call): glue(at: call.name.span.upper)
    case .element(let base, _): glue(at: base.span.upper)
    case .member(let base, let name) where name.isQuoted: glue(at: base.span.upper)
    default: break
    }
  }

  /// `datatable(a: int)`: a schema right behind the word stands like a call's arguments.
  private mutating func markSchema(of stage: Stage) {
    guard case .schema? = stage.parts.first?.value else { return }
    let index = tree.firstToken(from: stage.word.span.upper)
    if kind(index) == .leftParenthesis { glue(at: stage.word.span.upper) }
  }

  /// No space before the first token from an offset.
  private mutating func glue(at offset: Int) {
    let index = tree.firstToken(from: offset)
    if range.contains(index) { spacings[index - range.lowerBound] = .none }
  }

  private mutating func glue(from lower: Int, through upper: Int) {
    for index in tree.firstToken(from: lower)...tree.firstToken(from: max(lower, upper))
    where range.contains(index) {
      spacings[index - range.lowerBound] = .none
    }
  }

  private mutating func glueWhole(_ span: Span) {
    for index in tree.tokenRange(of: span).dropFirst() where range.contains(index) {
      spacings[index - range.lowerBound] = .verbatim
    }
  }
}

// MARK: - Lines of pipelines, functions and rows

extension StatementLayout {
  /// Places a node that stands on a line with an indentation; `isLong` says that the line must be cut.
  private mutating func place(_ node: any SyntaxNode, indent: Int, isLong: Bool) {
    switch node {
    case let pipeline as Pipeline: placePipeline(pipeline, indent, isLong)
    case let function as Function: placeFunction(function, indent, isLong)
    case let stage as Stage: placeRows(of: stage, indent, isLong)
    default: for child in node.children { place(child, indent: indent, isLong: isLong) }
    }
  }

  private mutating func placePipeline(_ pipeline: Pipeline, _ indent: Int, _ isLong: Bool) {
    let tokens = tree.tokenRange(of: pipeline.span)
    let pipes = pipeline.stages.compactMap { $0.pipe.map { tree.firstToken(from: $0.lower) } }
      .filter { $0 > tokens.lowerBound }
    let wasBroken = pipes.contains { tree.tokens[$0].startsLine }
    guard !pipes.isEmpty, wasBroken || isLong else {
      for child in pipeline.children { place(child, indent: indent, isLong: isLong) }
      return
    }
    var base = indent
    if isBracketed(tokens) {
      base += Formatter.indent
      breaks[tokens.lowerBound] = base
      breaks[tokens.upperBound] = indent
    }
    var stageIndent = base + Formatter.indent
    switch pipeline.source {
    case .continuation, .input: stageIndent = base
    case .expression(let head): place(head, indent: base, isLong: isTooLong(head, base))
    case .stage(let head): place(head, indent: base, isLong: isTooLong(head, base))
    case .command(let head): place(head, indent: base, isLong: isTooLong(head, base))
    }
    for pipe in pipes { breaks[pipe] = stageIndent }
    for stage in pipeline.stages {
      place(stage, indent: stageIndent, isLong: isTooLong(stage, stageIndent))
    }
  }

  private func isTooLong(_ node: some SyntaxNode, _ indent: Int) -> Bool {
    indent + width(tree.tokenRange(of: node.span)) > Formatter.width
  }

  /// Whether a bracket opens right before the tokens and closes right behind them.
  private func isBracketed(_ tokens: Range<Int>) -> Bool {
    guard tokens.lowerBound > range.lowerBound, tokens.upperBound < range.upperBound else {
      return false
    }
    return kind(tokens.lowerBound - 1).closingBracket == kind(tokens.upperBound)
  }

  private mutating func placeFunction(_ function: Function, _ indent: Int, _ isLong: Bool) {
    let inner = indent + Formatter.indent
    let close = tree.tokenRange(of: function.span).upperBound - 1
    var starts = function.bindings.map { tree.firstToken(from: $0.span.lower) }
    if let result = function.result { starts.append(tree.firstToken(from: result.span.lower)) }
    let isBroken = isLong || (starts + [close]).contains { tree.tokens[$0].startsLine }
    if isBroken {
      for start in starts { breaks[start] = inner }
      breaks[close] = indent
    }
    for parameter in function.parameters { place(parameter, indent: indent, isLong: false) }
    let below: [any SyntaxNode] = function.bindings + (function.result.map { [$0] } ?? [])
    for node in below {
      let isLong = inner + width(tree.tokenRange(of: node.span)) > Formatter.width
      place(node, indent: isBroken ? inner : indent, isLong: isLong)
    }
  }

  /// `datatable`'s values: a row on each line when they do not stand on one.
  private mutating func placeRows(of stage: Stage, _ indent: Int, _ isLong: Bool) {
    for part in stage.parts {
      let tokens = tree.tokenRange(of: part.span)
      guard let first = tokens.first, kind(first) == .leftBracket,
        case .items(let items) = part.value
      else {
        place(part, indent: indent, isLong: isLong)
        continue
      }
      guard isLong || tokens.dropFirst().contains(where: { tree.tokens[$0].startsLine }) else {
        continue
      }
      let columns = max(
        1, stage.parts.first { !$0.schemaColumns.isEmpty }?.schemaColumns.count ?? 1)
      for (position, item) in items.enumerated() where position % columns == 0 {
        breaks[tree.firstToken(from: item.span.lower)] = indent + Formatter.indent
      }
      breaks[tokens.upperBound - 1] = indent
    }
  }
}

extension Part {
  fileprivate var schemaColumns: [ColumnDeclaration] {
    if case .schema(let columns) = value { return columns }
    return []
  }
}

// MARK: - Lines of commands, long lines

extension StatementLayout {
  /// A command's clauses stay on the lines they were written on; says whether there are several.
  private mutating func keepClauseLines() -> Bool {
    var depth = 0
    var isBroken = false
    for index in range.dropFirst() {
      if kind(index - 1).closingBracket != nil { depth += 1 }
      if kind(index).isClosingBracket { depth -= 1 }
      if depth == 0, breaks[index] == nil, tree.tokens[index].startsLine, kind(index) == .name,
        spacing(index) == .space, !isCut(index)
      {
        breaks[index] = Formatter.indent
        isBroken = true
      }
    }
    return isBroken
  }

  /// A command that is too long for one line has each long clause on a line of its own, and short ones behind one
  /// another.
  private mutating func breakClauses(_ command: Command) {
    guard width(range) > Formatter.width else { return }
    let starts = command.parts.flatMap { clauseStarts($0) }.filter { breaks[$0] == nil }
    var line = range.lowerBound
    var wasLong = false
    for (place, start) in starts.enumerated() {
      let end = place + 1 < starts.count ? starts[place + 1] : range.upperBound
      // A word and a value of one piece are short; the parts of a date have no space between them.
      let isLong = (start..<end).dropFirst(2).contains { spacing($0) == .space }
      let isTooWide = Formatter.indent + width(line..<end) > Formatter.width
      if isLong || wasLong || isTooWide {
        breaks[start] = Formatter.indent
        line = start
      }
      wasLong = isLong
    }
  }

  /// Where the clauses of a part begin: at the word before its value, or at that of each repetition.
  private func clauseStarts(_ part: Part) -> [Int] {
    let first = tree.firstToken(from: part.span.lower)
    if first - 1 > range.lowerBound, isWord(first - 1, part.label) { return [first - 1] }
    guard case .groups(let groups) = part.value else { return [] }
    return groups.map { tree.firstToken(from: $0.span.lower) }.filter { isWord($0, part.label) }
  }

  private func isWord(_ index: Int, _ text: String) -> Bool {
    kind(index) == .name
      && String(
        decoding: tree.source.bytes[tree.tokens[index].span.lower..<tree.tokens[index].span.upper],
        as: UTF8.self) == text
  }

  private mutating func foldLongLines() {
    var start = range.lowerBound
    var indent = 0
    for index in range.dropFirst() {
      guard let next = breaks[index] else { continue }
      fold(start..<index, indent: indent)
      start = index
      indent = next
    }
    fold(start..<range.upperBound, indent: indent)
  }

  /// Cuts a line that is too long behind its outermost commas or before its outermost `and` and `or`.
  private mutating func fold(_ line: Range<Int>, indent: Int) {
    guard line.count > 1, indent + width(line) > Formatter.width else { return }
    var depth = 0
    var cuts: [Int] = []
    var least = Int.max
    for index in line.dropFirst() {
      if kind(index - 1).closingBracket != nil { depth += 1 }
      if kind(index).isClosingBracket { depth -= 1 }
      guard spacing(index) == .space, isCut(index), depth <= least else { continue }
      if depth < least { cuts = [] }
      least = depth
      cuts.append(index)
    }
    guard !cuts.isEmpty else { return }
    let inner = indent + Formatter.continuation
    var start = line.lowerBound
    for cut in cuts {
      breaks[cut] = inner
      fold(start..<cut, indent: start == line.lowerBound ? indent : inner)
      start = cut
    }
    fold(start..<line.upperBound, indent: inner)
  }

  private func isCut(_ index: Int) -> Bool {
    if kind(index - 1) == .comma { return true }
    guard operators.contains(index) else { return false }
    let text = tree.source[tree.tokens[index].span]
    return text == "and" || text == "or"
  }
}
