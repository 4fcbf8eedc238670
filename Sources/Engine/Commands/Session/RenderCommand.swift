import CasebookLanguage
import CasebookQuery

/// `render "weekly.cb" to "weekly.html"`: a report of a script.
enum RenderCommand: CommandDeclaration {
  static let signature = Signature(
    "render", role: .command,
    [
      .string("script"), .word("to"), .string("path"),
      .optional([.oneOf("replace", ["replace"])]),
    ])
  static let task = HelpTask.leave
  static let summary = "Runs a script from a clean workspace and writes a report to be read."
  static let details = """
    The ending says the format: .html is one page that opens without a network, .md is Markdown with charts as
    text, .ipynb a Jupyter notebook. `casebook render SCRIPT.cb -o OUT` does the same from the command line, and
    takes --set.

    The first heading of the prose is the title. {{ volume.n }} in prose is the value of a column of the result of one row
    that `as volume` named; a `let` or `param` is quoted in the same way. What failed is shown at its place. At the end stands
    what the results were made of: versions, data, parameters, clock, seed, and whether the lock beside the script
    agrees. Values of protected columns are ***.
    """
  static let examples: [Example] = []

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    guard let script = command.string("script"), let path = command.string("path") else {
      return .nothing
    }
    guard let renderer = run.engine.configuration.renderer else {
      throw Diagnostic(
        code: "E0734", message: "no reports are made here", span: command.span,
        help: "casebook render \(script) -o \(path)")
    }
    let directory = run.engine.configuration.directory
    do {
      return .message(
        try renderer.render(
          script: resolved(script, in: directory), to: resolved(path, in: directory),
          replaces: command.has("replace"), configuration: run.engine.configuration))
    } catch let error as FileError {
      let isTarget = error.action == "written"
      throw Diagnostic(
        code: "E0403",
        message: "\(isTarget ? path : script) cannot be \(error.action): \(error.reason)",
        span: command.expression(isTarget ? "path" : "script")?.span ?? command.span,
        help: error.isTaken ? "say `replace` behind the path to overwrite it" : error.help)
    }
  }
}
