import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookWorkspace

extension Engine {
  /// A text as a history or a journal may keep it: constants that stand with protected columns are `***`.
  ///
  /// Whoever asks for one person's rows types what the column protects. More may be masked than need be:
  /// the text is not bound, so names decide.
  public func masked(_ text: String) -> String {
    var names = protectedNames
    guard !names.isEmpty else { return text }
    let tree = parse(text, signatures: Self.signatures)
    var spans: [Span] = []
    for statement in tree.statements {
      names.formUnion(derivedNames(statement, from: names))
      spans += maskedSpans(statement, tree, names)
    }
    return replacing(spans, in: tree)
  }

  /// A text with the strings that say that they must not be kept, `h"..."`, as `***`.
  public func maskedHiddenStrings(_ text: String) -> String {
    let tree = parse(text, signatures: Self.signatures)
    var spans: [Span] = []
    for statement in tree.statements {
      statement.walk { node in
        if let expression = node as? Expression, expression.asLiteral?.isHidden == true {
          spans.append(expression.span)
        }
      }
    }
    return replacing(spans, in: tree)
  }

  /// A text with every constant as `***`, for one that is known to hold a protected value.
  public func maskedConstants(_ text: String) -> String {
    let tree = parse(text, signatures: Self.signatures)
    return replacing(tree.statements.flatMap { allConstants($0) }, in: tree)
  }

  /// Whether a cell that depends on these columns read a protected one.
  public func areProtected(_ reads: CellReads) -> Bool {
    reads.columns.contains { name, columns in
      let fields = (try? rows(ofDataset: name))?.fields ?? []
      return fields.contains { $0.isProtected && columns.contains($0.name) }
    }
  }

  /// The names of protected columns that a statement can reach.
  ///
  /// A column that was revealed counts, too: what is kept outlives the session.
  private var protectedNames: Set<String> {
    var fields: [Field] = session.lastResult?.fields ?? []
    for name in session.scope.tableNames {
      if case .table(let plan)? = session.scope[name] { fields += plan.fields }
    }
    let stored = (try? store.workspace.protectedColumnNames()) ?? []
    return stored.union(fields.filter(\.isProtected).map(\.name))
  }

  /// The names that a statement gives to what it computes from protected columns.
  private func derivedNames(_ statement: Statement, from names: Set<String>) -> Set<String> {
    var names = names
    var count = -1
    while count != names.count {
      count = names.count
      statement.walk { node in
        if let item = node as? Item, mentions(item.value, names) {
          names.formUnion(item.names.map(\.text))
        } else if let stage = node as? Stage, Self.splittingStages.contains(stage.word.text),
          mentions(stage, names)
        {
          stage.walk { if let name = $0 as? Name { names.insert(name.text) } }
        } else if let binding = node as? Binding, mentions(binding, names) {
          names.insert(binding.name.text)
        }
      }
    }
    return names
  }

  private static let splittingStages: Set<String> = [
    "parse", "parse-where", "parse-kv", "mv-expand", "mv-apply",
  ]

  /// Whether a name below a node is one of these, or one that an aggregate makes of it: `set_email`.
  private func mentions(_ node: any SyntaxNode, _ names: Set<String>) -> Bool {
    var found = false
    node.walk { node in
      guard let name = (node as? Name)?.text else { return }
      found = found || names.contains(name) || names.contains { name.hasSuffix("_" + $0) }
    }
    return found
  }

  // MARK: Constants

  private func maskedSpans(
    _ statement: Statement, _ tree: SyntaxTree, _ names: Set<String>
  ) -> [Span] {
    if case .sql(let span) = statement.kind { return sqlConstants(span, tree, names) }
    return constants(statement, names)
  }

  /// The constants below a node that stand with protected columns.
  private func constants(_ node: any SyntaxNode, _ names: Set<String>) -> [Span] {
    if let stage = node as? Stage, Self.lookingStages.contains(stage.word.text) {
      // It looks at every column.
      return allConstants(stage)
    }
    if let command = node as? Command, command.name == ExpectCommand.signature.name,
      mentions(command, names)
    {
      // What its result should be stands apart from the column.
      return allConstants(command)
    }
    if let expression = node as? Expression {
      switch expression.kind {
      case .binary(.and, let left, let right), .binary(.or, let left, let right):
        return constants(left, names) + constants(right, names)
      case .bracketed(let inner): return constants(inner, names)
      case .pipeline: break
      default: return mentions(expression, names) ? allConstants(expression) : []
      }
    }
    return node.children.flatMap { constants($0, names) }
  }

  private static let lookingStages: Set<String> = ["search", "find"]

  private func allConstants(_ node: any SyntaxNode) -> [Span] {
    var spans: [Span] = []
    node.walk { node in
      if let expression = node as? Expression, case .literal = expression.kind {
        spans.append(expression.span)
      }
    }
    return spans
  }

  private func sqlConstants(_ span: Span, _ tree: SyntaxTree, _ names: Set<String>) -> [Span] {
    // SQL's names mean the same in any case.
    let text = tree.source[span].lowercased()
    guard names.contains(where: { text.contains($0.lowercased()) }) else { return [] }
    // Everything between single quotes.
    let bytes = tree.source.bytes
    var spans: [Span] = []
    var start: Int?
    for index in span.lower..<span.upper where bytes[index] == UInt8(ascii: "'") {
      if let opened = start {
        spans.append(Span(opened, index + 1))
        start = nil
      } else {
        start = index
      }
    }
    return spans
  }

  private func replacing(_ spans: [Span], in tree: SyntaxTree) -> String {
    var result: [UInt8] = []
    var end = 0
    for span in spans.sorted(by: { $0.lower < $1.lower }) where span.lower >= end {
      let bytes = tree.source.bytes
      result += bytes[end..<span.lower]
      let quote = bytes[span.lower]
      let isText = quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"")
      result += (isText ? [quote] : []) + Array("***".utf8) + (isText ? [quote] : [])
      end = span.upper
    }
    result += tree.source.bytes[end...]
    return String(decoding: result, as: UTF8.self)
  }
}
