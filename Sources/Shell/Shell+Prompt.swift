import CasebookEngine
import Glibc

extension Shell {
  /// Reads statements at a prompt and runs each, until the person leaves.
  ///
  /// A script given as `introduction` is run first and shown with its prose, as if someone had typed it.
  public func prompt(introduction: String? = nil) -> ExitStatus {
    guard let editor = LineEditor() else {
      complain("there is not enough memory for a prompt")
      return .failed
    }
    do {
      let engine = try makeEngine()
      Interrupts.watch(leavesOnSecond: false) { [canceller = engine.canceller] in canceller.cancel()
      }
      greet()
      if try runStartupFile(on: engine), try introduce(introduction, on: engine) {
        try converse(editor, engine)
      }
      try engine.close()
      return .done
    } catch OutputError.closed {
      return .done
    } catch {
      complain("\(error)")
      return .failed
    }
  }

  private func converse(_ editor: LineEditor, _ engine: Engine) throws {
    let history = History()
    for entry in history?.entries() ?? [] { editor.remember(entry) }
    var typed = TypedStatement()
    while true {
      switch editor.read(typed.isEmpty ? promptText : continuationText) {
      case .end:
        // The cursor still stands behind the prompt.
        try errors.write("\n")
        try errors.flush()
        return
      case .interrupted:
        typed.discard()
      case .line(let line):
        guard let text = typed.add(line) else { continue }
        keep(text, editor, engine.settings.isOn("history") ? history : nil)
        if try !run(text, name: nil, onPromptOf: engine) { return }
      }
    }
  }

  /// Runs a text; gives false when it asked to leave.
  private func run(_ text: String, name: String?, onPromptOf engine: Engine) throws -> Bool {
    var stays = true
    do {
      try runAll(text, on: engine) { cell in
        try printer.print(cell, name: name, engine.settings)
        if case .leave = cell.output { stays = false }
      }
    } catch OutputError.interrupted {
      // The statement had ended; it was its output that was too long.
      try errors.write("interrupted\n")
      try errors.flush()
    }
    Interrupts.clear()
    return stays
  }

  private func runStartupFile(on engine: Engine) throws -> Bool {
    guard let path = Environment.startupFile, access(path, F_OK) == 0, let text = text(ofFile: path)
    else { return true }
    return try run(text, name: path, onPromptOf: engine)
  }

  /// A statement that begins with a blank is not kept.
  private func keep(_ text: String, _ editor: LineEditor, _ history: History?) {
    guard text.first?.isWhitespace == false else { return }
    editor.remember(text)
    history?.append(text)
  }

  private func greet() {
    guard !options.isQuiet else { return }
    let place =
      options.configuration.workspacePath.map { "workspace \($0)" } ?? "transient workspace"
    try? errors.write(
      "Casebook \(Shell.version), \(place). `help` lists what there is, Ctrl-D leaves.\n")
    try? errors.flush()
  }

  var promptText: String { workspaceName + "> " }
  var continuationText: String { String(repeating: " ", count: workspaceName.count - 1) + "-> " }

  /// The workspace's name without folder and ending.
  private var workspaceName: String {
    let file = options.configuration.workspacePath?.split(separator: "/").last ?? ""
    let name = file.hasSuffix(".casebook") ? file.dropLast(9) : file
    return name.isEmpty ? "casebook" : String(name)
  }
}
