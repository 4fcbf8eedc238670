/// The column that a value is compared with where it is being typed.
public struct ComparedColumn: Sendable, Hashable {
  /// The column's name.
  public let name: String
  /// The operator: `==`, `in`, `=~`, `has`.
  public let symbol: String
}

/// What the last tokens of an unfinished text say about what comes next.
///
/// The tree of such a text lacks its end, so these look backwards from there.
struct TokensBefore {
  private let tree: SyntaxTree
  private let tokens: ArraySlice<Token>

  init(_ tree: SyntaxTree) {
    self.tree = tree
    tokens = tree.tokens.dropLast()
  }

  /// The names before the dot at the end: `a.b.` gives `a` and `b`.
  var path: [String] {
    var names: [String] = []
    var index = tokens.count - 1
    while index > 0, tokens[index].kind == .dot, let (name, start) = name(endingAt: index - 1) {
      names.insert(name, at: 0)
      index = start - 1
    }
    return names
  }

  /// The name that the text ends with, unless it is a property of another.
  var operand: String? {
    guard let (name, start) = name(endingAt: tokens.count - 1),
      start == 0 || tokens[start - 1].kind != .dot
    else { return nil }
    return name
  }

  /// The function whose bracket is the innermost open one.
  var callee: String? {
    guard let open = openBracket, open > 0, tokens[open].kind == .leftParenthesis,
      tokens[open - 1].kind == .name, tokens[open].trivia.isEmpty
    else { return nil }
    return text(open - 1)
  }

  /// The column before the comparison that the text ends with.
  var comparedColumn: ComparedColumn? {
    guard let last = tokens.indices.last else { return nil }
    if let column = column(before: last) { return column }
    // Within a list, behind its bracket or a comma.
    guard tokens[last].kind == .leftParenthesis || tokens[last].kind == .comma,
      let open = openBracket, open > 0, tokens[open].kind == .leftParenthesis
    else { return nil }
    return column(before: open - 1, takesList: true)
  }

  private func column(before index: Int, takesList: Bool = false) -> ComparedColumn? {
    guard index > 0, let row = OperatorTable.row(tokens[index].kind, text(index)),
      row.binary.comparesValues
    else { return nil }
    if case .list = row.right {} else if takesList { return nil }
    guard let (name, start) = name(endingAt: index - 1) else { return nil }
    // A property of a column is not the column.
    if start > 0, tokens[start - 1].kind == .dot { return nil }
    return ComparedColumn(name: name, symbol: row.binary.rawValue)
  }

  /// The name that ends with a token, bare or in brackets, and where it begins.
  private func name(endingAt index: Int) -> (String, start: Int)? {
    guard index >= 0 else { return nil }
    if tokens[index].kind == .name { return (text(index), index) }
    guard index >= 2, tokens[index].kind == .rightBracket, tokens[index - 1].kind == .string,
      tokens[index - 2].kind == .leftBracket
    else { return nil }
    let span = tokens[index - 1].span
    let decoded = StringSpelling.decode(
      tree.source.bytes[span.lower..<span.upper], isSmart: false, isUnterminated: false)
    return (decoded.text, index - 2)
  }

  /// The innermost bracket that is open at the end.
  private var openBracket: Int? {
    var depth = 0
    for index in tokens.indices.reversed() {
      switch tokens[index].kind {
      case .rightParenthesis, .rightBracket, .rightBrace: depth += 1
      case .leftParenthesis, .leftBracket, .leftBrace:
        if depth == 0 { return index }
        depth -= 1
      case .semicolon where depth == 0: return nil
      default: break
      }
    }
    return nil
  }

  private func text(_ index: Int) -> String { tree.source[tokens[index].span] }
}

extension BinaryOperator {
  /// Whether what stands behind the operator is a value that the column before it may have.
  fileprivate var comparesValues: Bool {
    switch self {
    case .equal, .notEqual, .equalIgnoringCase, .notEqualIgnoringCase, .in, .notIn,
      .inIgnoringCase, .notInIgnoringCase, .has, .notHas, .hasAny, .hasAll:
      true
    default: false
    }
  }
}
