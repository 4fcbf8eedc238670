import CasebookLanguage
import CasebookQuery
import CasebookTables

/// `sql "select ..."`: plain SQL at the head of a pipeline.
enum SQLCommand: CommandDeclaration {
  static let signature = Signature("sql", role: .tableCommand, [.string("text")])
  static let task = HelpTask.ask
  static let summary = "Plain SQL over the same datasets; read-only."
  static let details = """
    A statement that begins with `select` or `with` needs no `sql` in front and ends at `;`, a blank line or the
    end. Times are ISO text, durations microseconds, bools 0 and 1, dynamic JSON text.
    """
  static let examples = [
    Example("sql \"select 1 + 1 as two\" | extend four = two * 2", output: "2\t4")
  ]

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    guard let text = command.string("text"), let syntax = command.expression("text") else {
      return .nothing
    }
    do {
      return .table(try run.engine.sql(text, at: syntax.span, run.context))
    } catch let error as Diagnostic {
      // Offsets count within the text, which is quoted here, so the whole text is shown.
      throw Diagnostic(code: error.code, message: error.message, span: syntax.span)
    }
  }
}
