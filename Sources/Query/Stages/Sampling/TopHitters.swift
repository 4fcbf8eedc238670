import CasebookLanguage
import CasebookTables
import CasebookValues

/// `top-hitters 5 of queue by n`: the values with the most rows, or the greatest sum.
enum TopHittersStage: StageDeclaration {
  static let signature = Signature(
    "top-hitters",
    [
      .operand("count"), .word("of"), .item("column"),
      .optional([.word("by"), .expression("by")]),
    ])
  static let summary =
    "The most frequent values of a column, or those with the greatest sum."
  static let details = "The figures are exact, whatever the column's name says."
  static let examples = [
    Example(
      "datatable(q: string)[\"a\", \"b\", \"a\"] | top-hitters 1 of q", "by rows", output: "a\t2"),
    Example(
      "datatable(q: string, n: long)[\"a\", 1, \"b\", 9, \"a\", 1] | top-hitters 1 of q by n",
      "by a sum", output: "b\t9"),
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    guard let syntax = stage.expression("count") else { return input }
    let count = try binder.constantCount(syntax, what: "the number of values")
    var taken = NameSet()
    let keys = try binder.outputs(stage.items("column"), over: input.fields, taken: &taken)
    let key = keys.first?.field.name ?? ""
    let by = stage.expression("by")
    guard let function = AggregateCatalogue.function(by == nil ? "count" : "sum") else {
      return input
    }
    var arguments: [TypedExpression] = []
    if let by { arguments.append(try binder.expression(by, over: input.fields)) }
    let weight = by.flatMap { binder.naturalName(of: $0) } ?? key
    var aggregate = try binder.aggregateCall(
      function, arguments, arguments.map { _ in (weight, false) }, span: stage.span,
      spans: by.map { [$0.span] } ?? [])
    aggregate.fields[0].name =
      by == nil ? "approximate_count_\(key)" : "approximate_sum_\(weight)"
    let grouped = Plan.summarize(input, Plan.Grouping(keys: keys, aggregates: [aggregate]))
    return .top(
      grouped,
      [
        Plan.SortKey(
          .column(index: keys.count, type: aggregate.fields[0].type), isDescending: true,
          nullsFirst: false)
      ], count: count)
  }
}
