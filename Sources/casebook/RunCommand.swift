import ArgumentParser
import CasebookShell

/// `casebook run`.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Runs a script on a clean workspace, or on the one named.")

  @OptionGroup var options: CommonOptions

  @Argument(help: "The script.")
  var script: String

  @Option(
    name: .customLong("set"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Give a parameter of the script a value.", valueName: "name=value"),
    transform: assignment)
  var assignments: [Assignment] = []

  @Option(help: ArgumentHelp("Run on this workspace.", valueName: "file"))
  var workspace: String?

  struct Assignment {
    var name: String
    var value: String
  }

  func run() throws {
    let parameters = Dictionary(assignments.map { ($0.name, $0.value) }) { _, last in last }
    throw options.shell(workspace: workspace, parameters: parameters).run(file: script)
  }
}

@Sendable private func assignment(_ text: String) throws -> RunCommand.Assignment {
  guard let sign = text.firstIndex(of: "="), sign > text.startIndex else {
    throw ValidationError("--set takes name=value.")
  }
  return .init(name: String(text[..<sign]), value: String(text[text.index(after: sign)...]))
}
