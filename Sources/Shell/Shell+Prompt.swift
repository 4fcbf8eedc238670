import CEditLine
import CasebookEngine
import CasebookNotebook
import CasebookRender
import Glibc

extension Shell {
  /// Reads statements at a prompt and runs each, until the person leaves.
  ///
  /// A script given as `introduction` is run first and shown with its prose, as if someone had typed it.
  /// `recovers` takes up the last sitting that ended before its time.
  public func prompt(introduction: String? = nil, recovers: Bool = false) -> ExitStatus {
    do {
      let remains = recovers ? Journal.lastUnfinished() : nil
      if recovers, remains == nil {
        complain("there is no unfinished session")
        return .failed
      }
      let engine = try makeEngine(workspace: remains?.workspace)
      let journal = Journal(workspace: remains?.workspace ?? options.configuration.workspacePath)
      let sitting = Sitting(engine, journal: journal)
      Interrupts.watch(leavesOnSecond: false) { [canceller = engine.canceller] in
        canceller.cancel()
      }
      greet()
      KeptSettings().apply(to: engine)
      if let remains { try recover(remains, on: engine, sitting) }
      if try remains != nil || runStartupFile(on: engine), try introduce(introduction, on: engine) {
        let seat = SessionSeat(engine, sitting)
        try Conversation(self, makeReader(seat), seat).hold()
      }
      journal?.end()
      try engine.close()
      return .done
    } catch OutputError.closed {
      return .done
    } catch {
      complain("\(error)")
      return .failed
    }
  }

  func makeReader(
    _ seat: any ConversationSeat, needsMore: @escaping (String) -> Bool = needsMoreLines
  ) -> any StatementReader {
    let screen = Console.outputIsTerminal ? STDOUT_FILENO : STDERR_FILENO
    guard console.canMoveCursor, let editor = LineEditor(console, screen: screen) else {
      return PlainReader(screen: Console.inputIsTerminal ? screen : nil, needsMore: needsMore)
    }
    editor.helpers.needsMore = needsMore
    editor.helpers.highlighter = highlighted
    editor.helpers.completer = { [self] in complete($0, at: $1, seat.engine) }
    editor.helpers.helper = { [self] in help(on: $0, at: $1, seat.engine) }
    return editor
  }

  /// Runs a text; gives false when it asked to leave.
  func run(
    _ text: String, name: String?, onPromptOf engine: Engine, amending: String? = nil,
    note: (Cell) -> Void = { _ in }
  ) throws -> Bool {
    var stays = true
    do {
      try runAll(text, on: engine, amending: amending) { cell in
        note(cell)
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

  private func greet() {
    guard !options.isQuiet else { return }
    let place =
      options.configuration.workspacePath.map { "workspace \(visibleText($0))" }
      ?? "transient workspace"
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
    return name.isEmpty ? "casebook" : visibleText(String(name))
  }
}
