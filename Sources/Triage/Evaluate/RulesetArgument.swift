public import CasebookLanguage
public import CasebookQuery
import CasebookTables
import CasebookValues

/// A ruleset, or all its versions with the times at which they were in force, bound to some cases.
struct DeployedRuleset: Sendable {
  /// One version and when it decides.
  struct Part: Sendable {
    var set: CompiledRuleset
    /// The evaluator's columns of this version among all inputs.
    var inputs: Range<Int>
    /// In force from this moment on, in ticks; nil where it decides every case.
    var from: Int64?
    /// Until this moment, itself not included.
    var to: Int64?
    /// The column among all inputs that tells when a case is decided.
    ///
    /// It is the newest version's for all of them, so that each case has one version even where another date counted
    /// before.
    var decided: Int?

    /// Which rows it decides; nil for all of them.
    func inForce(_ columns: [Column]) -> ((Int) -> Bool)? {
      guard let from, let decided else { return nil }
      let times = columns[decided]
      guard case .longs(let values) = times.data else { return nil }
      let to = to ?? .max
      return { row in
        !times.isNull(row) && values.base[row] >= from && values.base[row] < to
      }
    }
  }

  /// How it was written: `intake`, `intake@as_deployed`.
  var reference: String
  var parts: [Part]

  /// What the evaluators read, over the columns of the cases.
  var inputs: [BoundExpression] { parts.flatMap(\.set.inputs) }
  /// The newest version.
  var newest: CompiledRuleset { parts[parts.count - 1].set }
  /// Whether a condition reads a protected column.
  var readsProtected: Bool { parts.contains(where: \.set.readsProtected) }

  /// The columns that a stage over cases computes beforehand, behind `offset` others.
  var outputs: [Plan.Output] { outputs(readsKey: true) }

  /// The same, for stages that tell no case by its key without the keys: they are all different, so that they
  /// would take longer to read than all other columns.
  func outputs(readsKey: Bool) -> [Plan.Output] {
    parts.flatMap { part in
      part.set.inputs.enumerated().map { index, input in
        let isRead = readsKey || index != part.set.key || part.set.usesKeyOtherwise
        return isRead ? input : .constant(.null(input.type))
      }
    }.enumerated().map { index, input in Plan.Output(Field("\(index)", input.type), input) }
  }
}

extension AnalysisArguments {
  /// The ruleset of an item, bound to the cases; nil where a script is only checked and the workspace does
  /// not have it yet.
  func deployed(
    _ item: CasebookLanguage.Expression?, _ binder: Binder, over fields: [Field]? = nil
  ) throws(Diagnostic) -> DeployedRuleset? {
    guard let item, let name = item.asName else {
      throw problem(
        "\(stage.word.text) needs a ruleset", help: "cases | \(stage.word.text) intake",
        at: item?.span)
    }
    if let groups = stage.items("by").first {
      throw problem(
        "\(stage.word.text) has no groups", help: "`where` before it, or `summarize` behind it",
        at: groups.span)
    }
    let most = stage.name == "compare_rules" ? 2 : 1
    if items.count > most {
      throw problem(
        "\(stage.word.text) takes \(most == 1 ? "one ruleset" : "two rulesets")",
        help: "cases | \(stage.word.text) \(most == 1 ? "intake" : "intake@live, intake")",
        at: items[most].span)
    }
    let reference = RulesetReference(name.text)
    let stored = try reference.resolved(binder, at: name.span)
    if stored.isEmpty, binder.runNow == nil { return nil }
    var parts: [DeployedRuleset.Part] = []
    var offset = 0
    for (index, version) in stored.enumerated() {
      let set = try RulesetCompiler.compiled(
        version, over: fields ?? self.fields, binder, at: name.span)
      noteUnknownQueues(set.ruleset, binder, at: name.span)
      let next = stored.indices.contains(index + 1) ? stored[index + 1].effective : nil
      parts.append(
        DeployedRuleset.Part(
          set: set, inputs: offset..<(offset + set.inputs.count),
          from: reference.isAsDeployed ? version.effective ?? .min : nil, to: next))
      if reference.isAsDeployed, next == nil, set.decided == nil {
        throw problem(
          "which version was in force depends on when a case was decided",
          help: "ruleset \(reference.name) ... decided COLUMN", at: name.span)
      }
      offset += set.inputs.count
    }
    let newest = parts.last
    for index in parts.indices {
      parts[index].decided = newest.flatMap { part in
        part.set.decided.map { part.inputs.lowerBound + $0 }
      }
    }
    return DeployedRuleset(reference: name.text, parts: parts)
  }
}

