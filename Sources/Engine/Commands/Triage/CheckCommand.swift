import CasebookLanguage
import CasebookQuery
import CasebookTriage

/// `check intake`.
enum CheckCommand: CommandDeclaration {
  static let signature = Signature("check", role: .tableCommand, [.operand("set")])
  static let task = HelpTask.rules
  static let summary = "What is wrong with a ruleset, or worth a look, before it decides anything."
  static let details = """
    Errors keep a set from being published: an unknown column or queue, a value of the wrong type, a rule that earlier
    rules together cover or that is never true, two live rules with one condition and different actions, a circle of
    escalations, a rule that reads what is known only after the decision. Warnings: overlap, redundant, value_never_seen,
    gap, no_unknown, sla_before_opening, window_ended, close_without_qa, no_test, no_owner, no_reason, few_labels. That a
    rule is covered is proved, with missing as one more value of every column; where it can neither be proved nor refuted,
    `severity` is unknown.
    """
  static let examples = [
    Example(
      """
      queue general staff 14 aht 3m; queue fraud_l2 staff 6 aht 9m
      ruleset intake on cases key case_id default route general
      rule many in intake at 10 when reports >= 3 then route fraud_l2
      rule more in intake at 20 when reports >= 5 then route general
      check intake | where severity == "error"
      """)
  ]

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    guard let set = try run.reference(command) else { return .nothing }
    return .table(try RulesetCheck.table(set.reference, run.makeBinder(), at: set.span))
  }

  static func check(_ command: Command, _ run: StatementRun) throws {
    try run.checkReference(command)
  }
}
