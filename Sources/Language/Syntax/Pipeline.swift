/// A query: where its rows come from, and the stages they pass.
public struct Pipeline: SyntaxNode {
  /// Where a pipeline's rows come from.
  public enum Source: Sendable {
    /// A table's name, a function that yields a table, a bracketed pipeline.
    case expression(Expression)
    /// A stage that makes rows itself: `print`, `range`, `datatable`, `union`, `search`, ...
    case stage(Stage)
    /// A command that yields a table: `sql "..."`, `check intake`.
    case command(Command)
    /// The text begins with `|`: the session's last pipeline, whose result is `_`.
    case continuation
    /// The rows of the stage around it, as in `mv-apply ... on (where x > 1)`.
    case input
  }

  /// Where the rows come from.
  public let source: Source
  /// The stages, in order.
  public let stages: [Stage]
  /// The bytes it covers, without brackets around it.
  public let span: Span

  /// The expression, when the pipeline is one without stages.
  public var asExpression: Expression? {
    if stages.isEmpty, case .expression(let expression) = source { return expression }
    return nil
  }

  /// The source, then the stages.
  public var children: [any SyntaxNode] {
    let head: [any SyntaxNode] =
      switch source {
      case .expression(let expression): [expression]
      case .stage(let stage): [stage]
      case .command(let command): [command]
      case .continuation, .input: []
      }
    return head + stages
  }
}

/// A stage: its name and the parts that its signature declares.
public struct Stage: SyntaxNode, PartContainer {
  /// The name as written: `order` for an alias of `sort`.
  public let word: Name
  /// The signature's own name; nil for a stage that no signature declares.
  public let name: String?
  /// What follows the name.
  public let parts: [Part]
  /// Where the `|` stands; nil at the head of a pipeline.
  public let pipe: Span?
  /// The bytes from the `|` (or the name) to the last part.
  public let span: Span
  /// The name, then the parts.
  public var children: [any SyntaxNode] { [word] + parts }
}

/// A command: its name and the parts that its signature declares.
public struct Command: SyntaxNode, PartContainer {
  /// The name as written, without the dot of `.load`.
  public let word: Name
  /// The signature's own name.
  public let name: String
  /// Whether the text holds only clauses, which amend the command just entered.
  public let isAmendment: Bool
  /// What follows the name.
  public let parts: [Part]
  /// The bytes it covers.
  public let span: Span
  /// A command that is its word and nothing else.
  public init(alone word: Name, name: String) {
    self.init(word: word, name: name, isAmendment: false, parts: [], span: word.span)
  }

  init(word: Name, name: String, isAmendment: Bool, parts: [Part], span: Span) {
    self.word = word
    self.name = name
    self.isAmendment = isAmendment
    self.parts = parts
    self.span = span
  }

  /// The name (unless the command amends), then the parts.
  public var children: [any SyntaxNode] { isAmendment ? parts : [word] + parts }
}
