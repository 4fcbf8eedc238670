import ArgumentParser
import CasebookShell

/// `casebook fmt`.
struct FormatCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fmt", abstract: "Lays scripts out in the canonical way.")

  @OptionGroup var options: CommonOptions

  @Argument(help: "Scripts; - is standard input, laid out on standard output.")
  var scripts: [String]

  @Flag(help: "Change nothing; fail if a script is not in the canonical layout.")
  var check = false

  func run() throws { throw options.shell().format(scripts, check ? .check : .rewrite) }
}

/// `casebook check`.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Says what is wrong with scripts without running them.")

  @OptionGroup var options: CommonOptions

  @Argument(help: "Scripts; - is standard input.")
  var scripts: [String]

  @OptionGroup var scriptOptions: ScriptOptions

  func run() throws { throw scriptOptions.shell(options).check(scripts) }
}
