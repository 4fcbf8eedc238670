import ArgumentParser
import CasebookShell

/// `casebook tutorial`.
struct TutorialCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tutorial",
    abstract: "Lists the tutorials, or plays one and checks the answers.")

  @OptionGroup var options: CommonOptions

  @Argument(
    help: "The tutorial, or a script of your own that is one.",
    completion: .list(Shell.tutorialNames))
  var names: [String] = []

  @Flag(help: "Begin anew.")
  var restart = false

  @Flag(help: "Play it unattended with its own answers; all of them without a name.")
  var check = false

  func validate() throws {
    if names.count > 1, !check { throw ValidationError("One tutorial at a time.") }
    if restart, check || names.isEmpty { throw ValidationError("--restart goes with one name.") }
  }

  func run() throws {
    if check { throw options.shell().checkTutorials(names) }
    guard let name = names.first else { throw options.shell().listTutorials() }
    throw options.shell(isPrompt: true).tutorial(name, restarts: restart)
  }
}