extension AnalysisArguments {
  /// Cases can be sent to a queue that nobody declared; that is worth a word.
  private func noteUnknownQueues(_ ruleset: Ruleset, _ binder: Binder, at span: Span) {
    for name in ruleset.usedQueues.sorted() where ruleset.queues[name] == nil {
      binder.note(
        Diagnostic(
          code: "W0623", severity: .warning,
          message: "\(ruleset.reference) sends cases to '\(name)', which is no queue", span: span,
          help: nearest(to: name, in: ruleset.queues.keys.sorted()).map { "did you mean \($0)?" }
            ?? "queue \(spelled(name)) staff 4 aht 5m"))
    }
  }
}

/// A ruleset as it is written: a name, perhaps with `@live`, `@2` or `@as_deployed` behind it.
public struct RulesetReference {
  /// The ruleset's name.
  public let name: String
  /// What stands behind `@`; nil for the draft.
  public let version: String?

  /// Reads a reference.
  public init(_ text: String) {
    if let at = text.lastIndex(of: "@") {
      name = String(text[..<at])
      version = String(text[text.index(after: at)...])
    } else {
      name = text
      version = nil
    }
  }

  var isAsDeployed: Bool { version == "as_deployed" }

  /// What the workspace has for it: one, or for `@as_deployed` all versions, oldest first.
  ///
  /// None in a script that is only checked, where it would make a version that cannot be told before.
  public func resolved(_ binder: Binder, at span: Span) throws(Diagnostic) -> [StoredRuleset] {
    let found = try lookedUp(binder, at: span)
    binder.readsSession = true
    let reference = version.map { "\(name)@\($0)" } ?? name
    for (index, ruleset) in found.enumerated() {
      binder.catalog.noteUse(
        of: ruleset, as: index == 0 ? reference : "\(reference) (\(index + 1))")
    }
    return found
  }

  private func lookedUp(_ binder: Binder, at span: Span) throws(Diagnostic) -> [StoredRuleset] {
    var draft: StoredRuleset?
    var versions: [StoredRuleset] = []
    do {
      if version == nil { draft = try binder.catalog.rulesetDraft(named: name) }
      if draft == nil { versions = try binder.catalog.rulesetVersions(named: name) }
    } catch {
      throw Diagnostic(code: "E0405", message: "\(error)", span: span)
    }
    let names = binder.catalog.rulesetNames
    let isKnown = draft != nil || !versions.isEmpty || names.contains(name)
    guard isKnown else {
      throw Diagnostic(
        code: "E0620", message: "no ruleset is named '\(name)'", span: span,
        help: nearest(to: name, in: names).map { "did you mean \($0)?" }
          ?? "ruleset \(spelled(name)) on DATASET key COLUMN default route QUEUE")
    }
    switch version {
    case nil:
      guard let draft else {
        throw Diagnostic(
          code: "E0627", message: "the draft of \(name) was dropped", span: span,
          help: "\(name)@live is what was published")
      }
      return [draft]
    case "live":
      if let live = versions.last(where: { ($0.effective ?? .min) <= binder.context.clock }) {
        return [live]
      }
    case "as_deployed":
      let inForce = Self.inForce(versions)
      if !inForce.isEmpty { return inForce }
    default:
      if let one = versions.first(where: { $0.version.map(String.init) == version }) {
        return [one]
      }
    }
    if binder.runNow == nil { return [] }
    let known = versions.compactMap { $0.version.map { "\(name)@\($0)" } }
    throw Diagnostic(
      code: "E0628", message: "\(name) has no version '\(version ?? "")'", span: span,
      help: known.isEmpty
        ? "publish \(spelled(name)) because \"...\" makes the first"
        : "versions: " + known.joined(separator: ", ") + ", \(name)@live, \(name)@as_deployed")
  }

  /// Versions by when they took effect; one that a later number overtook never did.
  private static func inForce(_ versions: [StoredRuleset]) -> [StoredRuleset] {
    var result: [StoredRuleset] = []
    for version in versions {
      result.removeAll { ($0.effective ?? .min) >= (version.effective ?? .min) }
      result.append(version)
    }
    return result
  }
}
