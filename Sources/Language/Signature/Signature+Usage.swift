extension Signature {
  /// The form of the stage or command in one line, for help and for messages:
  /// `top count by keys`, `load "path" [as as] ...`.
  public var usage: String {
    let words = grammar.map(\.usage).filter { !$0.isEmpty }
    return ([name] + words).joined(separator: " ")
  }

  private static func firstWords(of clause: [GrammarElement]) -> [String] {
    switch clause.first {
    case .word(let word): [word]
    case .oneOf(_, let words): words
    case .repeated(_, _, let inner): firstWords(of: inner)
    default: []
    }
  }

  /// The words that begin the clauses of a command, which may amend it.
  public var clauseWords: [String] {
    grammar.flatMap { element -> [String] in
      guard case .clauses(let clauses) = element else { return [] }
      return clauses.flatMap { Signature.firstWords(of: $0) }
    }
  }

  /// The settings that the grammar names, wherever they stand in it.
  public var settings: [Parameter] { grammar.flatMap(\.settings) }

  /// The setting of a name.
  public func parameter(_ name: String) -> Parameter? { settings.first { $0.name == name } }
}

extension GrammarElement {
  fileprivate var settings: [Parameter] {
    switch self {
    case .parameters(let declared), .bracketedParameters(let declared): declared
    case .optional(let inner), .bracketed(let inner), .repeated(_, _, let inner):
      inner.flatMap(\.settings)
    case .choice(let lists), .clauses(let lists): lists.flatMap { $0.flatMap(\.settings) }
    default: []
    }
  }

  /// The element as help writes it: what may be left out in `[...]`, alternatives between `|`.
  fileprivate var usage: String {
    switch self {
    case .word(let word), .symbol(let word): word
    case .oneOf(_, let words): words.joined(separator: "|")
    case .optionalWord(let label, _): "[\(label)]"
    case .optional(let inner): "[\(inner.usage)]"
    case .choice(let lists): lists.map { $0.usage }.joined(separator: " | ")
    case .clauses(let lists): lists.map { "[\($0.usage)]" }.joined(separator: " ")
    case .repeated(_, let separator, let inner):
      separator.isEmpty ? "\(inner.usage) ..." : "\(inner.usage)\(separator) ..."
    case .bracketed(let inner): "(\(inner.usage))"
    case .parameters(let declared) where declared.count > 16: "[name=value ...]"
    case .parameters(let declared):
      declared.map { "[\($0.name)=\($0.usage)]" }.joined(separator: " ")
    case .bracketedParameters(let declared):
      // A long list says less than its first entries, and the page of help explains them all.
      declared.isEmpty || declared.count > 16
        ? "(name=value, ...)"
        : "(\(declared.map { "\($0.name)=\($0.usage)" }.joined(separator: ", ")))"
    case .items(let label), .operands(let label), .columns(let label), .tables(let label),
      .conditions(let label):
      "\(label), ..."
    case .assignments: "new = old, ..."
    case .sortKeys(let label): "\(label) [asc|desc], ..."
    case .string(let label): "\"\(label)\""
    case .schema: "(name: type, ...)"
    case .rows: "[value, ...]"
    case .subpipeline: "(stage | ...)"
    case .pattern: "* \"text\" name:type ..."
    case .type: "type"
    default: label ?? ""
    }
  }
}

extension [GrammarElement] {
  fileprivate var usage: String { map(\.usage).filter { !$0.isEmpty }.joined(separator: " ") }
}

extension Parameter {
  fileprivate var usage: String { words.isEmpty ? "value" : words.joined(separator: "|") }
}
