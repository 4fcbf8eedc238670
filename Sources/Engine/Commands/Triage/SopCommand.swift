import CasebookLanguage
import CasebookQuery
import CasebookTriage

/// `sop intake@live to "sop.md"`.
enum SopCommand: CommandDeclaration {
  static let signature = Signature(
    "sop", role: .command,
    [
      .operand("set"), .word("to"), .string("path"),
      .clauses([[.oneOf("replace", ["replace"])]]),
    ])
  static let task = HelpTask.rules
  static let summary = "Writes a ruleset as a procedure that reviewers can follow, queue by queue."
  static let details = """
    For each queue: what arrives and why, when it is due, some cases, and what changed since the version before. Values of
    protected columns are masked. A file that is there is left alone unless `replace` is said.
    """
  static let examples = [
    Example(
      """
      queue general staff 14 aht 3m; queue fraud_l2 staff 6 aht 9m
      ruleset intake on cases key case_id default route general
      rule repeat_fraud in intake when prior_strikes >= 3 and vertical == "fraud" then route fraud_l2, sla 4h
      sop intake to "sop.md" replace
      """)
  ]

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    guard let set = try run.reference(command), let path = command.string("path") else {
      return .nothing
    }
    let text = try Procedure.markdown(set.reference, run.makeBinder(), at: set.span)
    let file = resolved(path, in: run.engine.configuration.directory)
    do {
      let isRehearsal = run.engine.configuration.isRehearsal
      let target = try NewFile(
        file, replaces: isRehearsal || command.has("replace"))
      try Array(text.utf8).withUnsafeBytes { try target.write($0) }
      if !isRehearsal { try target.commit() }
    } catch let error as FileError {
      throw Diagnostic(
        code: "E0403", message: "\(path) cannot be \(error.action): \(error.reason)",
        span: command.expression("path")?.span ?? command.span,
        help: error.isTaken ? "say `replace` behind the path to overwrite it" : nil)
    }
    return .message("wrote \(path)")
  }

  static func check(_ command: Command, _ run: StatementRun) throws {
    try run.checkReference(command)
  }
}
