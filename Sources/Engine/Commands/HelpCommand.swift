import CasebookLanguage
import CasebookQuery
import CasebookRender

/// `help [word]`: what there is, or the page of a word.
enum HelpCommand: CommandDeclaration {
  static let signature = Signature(
    "help", role: .command, isReserved: true, [.optional([.text("word")])])
  static let task = HelpTask.ask
  static let summary = "Lists what there is, or shows the page of one word."
  static let examples = [Example("help"), Example("help summarize"), Example("help has")]

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    let word = askedWord(command, run)
    if word.isEmpty { return .topics(Help.contents) }
    if let list = Help.lists.first(where: { $0.name == word }) { return .topics(list.sections()) }
    if let page = Help.page(word) { return .help(page) }
    // A word that is nearly a name is one misspelt; any other is looked for in what the pages say.
    if nearest(to: word, in: Help.words) == nil, let sections = Help.sections(word) {
      return .topics(sections)
    }
    throw unknown(word, command, known: Help.index.map(\.name))
  }

  /// The word behind a command, as written.
  static func askedWord(_ command: Command, _ run: StatementRun) -> String {
    guard let text = command.expression("word").map({ run.text($0) }) else { return "" }
    return text.trimmingSpaces
  }

  /// There is no help; the nearest of what is known stands in for it.
  static func unknown(_ word: String, _ command: Command, known: [String]) -> Diagnostic {
    let span = command.expression("word")?.span ?? command.span
    let nearest = nearest(to: word, in: known)
    return Diagnostic(
      code: "E0311", message: "there is no help about '\(word)'", span: span,
      help: nearest.map { "did you mean \($0)?" } ?? "`help` lists what there is",
      fix: nearest.map { Diagnostic.Fix([.init(span, $0)]) })
  }
}

/// `examples [word]`: only the examples of a page.
enum ExamplesCommand: CommandDeclaration {
  static let signature = Signature(
    "examples", role: .command, [.optional([.text("word")])])
  static let task = HelpTask.ask
  static let summary = "Shows the examples of a word, or all in which it stands; each runs."
  static let examples = [Example("examples bin")]

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    let word = HelpCommand.askedWord(command, run)
    if word.isEmpty { return .topics(Help.contents) }
    guard let page = Help.examples(word) else {
      throw HelpCommand.unknown(word, command, known: Help.words)
    }
    return .help(page)
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
