import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookTriage
import CasebookValues
import CasebookWorkspace

extension WorkspaceCatalog {
  /// The definitions of a kind, or all; those of a script that is only checked, too.
  func definitions(_ kind: String? = nil) throws -> [StoredDefinition] {
    checked.over(try store.workspace.definitions(kind), kind: kind)
  }

  func rulesetDraft(named name: String) throws -> StoredRuleset? {
    let all = try definitions()
    guard all.contains(where: { $0.kind == "ruleset" && $0.name == name }) else { return nil }
    return StoredRuleset(name: name, text: try draftText(of: name, all))
  }

  /// The text of a draft, with the parameters that it reads.
  func draftText(of name: String, _ all: [StoredDefinition]) throws -> String {
    try text(of: draftDefinitions(of: name, all))
  }

  /// The text that some definitions make, with the parameters that they read before them.
  func text(of definitions: [StoredDefinition]) throws -> String {
    let text = definitions.map(\.text).joined(separator: "\n")
    return try RuleParameters.text(for: text, among: parameters) { dataset in
      if case .table(let plan)? = scope[dataset] { return Set(plan.fields.map(\.name)) }
      // Without opening the table: a statement depends on what it opens.
      return Set(try store.workspace.info(dataset)?.fields.map(\.field.name) ?? [])
    } + text
  }

  func rulesetVersions(named name: String) throws -> [StoredRuleset] {
    try store.workspace.versions(of: name).map { version in
      StoredRuleset(
        name: name, version: version.number, text: version.text, effective: version.effective,
        lists: listValues(version.lists), hash: version.hash)
    } + checked.versions(of: name)
  }

  func noteMarks(of table: String) { store.note(marksOf: table) }

  func noteUse(of ruleset: StoredRuleset, as reference: String) {
    store.note(ruleset, as: reference)
  }

  var rulesetNames: [String] {
    ((try? definitions("ruleset")) ?? []).map(\.name).sorted()
  }

  func lateColumns(of table: String) throws -> Set<String> {
    Set(try store.workspace.info(table)?.fields.filter(\.isLate).map(\.field.name) ?? [])
  }
}

/// The statements that a draft consists of, in an order in which they can be entered.
func draftDefinitions(of name: String, _ all: [StoredDefinition]) -> [StoredDefinition] {
  let common = ["queue", "pool", "list"].flatMap { kind in all.filter { $0.kind == kind } }
  let head = all.filter { $0.kind == "ruleset" && $0.name == name }
  let own = ["rule", "test"].flatMap { kind in
    all.filter { $0.kind == kind && $0.owner == name }
  }
  return common + head + own
}

/// Lists' values as JSON, and back.
func listText(_ lists: [String: [Scalar]]) -> String {
  let bag = lists.sorted { $0.key < $1.key }.map { name, values in
    (
      key: name,
      value: Dynamic.array(
        values.map { .array([.string($0.type.name), .string($0.text)]) })
    )
  }
  return Dynamic.bag(bag).jsonText
}

private func listValues(_ text: String) -> [String: [Scalar]] {
  guard case .bag(let lists)? = Dynamic(json: text) else { return [:] }
  var result: [String: [Scalar]] = [:]
  for (name, value) in lists {
    guard case .array(let items) = value else { continue }
    result[name] = items.compactMap { item in
      guard case .array(let pair) = item, pair.count == 2, case .string(let typeName) = pair[0],
        case .string(let text) = pair[1], let type = ScalarType(name: typeName)
      else { return nil }
      return Scalar.string(text).converted(to: type)
    }
  }
  return result
}

// MARK: - Entering definitions

extension StatementRun {
  private var workspace: Workspace { engine.store.workspace }

  /// Reads a definition for its errors, without keeping it.
  @discardableResult
  func validate(_ command: Command) throws -> TriageDefinition? {
    let earlier = engine.session.amending
    guard let definition = TriageDefinition(command, source: source, amending: earlier) else {
      throw Diagnostic(
        code: "E0621", message: "there is nothing to amend here", span: command.span,
        help: "enter the whole \(command.name) again")
    }
    if definition.name.contains("@") {
      throw Diagnostic(
        code: "E0622", message: "a version cannot be changed", span: command.span,
        help: "change the draft, then `publish` it")
    }
    let binder = makeBinder(runsNothing: true)
    do throws(Diagnostic) {
      if command.isAmendment {
        // The clauses amend what stands elsewhere, so the whole is read, and shown at what was typed.
        do throws(Diagnostic) {
          try RulesetReader.validate(definition.text, binder)
        } catch {
          throw Diagnostic(
            code: error.code, message: error.message, span: command.span, help: error.help)
        }
      } else {
        try RulesetReader.validate(command, source, binder)
      }
    } catch {
      // What is read here stands where no column can, such as behind `sla`.
      let known = engine.session.parameters.keys.sorted()
      guard error.code == "E0201", let name = Self.quoted(error.message),
        engine.session.scope[name] == nil
      else { throw explained(error) }
      throw Diagnostic(
        code: "E0612", message: "no parameter is named '\(name)'", span: error.span,
        help: nearest(to: name, in: known).map { "did you mean \($0)?" }
          ?? "param \(spelled(name)): TYPE = VALUE declares it")
    }
    return definition
  }

