import CasebookLanguage
import CasebookQuery
import CasebookRender

/// `help [word]`: what there is, or the page of a word.
enum HelpCommand: CommandDeclaration {
  static let signature = Signature(
    "help", role: .command, isReserved: true, [.optional([.text("word")])])
  static let summary = "Lists what there is, or shows the page of one word."
  static let examples = [Example("help"), Example("help summarize"), Example("help has")]

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    let word = askedWord(command, run)
    switch word {
    case "": return .topics(Help.contents)
    case "stages": return .topics(Help.stages)
    case "commands": return .topics(Help.commands)
    case "functions": return .topics(Help.functions)
    case "aggregates": return .topics(Help.aggregates)
    case "operators": return .topics(Help.operators)
    case "plugins": return .topics(Help.plugins)
    case "forms": return .topics(Help.forms)
    default: return .help(try page(word, command))
    }
  }

  /// The word behind a command, as written.
  static func askedWord(_ command: Command, _ run: StatementRun) -> String {
    guard let text = command.expression("word").map({ run.text($0) }) else { return "" }
    return text.trimmingSpaces
  }

  static func page(_ word: String, _ command: Command) throws -> HelpPage {
    if let page = Help.page(word) { return page }
    throw Diagnostic(
      code: "E0311", message: "there is no help about '\(word)'",
      span: command.expression("word")?.span ?? command.span,
      help: nearest(to: word, in: Help.words).map { "did you mean \($0)?" }
        ?? "`help` lists what there is")
  }
}

/// `examples [word]`: only the examples of a page.
enum ExamplesCommand: CommandDeclaration {
  static let signature = Signature(
    "examples", role: .command, [.optional([.text("word")])])
  static let summary = "Shows the examples of a word; each runs as it stands."
  static let examples = [Example("examples bin")]

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    let word = HelpCommand.askedWord(command, run)
    let page = try HelpCommand.page(word.isEmpty ? "summarize" : word, command)
    return .help(
      HelpPage(title: page.title, summary: page.summary, examples: page.examples))
  }
}

extension StringProtocol {
  /// The text without spaces and line breaks around it.
  var trimmingSpaces: String {
    var rest = self[...]
    while let first = rest.first, first.isWhitespace { rest.removeFirst() }
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    return String(rest)
  }
}
