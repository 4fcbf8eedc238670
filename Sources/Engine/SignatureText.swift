import CasebookLanguage

extension Signature {
  /// The word and its grammar as help shows it: `top count by keys`.
  public var written: String {
    ([name] + grammar.map(\.written)).filter { !$0.isEmpty }.joined(separator: " ")
  }
}

extension GrammarElement {
  /// The element as help shows it: words as they are, `[...]` around what may be left out.
  fileprivate var written: String {
    switch self {
    case .expression(let label), .searchPredicate(let label), .operand(let label),
      .item(let label), .column(let label), .name(let label), .path(let label),
      .number(let label), .type(let label), .text(let label), .table(let label),
      .pipeline(let label), .pattern(let label), .sortKey(let label):
      return label.uppercased()
    case .items(let label), .operands(let label), .columns(let label), .tables(let label),
      .conditions(let label), .sortKeys(let label):
      return label.uppercased() + ", ..."
    case .assignments(let label): return "NEW = " + label.uppercased() + ", ..."
    case .string(let label): return "\"" + label.uppercased() + "\""
    case .schema: return "(NAME: TYPE, ...)"
    case .rows: return "[VALUE, ...]"
    case .subpipeline(let label): return "(" + label.uppercased() + ")"
    case .word(let word), .symbol(let word): return word
    case .oneOf(_, let words): return words.count > 6 ? "KIND" : words.joined(separator: "|")
    case .optional(let inner): return "[" + inner.joinedText + "]"
    case .choice(let alternatives): return alternatives.map(\.joinedText).joined(separator: " | ")
    case .clauses(let alternatives):
      return alternatives.map { "[" + $0.joinedText + "]" }.joined(separator: " ")
    case .repeated(_, let separator, let inner): return inner.joinedText + separator + " ..."
    case .bracketed(let inner): return "(" + inner.joinedText + ")"
    case .parameters(let parameters):
      return parameters.filter { !$0.name.hasPrefix("hint") }.map { "[\($0.name)=...]" }.joined(
        separator: " ")
    case .bracketedParameters(let parameters):
      return "(" + parameters.map { "\($0.name)=..." }.joined(separator: ", ") + ")"
    case .pipelineBefore(let label, let word): return label.uppercased() + " " + word
    }
  }
}

extension [GrammarElement] {
  fileprivate var joinedText: String {
    map(\.written).filter { !$0.isEmpty }.joined(separator: " ")
  }
}
