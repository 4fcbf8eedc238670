import ArgumentParser
import CasebookShell

/// `casebook run`.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Runs a script on a clean workspace, or on the one named.")

  @OptionGroup var options: CommonOptions

  @Argument(help: "The script.")
  var script: String

  @OptionGroup var scriptOptions: ScriptOptions

  @OptionGroup(title: "The lock beside the script") var replay: ReplayArguments

  func run() throws {
    throw scriptOptions.shell(options).run(file: script, try replay.options())
  }
}
