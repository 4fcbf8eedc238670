import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookWorkspace

/// `save "weekly.cb"` writes the session as a script; `save view name` keeps a `let` pipeline.
enum SaveCommand: CommandDeclaration {
  static let signature = Signature(
    "save", role: .command,
    [
      .choice([
        [.word("view"), .name("name")],
        [
          .oneOf("everything", ["all"]), .string("path"),
          .optional([.oneOf("replace", ["replace"])]),
        ],
        [.string("path"), .optional([.oneOf("replace", ["replace"])])],
      ])
    ])
  static let task = HelpTask.replay
  static let names: [String: [NameKind]] = ["name": [.binding]]
  static let summary =
    "Writes the session as a script that gives the same results; keeps a `let` pipeline as a view."
  static let details = """
    The script holds the statements in order with their prose. Left out are those that failed, were withdrawn or
    dropped, and definitions that were replaced before anything read them; `save all` keeps these. A pipeline that
    began with `|` is written out in full, `param`, `clock` and `seed` go to the top where nothing read an earlier
    value, and paths are seen from the script's folder. The script is then run from a clean workspace, and `save`
    says whether its results are those of the session. `replace` overwrites a file that is there.
    """
  static let examples = [Example("save \"weekly.cb\" replace"), Example("save view open_cases")]

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    if let path = command.string("path") { return .message(try save(to: path, command, run)) }
    guard let name = command.name("name") else { return .nothing }
    guard case .table? = run.engine.session.scope[name.text],
      let text = run.engine.session.tableTexts[name.text]
    else {
      throw Diagnostic(
        code: "E0321", message: "no `let` pipeline is named '\(name.text)'", span: name.span,
        help: "let \(name.text) = ...")
    }
    try run.engine.store.workspace.saveView(name.text, text: text, clock: run.context.clock)
    return .message("saved view \(name.text)")
  }

  private static func save(
    to path: String, _ command: Command, _ run: StatementRun
  ) throws -> String {
    do {
      return try run.host(for: command).save(
        to: resolved(path, in: run.engine.configuration.directory),
        everything: command.has("everything"), replaces: command.has("replace"))
    } catch let error as FileError {
      throw Diagnostic(
        code: "E0403", message: "\(path) cannot be \(error.action): \(error.reason)",
        span: command.expression("path")?.span ?? command.span,
        help: error.isTaken ? "say `replace` behind the path to overwrite it" : nil)
    }
  }
}
