import CasebookLanguage
import CasebookTables
import CasebookValues

/// `take 10`.
enum TakeStage: StageDeclaration {
  static let signature = Signature("take", aliases: ["limit"], [.operand("count")])
  static let summary = "Keeps the first rows."
  static let examples = [
    Example("range n from 1 to 9 step 1 | take 2", output: "1\n2")
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    guard let syntax = stage.expression("count") else { return input }
    let count = try binder.constantCount(syntax, what: "the number of rows")
    guard count >= 0 else {
      throw BindIssue.constantOfType(what: "the number of rows", expected: "0 or more").at(
        syntax.span)
    }
    return .take(input, count: count)
  }
}

/// `count`.
enum CountStage: StageDeclaration {
  static let signature = Signature("count", [.optional([.word("as"), .name("name")])])
  static let summary = "One row with the number of rows."
  static let examples = [
    Example("range n from 1 to 9 step 1 | where n > 3 | count", output: "6")
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    guard let count = AggregateCatalogue.function("count") else { return input }
    var aggregate = try binder.aggregateCall(count, [], [], span: stage.span, spans: [])
    aggregate.fields = [Field(stage.name("name")?.text ?? "Count", .long)]
    return .summarize(input, Plan.Grouping(keys: [], aggregates: [aggregate]))
  }
}
