public import CasebookLanguage
import CasebookTables
import CasebookValues

/// `sort by a asc, b`.
enum SortStage: StageDeclaration {
  static let signature = Signature(
    "sort", aliases: ["order"],
    [.parameters([Parameter("hint.*")]), .word("by"), .sortKeys("keys")])
  static let summary = "Puts the rows in order; `desc` unless `asc` is said."
  static let details = """
    Rows without a value come first for `asc` and last for `desc`, unless `nulls first` or `nulls
    last` is said. Rows that are equal in all keys keep their order. Texts go by Unicode.
    """
  static let examples = [
    Example("range n from 1 to 3 step 1 | sort by n", "greatest first", output: "3\n2\n1"),
    Example(
      "datatable(q: string, n: long)[\"b\", 1, \"a\", 1, \"c\", 2] | sort by n asc, q asc",
      "two keys", output: "a\t1\nb\t1\nc\t2"),
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    .sort(input, try binder.sortKeys(stage.sortKeys("keys"), over: input))
  }
}

/// `top 10 by a`.
enum TopStage: StageDeclaration {
  static let signature = Signature(
    "top", [.parameters([Parameter("hint.*")]), .operand("count"), .word("by"), .sortKeys("keys")])
  static let summary =
    "Keeps the first rows of an order; greatest first unless `asc` is said."
  static let details = "Of rows that are equal in all keys the earlier ones are kept."
  static let examples = [
    Example("range n from 1 to 9 step 1 | top 2 by n", "the two greatest", output: "9\n8")
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    guard let syntax = stage.expression("count") else { return input }
    let count = try binder.constantCount(syntax, what: "the number of rows")
    return .top(
      input, try binder.sortKeys(stage.sortKeys("keys"), over: input), count: count)
  }
}

extension Binder {
  /// Sort keys with KQL's defaults: `desc`, nulls first for `asc` and last for `desc`.
  public func sortKeys(
    _ keys: [SortKey], over input: Plan
  ) throws(Diagnostic) -> [Plan.SortKey] {
    var bound: [Plan.SortKey] = []
    for key in keys {
      let value = try expression(key.value, over: input.fields)
      if value.type == .dynamic {
        throw BindIssue.shape(
          "dynamic values have no order", help: "convert the value, for example with tolong()"
        ).at(key.value.span)
      }
      let isAscending = key.isAscending ?? false
      bound.append(
        Plan.SortKey(
          value.expression, isDescending: !isAscending, nullsFirst: key.nullsFirst ?? isAscending))
    }
    return bound
  }
}
