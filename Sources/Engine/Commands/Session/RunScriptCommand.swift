import CasebookLanguage
import CasebookQuery
import CasebookRender

/// `run "intake.cb"`: runs the statements of a script here, as if they were entered.
///
/// The engine runs them after this command; each is a cell of its own.
enum RunScriptCommand: CommandDeclaration {
  /// Scripts may run others so deep.
  static let greatestDepth = 16

  static let signature = Signature("run", role: .command, [.string("path")])
  static let task = HelpTask.replay
  static let summary = "Runs the statements of a script here, up to the first that fails."
  static let details = """
    They run in this session and on its workspace: what they define stays, and `save` writes them out. Paths in the
    script are seen from the script's folder. Its parameters take what `--set` gives, else their defaults. `casebook run SCRIPT.cb` runs one on a clean workspace instead, and
    compares it with its lock.
    """
  static let examples: [Example] = []

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    guard let path = command.string("path") else { return .nothing }
    let text = try script(at: path, command, run)
    run.engine.pendingScript = (path, text)
    let count = parse(text, signatures: Engine.signatures).statements.count {
      if case .empty = $0.kind { false } else { true }
    }
    return .message("running \(path): \(formatCount(count, of: "statement"))")
  }

  /// Checks the statements of the script as if they stood here.
  static func check(_ command: Command, _ run: StatementRun) throws {
    guard let path = command.string("path") else { return }
    let tree = parse(try script(at: path, command, run), signatures: Engine.signatures)
    var checker = Checker(engine: run.engine, tree: tree)
    run.engine.runningScripts.append(path)
    for statement in tree.statements { checker.check(statement) }
    run.engine.runningScripts.removeLast()
    let all = tree.diagnostics + checker.diagnostics
    guard let error = all.first(where: { $0.severity == .error }) else { return }
    let line = tree.source.position(at: error.span.lower).line
    throw Diagnostic(
      code: error.code, message: "in \(path), line \(line): \(error.message)",
      span: command.expression("path")?.span ?? command.span, help: error.help)
  }

  /// The text of the script, its paths seen from where this engine sees them.
  private static func script(
    at path: String, _ command: Command, _ run: StatementRun
  ) throws -> String {
    guard run.engine.runningScripts.count < greatestDepth else {
      throw Diagnostic(
        code: "E0735", message: "these scripts run each other without end", span: command.span)
    }
    do {
      let file = resolved(path, in: run.engine.configuration.directory)
      let text = String(decoding: try readFile(file), as: UTF8.self)
      // Its paths start from its own folder.
      let folder = folder(of: path)
      guard !folder.isEmpty else { return text }
      return Engine.text(text) { path in
        path.hasPrefix("/") || path.hasPrefix("~") ? path : folder + path
      }
    } catch let error as FileError {
      throw Diagnostic(
        code: "E0403", message: "\(path) cannot be \(error.action): \(error.reason)",
        span: command.expression("path")?.span ?? command.span)
    }
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return String(path[...slash])
  }
}
