import CasebookAnalyses
import CasebookLanguage
import CasebookQuery
public import CasebookRender
import CasebookTriage

/// The lists of help.
extension Help {
  /// As many stages of one task as `help` names; `help stages` has all.
  private static let namesOfATask = 14

  /// One screen: what there is by task, and how to ask on.
  public static var contents: [TopicSection] {
    [
      TopicSection("What you want to do", HelpTask.allCases.compactMap(line)),
      TopicSection(
        "More",
        [
          topic("help WORD", "What a word means, with examples that run: help summarize"),
          topic("help TOPIC", HelpTopic.all.map(\.name).joined(separator: ", ")),
          topic("help LIST", lists.map(\.name).joined(separator: ", ")),
          topic("help E0201", "What the code of an error means"),
          topic("examples WORD", "All examples with the word"),
          topic("fix", "Runs the last statement again as its error proposed"),
        ]),
    ]
  }

  private static func line(_ task: HelpTask) -> HelpPage.Argument? {
    let commands = CommandCatalogue.all.filter { $0.task == task }.map { $0.signature.name }
    let stages = stages(for: task).map { $0.signature.name }
    guard !commands.isEmpty || !stages.isEmpty else { return nil }
    let names = stages + commands
    let rest = names.count - namesOfATask
    return topic(
      task.rawValue,
      names.prefix(namesOfATask).joined(separator: ", ")
        + (rest > 0 ? " and \(rest) more: help stages, help commands" : ""))
  }

  /// A list that `help NAME` shows.
  struct List: Sendable {
    let name: String
    let summary: String
    let sections: @Sendable () -> [TopicSection]
  }

  /// Every list.
  static let lists: [List] = [
    List(name: "stages", summary: "Everything that may stand between two |.") { stages },
    List(name: "commands", summary: "Statements that are no questions.") { commands },
    List(name: "functions", summary: "Functions of single values.") { functions },
    List(name: "aggregates", summary: "Functions over groups of rows.") { aggregates },
    List(name: "operators", summary: "Comparisons, arithmetic and text search.") { operators },
    List(name: "plugins", summary: "What `evaluate` calls.") { plugins },
    List(name: "forms", summary: "`let`, `toscalar` and other forms.") { forms },
    List(name: "settings", summary: "What `set` changes.") { settings },
    List(name: "topics", summary: "Subjects that are no words of the language.") { topics },
    List(name: "codes", summary: "Every code of an error, warning or note.") { codes },
  ]

  /// The list of a name, else the pages that speak of a word; nil where none does.
  static func sections(_ word: String) -> [TopicSection]? {
    if let list = lists.first(where: { $0.name == word }) { return list.sections() }
    let wanted = word.lowercased()
    guard wanted.count > 2 else { return nil }
    let found = index.filter {
      $0.name.first != "E" && $0.name.first != "N" && $0.name.first != "W"
    }
    .filter { page in
      page.name.lowercased().contains(wanted)
        || page.text.lowercased().split(whereSeparator: { !$0.isLetter && $0 != "_" })
          .contains { $0 == wanted || $0 == wanted + "s" }
    }
    return found.isEmpty ? nil : [TopicSection("Pages that speak of '\(word)'", found)]
  }

  /// The stages of a task: each family of analyses has one, and KQL's own are for asking.
  private static func stages(for task: HelpTask) -> [any StageDeclaration.Type] {
    switch task {
    case .ask: StageCatalogue.all
    case .waiting: AnalysisCatalogue.flow
    case .scores: AnalysisCatalogue.signals
    case .rules: TriageCatalogue.all
    case .look, .replay, .leave: []
    }
  }

  /// The stages by task.
  static var stages: [TopicSection] {
    HelpTask.allCases.compactMap { task in
      let stages = stages(for: task)
      guard !stages.isEmpty else { return nil }
      return TopicSection(task.rawValue, stages.map { topic($0.signature.name, $0.summary) })
    }
  }

  /// The commands by task.
  static var commands: [TopicSection] {
    HelpTask.allCases.compactMap { task in
      let commands = CommandCatalogue.all.filter { $0.task == task }
      guard !commands.isEmpty else { return nil }
      return TopicSection(task.rawValue, commands.map { topic($0.signature.name, $0.summary) })
    }
  }

  /// The functions by family.
  static var functions: [TopicSection] {
    var order: [String] = []
    var families: [String: [HelpPage.Argument]] = [:]
    for function in FunctionCatalogue.all {
      if families[function.family] == nil { order.append(function.family) }
      families[function.family, default: []].append(topic(function.name, function.summary))
    }
    return order.map { TopicSection($0, families[$0] ?? []) }
  }

  /// The aggregates.
  static var aggregates: [TopicSection] {
    [TopicSection("Aggregates", AggregateCatalogue.all.map { topic($0.name, $0.summary) })]
  }

  /// The operators.
  static var operators: [TopicSection] {
    [TopicSection("Operators", OperatorCatalogue.all.map { topic($0.name, $0.summary) })]
  }

  /// What `evaluate` calls.
  static var plugins: [TopicSection] {
    [
      TopicSection(
        "Plugins, behind evaluate", PluginCatalogue.all.map { topic($0.name, $0.summary) })
    ]
  }

  /// Forms that are neither stages nor functions of values.
  static var forms: [TopicSection] {
    [TopicSection("Forms", FormCatalogue.all.map { topic($0.name, $0.summary) })]
  }

  private static var settings: [TopicSection] {
    [
      TopicSection(
        "Settings",
        Settings.all.map { setting in
          topic(
            setting.name,
            setting.summary + " "
              + (setting.words.isEmpty ? "A number" : setting.words.joined(separator: " or "))
              + "; \(setting.initial) to begin with.")
        })
    ]
  }

  private static var topics: [TopicSection] {
    [TopicSection("Topics", HelpTopic.all.map { topic($0.name, $0.summary) })]
  }

  private static var codes: [TopicSection] {
    [TopicSection("Codes", DiagnosticPage.all.map { topic($0.code, $0.title) })]
  }

  static func topic(_ name: String, _ summary: String) -> HelpPage.Argument {
    HelpPage.Argument(name, summary)
  }

  // MARK: Examples

  /// As many examples as one search shows.
  private static let examplesOfASearch = 12

  /// The examples of a page, or those of all pages in which a word stands; nil where there are none.
  static func examples(_ word: String) -> HelpPage? {
    if let page = page(word), !page.examples.isEmpty {
      return HelpPage(title: page.title, summary: page.summary, examples: page.examples)
    }
    let wanted = word.lowercased()
    let found = words.compactMap { page($0) }.flatMap { page in
      page.examples.filter { example in
        example.input.lowercased().contains(wanted)
          || (example.caption ?? "").lowercased().contains(wanted)
      }
    }
    guard !found.isEmpty else { return nil }
    let rest = found.count - examplesOfASearch
    return HelpPage(
      title: word,
      summary: "Examples in which '\(word)' stands"
        + (rest > 0 ? ", \(examplesOfASearch) of \(found.count)." : "."),
      examples: Array(found.prefix(examplesOfASearch)))
  }
}
