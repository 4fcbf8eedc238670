import CasebookLanguage
import CasebookQuery
public import CasebookRender
import CasebookValues

/// Everything that has a page of help, made from the declarations.
public enum Help {
  /// The page of a word: a stage, a command, a function, an aggregate, an operator, a topic or a code.
  public static func page(_ word: String) -> HelpPage? {
    if let stage = Engine.stages.stage(word) {
      return CommandCatalogue.command(word).map { page(stage, and: $0) } ?? page(stage)
    }
    if let command = CommandCatalogue.command(word) { return page(command) }
    if let function = FunctionCatalogue.function(word) ?? OperatorCatalogue.function(word) {
      return page(function)
    }
    if let aggregate = AggregateCatalogue.function(word) { return page(aggregate) }
    if let plugin = PluginCatalogue.plugin(word) {
      return page(
        plugin.name, "| evaluate " + plugin.usage, plugin.summary, plugin.details, plugin.examples)
    }
    if let form = FormCatalogue.form(word) {
      return page(form.name, form.usage, form.summary, form.details, form.examples)
    }
    if word == "set" {
      return page(
        "set", "set name = value", "Changes a setting for the rest of the session.",
        "No setting changes a result. `show settings` lists them with what they do.",
        [Example("set rows = 100")])
    }
    return HelpTopic.topic(word)?.helpPage ?? DiagnosticPage.page(word)?.helpPage
  }

  /// Every word that has a page, sorted.
  public static var words: [String] {
    let names =
      Engine.stages.all.map { $0.signature.name } + CommandCatalogue.all.map { $0.signature.name }
      + FunctionCatalogue.all.map(\.name) + AggregateCatalogue.all.map(\.name)
      + OperatorCatalogue.all.map(\.name) + PluginCatalogue.all.map(\.name)
      + FormCatalogue.all.map(\.name) + ["set"]
    return Array(Set(names)).sorted()
  }

  /// Everything that `help` answers, each with a line about it.
  static let index: [HelpPage.Argument] =
    words.compactMap { word in page(word).map { topic(word, $0.summary) } }
    + lists.map { topic($0.name, $0.summary) }
    + HelpTopic.all.map { topic($0.name, $0.summary) }
    + DiagnosticPage.all.map { topic($0.code, $0.title) }

  private static func page(_ stage: any StageDeclaration.Type) -> HelpPage {
    HelpPage(
      title: stage.signature.name, signatures: ["| " + stage.signature.usage],
      summary: stage.summary, details: paragraphs(stage.details),
      arguments: stage.terms.map { topic($0.name, $0.meaning) },
      examples: stage.examples.map(example), seeAlso: stage.signature.aliases)
  }

  private static func page(_ command: any CommandDeclaration.Type) -> HelpPage {
    HelpPage(
      title: command.signature.name, signatures: [command.signature.usage],
      summary: command.summary, details: paragraphs(command.details),
      examples: command.examples.map(example), seeAlso: command.signature.aliases)
  }

  /// The page of a word that is a stage behind `|` and a command at the start of a statement.
  private static func page(
    _ stage: any StageDeclaration.Type, and command: any CommandDeclaration.Type
  ) -> HelpPage {
    var page = page(stage)
    page.signatures.append(command.signature.usage)
    page.details += ["As a command: " + command.summary] + paragraphs(command.details)
    page.examples += command.examples.map(example)
    return page
  }

  private static func page(_ function: ScalarFunction) -> HelpPage {
    HelpPage(
      title: function.name, signatures: [function.signature], summary: function.summary,
      details: paragraphs(function.details) + [NullRule.sentence(for: function)].compactMap { $0 },
      arguments: arguments(function.parameters), examples: function.examples.map(example),
      seeAlso: function.aliases)
  }

  private static func page(_ aggregate: AggregateFunction) -> HelpPage {
    HelpPage(
      title: aggregate.name, signatures: [aggregate.signature], summary: aggregate.summary,
      details: paragraphs(aggregate.details), arguments: arguments(aggregate.parameters),
      examples: aggregate.examples.map(example), seeAlso: aggregate.aliases)
  }

  private static func page(
    _ title: String, _ signature: String, _ summary: String, _ details: String,
    _ examples: [Example]
  ) -> HelpPage {
    HelpPage(
      title: title, signatures: [signature], summary: summary, details: paragraphs(details),
      examples: examples.map(example))
  }

  private static func arguments(_ parameters: [FunctionParameter]) -> [HelpPage.Argument] {
    parameters.map { parameter in
      let types =
        parameter.accepts == .any
        ? "any type" : parameter.accepts.types.map(\.name).joined(separator: ", ")
      return HelpPage.Argument(
        parameter.name, parameter.help.isEmpty ? types : parameter.help + " (" + types + ")")
    }
  }

  private static func example(_ example: Example) -> HelpPage.Example {
    HelpPage.Example(
      example.query, caption: example.caption.isEmpty ? nil : example.caption,
      output: example.output)
  }

  private static func paragraphs(_ text: String) -> [String] {
    var paragraphs: [[Substring]] = [[]]
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.isEmpty {
        paragraphs.append([])
      } else {
        paragraphs[paragraphs.count - 1].append(line)
      }
    }
    return paragraphs.filter { !$0.isEmpty }.map { $0.joined(separator: " ") }
  }
}
