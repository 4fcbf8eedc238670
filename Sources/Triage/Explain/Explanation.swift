public import CasebookLanguage
public import CasebookQuery
public import CasebookTables
import CasebookValues

/// Why a case is decided as it is, rule by rule and condition by condition.
public enum Explanation {
  private static let fields = [
    Field("rule", .string), Field("at", .real), Field("result", .string),
    Field("truth", .string), Field("condition", .string), Field("holds", .string),
    Field("value", .string), Field("action", .string),
  ]

  /// Every rule with its conditions and the values that they met; values of protected columns are masked.
  ///
  /// `result` is won, outranked, true, false, unknown, shadow or off; a last row says where the case goes
  /// when no rule decides it.
  public static func table(
    _ id: CasebookLanguage.Expression, in reference: RulesetReference, _ binder: Binder,
    at span: Span
  ) throws -> Table {
    guard let explained = try ExplainedCase(id, in: reference, binder, at: span) else {
      return Table(fields: fields)
    }
    var rows: [[Scalar]] = []
    for rule in explained.ruleset.rules {
      rows += ruleRows(rule, explained)
    }
    let decided = explained.decided
    if !explained.ruleset.rules.contains(where: { $0.name == decided.winner }) {
      let name = decided.winner.isEmpty ? decided.action : decided.winner
      rows.append([
        .string(name), .null(.real), .string("won"), .string(""), .string(""), .string(""),
        .string(decided.decision[12].text(0)),
        .string(decided.action + (decided.queue.isEmpty ? "" : " " + spelled(decided.queue))),
      ])
    }
    return Table(fields: masked(fields, explained), rows: rows)
  }

  /// Whether a condition on a protected value holds tells of the value.
  private static func masked(_ fields: [Field], _ explained: ExplainedCase) -> [Field] {
    guard explained.decided.set.readsProtected else { return fields }
    let telling: Set<String> = ["result", "truth", "holds", "action", "change"]
    return fields.map { field in
      Field(field.name, field.type, isProtected: telling.contains(field.name))
    }
  }

  private static func ruleRows(_ rule: Rule, _ explained: ExplainedCase) -> [[Scalar]] {
    let action = explained.ruleset.actionText(rule)
    let head: [Scalar] = [.string(rule.name), .real(rule.at), .string(explained.result(rule))]
    guard let index = explained.index(of: rule) else {
      return [
        head + [
          .string(""), .string(explained.ruleset.text(rule.when)), .string(""), .string(""),
          .string(action),
        ]
      ]
    }
    let truth = explained.decided.truth(explained.decided.set.rules[index].node).word
    return explained.leaves(of: rule).map { leaf in
      head + [
        .string(truth), .string(leaf.text), .string(leaf.truth.word),
        .string(explained.values(leaf)), .string(action),
      ]
    }
  }

  private static let whynotFields = [
    Field("rule", .string), Field("truth", .string), Field("result", .string),
    Field("condition", .string), Field("holds", .string), Field("value", .string),
    Field("change", .string),
  ]

  /// The conditions that keep a rule from winning a case, the first that fails first, each with the
  /// smallest change that would flip it.
  public static func whynot(
    _ id: CasebookLanguage.Expression, _ rule: Name, in reference: RulesetReference,
    _ binder: Binder, at span: Span
  ) throws -> Table {
    guard let explained = try ExplainedCase(id, in: reference, binder, at: span) else {
      return Table(fields: whynotFields)
    }
    guard let found = explained.ruleset.rules.first(where: { $0.name == rule.text }) else {
      let names = explained.ruleset.rules.map(\.name)
      throw Diagnostic(
        code: "E0648", message: "\(reference.name) has no rule '\(rule.text)'", span: rule.span,
        help: nearest(to: rule.text, in: names).map { "did you mean \($0)?" }
          ?? "rules: " + names.joined(separator: ", "))
    }
    let result = explained.result(found)
    guard let index = explained.index(of: found) else {
      return Table(
        fields: masked(whynotFields, explained),
        rows: [row(found.name, "", result, "state off", "", "", "state live")])
    }
    let truth = explained.decided.truth(explained.decided.set.rules[index].node)
    var rows: [[Scalar]] = []
    if !explained.isThere(found) {
      rows.append(
        row(
          found.name, truth.word, result, "from and to", "false", "",
          "the case was decided outside the rule's days"))
    }
    if truth == .yes, result != "won" {
      rows.append(
        row(
          found.name, truth.word, result, "", "true", "",
          "the rule is true, but " + explained.winnerText))
    }
    for flip in explained.flips(of: found) {
      rows.append(
        row(
          found.name, truth.word, result, flip.leaf.text, flip.leaf.truth.word,
          explained.values(flip.leaf), explained.change(flip)))
    }
    return Table(fields: masked(whynotFields, explained), rows: rows)
  }

  private static func row(
    _ rule: String, _ truth: String, _ result: String, _ condition: String, _ holds: String,
    _ value: String, _ change: String
  ) -> [Scalar] {
    [rule, truth, result, condition, holds, value, change].map { .string($0) }
  }
}