  /// The name that a message has in quotes.
  private static func quoted(_ message: String) -> String? {
    message.split(separator: "'", omittingEmptySubsequences: false).dropFirst().first
      .map(String.init)
  }

  /// An error about a name that means something in the session and nothing in a rule.
  private func explained(_ error: Diagnostic) -> Diagnostic {
    guard error.code == "E0201", let name = Self.quoted(error.message),
      engine.session.scope[name] != nil
    else { return error }
    let isSecret = engine.session.secrets[name] != nil
    return Diagnostic(
      code: "E0613",
      message: isSecret
        ? "a rule cannot read the secret parameter '\(name)'"
        : "a rule reads columns and parameters, and '\(name)' was defined by `let`",
      span: error.span,
      help: isSecret
        ? "rules are there for everybody to read; compute a column before"
        : "param \(spelled(name)): TYPE = VALUE")
  }

  /// What `casebook check` does with a definition: what follows may use and amend it.
  func checkDefinition(_ command: Command) throws { _ = try define(command) }

  /// Keeps a definition in the draft.
  func define(_ command: Command) throws -> Cell.Output {
    let all = try engine.catalog.definitions()
    if let opened = opened(by: command, all) {
      engine.session.amending = opened
      return .message("\(opened.label): a line that begins with a clause word amends it")
    }
    guard let definition = try validate(command) else { return .nothing }
    if definition.kind == .rule || definition.kind == .test {
      try requireRuleset(named: definition.owner, at: command.name("set")?.span ?? command.span)
    }
    let known = all.contains {
      $0.kind == definition.kind.rawValue && $0.owner == definition.owner
        && $0.name == definition.name
    }
    let stored = StoredDefinition(
      kind: definition.kind.rawValue, owner: definition.owner, name: definition.name,
      text: definition.text, changed: context.clock)
    try tell(of: definition, stored, all, command)
    try noteParameters(of: stored, all)
    if onlyChecks {
      engine.session.checked.define(stored)
    } else {
      try workspace.define([stored])
    }
    engine.session.amending = Self.canBeAmended(definition.kind) ? definition : nil
    return .message(message(definition, isKnown: known, isAmendment: command.isAmendment))
  }

  /// Notes the parameters that a definition reads.
  private func noteParameters(of stored: StoredDefinition, _ all: [StoredDefinition]) throws {
    // The head says of which dataset the columns are, which come before parameters.
    let head = all.filter { $0.kind == "ruleset" && $0.name == stored.owner }
    let text = try engine.catalog.text(of: head + [stored])
    for name in RuleParameters.lines(of: text).keys { note(name: name) }
  }

  /// The definition that a name alone means, where there is one: it is not replaced by one that says nothing.
  private func opened(by command: Command, _ all: [StoredDefinition]) -> TriageDefinition? {
    guard !command.isAmendment, let bare = TriageDefinition(command, source: source), bare.isBare,
      Self.canBeAmended(bare.kind)
    else { return nil }
    return all.first {
      $0.kind == bare.kind.rawValue && $0.owner == bare.owner && $0.name == bare.name
    }.flatMap { TriageDefinition.all(in: $0.text).first }
  }

  private static func canBeAmended(_ kind: TriageDefinition.Kind) -> Bool {
    kind == .queue || kind == .ruleset || kind == .rule
  }

  /// Takes a definition out of the draft.
  func dropDefinition(_ kind: TriageDefinition.Kind, _ command: Command) throws -> Cell.Output {
    let name = command.name("name")?.text ?? command.string("text") ?? ""
    let owner = command.name("set")?.text ?? ""
    if (kind == .rule || kind == .test) && owner.isEmpty {
      throw Diagnostic(
        code: "E0625", message: "of which ruleset?", span: command.span,
        help: "drop \(kind.rawValue) \(kind == .test ? "\"...\"" : spelled(name)) in SET")
    }
    let all = try engine.catalog.definitions()
    let same = all.filter { $0.kind == kind.rawValue && $0.owner == owner }
    guard let found = same.first(where: { $0.name == name }) else {
      let place = command.part("name")?.span ?? command.part("text")?.span ?? command.span
      throw Diagnostic(
        code: "E0626", message: "no \(kind.rawValue) is named '\(name)'", span: place,
        help: nearest(to: name, in: same.map(\.name)).map { "did you mean \($0)?" }
          ?? "`show \(kind.rawValue)s` lists them")
    }
    let own = kind == .ruleset ? all.filter { $0.owner == name } : []
    if onlyChecks {
      engine.session.checked.remove([found] + own)
    } else {
      try workspace.removeDefinitions([found] + own)
    }
    engine.session.amending = nil
    let more = own.isEmpty ? "" : " with its rules and tests"
    return .message("dropped \(kind.rawValue) \(name)\(more)")
  }

