import CasebookLanguage
import CasebookQuery
import CasebookTriage

/// `test "..." in intake given (...) gives route general`, and `test intake`.
enum TestCommand: CommandDeclaration {
  static let signature = TriageGrammar.test
  static let task = HelpTask.rules
  static let summary = "Defines a test of a ruleset; with a ruleset alone, runs its tests."
  static let details = """
    A test makes up a case: `given` lists the columns that it has, and all others are missing. `gives` says what has
    to come out, with commas between: `route Q`, `escalate Q`, `hold Q`, `close`, `conflict`, `by RULE` (default and
    unknown, too), `label x`, `unlabel x`, `sla D`, `priority n`.
    """
  static let examples = [
    Example(
      """
      queue general staff 14 aht 3m; queue fraud_l2 staff 6 aht 9m
      ruleset intake on cases key case_id default route general
      rule repeat_fraud in intake at 20 when prior_strikes >= 3 then route fraud_l2
      test "three strikes" in intake given (prior_strikes = 3) gives route fraud_l2, by repeat_fraud
      """)
  ]

  static let withdrawal = Withdrawal.possible

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    if let set = try run.reference(command, "whole") {
      return .table(try RulesetTests.table(set.reference, run.makeBinder(), at: set.span))
    }
    return try run.define(command)
  }

  static func check(_ command: Command, _ run: StatementRun) throws {
    if command.expression("whole") == nil {
      try run.checkDefinition(command)
    } else {
      try run.checkReference(command, "whole")
    }
  }
}
