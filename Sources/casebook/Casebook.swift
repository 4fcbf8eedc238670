import ArgumentParser
import CasebookShell
import Glibc

/// The command line.
@main
struct Casebook: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "casebook",
    abstract: "Answers questions about cases, events and scores.",
    usage: usage,
    discussion: """
      Without arguments it opens a prompt on a transient workspace; with FILE.casebook on that workspace, made if \
      absent. -c runs statements and exits; a SCRIPT.cb is run; standard input that is not a terminal is read as a \
      script. Results go to standard output, everything else to standard error.

      Exit status: 0 done; 1 a statement failed; 2 the command line was wrong; \
      3 a replay did not match its lock; 130 interrupted.
      """,
    version: Shell.version,
    subcommands: [
      OpenCommand.self, RunCommand.self, RenderCommand.self, FormatCommand.self, CheckCommand.self,
      OpenCommand.self, RunCommand.self, RenderCommand.self, FormatCommand.self, CheckCommand.self,
      TutorialCommand.self, GenerateCommand.self, CacheCommand.self, ManualCommand.self,
    ],
    defaultSubcommand: OpenCommand.self)

  @OptionGroup var options: CommonOptions

  /// How the program is called; its subcommand for no subcommand is called no other way.
  static let usage = """
    casebook [OPTIONS] [FILE.casebook]
    casebook [OPTIONS] -c 'STATEMENTS' [FILE.casebook]
    casebook [OPTIONS] SCRIPT.cb
    casebook [OPTIONS] SUBCOMMAND ...
    """

  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let status as ExitStatus {
      Glibc.exit(status.rawValue)
    } catch {
      Glibc.exit(report(error).rawValue)
    }
  }

  /// Prints help, the version, or what was wrong with the command line.
  private static func report(_ error: any Error) -> ExitStatus {
    let text =
      fullMessage(for: error).replacing("casebook open --help", with: "casebook --help") + "\n"
    if exitCode(for: error).isSuccess {
      print(text, terminator: "")
      return .done
    }
    _ = Array(text.utf8).withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    return .usage
  }
}

/// Statuses travel as errors through `ParsableCommand.run`, which returns nothing.
extension ExitStatus: Error {
  /// Ends the command with this status.
  func leave() throws -> Never { throw self }
}
