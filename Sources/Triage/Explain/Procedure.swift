public import CasebookLanguage
public import CasebookQuery
import CasebookTables
import CasebookValues

/// A ruleset as a procedure that people can follow, queue by queue.
public enum Procedure {
  /// The procedure in Markdown.
  ///
  /// For each queue: what arrives there and why, in which order, by when it is due, where it goes if nobody takes
  /// it, and some cases; values of protected columns are masked. At the end, what changed since the version
  /// before.
  public static func markdown(
    _ reference: RulesetReference, _ binder: Binder, at span: Span
  ) throws -> String {
    guard let stored = try reference.resolved(binder, at: span).last else { return "" }
    let ruleset = try RulesetCompiler.read(stored, binder, at: span)
    let examples = try ExampleCases(stored, ruleset, binder, at: span)
    var text = "# \(ruleset.name)\(stored.version.map { ", version \($0)" } ?? " (draft)")\n\n"
    text += head(ruleset, stored)
    for name in ruleset.usedQueues.sorted() { text += section(name, ruleset, examples) }
    text += closed(ruleset, examples)
    text += try changes(ruleset, stored, binder, at: span)
    return text
  }

  private static func head(_ set: Ruleset, _ stored: StoredRuleset) -> String {
    var lines: [String] = []
    if let effective = stored.effective {
      lines.append("In force from \(Scalar.datetime(effective).text.prefix(16)).")
    }
    let mode =
      switch set.mode {
      case .first: "The first rule that is true decides a case."
      case .all: "Every rule that is true acts; the first that decides where the case goes does so."
      case .unique:
        "Two true rules that want different things are a conflict for a person to solve."
      }
    lines.append(mode)
    lines.append(
      "A rule that reads a missing value can be undecided; it acts only where it is true.")
    for (name, value) in set.parameters.sorted(by: { $0.key < $1.key }) {
      lines.append("\(code(name)) stands for \(code(RuleParameters.literal(value))).")
    }
    for clause in set.nevers {
      lines.append(
        "A case is never closed by a rule when \(code(set.text(clause.when))), or when that is not "
          + "known; it goes to \(clause.queue).")
    }
    return lines.joined(separator: "\n") + "\n\n"
  }

  // MARK: Queues

  private static func section(
    _ name: String, _ set: Ruleset, _ examples: ExampleCases
  ) -> String {
    let queue = set.queue(name)
    var text = "## \(name)\n\n"
    let order =
      switch queue.order {
      case .oldest: "oldest first"
      case .due: "soonest due first"
      case .priority: "highest priority first"
      }
    var facts = ["Open: \(queue.hours.text). Take cases \(order)."]
    if let limit = queue.limitTicks {
      let open = queue.limitIsOpenTime ? " of open time" : ""
      facts.append(
        "Unless a rule says otherwise, a case is due \(lengthText(limit))\(open) after it is decided."
      )
    }
    if let target = queue.escalatesTo, let after = queue.escalatesAfterTicks {
      facts.append("A case that waited \(lengthText(after)) goes to \(target); its due time stays.")
    }
    text += facts.joined(separator: "\n") + "\n\n"
    let rules = set.liveRules.filter { $0.exclusive?.queue == name }
    for rule in rules { text += paragraph(rule, set, examples) }
    let rest: [(ExclusiveAction?, String)] = [
      (set.fallback, "Cases that no rule decides."),
      (set.unknown, "Cases for which a rule could not be decided because a value is missing."),
    ]
    for (action, sentence) in rest where action?.queue == name { text += "- \(sentence)\n\n" }
    if set.nevers.contains(where: { $0.queue == name }) {
      text += "- Cases that a rule would close and that must never be closed.\n\n"
    }
    let senders = set.queues.values.filter { $0.escalatesTo == name }.map(\.name).sorted()
    if !senders.isEmpty {
      text += "- Cases that waited too long in \(senders.joined(separator: ", ")).\n\n"
    }
    return text
  }

  private static func closed(_ set: Ruleset, _ examples: ExampleCases) -> String {
    let rules = set.liveRules.filter { $0.exclusive?.kind == .close }
    guard !rules.isEmpty else { return "" }
    return "## Closed without a person\n\n"
      + rules.map { paragraph($0, set, examples) }.joined()
  }

  private static func paragraph(
    _ rule: Rule, _ set: Ruleset, _ examples: ExampleCases
  ) -> String {
    var lines = ["### \(rule.name)", "", "When \(code(set.text(rule.when)))."]
    if let because = rule.because { lines.append("Why: \(escaped(because))") }
    var clock: [String] = []
    if rule.exclusive?.kind == .escalate { clock.append("an escalation") }
    if let limit = rule.limit {
      clock.append(
        "due \(lengthText(limit.ticks))\(limit.isOpenTime ? " of open time" : "") after it is decided"
      )
    }
    if let priority = rule.priority { clock.append("priority \(priority)") }
    if !rule.labels.isEmpty { clock.append("labelled " + rule.labels.joined(separator: ", ")) }
    if let share = rule.sampling { clock.append("\(shareText(share)) are drawn for review") }
    if let until = rule.exclusive?.until { clock.append("held until \(code(set.text(until)))") }
    if !clock.isEmpty { lines.append("Then: " + clock.joined(separator: "; ") + ".") }
    if let owner = rule.owner { lines.append("Owner: \(escaped(owner)).") }
    if let from = rule.from { lines.append("From \(Scalar.datetime(from).text.prefix(10)).") }
    if let to = rule.to { lines.append("Until \(Scalar.datetime(to).text.prefix(10)).") }
    let shown = examples.lines(of: rule.name)
    if !shown.isEmpty {
      lines.append("\nExamples:\n\n" + shown.map { "- \($0)" }.joined(separator: "\n"))
    }
    return lines.joined(separator: "\n") + "\n\n"
  }

