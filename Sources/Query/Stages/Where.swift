import CasebookLanguage
import CasebookTables
import CasebookValues

/// `where condition`: keeps the rows for which a condition is true.
enum WhereStage: StageDeclaration {
  static let signature = Signature("where", aliases: ["filter"], [.expression("condition")])
  static let summary = "Keeps the rows for which a condition is true."
  static let details = """
    A row is kept only on true: neither false nor null keeps it. `==` with one null side is false and
    `!=` is true, so `where x != 5` keeps rows whose x is missing.
    """
  static let examples = [
    Example(
      "datatable(queue: string, n: long)[\"fraud\", 3, \"spam\", 8] | where n > 5",
      "one condition", output: "spam\t8"),
    Example(
      "range n from 1 to 10 step 1 | where n % 2 == 0 and n > 5", "two conditions",
      output: "6\n8\n10"),
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    guard let syntax = stage.expression("condition") else { return input }
    let condition = try binder.condition(syntax, over: input.fields)
    return .filter(input, condition.expression)
  }
}
