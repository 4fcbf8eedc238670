import ArgumentParser
import CasebookShell

/// `casebook man`: the manual page, for packagers.
struct ManualCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "man", abstract: "Prints the manual page in roff.", shouldDisplay: false)

  @OptionGroup var options: CommonOptions

  func run() throws { throw options.shell().manual(declarations: Casebook._dumpHelp()) }
}
