import CasebookLanguage
import CasebookTables
import CasebookValues

/// `summarize aggregates by keys`.
enum SummarizeStage: StageDeclaration {
  static let signature = Signature(
    "summarize",
    [
      .parameters([Parameter("hint.*")]),
      .choice([
        [.word("by"), .items("keys")],
        [.items("aggregates"), .optional([.word("by"), .items("keys")])],
      ]),
    ])
  static let summary = "Makes one row of each group of rows with equal keys."
  static let details = """
    Keys come first, then the aggregates. Groups stand in the order in which they first appear; null
    keys form a group. Without `by` there is one row, even for no input.
    """
  static let examples = [
    Example(
      "datatable(q: string, n: long)[\"a\", 1, \"b\", 2, \"a\", 3] | summarize sum(n), count() by q",
      "a sum and a count for each q", output: "a\t4\t2\nb\t2\t1"),
    Example("range n from 1 to 4 step 1 | summarize avg(n)", "over everything", output: "2.5"),
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    try binder.grouped(input, keys: stage.items("keys"), items: stage.items("aggregates"))
  }
}

/// `distinct a, b`.
enum DistinctStage: StageDeclaration {
  static let signature = Signature(
    "distinct", [.parameters([Parameter("hint.*")]), .items("columns")])
  static let summary = "Keeps the first of all rows that are equal in the columns named."
  static let details = "`distinct *` compares all columns."
  static let examples = [
    Example(
      "datatable(q: string, n: long)[\"a\", 1, \"b\", 2, \"a\", 3] | distinct q", output: "a\nb")
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    var keys: [Plan.Output] = []
    var taken = NameSet()
    for item in stage.items("columns") {
      switch item.value.kind {
      case .star, .wildcard:
        let fields = input.fields
        keys += try binder.columns([item], of: fields).map {
          Plan.Output(fields[$0], .column(index: $0, type: fields[$0].type))
        }
      default: keys += try binder.outputs([item], over: input.fields, taken: &taken)
      }
    }
    return .summarize(input, Plan.Grouping(keys: keys, aggregates: []))
  }
}