  // MARK: Changes

  private static func changes(
    _ set: Ruleset, _ stored: StoredRuleset, _ binder: Binder, at span: Span
  ) throws -> String {
    let versions = try binder.catalog.rulesetVersions(named: stored.name)
    let earlier = versions.last { one in
      stored.version.map { (one.version ?? 0) < $0 } ?? true
    }
    guard let earlier else { return "" }
    let before = try RulesetCompiler.read(earlier, binder, at: span)
    let rows = RulesetDiff.changes(before, set, earlier, stored)
    var text = "## Changes since version \(earlier.version ?? 0)\n\n"
    if rows.isEmpty { return text + "None.\n" }
    for row in rows {
      let words = row.map { value -> String in
        if case .string(let text) = value { text } else { "" }
      }
      let subject = [words[1], words[2]].filter { !$0.isEmpty }.joined(separator: ", ")
      switch words[0] {
      case "added": text += "- added: \(subject): \(code(words[4]))\n"
      case "removed": text += "- removed: \(subject), which was \(code(words[3]))\n"
      default: text += "- changed: \(subject) from \(code(words[3])) to \(code(words[4]))\n"
      }
    }
    return text
  }

  // MARK: Markdown

  /// A text between backquotes, more of them than it holds.
  static func code(_ text: String) -> String {
    var longest = 0
    var run = 0
    for character in text {
      run = character == "`" ? run + 1 : 0
      longest = max(longest, run)
    }
    let fence = String(repeating: "`", count: longest + 1)
    return longest == 0 ? fence + text + fence : "\(fence) \(text) \(fence)"
  }

  static func escaped(_ text: String) -> String {
    text.map { "\\`*_[]<>#|".contains($0) ? "\\\($0)" : "\($0)" }.joined()
  }
}

/// A few cases of each rule, with the values that its condition reads.
private struct ExampleCases {
  private var shown: [String: [String]] = [:]
  private static let most = 3

  init(
    _ stored: StoredRuleset, _ ruleset: Ruleset, _ binder: Binder, at span: Span
  ) throws {
    guard let cases = try? CaseTable(ruleset, binder, at: span) else { return }
    let set = try RulesetCompiler.compiled(stored, over: cases.plan.fields, binder, at: span)
    let data = try CheckDataRows(set, cases.plan, binder.context)
    for (index, rule) in set.rules.enumerated() where rule.isLive {
      shown[rule.rule.name] = data.winners[index].prefix(Self.most).map { row in
        let columns = (set.keyColumn.map { [$0] } ?? []) + rule.reads
        return columns.map { column in
          let field = set.fields[column]
          let value = data.cases.columns[column].scalar(row)
          let text = field.isProtected ? "***" : value.isMissing ? "missing" : value.text
          return "\(field.name) = \(Procedure.escaped(text))"
        }.joined(separator: ", ")
      }
    }
  }

  func lines(of rule: String) -> [String] { shown[rule] ?? [] }
}

/// The first cases that each rule wins.
private struct CheckDataRows {
  let cases: Table
  let winners: [[Int]]

  init(_ set: CompiledRuleset, _ plan: Plan, _ context: RunContext) throws {
    let deployed = DeployedRuleset(
      reference: set.ruleset.reference,
      parts: [DeployedRuleset.Part(set: set, inputs: 0..<set.inputs.count)])
    let all = plan.fields.enumerated().map { index, field in
      Plan.Output(field, .column(index: index, type: field.type))
    }
    let table = try Execution(context).run(
      Optimiser.optimised(.compute(plan, all + deployed.outputs)))
    cases = Table(
      fields: plan.fields, columns: Array(table.columns.prefix(all.count)),
      rowCount: table.rowCount)
    let atoms = PreparedAtoms(set.program.atoms, Array(table.columns.dropFirst(all.count)))
    let blocks = try mapBlocks(rowCount: table.rowCount, context) { size in
      BlockDecision(set, atoms, blockRows: size, hasWindows: true)
    } _: { state, first, count -> [[Int]] in
      state.decide(first: first, count: count)
      return set.rules.indices.map { index in
        var rows: [Int] = []
        forEachBit(state.hits[index], state.wordCount) { row in
          if rows.count < 3 { rows.append(first + row) }
        }
        return rows
      }
    }
    winners = set.rules.indices.map { index in blocks.flatMap { $0[index] } }
  }
}

extension CompiledRuleset {
  /// The column of the cases that holds their identity.
  var keyColumn: Int? { key.flatMap { inputs[$0].asColumn?.0 } }
}
