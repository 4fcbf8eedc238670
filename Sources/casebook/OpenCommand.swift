import ArgumentParser
import CasebookShell
import Glibc

/// What the program does without a subcommand.
struct OpenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "open", abstract: "The prompt, -c, or a script.", usage: Casebook.usage,
    shouldDisplay: false)

  @OptionGroup var options: CommonOptions

  @Option(
    name: .short, parsing: .unconditional,
    help: ArgumentHelp("Run these statements and exit.", valueName: "statements"))
  var c: String?

  @Option(
    help: ArgumentHelp("Show and run this script, then open the prompt.", valueName: "script"))
  var introduction: String?

  @Flag(help: "Take up the last session that ended before its time.")
  var recover = false

  @Argument(help: "A workspace (*.casebook) or a script (*.cb).")
  var file: String?

  func run() throws {
    if let c { throw options.shell(workspace: file).run(c, name: nil) }
    if let file, file.hasSuffix(".cb") { throw options.shell().run(file: file) }
    if let file, !file.hasSuffix(".casebook") {
      throw ValidationError("'\(file)' is neither a workspace (*.casebook) nor a script (*.cb).")
    }
    let isPrompt = isatty(STDIN_FILENO) == 1
    let shell = options.shell(workspace: file, isPrompt: isPrompt)
    throw isPrompt
      ? shell.prompt(introduction: introduction, recovers: recover) : shell.runStandardInput()
  }
}
