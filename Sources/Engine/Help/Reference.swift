import CasebookQuery
import CasebookRender

/// The reference as one Markdown text: every page of help, from the declarations.
public enum Reference {
  /// The whole text.
  public static var markdown: String {
    var text = """
      # Reference

      Made from the declarations; `help WORD` shows the same pages at the prompt. Do not edit.


      """
    text += "## Stages\n\n"
    for section in Help.stages { text += chapter(section, level: 3) }
    text += "## Aggregates\n\n" + pages(AggregateCatalogue.all.map(\.name), level: 3)
    text += "## Functions\n\n"
    for section in Help.functions { text += chapter(section, level: 3) }
    text += "## Operators\n\n" + pages(OperatorCatalogue.all.map(\.name), level: 3)
    text += "## Plugins\n\n" + pages(PluginCatalogue.all.map(\.name), level: 3)
    text += "## Forms\n\n" + pages(FormCatalogue.all.map(\.name), level: 3)
    text += "## Commands\n\n"
    for section in Help.commands { text += chapter(section, level: 3) }
    text += "## Settings\n\n" + settings
    text += "## Topics\n\n" + pages(HelpTopic.all.map(\.name), level: 3)
    text += "## Codes\n\n" + codes
    return text
  }

  private static func chapter(_ section: TopicSection, level: Int) -> String {
    heading(section.title, level) + pages(section.topics.map(\.name), level: level + 1)
  }

  private static func pages(_ names: [String], level: Int) -> String {
    names.compactMap { Help.page($0) }.map { page($0, level: level) }.joined()
  }

  private static func page(_ page: HelpPage, level: Int) -> String {
    var text = heading("`\(page.title)`", level)
    if !page.signatures.isEmpty { text += fenced(page.signatures.joined(separator: "\n")) }
    text += ([page.summary] + page.details).map { $0 + "\n\n" }.joined()
    if !page.arguments.isEmpty {
      text += page.arguments.map { "- `\($0.name)`: \($0.text)\n" }.joined() + "\n"
    }
    for example in page.examples {
      if let caption = example.caption { text += caption + ":\n\n" }
      text += fenced(example.input)
      if let output = example.output, !output.isEmpty { text += fenced(output) }
    }
    if !page.seeAlso.isEmpty {
      text += "Also: " + page.seeAlso.map { "`\($0)`" }.joined(separator: ", ") + ".\n\n"
    }
    return text
  }

  private static var settings: String {
    Settings.all.map { setting in
      let values = setting.words.isEmpty ? "a number" : setting.words.joined(separator: ", ")
      return
        "- `\(setting.name)`: \(setting.summary) Values: \(values); begins as `\(setting.initial)`.\n"
    }.joined() + "\n"
  }

  private static var codes: String {
    DiagnosticPage.all.map { page in
      var text = heading(page.code, 3) + page.title + "\n\n" + page.text + "\n\n"
      if let wrong = page.wrong { text += "Gets it:\n\n" + fenced(wrong) }
      if let right = page.right { text += "Is right:\n\n" + fenced(right) }
      return text
    }.joined()
  }

  private static func heading(_ text: String, _ level: Int) -> String {
    String(repeating: "#", count: level) + " " + text + "\n\n"
  }

  private static func fenced(_ text: String) -> String {
    let fence = text.contains("```") ? "````" : "```"
    return fence + "\n" + text + "\n" + fence + "\n\n"
  }
}
