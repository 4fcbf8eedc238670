import ArgumentParser
import CasebookShell

/// What a script is run or checked with.
struct ScriptOptions: ParsableArguments {
  @Option(
    name: .customLong("set"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Give a parameter of the script a value.", valueName: "name=value"),
    transform: Assignment.init)
  var assignments: [Assignment] = []

  @Option(help: ArgumentHelp("Use this workspace.", valueName: "file"))
  var workspace: String?

  /// A shell that knows the parameters; of two values for one name the later one counts.
  func shell(_ options: CommonOptions) -> Shell {
    let parameters = Dictionary(assignments.map { ($0.name, $0.value) }) { _, last in last }
    return options.shell(workspace: workspace, parameters: parameters)
  }
}

/// `name=value`.
struct Assignment: Sendable {
  let name: String
  let value: String

  @Sendable init(_ text: String) throws {
    guard let sign = text.firstIndex(of: "="), sign > text.startIndex else {
      throw ValidationError("--set takes name=value.")
    }
    name = String(text[..<sign])
    value = String(text[text.index(after: sign)...])
  }
}
