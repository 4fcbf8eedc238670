public import ArgumentParser
import CasebookEngine
import CasebookShell

/// The options that every command takes.
struct CommonOptions: ParsableArguments {
  @Option(help: "How results are written: \(ResultFormat.names).")
  var format: ResultFormat = .table

  @Flag(name: .customLong("no-color"), help: "No colour, as with NO_COLOR.")
  var noColour = false

  @Flag(help: "Say nothing but results and errors.")
  var quiet = false

  @Option(help: ArgumentHelp("Use at most this many threads.", valueName: "n"))
  var threads: Int?

  @Option(
    help: ArgumentHelp("Hold at most this much data, such as 2G or 512M.", valueName: "size"),
    transform: memoryBytes)
  var memory: Int?

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads must be 1 or more.") }
  }

  /// A shell as these options have it.
  func shell(
    workspace: String? = nil, parameters: [String: String] = [:], isPrompt: Bool = false
  ) -> Shell {
    var options = ShellOptions()
    options.format = format
    options.allowsColour = !noColour
    options.isQuiet = quiet
    options.configuration.threads = threads
    options.configuration.memoryLimitBytes = memory
    options.configuration.workspacePath = workspace
    options.configuration.parameters = parameters
    return Shell(options, isPrompt: isPrompt)
  }
}

@Sendable private func memoryBytes(_ text: String) throws -> Int {
  guard let count = bytes(ofSize: text) else {
    throw ValidationError("--memory takes a size such as 2G or 512M.")
  }
  return count
}

extension ResultFormat: ExpressibleByArgument {
  static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
