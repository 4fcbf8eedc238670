import CasebookLanguage
import CasebookQuery
import CasebookTriage

/// `explain_case C0000017 in intake`.
enum ExplainCaseCommand: CommandDeclaration {
  static let signature = Signature(
    "explain_case", role: .tableCommand, [.operand("id"), .word("in"), .operand("set")])
  static let task = HelpTask.rules
  static let summary = "Why a case is decided as it is: every rule, every condition, every value."
  static let details = """
    A row for every condition of every rule. `result` is won, outranked, true, false, unknown, blocked (it may not close
    the case, since an earlier rule is unknown), not there (outside its days), shadow or off. Values of protected
    columns are masked.
    """
  static let examples = [
    Example(
      """
      queue general staff 14 aht 3m; queue fraud_l2 staff 6 aht 9m
      ruleset intake on cases key case_id default route general
      rule repeat_fraud in intake when prior_strikes >= 3 and vertical == "fraud" then route fraud_l2
      explain_case C0000017 in intake
      """)
  ]

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    guard let id = command.expression("id"), let set = try run.reference(command) else {
      return .nothing
    }
    return .table(
      try Explanation.table(id, in: set.reference, run.makeBinder(), at: set.span))
  }

  static func check(_ command: Command, _ run: StatementRun) throws {
    try run.checkReference(command)
  }
}

/// `whynot C0000017 hot_fraud in intake`.
enum WhynotCommand: CommandDeclaration {
  static let signature = Signature(
    "whynot", role: .tableCommand,
    [.operand("id"), .name("rule"), .word("in"), .operand("set")])
  static let task = HelpTask.rules
  static let summary = "What keeps a rule from winning a case, and what would have to change."
  static let details = """
    The fewest conditions that would have to change for the rule to be true, the first that fails first, each with the
    smallest change of a value that would do it.
    """
  static let examples = [
    Example(
      """
      queue general staff 14 aht 3m; queue fraud_l2 staff 6 aht 9m
      ruleset intake on cases key case_id default route general
      rule repeat_fraud in intake when prior_strikes >= 3 and vertical == "fraud" then route fraud_l2
      whynot C0000017 repeat_fraud in intake
      """)
  ]

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    guard let id = command.expression("id"), let rule = command.name("rule"),
      let set = try run.reference(command)
    else { return .nothing }
    return .table(
      try Explanation.whynot(id, rule, in: set.reference, run.makeBinder(), at: set.span))
  }

  static func check(_ command: Command, _ run: StatementRun) throws {
    try run.checkReference(command)
  }
}

extension StatementRun {
  /// Throws where a script that is only checked names a ruleset which it would not have.
  func checkReference(_ command: Command, _ label: String = "set") throws {
    guard let set = try reference(command, label) else { return }
    try requireRuleset(named: set.reference.name, at: set.span)
  }

  /// The ruleset that a command names under a label.
  func reference(
    _ command: Command, _ label: String = "set"
  ) throws -> (reference: RulesetReference, span: Span)? {
    guard let syntax = command.expression(label) else { return nil }
    guard let name = syntax.asName else {
      throw Diagnostic(
        code: "E0629", message: "a ruleset's name is needed here", span: syntax.span,
        help: "such as intake, intake@live or intake@2")
    }
    return (RulesetReference(name.text), name.span)
  }
}
