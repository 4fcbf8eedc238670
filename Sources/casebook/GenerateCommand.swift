import ArgumentParser
import CasebookShell

/// `casebook generate`.
struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Writes a synthetic operation with planted, documented problems.")

  @OptionGroup var options: CommonOptions

  @Option(help: ArgumentHelp("How many cases.", valueName: "n"))
  var cases: Int

  @Option(help: ArgumentHelp("The same seed gives the same bytes.", valueName: "n"))
  var seed: UInt64

  @Option(help: ArgumentHelp("The folder for the files, made if absent.", valueName: "dir"))
  var out: String

  @Flag(help: "Replace files that are there.")
  var replace = false

  func run() throws {
    throw options.shell().generate(cases: cases, seed: seed, to: out, replace: replace)
  }
}
