import ArgumentParser
import CasebookShell

/// `casebook render`.
struct RenderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "render", abstract: "Runs a script and writes a report to be read.",
    discussion: """
      The ending of OUT says the format: .html is one page that opens without a network, .md is Markdown with charts as \
      text, .ipynb a Jupyter notebook. A file that is there is replaced. What failed stands in the report at its \
      place, and the exit status is 1.
      """)

  @OptionGroup var options: CommonOptions

  @Argument(help: "The script.")
  var script: String

  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp("The report: .html, .md or .ipynb.", valueName: "out"))
  var output: String

  @OptionGroup var scriptOptions: ScriptOptions

  func run() throws { throw scriptOptions.shell(options).render(file: script, to: output) }
}
