import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// `cells`: what was entered in this session.
enum CellsCommand: CommandDeclaration {
  static let signature = Signature("cells", role: .tableCommand, [])
  static let task = HelpTask.replay
  static let summary = "One row a statement of this session: how it ended, rows, duration."
  static let details =
    "`edit N` enters one again, `drop cell N` leaves one out of what `save` writes."
  static let examples = [Example("cells")]

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    .table(try run.host(for: command).cellTable())
  }
}

/// `edit N`: a statement of this session, to be changed and entered again.
enum EditCommand: CommandDeclaration {
  static let signature = Signature("edit", role: .command, [.number("cell")])
  static let task = HelpTask.replay
  static let summary = "Puts an earlier statement at the prompt, to be changed and run again."
  static let examples = [Example("edit 3")]

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    .edit(try run.host(for: command).text(ofCell: try run.cellNumber(command)))
  }
}

extension StatementRun {
  /// What keeps this session's record; an error where nothing does.
  func host(for command: Command) throws -> any SessionHost {
    guard let host = engine.host else {
      throw Diagnostic(
        code: "E0710", message: "`\(command.word.text)` is about a session, and none is kept here",
        span: command.span, help: "it works at the prompt")
    }
    asksHost = true
    return host
  }

  /// The number of the cell that a command names.
  func cellNumber(_ command: Command) throws -> Int {
    guard let syntax = command.expression("cell"),
      let number = try makeBinder().constant(syntax, what: "the cell's number").asLong
    else {
      throw Diagnostic(
        code: "E0711", message: "a cell's number is a whole number", span: command.span,
        help: "`cells` lists them")
    }
    return Int(clamping: number)
  }
}
