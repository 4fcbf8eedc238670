/// An expression with the span it covers.
public struct Expression: SyntaxNode {
  /// The forms of an expression.
  public indirect enum Kind: Sendable {
    /// A constant.
    case literal(Literal)
    /// A name: a column, a `let` value, a table, `$left`, `$right`, `_`.
    case name(Name)
    /// `*`, as in `count(*)`, `arg_max(x, *)`, `distinct *`.
    case star
    /// A name with `*` in it, as in `project-away a*` or `union T*`.
    case wildcard(String)
    /// A property by name: `a.b`, `a["b"]`.
    case member(Expression, Name)
    /// An element by position or by a computed name: `a[0]`, `a[i]`.
    case element(Expression, index: Expression)
    /// A function call.
    case call(Call)
    /// `-x`, `+x`.
    case unary(UnaryOperator, Expression)
    /// `x + y`, `x has y`, `x in (...)`.
    case binary(BinaryOperator, Expression, Expression)
    /// `x is missing` and `x is present`.
    case missing(Expression, isMissing: Bool)
    /// `(x)`: brackets around one expression.
    case bracketed(Expression)
    /// `(x, y)`, also the empty `()`.
    case list([Expression])
    /// `(a .. b)`, both ends in.
    case range(Expression, Expression)
    /// `(fp=1, fn=5)`.
    case named([Argument])
    /// `(a: int, b: string)`.
    case schema([ColumnDeclaration])
    /// A pipeline, in brackets or as an argument: `(T | project x)`, `toscalar(T | count)`.
    case pipeline(Pipeline)
    /// `typeof(long)`.
    case type(Name)
    /// Something that could not be parsed; a diagnostic says why.
    case error
  }

  /// What the expression is.
  public let kind: Kind
  /// The bytes it covers.
  public let span: Span
  /// The height of the tree below, which the parser keeps below `SyntaxTree.greatestDepth`.
  let depth: Int

  /// This expression, or what it holds if it is only brackets around one.
  public var unbracketed: Expression {
    var result = self
    while case .bracketed(let inner) = result.kind { result = inner }
    return result
  }

  /// The name, when the expression is nothing but a name (brackets aside).
  public var asName: Name? {
    if case .name(let name) = unbracketed.kind { return name }
    return nil
  }

  /// The constant, when the expression is nothing but a constant (brackets aside).
  public var asLiteral: Literal? {
    if case .literal(let literal) = unbracketed.kind { return literal }
    return nil
  }

  /// The items of a list; a bracketed expression is a list of one.
  public var asList: [Expression] {
    switch kind {
    case .list(let items): items
    case .bracketed(let item): [item]
    default: [self]
    }
  }

  /// The nodes directly below.
  public var children: [any SyntaxNode] {
    switch kind {
    case .literal, .star, .wildcard, .error: []
    case .name(let name), .type(let name): [name]
    case .member(let base, let name): [base, name]
    case .element(let base, let index): [base, index]
    case .call(let call): [call.name] + call.arguments
    case .unary(_, let operand), .missing(let operand, _), .bracketed(let operand): [operand]
    case .binary(_, let left, let right), .range(let left, let right): [left, right]
    case .list(let items): items
    case .named(let arguments): arguments
    case .schema(let columns): columns
    case .pipeline(let pipeline): [pipeline]
    }
  }
}

/// A function's name and what it is given.
public struct Call: Sendable {
  /// The function's name.
  public let name: Name
  /// The arguments, in the order written.
  public let arguments: [Argument]
}

/// A value given to a function or in a bracket, perhaps by name: `x`, `name=y`.
public struct Argument: SyntaxNode {
  /// The name before `=`, if there is one.
  public let name: Name?
  /// The value; a pipeline stands in a `.pipeline` expression.
  public let value: Expression
  /// The bytes of name and value.
  public let span: Span
  /// The name, if any, then the value.
  public var children: [any SyntaxNode] { name.map { [$0, value] } ?? [value] }
}

/// A column with its type: `score: real`.
///
/// `(*)`, any schema, is a column named `*` without a type.
public struct ColumnDeclaration: SyntaxNode {
  /// The column's name.
  public let name: Name
  /// The type's name as written; nil where the grammar lets it be left out.
  public let type: Name?
  /// The value after `=`, where the grammar allows one (`declare`, function parameters).
  public let defaultValue: Expression?
  /// The columns of a table parameter, as in `T: (x: long)`.
  public let columns: [ColumnDeclaration]?
  /// The bytes it covers.
  public let span: Span
  /// Name, then type or columns, then default value.
  public var children: [any SyntaxNode] {
    var nodes: [any SyntaxNode] = [name]
    if let type { nodes.append(type) }
    if let columns { nodes += columns }
    if let defaultValue { nodes.append(defaultValue) }
    return nodes
  }
}
