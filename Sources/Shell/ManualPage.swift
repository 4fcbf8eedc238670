import CasebookEngine
import CasebookRender
import CasebookValues

/// The manual page in roff, from the declarations of the command line and of help.
struct ManualPage {
  private let command: Dynamic

  /// A page of what the argument parser says of its commands, as JSON; nil where that cannot be read.
  init?(declarations json: String) {
    guard let command = Dynamic(json: json)?["command"] else { return nil }
    self.command = command
  }

  /// The whole page.
  var text: String {
    var text = ".TH CASEBOOK 1 \"\" \"casebook \(escaped(Shell.version))\" \"User commands\"\n"
    text += section("NAME", "casebook \\- " + escaped(command.text("abstract")) + "\n")
    text += section("SYNOPSIS", synopsis)
    text += section("DESCRIPTION", escaped(command.text("discussion")) + "\n")
    text += section("OPTIONS", options(of: visibleCommand))
    for subcommand in command.list("subcommands") where subcommand.isShown {
      let name = subcommand.text("commandName")
      text += section("CASEBOOK " + name.uppercased(), escaped(subcommand.text("abstract")) + "\n")
      text += options(of: subcommand)
    }
    text += section("LANGUAGE", language)
    text += section("ENVIRONMENT", terms(Self.environment))
    text += section("FILES", terms(Self.files))
    return text
  }

  private var synopsis: String {
    let lines = ["[FILE.casebook]", "-c 'STATEMENTS' [FILE.casebook]", "SCRIPT.cb"]
    let forms =
      lines
      + command.list("subcommands").filter(\.isShown).map {
        $0.text("commandName") + " ..."
      }
    return forms.map { ".B casebook\n" + escaped($0) + "\n.br\n" }.joined()
  }

  /// The command that runs without a subcommand, whose options are the program's.
  private var visibleCommand: Dynamic {
    let wanted = command.text("defaultSubcommand")
    return command.list("subcommands").first { $0.text("commandName") == wanted } ?? command
  }

  private func options(of command: Dynamic) -> String {
    command.list("arguments").filter(\.isShown).map { argument in
      let names = argument.list("names").map { name in
        (name.text("kind") == "short" ? "-" : "--") + name.text("name")
      }
      let value = argument.text("kind") == "flag" ? "" : " " + argument.text("valueName")
      let term = names.isEmpty ? argument.text("valueName") : names.joined(separator: ", ") + value
      return ".TP\n.B " + escaped(term) + "\n" + escaped(argument.text("abstract")) + "\n"
    }.joined()
  }

  /// What there is to say in statements, as `help` lists it.
  private var language: String {
    var text = "At the prompt, help explains every word, and its examples run.\n"
    for section in Help.contents { text += terms(section.topics.map { ($0.name, $0.text) }) }
    return text
  }

  private func section(_ title: String, _ body: String) -> String {
    ".SH " + escaped(title) + "\n" + body
  }

  private func terms(_ terms: [(String, String)]) -> String {
    terms.map { ".TP\n.B " + escaped($0.0) + "\n" + escaped($0.1) + "\n" }.joined()
  }

  private func escaped(_ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let safe = line.map { $0 == "\\" ? "\\e" : $0 == "-" ? "\\-" : String($0) }.joined()
      // A dot or quote at the start of a line would be a request.
      return line.isEmpty ? ".PP" : safe.hasPrefix(".") || safe.hasPrefix("'") ? "\\&" + safe : safe
    }
    return lines.joined(separator: "\n")
  }

  private static let environment = [
    ("PAGER", "What shows results that are larger than the screen; less \\-RSF if unset."),
    ("EDITOR", "What Ctrl-X Ctrl-E opens the statement in."),
    ("NO_COLOR", "No colour if set."),
    ("TERM", "No colour, no pager and no editing of the line if dumb."),
  ]

  private static let files = [
    ("$XDG_CONFIG_HOME/casebook/init.cb", "Statements that every prompt runs first."),
    ("$XDG_STATE_HOME/casebook/history", "What was typed at prompts, a JSON line each."),
  ]
}

extension Dynamic {
  fileprivate func text(_ name: String) -> String {
    if case .string(let text)? = self[name] { return text }
    return ""
  }

  fileprivate func list(_ name: String) -> [Dynamic] {
    if case .array(let items)? = self[name] { return items }
    return []
  }

  /// The argument parser adds `help` by itself, and the language has its own.
  fileprivate var isShown: Bool {
    if text("commandName") == "help" { return false }
    if case .bool(false)? = self["shouldDisplay"] { return false }
    return true
  }
}

extension Shell {
  /// Prints the manual page; `declarations` is what the argument parser says of its commands, as JSON.
  public func manual(declarations: String) -> ExitStatus {
    guard let page = ManualPage(declarations: declarations) else {
      complain("the declarations of the command line cannot be read")
      return .failed
    }
    do {
      try output.write(page.text)
      try output.flush()
      return .done
    } catch {
      return .failed
    }
  }
}
