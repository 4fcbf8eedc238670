import CasebookEngine
import CasebookLanguage
import CasebookNotebook
import CasebookRender
import Glibc

/// The program behind the command line: each command of it is a method that gives the exit status.
public final class Shell {
  /// The version that `--version` and the banner name.
  public static let version = "0.1.0"

  let options: ShellOptions
  let console: Console
  let output = OutputStream(STDOUT_FILENO, heedsInterrupts: true)
  let errors = OutputStream(STDERR_FILENO, heedsInterrupts: false)
  let printer: CellPrinter
  /// Nil where there is no terminal to show it on.
  let progress: ProgressDisplay?

  /// A shell with these options.
  ///
  /// `isPrompt` says that statements and results will take turns, so that nothing need part results.
  public init(_ options: ShellOptions, isPrompt: Bool = false) {
    self.options = options
    console = Console(allowsColour: options.allowsColour)
    progress =
      Console.errorIsTerminal && !options.isQuiet ? ProgressDisplay(console) : nil
    printer = CellPrinter(
      options, console, output, errors, isPrompt: isPrompt)
    // A reader that has gone is an error of the write, not the end of the program.
    signal(SIGPIPE, SIG_IGN)
  }

  /// An engine as the options say; relative paths start from `directory`, else from the current folder.
  func makeEngine(
    workspace: String? = nil, directory: String? = nil,
    configure: (inout Configuration) -> Void = { _ in }
  ) throws -> Engine {
    var configuration = options.configuration
    if let workspace { configuration.workspacePath = workspace }
    configuration.directory = directory
    configuration.progress = progress
    configuration.renderer = ReportRenderer(version: Shell.version)
    configure(&configuration)
    return try Engine(configuration)
  }

  /// Says on standard error what went wrong; there is no more to be done if that fails.
  func complain(_ sentence: String) {
    try? errors.write("casebook: " + sentence + "\n")
    try? errors.flush()
  }

  func show(_ diagnostic: Diagnostic, _ source: SourceText, _ fileName: String?) {
    let drawing = DiagnosticDrawing(console.screen(STDERR_FILENO))
    try? errors.write(drawing.text(diagnostic, source: source, fileName: fileName))
    try? errors.flush()
  }

  /// The text of a file; says so and gives nil when it cannot be read.
  func text(ofFile path: String) -> String? {
    do {
      return try readText(path)
    } catch {
      complain(error.description)
      return nil
    }
  }
}
