public import CasebookLanguage
public import CasebookQuery
public import CasebookTables
import CasebookValues

/// What differs between two rulesets, or two versions of one.
public enum RulesetDiff {
  private static let fields = [
    Field("change", .string), Field("rule", .string), Field("field", .string),
    Field("before", .string), Field("after", .string),
  ]

  /// A row for every part that was added, removed or changed: the set first, then rules, tests, queues and
  /// lists.
  public static func table(
    _ before: RulesetReference, _ after: RulesetReference, _ binder: Binder, at span: Span
  ) throws(Diagnostic) -> Table {
    guard let first = try before.resolved(binder, at: span).last,
      let second = try after.resolved(binder, at: span).last
    else { return Table(fields: fields) }
    let a = try RulesetCompiler.read(first, binder, at: span)
    let b = try RulesetCompiler.read(second, binder, at: span)
    return Table(fields: fields, rows: changes(a, b, first, second))
  }

  /// The changes, for other reports.
  static func changes(
    _ a: Ruleset, _ b: Ruleset, _ first: StoredRuleset, _ second: StoredRuleset
  ) -> [[Scalar]] {
    var rows = compare("", head(a), head(b))
    rows += compareNamed(
      a.rules.map { ($0.name, fields(of: $0, a)) }, b.rules.map { ($0.name, fields(of: $0, b)) })
    rows += compare("", tests(a), tests(b))
    rows += compare("", queues(a, among: used(a, b)), queues(b, among: used(a, b)))
    rows += compare("", lists(a, first), lists(b, second))
    return rows
  }

  private typealias Entry = (field: String, text: String)

  private static func row(
    _ change: String, _ rule: String, _ field: String, _ before: String, _ after: String
  ) -> [Scalar] {
    [change, rule, field, before, after].map { .string($0) }
  }

  /// Fields of one thing: those of the first in order, then new ones.
  private static func compare(_ rule: String, _ a: [Entry], _ b: [Entry]) -> [[Scalar]] {
    var rows: [[Scalar]] = []
    for entry in a {
      guard let other = b.first(where: { $0.field == entry.field }) else {
        rows.append(row("removed", rule, entry.field, entry.text, ""))
        continue
      }
      if other.text != entry.text {
        rows.append(row("changed", rule, entry.field, entry.text, other.text))
      }
    }
    for entry in b where !a.contains(where: { $0.field == entry.field }) {
      rows.append(row("added", rule, entry.field, "", entry.text))
    }
    return rows
  }

  private static func compareNamed(
    _ a: [(String, [Entry])], _ b: [(String, [Entry])]
  ) -> [[Scalar]] {
    var rows: [[Scalar]] = []
    for (name, entries) in a {
      if let other = b.first(where: { $0.0 == name }) {
        rows += compare(name, entries, other.1)
      } else {
        rows += entries.map { row("removed", name, $0.field, $0.text, "") }
      }
    }
    for (name, entries) in b where !a.contains(where: { $0.0 == name }) {
      rows += entries.map { row("added", name, $0.field, "", $0.text) }
    }
    return rows
  }

  private static func head(_ set: Ruleset) -> [Entry] {
    var entries: [Entry] = [
      ("on", set.dataset ?? ""), ("key", set.key ?? ""), ("decided", set.decided ?? ""),
      ("handling", set.handling ?? ""), ("mode", set.mode.rawValue),
      ("default", set.fallback.map { set.text($0) } ?? ""),
      ("unknown", set.unknown.map { set.text($0) } ?? ""),
    ]
    for clause in set.nevers {
      entries.append(
        ("never close when \(set.text(clause.when))", "route \(spelled(clause.queue))"))
    }
    for clause in set.rights {
      let wrong = clause.wrong.map { " wrong " + set.text($0) } ?? ""
      entries.append(("right \(clause.kind.rawValue)", set.text(clause.right) + wrong))
    }
    entries.append(("overturned", set.overturned.map { set.text($0) } ?? ""))
    entries.append(("draws from", set.seed == 0 ? "" : "\(set.seed)"))
    for (name, value) in set.parameters.sorted(by: { $0.key < $1.key }) {
      entries.append(("param " + spelled(name), RuleParameters.literal(value)))
    }
    return entries.filter { !$0.text.isEmpty }
  }

  private static func fields(of rule: Rule, _ set: Ruleset) -> [Entry] {
    let day = { (ticks: Int64?) in ticks.map { Scalar.datetime($0).text } ?? "" }
    let entries: [Entry] = [
      ("at", Scalar.real(rule.at).text), ("when", set.text(rule.when)),
      ("then", set.actionText(rule)), ("because", rule.because ?? ""),
      ("owner", rule.owner ?? ""), ("from", day(rule.from)), ("to", day(rule.to)),
      ("state", rule.state.rawValue),
    ]
    return entries.filter { !$0.text.isEmpty }
  }

  private static func tests(_ set: Ruleset) -> [Entry] {
    set.tests.map { test in
      let given = test.given.map { set.text($0) }.joined(separator: ", ")
      return ("test " + quotedText(test.name), "given (\(given)) gives \(test.expectedText)")
    }
  }

  /// Queues that one of the sets sends cases to.
  private static func used(_ a: Ruleset, _ b: Ruleset) -> Set<String> {
    a.usedQueues.union(b.usedQueues)
  }

  private static func queues(_ set: Ruleset, among used: Set<String>) -> [Entry] {
    used.sorted().compactMap { set.queues[$0] }.map { ("queue " + spelled($0.name), $0.text) }
  }

  private static func lists(_ set: Ruleset, _ stored: StoredRuleset) -> [Entry] {
    set.usedLists.sorted().map { name in
      let origin = set.lists[name].map { "\($0.dataset).\($0.column)" } ?? ""
      let count = stored.lists[name].map { ", \($0.count) values" } ?? ""
      return ("list " + spelled(name), origin + count)
    }
  }
}
