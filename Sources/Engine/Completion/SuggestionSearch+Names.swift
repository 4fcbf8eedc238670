import CasebookLanguage
import CasebookQuery
import CasebookRender
import CasebookTables
import CasebookTriage
import CasebookWorkspace

extension SuggestionSearch {
  /// Commands, and the statements that are none.
  mutating func offerCommands() {
    for command in CommandCatalogue.all {
      offerWords(command.signature, .command, command.summary)
    }
    offer("let", suffix: " ", .command, "Names a table, a value or a function.")
    offer("set", suffix: " ", .command, "Changes a setting of the session.")
  }

  /// Tables: what `let` named, datasets, views, the last result.
  mutating func offerTables() {
    for name in binder.scope.names {
      guard case .table = binder.scope[name] else { continue }
      offerTable(name, "let")
    }
    offerDatasets()
    offerViews()
    if engine.session.lastResult != nil { offer("_", .table, "the last result") }
  }

  /// What makes rows without a table.
  mutating func offerSources() {
    for stage in Engine.stages.all
    where stage.signature.role == .source || stage.signature.role == .stageOrSource {
      offerWords(stage.signature, .stage, stage.summary)
    }
    for command in CommandCatalogue.all where command.signature.role == .tableCommand {
      offerWords(command.signature, .command, command.summary)
    }
  }

  private mutating func offerTable(_ name: String, _ detail: @autoclosure () -> String) {
    let text = place.quote?.content == .name ? "['\(escaped(name, quote: "'"))']" : nil
    offer(name, text: text ?? spelled(name: name), .table, detail())
  }

  private mutating func offerDatasets() {
    for dataset in (try? engine.store.workspace.datasetSizes()) ?? [] {
      offerTable(dataset.name, "dataset, " + formatCount(dataset.rowCount, of: "row"))
    }
  }

  private mutating func offerViews() {
    for view in (try? engine.store.workspace.views()) ?? [] { offerTable(view.name, "view") }
  }

  private mutating func offerBindings() {
    for name in binder.scope.names { offerTable(name, "let") }
  }

  private mutating func offerDefinitions(_ kind: String) {
    for definition in (try? engine.store.workspace.definitions(kind)) ?? [] {
      offerTable(definition.name, kind)
    }
  }

  /// Rulesets, where the stage or command takes one among its operands.
  mutating func offerRulesets() {
    guard let owner = place.owner,
      TriageCatalogue.all.contains(where: { $0.signature.name == owner })
        || Self.commandsOfRulesets.contains(owner)
    else { return }
    offerDefinitions("ruleset")
  }

  private static let commandsOfRulesets: Set<String> = [
    "check", "diff", "explain_case", "sop", "whynot",
  ]

  /// The names that are known for a label, by what the command says of it, else by the label itself.
  mutating func offerNames(_ label: String) {
    let command = place.owner.flatMap { CommandCatalogue.command($0) }
    for kind in command?.names[label] ?? [NameKind(rawValue: label)].compactMap({ $0 }) {
      switch kind {
      case .dataset: offerDatasets()
      case .view: offerViews()
      case .binding: offerBindings()
      case .ruleset: offerDefinitions("ruleset")
      case .queue: offerDefinitions("queue")
      case .rule: offerDefinitions("rule")
      }
    }
  }

  /// `cases.` where a dataset's column is to be named, a column where rows are.
  mutating func offerPaths() {
    if !input.fields.isEmpty { return offerColumns() }
    for dataset in (try? engine.store.workspace.datasetSizes()) ?? [] {
      offer(
        dataset.name, text: spelled(name: dataset.name) + ".", .table,
        "dataset, " + formatCount(dataset.rowCount, of: "row"))
    }
  }

  mutating func offerStages() {
    for stage in Engine.stages.all where stage.signature.role != .source {
      offerWords(stage.signature, .stage, stage.summary)
    }
  }

  /// A word under its own name, and under another once that has been begun.
  private mutating func offerWords(
    _ signature: Signature, _ kind: Suggestion.Kind, _ summary: String
  ) {
    let suffix = signature.grammar.isEmpty ? "" : " "
    offer(signature.name, suffix: suffix, kind, summary)
    guard !place.typed.isEmpty else { return }
    for alias in signature.aliases { offer(alias, suffix: suffix, kind, summary) }
  }

  mutating func offerParameter(_ name: String) {
    guard !name.hasSuffix("*") else { return }
    let owner = place.owner ?? ""
    let signature = Engine.signatures.stage(owner) ?? Engine.signatures.command(owner)
    let words = signature?.parameter(name)?.words.joined(separator: ", ") ?? ""
    let meaning = Engine.stages.stage(owner)?.terms.first { $0.name == name }?.meaning
    offer(name, text: name + "=", .word, meaning ?? (words.isEmpty ? "setting" : words))
  }

  mutating func offerSettings() {
    for setting in Settings.all { offer(setting.name, suffix: " = ", .setting, setting.summary) }
  }

  mutating func offerSettingValues(_ name: String) {
    guard let setting = Settings.all.first(where: { $0.name == name }) else { return }
    let current = engine.session.settings[name]
    for word in setting.words { offer(word, .word, word == current ? "as it is now" : "") }
  }

  mutating func offerTopics() {
    for topic in Help.index { offer(topic.name, .topic, topic.text) }
  }
}
