import CasebookLanguage
import CasebookQuery

/// `fix`: runs what failed again, as its error proposed to correct it.
///
/// The engine takes the word before anything is run, since the corrected text is parsed anew.
enum FixCommand: CommandDeclaration {
  static let signature = Signature("fix", role: .command, isReserved: true, [])
  static let summary = "Runs the last statement that failed again, corrected as its error proposed."
  static let details = """
    Errors that know a sure correction end with a line that offers it. The corrected statement is shown and run,
    with the statements behind it that had not run.
    """
  static let task = HelpTask.ask
  static let examples: [Example] = []

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    throw Diagnostic(
      code: "E0329", message: "there is nothing to fix", span: command.span,
      help: "`fix` follows an error whose last line offers a correction")
  }
}
