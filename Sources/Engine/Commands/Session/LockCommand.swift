import CasebookLanguage
import CasebookQuery

/// `lock values=off`: what a lock of this script may hold.
enum LockCommand: CommandDeclaration {
  static let signature = Signature(
    "lock", role: .command, [.parameters([Parameter("values", words: ["on", "off"])])])
  static let task = HelpTask.replay
  static let summary =
    "Says whether the lock of a script keeps small results whole, or hashes alone."
  static let details = """
    `casebook run SCRIPT.cb --lock` keeps results of up to 40 rows, so that a later replay can show old and new values.
    `lock values=off` anywhere in the script leaves hashes only.
    """
  static let examples = [Example("lock values=off")]

  static let withdrawal = Withdrawal.possible

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    guard let argument = command.parameters.first(where: { $0.name?.text == "values" }),
      let word = argument.value.asName?.text, word == "on" || word == "off"
    else {
      throw Diagnostic(
        code: "E0337", message: "what may a lock hold?", span: command.span,
        help: "lock values=off, or lock values=on")
    }
    run.engine.session.locksValues = word == "on"
    return .nothing
  }

  static func check(_ command: Command, _ run: StatementRun) throws {
    _ = try Self.run(command, run)
  }
}
