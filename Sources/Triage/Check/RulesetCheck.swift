public import CasebookLanguage
public import CasebookQuery
public import CasebookTables
import CasebookValues

/// Looks for what is wrong with a ruleset before it decides anything.
public enum RulesetCheck {
  /// One thing that was found.
  public struct Finding: Sendable {
    /// What kind of thing: `unreachable`, `unknown_queue`, ...
    public var code: String
    /// `error`, `warning`, or `unknown` where it could neither be proved nor refuted.
    public var severity: String
    /// The rules that it is about.
    public var rules: [String]
    /// The column that it is about, or "".
    public var column: String
    /// One sentence.
    public var detail: String
    /// A case that shows it: a real one by its identity, or a made one as a test gives it.
    public var witness: String

    init(
      _ code: String, _ severity: String, rules: [String] = [], column: String = "",
      _ detail: String, witness: String = ""
    ) {
      self.code = code
      self.severity = severity
      self.rules = rules
      self.column = column
      self.detail = detail
      self.witness = witness
    }
  }

  private static let fields = [
    Field("code", .string), Field("severity", .string), Field("rules", .dynamic),
    Field("column", .string), Field("detail", .string), Field("witness", .string),
  ]

  /// The findings as a table, errors first.
  public static func table(
    _ reference: RulesetReference, _ binder: Binder, at span: Span
  ) throws -> Table {
    guard let stored = try reference.resolved(binder, at: span).last, binder.runNow != nil else {
      return Table(fields: fields)
    }
    let found = try findings(stored, binder, at: span)
    let errors = found.filter { $0.severity == "error" }.count
    binder.context.find(
      errors == 0
        ? "\(stored.name) has no errors."
        : "\(stored.name) cannot be published: \(errors) error\(errors == 1 ? "" : "s").")
    return Table(
      fields: fields,
      rows: found.map { finding in
        [
          .string(finding.code), .string(finding.severity),
          .dynamic(.array(finding.rules.map { .string($0) })), .string(finding.column),
          .string(finding.detail), .string(finding.witness),
        ]
      })
  }

  /// Everything that is found in a draft or version, errors first.
  public static func findings(
    _ stored: StoredRuleset, _ binder: Binder, at span: Span
  ) throws -> [Finding] {
    let ruleset = try RulesetCompiler.read(stored, binder, at: span)
    var found = TextChecks.findings(ruleset, clock: binder.context.clock)
    guard let cases = try? CaseTable(ruleset, binder, at: span) else {
      found.append(
        Finding(
          "no_dataset", "error",
          "there is no table '\(ruleset.dataset ?? "")' to check the conditions against"))
      return sorted(found)
    }
    let (set, broken) = try RulesetCompiler.tolerant(
      stored, over: cases.plan.fields, binder, at: span)
    for (rule, diagnostic) in broken {
      found.append(
        Finding(
          diagnostic.code == "E0201" ? "unknown_column" : "type_mismatch", "error",
          rules: rule.isEmpty ? [] : [rule], column: TextChecks.named(in: diagnostic.message),
          diagnostic.message + (diagnostic.help.map { "; \($0)" } ?? "")))
    }
    for rule in ruleset.rules where rule.state != .off {
      guard let name = RulesetCompiler.unknownTextColumn(rule, cases.plan.fields) else { continue }
      found.append(
        Finding(
          "unknown_column", "error", rules: [rule.name], column: name,
          "a text of rule \(rule.name) names the column '\(name)', which is not here"))
    }
    found += lateFindings(set, cases, binder)
    let data = try CheckData(set, cases.plan, binder.context)
    var logic = LogicChecks(set, data, binder.context)
    found += try logic.findings()
    found += DataChecks.findings(set, data)
    found += try testFindings(ruleset, stored, binder, span, isBroken: !broken.isEmpty)
    return sorted(found)
  }

  private static func sorted(_ findings: [Finding]) -> [Finding] {
    let order = ["error": 0, "warning": 1, "unknown": 2]
    return findings.enumerated().sorted { left, right in
      let (a, b) = (order[left.element.severity] ?? 3, order[right.element.severity] ?? 3)
      return (a, left.offset) < (b, right.offset)
    }.map(\.element)
  }

  /// Rules that read what is known only after the decision, each with the column.
  ///
  /// `cases` are the rows that it is asked of, whose columns may be computed of late ones.
  static func lateReads(_ set: CompiledRuleset, _ binder: Binder, of cases: Plan? = nil) -> [(
    rule: String, column: String
  )] {
    binder.catalog.noteMarks(of: set.ruleset.dataset ?? "")
    var late = (try? binder.catalog.lateColumns(of: set.ruleset.dataset ?? "")) ?? []
    let outcomes =
      set.ruleset.rights.map(\.right) + set.ruleset.rights.compactMap(\.wrong)
      + [set.ruleset.overturned].compactMap { $0 }
    for syntax in outcomes {
      syntax.walk { node in if let name = node as? Name { late.insert(name.text) } }
    }
    let computed = cases?.lateColumns(names: late) ?? []
    return set.rules.flatMap { rule in
      rule.reads.filter { late.contains(set.fields[$0].name) || computed.contains($0) }
        .map { (rule.rule.name, set.fields[$0].name) }
    }
  }

  private static func lateFindings(
    _ set: CompiledRuleset, _ cases: CaseTable, _ binder: Binder
  ) -> [Finding] {
    lateReads(set, binder, of: cases.plan).map { rule, column in
      Finding(
        "late_column", "error", rules: [rule], column: column,
        "rule \(rule) reads \(column), which is known only after the decision")
    }
  }

  private static func testFindings(
    _ ruleset: Ruleset, _ stored: StoredRuleset, _ binder: Binder, _ span: Span, isBroken: Bool
  ) throws -> [Finding] {
    guard !isBroken else { return [] }
    if ruleset.tests.isEmpty {
      return [Finding("no_test", "warning", "there is no test of \(ruleset.name)")]
    }
    guard let table = try? RulesetTests.table(stored, binder, at: span) else { return [] }
    return (0..<table.rowCount).filter { table.columns[1].text($0) == "uncovered" }.map { row in
      let rule = table.columns[4].text(row)
      return Finding("no_test", "warning", rules: [rule], "no test is won by rule \(rule)")
    }
  }
}
