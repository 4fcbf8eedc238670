import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookTriage
import CasebookValues
import CasebookWorkspace

/// `show queues`, `show rules` and their kind.
enum TriageListings {
  static let words = ["queues", "pools", "lists", "rulesets", "rules", "tests", "versions"]

  /// The listing of a word, perhaps of one ruleset only.
  static func table(_ word: String, of name: Name?, _ run: StatementRun) throws -> Table? {
    guard words.contains(word) else { return nil }
    let wanted = name?.text
    if ["rules", "tests", "versions"].contains(word), let name {
      try run.requireRuleset(named: name.text, at: name.span)
    }
    switch word {
    case "queues": return try queues(run)
    case "pools": return try pools(run)
    case "lists": return try lists(run)
    case "rulesets": return try rulesets(run)
    case "rules": return try rules(of: wanted, run)
    case "tests": return try tests(of: wanted, run)
    default: return try versions(of: wanted, run)
    }
  }

  /// Everything common to all sets, read without any of them.
  private static func common(_ run: StatementRun) throws -> Ruleset {
    let all = try run.engine.store.workspace.definitions()
    return try RulesetReader.ruleset(
      StoredRuleset(name: "", text: run.engine.catalog.draftText(of: "", all)), run.makeBinder())
  }

  private static func drafts(_ wanted: String?, _ run: StatementRun) throws -> [Ruleset] {
    try run.engine.catalog.rulesetNames.filter { wanted == nil || $0 == wanted }.compactMap {
      name in
      guard let draft = try run.engine.catalog.rulesetDraft(named: name) else { return nil }
      return try RulesetReader.ruleset(draft, run.makeBinder())
    }
  }

  private static func ticks(_ ticks: Int64?) -> Scalar {
    ticks.map { .timespan($0) } ?? .null(.timespan)
  }

  private static func queues(_ run: StatementRun) throws -> Table {
    let common = try common(run)
    let order = try run.engine.store.workspace.definitions("queue").map(\.name)
    return Table(
      fields: [
        Field("queue", .string), Field("hours", .string), Field("staff", .real),
        Field("aht", .timespan), Field("order", .string), Field("sla", .timespan),
        Field("sla_open", .bool), Field("escalates", .string), Field("after", .timespan),
      ],
      rows: order.compactMap { common.queues[$0] }.map { queue in
        [
          .string(queue.name), .string(queue.hours.text),
          queue.staff.map { .real($0) } ?? .null(.real), ticks(queue.handlingTicks),
          .string(queue.order.rawValue), ticks(queue.limitTicks), .bool(queue.limitIsOpenTime),
          .string(queue.escalatesTo ?? ""), ticks(queue.escalatesAfterTicks),
        ]
      })
  }

  private static func pools(_ run: StatementRun) throws -> Table {
    Table(
      fields: [
        Field("pool", .string), Field("staff", .real), Field("shrinkage", .real),
        Field("serves", .dynamic),
      ],
      rows: try common(run).pools.map { pool in
        [
          .string(pool.name), .real(pool.staff), .real(pool.shrinkage),
          .dynamic(.array(pool.serves.map { .string($0) })),
        ]
      })
  }

  private static func lists(_ run: StatementRun) throws -> Table {
    Table(
      fields: [Field("list", .string), Field("dataset", .string), Field("column", .string)],
      rows: try common(run).lists.sorted { $0.key < $1.key }.map { name, origin in
        [.string(name), .string(origin.dataset), .string(origin.column)]
      })
  }

  private static func rulesets(_ run: StatementRun) throws -> Table {
    let rows = try drafts(nil, run).map { set -> [Scalar] in
      let versions = try run.engine.store.workspace.versions(of: set.name)
      let live = versions.last { $0.effective <= run.context.clock }
      return [
        .string(set.name), .string(set.dataset ?? ""), .string(set.key ?? ""),
        .string(set.mode.rawValue), .string(set.fallback?.queue ?? ""),
        .string(set.unknown?.queue ?? ""), .long(Int64(set.rules.count)),
        .long(Int64(set.tests.count)), live.map { .long(Int64($0.number)) } ?? .null(.long),
        live.map { .datetime($0.effective) } ?? .null(.datetime),
      ]
    }
    return Table(
      fields: [
        Field("ruleset", .string), Field("dataset", .string), Field("key", .string),
        Field("mode", .string), Field("default", .string), Field("unknown", .string),
        Field("rules", .long), Field("tests", .long), Field("live", .long),
        Field("live_since", .datetime),
      ], rows: rows)
  }

  private static func rules(of wanted: String?, _ run: StatementRun) throws -> Table {
    let time = { (ticks: Int64?) -> Scalar in ticks.map { .datetime($0) } ?? .null(.datetime) }
    return Table(
      fields: [
        Field("ruleset", .string), Field("rule", .string), Field("at", .real),
        Field("state", .string), Field("when", .string), Field("then", .string),
        Field("because", .string), Field("owner", .string), Field("from", .datetime),
        Field("to", .datetime),
      ],
      rows: try drafts(wanted, run).flatMap { set in
        set.rules.map { rule in
          [
            .string(set.name), .string(rule.name), .real(rule.at), .string(rule.state.rawValue),
            .string(set.text(rule.when)), .string(set.actionText(rule)),
            .string(rule.because ?? ""), .string(rule.owner ?? ""), time(rule.from), time(rule.to),
          ]
        }
      })
  }

  private static func tests(of wanted: String?, _ run: StatementRun) throws -> Table {
    Table(
      fields: [
        Field("ruleset", .string), Field("test", .string), Field("given", .string),
        Field("gives", .string),
      ],
      rows: try drafts(wanted, run).flatMap { set in
        set.tests.map { test in
          [
            .string(set.name), .string(test.name),
            .string(test.given.map { set.text($0) }.joined(separator: ", ")),
            .string(test.expectedText),
          ]
        }
      })
  }

  /// The parameters that a version was published with: `cut = 0.9, limit = 4h`.
  private static func parameters(of version: StoredVersion) -> String {
    RuleParameters.lines(of: version.text).sorted { $0.key < $1.key }.map { name, line in
      let value = line.split(separator: "=", maxSplits: 1).last ?? ""
      return "\(name) =\(value)"
    }.joined(separator: ", ")
  }

  private static func versions(of wanted: String?, _ run: StatementRun) throws -> Table {
    let all = try run.engine.store.workspace.versions(of: wanted)
    return Table(
      fields: [
        Field("ruleset", .string), Field("version", .long), Field("live", .bool),
        Field("effective", .datetime), Field("published", .datetime), Field("reason", .string),
        Field("restores", .long), Field("parameters", .string), Field("hash", .string),
      ],
      rows: all.map { version in
        let live = all.last {
          $0.ruleset == version.ruleset && $0.effective <= run.context.clock
        }
        return [
          .string(version.ruleset), .long(Int64(version.number)),
          .bool(live?.number == version.number), .datetime(version.effective),
          .datetime(version.published), .string(version.reason),
          version.restored.map { .long(Int64($0)) } ?? .null(.long),
          .string(parameters(of: version)), .string(version.hash),
        ]
      })
  }
}
