/// One part of a stage or command, under the label that its signature gives it.
public struct Part: SyntaxNode {
  /// What a part holds.
  public enum Value: Sendable {
    /// One expression, table, pipeline, name, number, string or type.
    case expression(Expression)
    /// A comma list, each item perhaps with a name before `=`.
    case items([Item])
    /// A comma list of sort keys.
    case sortKeys([SortKey])
    /// A word of the grammar that was present.
    case word(Name)
    /// `name=value` settings.
    case parameters([Argument])
    /// A comma list of tables or pipelines.
    case tables([Expression])
    /// `parse`'s pattern.
    case pattern([PatternItem])
    /// `(a: int, b: string)`.
    case schema([ColumnDeclaration])
    /// A pipeline.
    case pipeline(Pipeline)
    /// Repeated parts, each repetition a group.
    case groups([PartGroup])
  }

  /// The label from the signature.
  public let label: String
  /// What it holds.
  public let value: Value
  /// The bytes it covers.
  public let span: Span

  /// The nodes directly below.
  public var children: [any SyntaxNode] {
    switch value {
    case .expression(let expression): [expression]
    case .items(let items): items
    case .sortKeys(let keys): keys
    case .word(let word): [word]
    case .parameters(let arguments): arguments
    case .tables(let tables): tables
    case .pattern(let items): items
    case .schema(let columns): columns
    case .pipeline(let pipeline): [pipeline]
    case .groups(let groups): groups
    }
  }
}

/// One repetition of a repeated group of parts, such as one aggregation of `make-series`.
public struct PartGroup: SyntaxNode, PartContainer {
  /// The parts of this repetition.
  public let parts: [Part]
  /// The bytes it covers.
  public let span: Span
  /// The parts.
  public var children: [any SyntaxNode] { parts }
}

/// An item of a list: `expression`, `name = expression`, `(a, b) = expression`.
public struct Item: SyntaxNode {
  /// The names before `=`; none if there is no `=`.
  public let names: [Name]
  /// Whether the names stand in brackets.
  public let namesAreBracketed: Bool
  /// The value.
  public let value: Expression
  /// The bytes it covers.
  public let span: Span
  /// The name, when there is exactly one.
  public var name: Name? { names.count == 1 ? names.first : nil }
  /// The names, then the value.
  public var children: [any SyntaxNode] { names + [value] }
}

/// A sort key: `expression [asc|desc] [nulls first|last]`.
public struct SortKey: SyntaxNode {
  /// The names before `=`, where the stage allows one (`top-nested`'s aggregate).
  public let name: Name?
  /// What is sorted by.
  public let value: Expression
  /// `asc` or `desc` if written: true for `asc`.
  public let isAscending: Bool?
  /// `nulls first` or `nulls last` if written: true for `first`.
  public let nullsFirst: Bool?
  /// The bytes it covers.
  public let span: Span
  /// The value.
  public var children: [any SyntaxNode] { name.map { [$0, value] } ?? [value] }
}

/// An item of `parse`'s pattern.
public enum PatternItem: SyntaxNode {
  /// `*`: skips text.
  case skip(Span)
  /// A text that must be there (or, with `kind=regex`, a regular expression).
  case text(Expression)
  /// A column that takes the text up to the next item.
  case capture(ColumnDeclaration)

  /// The bytes it covers.
  public var span: Span {
    switch self {
    case .skip(let span): span
    case .text(let text): text.span
    case .capture(let column): column.span
    }
  }
  /// The node directly below, if any.
  public var children: [any SyntaxNode] {
    switch self {
    case .skip: []
    case .text(let text): [text]
    case .capture(let column): [column]
    }
  }
}

/// Something that holds labelled parts: a stage, a command, a group.
///
/// Each accessor gives the part with that label if it was written and has that form.
public protocol PartContainer {
  /// The parts in the order written.
  var parts: [Part] { get }
}

extension PartContainer {
  /// The part with a label.
  public func part(_ label: String) -> Part? { parts.first { $0.label == label } }

  /// Whether a part with the label was written; for words that are switches.
  public func has(_ label: String) -> Bool { part(label) != nil }

  /// The expression with a label; tables, names, numbers and strings come as expressions too.
  public func expression(_ label: String) -> Expression? {
    if case .expression(let expression)? = part(label)?.value { return expression }
    return nil
  }

  /// The items of a comma list; empty if it was not written.
  public func items(_ label: String) -> [Item] {
    if case .items(let items)? = part(label)?.value { return items }
    return []
  }

  /// The values of a comma list without their names; empty if it was not written.
  public func expressions(_ label: String) -> [Expression] { items(label).map(\.value) }

  /// The sort keys; empty if they were not written.
  public func sortKeys(_ label: String) -> [SortKey] {
    if case .sortKeys(let keys)? = part(label)?.value { return keys }
    return []
  }

  /// The word that was chosen.
  public func word(_ label: String) -> String? {
    if case .word(let word)? = part(label)?.value { return word.text }
    return nil
  }

  /// All `name=value` settings, in the order written.
  public var parameters: [Argument] {
    parts.flatMap { part -> [Argument] in
      if case .parameters(let arguments) = part.value { return arguments }
      return []
    }
  }

  /// The value of a `name=value` setting.
  public func parameter(_ name: String) -> Expression? {
    parameters.first { $0.name?.text == name }?.value
  }

  /// The tables of a list; empty if it was not written.
  public func tables(_ label: String) -> [Expression] {
    if case .tables(let tables)? = part(label)?.value { return tables }
    return []
  }

  /// `parse`'s pattern; empty if it was not written.
  public func pattern(_ label: String) -> [PatternItem] {
    if case .pattern(let items)? = part(label)?.value { return items }
    return []
  }

  /// The columns of a schema; empty if it was not written.
  public func schema(_ label: String) -> [ColumnDeclaration] {
    if case .schema(let columns)? = part(label)?.value { return columns }
    return []
  }

  /// The pipeline with a label.
  public func pipeline(_ label: String) -> Pipeline? {
    if case .pipeline(let pipeline)? = part(label)?.value { return pipeline }
    return nil
  }

  /// The repetitions of a group; empty if it was not written.
  public func groups(_ label: String) -> [PartGroup] {
    if case .groups(let groups)? = part(label)?.value { return groups }
    return []
  }

  /// The name with a label.
  public func name(_ label: String) -> Name? { expression(label)?.asName }

  /// The decoded text of the string with a label.
  public func string(_ label: String) -> String? {
    guard let literal = expression(label)?.asLiteral, literal.kind == .string else { return nil }
    return literal.text
  }
}
