import CasebookLanguage
import CasebookQuery
import CasebookTriage

/// `diff intake@live, intake`.
enum DiffCommand: CommandDeclaration {
  static let signature = Signature(
    "diff", role: .tableCommand, [.operand("before"), .symbol(","), .operand("after")])
  static let task = HelpTask.rules
  static let summary = "What differs between two rulesets or versions, part by part."
  static let details =
    "Parts of the set itself have no rule. `compare_rules` tells which cases go elsewhere."
  static let examples = [
    Example(
      """
      queue general staff 14 aht 3m
      ruleset before on cases key case_id default route general
      ruleset after on cases key case_id mode all default route general
      diff before, after
      """)
  ]

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    guard let before = try run.reference(command, "before"),
      let after = try run.reference(command, "after")
    else { return .nothing }
    return .table(
      try RulesetDiff.table(
        before.reference, after.reference, run.makeBinder(), at: after.span))
  }

  static func check(_ command: Command, _ run: StatementRun) throws {
    try run.checkReference(command, "before")
    try run.checkReference(command, "after")
  }
}
