extension GrammarElement {
  /// Whether a sentence needs the element.
  var isNeeded: Bool {
    switch self {
    case .optional, .optionalWord, .clauses, .parameters: false
    default: true
    }
  }

  var isAssignments: Bool {
    if case .assignments = self { return true }
    return false
  }

  /// The label of the part that the element leaves.
  var label: String? {
    switch self {
    case .expression(let label), .searchPredicate(let label), .operand(let label),
      .item(let label), .items(let label), .operands(let label), .conditions(let label),
      .assignments(let label), .column(let label), .columns(let label), .sortKey(let label),
      .sortKeys(let label), .name(let label), .path(let label), .string(let label),
      .number(let label), .amount(let label), .date(let label), .type(let label), .text(let label),
      .table(let label),
      .tables(let label), .pipeline(let label), .subpipeline(let label), .pattern(let label),
      .schema(let label), .rows(let label):
      label
    case .oneOf(let label, _), .optionalWord(let label, _), .repeated(let label, _, _),
      .pipelineBefore(let label, _), .pipelineBeforeLast(let label, _):
      label
    case .bracketedParameters: ""
    case .word, .symbol, .optional, .choice, .clauses, .bracketed, .parameters: nil
    }
  }

  /// What a message calls the element.
  var wording: String {
    switch self {
    case .word(let word), .symbol(let word): "`\(word)`"
    case .oneOf(_, let words): listed(words.map { "`\($0)`" })
    case .optionalWord(let label, _): "a \(label)"
    case .name, .path: "a name"
    case .column, .columns: "a column"
    case .string: "a string"
    case .number, .amount: "a number"
    case .date: "a date"
    case .type: "a type"
    case .table, .tables: "a table"
    case .pipeline, .pipelineBefore, .pipelineBeforeLast: "a pipeline"
    case .subpipeline, .bracketed, .bracketedParameters, .schema: "`(`"
    case .rows: "`[`"
    case .optional(let inner), .repeated(_, _, let inner): inner.first?.wording ?? ""
    default: "an expression"
    }
  }

  /// What a completion may offer where the element can begin.
  var expectation: Expectation? {
    switch self {
    case .expression, .searchPredicate, .operand, .date, .item, .items, .operands, .conditions,
      .sortKey, .sortKeys:
      .expression
    case .column, .columns: .column
    case .path(let label): .path(label)
    case .name(let label), .assignments(let label): .name(label)
    case .pattern: .name("")
    case .string(let label): .string(label)
    case .text(let label): .text(label)
    case .number, .amount: .number
    case .type: .type
    case .table, .tables, .pipeline, .pipelineBefore, .pipelineBeforeLast: .table
    case .word, .symbol, .oneOf, .optionalWord, .optional, .choice, .clauses, .bracketed,
      .parameters,
      .bracketedParameters, .repeated, .subpipeline, .schema, .rows:
      nil
    }
  }
}

extension ArraySlice<GrammarElement> {
  /// Whether an expression may be the first thing of the elements, so that `name =` may begin it; nil if
  /// all of them may be left out and none is one.
  var beginsWithExpression: Bool? {
    for element in self {
      switch element {
      case .optional(let inner):
        if inner[...].beginsWithExpression == true { return true }
      case .choice(let lists):
        return lists.contains { $0[...].beginsWithExpression == true }
      case .clauses, .parameters, .optionalWord: continue
      case .repeated(_, _, let inner): return inner[...].beginsWithExpression
      default: return element.expectation == .expression || element.isAssignments
      }
    }
    return nil
  }
}

/// `a`, `a or b`, `a, b or c`.
func listed(_ words: [String]) -> String {
  guard words.count > 1, let last = words.last else { return words.first ?? "" }
  return words.dropLast().joined(separator: ", ") + " or " + last
}
