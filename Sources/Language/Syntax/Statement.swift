/// A statement of a script, with the prose before it.
public struct Statement: SyntaxNode {
  /// The kinds of statement.
  public enum Kind: Sendable {
    /// A question.
    case pipeline(Pipeline)
    /// `let name = value`.
    case binding(Binding)
    /// A command with its clauses.
    case command(Command)
    /// An SQL text, without the word `sql` before it.
    case sql(Span)
    /// `set name`, `set name = value`.
    case setting(Setting)
    /// `declare query_parameters(...)`.
    case parameters([ColumnDeclaration])
    /// Another shell's habit: `.tables`, `\d`, `\q`, `?`. `argument` is what follows the word.
    case foreign(Name, argument: String)
    /// A statement of KQL that Casebook reads but does not carry out: `declare pattern`,
    /// `restrict access to`, `alias`.
    case unsupported(Name)
    /// Nothing: a lone `;`, or prose at the end of the text.
    case empty
    /// A text that could not be parsed as any statement.
    case error
  }

  /// What the statement is.
  public let kind: Kind
  /// The bytes from its first token to its last, without the `;`.
  public let span: Span
  /// The bytes of the comment lines before it; nil if there are none.
  public let prose: Span?
  /// Where its `;` stands, if it has one.
  public let terminator: Span?
  /// Whether a diagnostic of severity `error` lies in it.
  public let hasErrors: Bool

  /// The node below, if any.
  public var children: [any SyntaxNode] {
    switch kind {
    case .pipeline(let pipeline): [pipeline]
    case .binding(let binding): [binding]
    case .command(let command): [command]
    case .setting(let setting): [setting]
    case .parameters(let columns): columns
    case .foreign(let name, _), .unsupported(let name): [name]
    case .sql, .empty, .error: []
    }
  }
}

/// `let name = value`.
public struct Binding: SyntaxNode {
  /// What a name is bound to.
  public enum Value: Sendable {
    /// An expression without stages; a bare name may be a value or a table, which the binder tells.
    case expression(Expression)
    /// A pipeline.
    case pipeline(Pipeline)
    /// A function.
    case function(Function)
  }

  /// The name.
  public let name: Name
  /// What it is bound to.
  public let value: Value
  /// The bytes it covers.
  public let span: Span

  /// The name, then the value.
  public var children: [any SyntaxNode] {
    switch value {
    case .expression(let expression): [name, expression]
    case .pipeline(let pipeline): [name, pipeline]
    case .function(let function): [name, function]
    }
  }
}

/// `(x: long, T: (a: string)) { let ...; T | where b > x }`, perhaps with `view` before it.
public struct Function: SyntaxNode {
  /// Whether it is written with `view`.
  public let isView: Bool
  /// The parameters; a table parameter has `columns`.
  public let parameters: [ColumnDeclaration]
  /// The `let` statements of the body.
  public let bindings: [Binding]
  /// The body's result: a pipeline, or an expression as a pipeline without stages.
  public let result: Pipeline?
  /// The bytes it covers.
  public let span: Span
  /// The parameters, the bindings, the result.
  public var children: [any SyntaxNode] {
    var nodes: [any SyntaxNode] = parameters
    nodes += bindings
    if let result { nodes.append(result) }
    return nodes
  }
}

/// `set name` or `set name = value`.
public struct Setting: SyntaxNode {
  /// The setting's name.
  public let name: Name
  /// The value, if one is given.
  public let value: Expression?
  /// The bytes it covers.
  public let span: Span
  /// The name, then the value.
  public var children: [any SyntaxNode] { value.map { [name, $0] } ?? [name] }
}