  private func message(
    _ definition: TriageDefinition, isKnown: Bool, isAmendment: Bool
  ) -> String {
    let name = definition.kind == .test ? quotedText(definition.name) : definition.name
    let place = definition.owner.isEmpty ? "" : " in the draft of \(definition.owner)"
    let verb = isAmendment ? "amended" : isKnown ? "replaced" : "added"
    return "\(definition.kind.rawValue) \(name): \(verb)\(place)"
  }

  /// An error at `span` unless there is a ruleset of that name.
  func requireRuleset(named name: String, at span: Span) throws {
    let names = engine.catalog.rulesetNames
    guard !names.contains(name) else { return }
    throw Diagnostic(
      code: "E0620", message: "no ruleset is named '\(name)'", span: span,
      help: nearest(to: name, in: names).map { "did you mean \($0)?" }
        ?? "ruleset \(spelled(name)) on DATASET key COLUMN default route QUEUE")
  }

  /// Notes about what a definition names and the workspace does not have; columns that are not there
  /// are an error, if the dataset is.
  private func tell(
    of definition: TriageDefinition, _ stored: StoredDefinition, _ all: [StoredDefinition],
    _ command: Command
  ) throws {
    let owner = definition.kind == .ruleset ? definition.name : definition.owner
    guard !owner.isEmpty else { return }
    var draft = draftDefinitions(of: owner, all).filter {
      !($0.kind == stored.kind && $0.owner == stored.owner && $0.name == stored.name)
    }
    draft.append(stored)
    let text = try engine.catalog.text(of: draft)
    let binder = makeBinder()
    let loaded = StoredRuleset(name: owner, text: text)
    guard let ruleset = try? RulesetReader.ruleset(loaded, binder) else { return }
    for (queue, other) in unknownQueues(of: ruleset, namedIn: definition) {
      note(
        Diagnostic(
          code: "W0623", severity: .warning, message: "no queue is named '\(queue)' yet",
          span: command.span,
          help: other.map { "did you mean \($0)?" } ?? "queue \(spelled(queue)) staff 4 aht 5m"))
    }
    guard let dataset = ruleset.dataset else { return }
    guard let plan = try? binder.table(named: dataset, span: command.span) else {
      if definition.kind == .ruleset {
        note(
          Diagnostic(
            code: "W0624", severity: .warning, message: "no table is named '\(dataset)' yet",
            span: command.span, help: "load \"FILE\" as \(spelled(dataset))"))
      }
      return
    }
    if definition.kind == .test, !command.isAmendment {
      try RulesetTests.check(command.parameters, plan.fields, source, binder)
    }
    guard definition.kind == .rule else { return }
    do throws(Diagnostic) {
      try RulesetCompiler.check(definition.name, of: ruleset, loaded, plan, binder)
    } catch {
      // The condition is shown as it was typed, if it was.
      let typed = command.part("when").map { part in
        Span(part.span.lower + error.span.lower, part.span.lower + error.span.upper)
      }
      throw explained(
        Diagnostic(
          code: error.code, message: error.message, span: typed ?? command.span, help: error.help))
    }
    guard let rule = ruleset.rules.first(where: { $0.name == definition.name }),
      let unknown = RulesetCompiler.unknownTextColumn(rule, plan.fields)
    else { return }
    let known = plan.fields.map(\.name)
    throw Diagnostic(
      code: "E0630", message: "no column is named '\(unknown)' here",
      span: command.part("because")?.span ?? command.part("then")?.span ?? command.span,
      help: nearest(to: unknown, in: known).map { "did you mean {\($0)}?" }
        ?? "{{ writes a brace that names no column")
  }

  private func unknownQueues(
    of ruleset: Ruleset, namedIn definition: TriageDefinition
  ) -> [(String, String?)] {
    let names =
      definition.kind == .rule
      ? ruleset.rules.filter { $0.name == definition.name }.compactMap(\.exclusive?.queue)
      : definition.kind == .ruleset
        ? [ruleset.fallback?.queue, ruleset.unknown?.queue].compactMap { $0 }
          + ruleset.nevers.map(\.queue) : []
    return names.filter { !$0.isEmpty && ruleset.queues[$0] == nil }.map { name in
      (name, nearest(to: name, in: ruleset.queues.keys.sorted()))
    }
  }
}
