public import CasebookLanguage
public import CasebookQuery
public import CasebookTables
import CasebookValues

/// Runs the tests of a ruleset.
public enum RulesetTests {
  private static let fields = [
    Field("test", .string), Field("outcome", .string), Field("expected", .string),
    Field("got", .string), Field("rule", .string),
  ]

  /// A row a test (pass or fail), then one for each live rule that wins none of them.
  ///
  /// No test at all is a failure, too.
  public static func table(
    _ reference: RulesetReference, _ binder: Binder, at span: Span
  ) throws -> Table {
    guard let stored = try reference.resolved(binder, at: span).last, binder.runNow != nil else {
      return Table(fields: fields)
    }
    return try table(stored, binder, at: span)
  }

  /// The same for one version or draft.
  public static func table(
    _ stored: StoredRuleset, _ binder: Binder, at span: Span
  ) throws -> Table {
    let ruleset = try RulesetCompiler.read(stored, binder, at: span)
    let cases = try CaseTable(ruleset, binder, at: span)
    let set = try RulesetCompiler.compiled(stored, over: cases.plan.fields, binder, at: span)
    var rows: [[Scalar]] = []
    var winners: Set<String> = []
    for test in ruleset.tests {
      let isDated = test.given.contains { $0.name?.text == (ruleset.decided ?? "opened_at") }
      let row = try madeCase(test, ruleset, cases.plan.fields, binder, at: span)
      let decided = try DecidedCase(set, row: row, hasWindows: isDated, binder.context)
      winners.insert(decided.winner)
      let failures = test.expected.filter { !fulfils($0, decided) }
      rows.append([
        .string(test.name), .string(failures.isEmpty ? "pass" : "fail"),
        .string(test.expectedText), .string(got(decided, failures)), .string(decided.winner),
      ])
    }
    if ruleset.tests.isEmpty {
      rows.append([
        .string(""), .string("fail"), .string("at least one test"), .string("none"), .string(""),
      ])
    }
    for rule in ruleset.liveRules where rule.exclusive != nil && !winners.contains(rule.name) {
      rows.append([
        .string(""), .string("uncovered"), .string("a test that the rule wins"), .string("none"),
        .string(rule.name),
      ])
    }
    return Table(fields: fields, rows: rows)
  }

  /// Whether every test of such a table passes.
  public static func allPass(_ table: Table) -> Bool {
    (0..<table.rowCount).allSatisfy { table.columns[1].text($0) != "fail" }
  }

  /// Looks whether the cases have the columns that a test gives, and takes the values that it gives them.
  ///
  /// Errors have their place in `source`, in which the test was typed.
  public static func check(
    _ given: [Argument], _ fields: [Field], _ source: SourceText, _ outer: Binder
  ) throws(Diagnostic) {
    var set = Ruleset(name: "", source: source)
    set.parameters = outer.catalog.parameters
    let binder = Binder(
      catalog: outer.catalog, stages: outer.stages, scope: set.parameterScope,
      context: outer.context, source: source, runNow: outer.runNow)
    for argument in given {
      guard let name = argument.name else { continue }
      guard let field = fields.first(where: { $0.name == name.text }) else {
        throw Diagnostic(
          code: "E0646", message: "the cases have no column '\(name.text)'", span: name.span,
          help: nearest(to: name.text, in: fields.map(\.name)).map { "did you mean \($0)?" }
            ?? "columns: " + fields.map(\.name).joined(separator: ", "))
      }
      let value = try binder.constant(argument.value, what: name.text)
      guard value.isMissing || !value.converted(to: field.type).isMissing else {
        throw Diagnostic(
          code: "E0647",
          message: "'\(name.text)' is \(field.type.name), and what is given is not",
          span: argument.value.span, help: "a \(field.type.name) is needed")
      }
    }
  }

  /// The made-up case: what is given, and everything else missing.
  private static func madeCase(
    _ test: RuleTest, _ ruleset: Ruleset, _ fields: [Field], _ outer: Binder, at span: Span
  ) throws(Diagnostic) -> Table {
    let binder = Binder(
      catalog: outer.catalog, stages: outer.stages, scope: ruleset.parameterScope,
      context: outer.context, source: ruleset.source, runNow: outer.runNow)
    var values = fields.map { Scalar.missing($0.type) }
    for argument in test.given {
      guard let name = argument.name else { continue }
      guard let column = fields.firstIndex(where: { $0.name == name.text }) else {
        throw Diagnostic(
          code: "E0646",
          message: "test \(quotedText(test.name)) gives the column '\(name.text)', "
            + "which \(ruleset.dataset ?? "") does not have", span: span,
          help: nearest(to: name.text, in: fields.map(\.name)).map { "did you mean \($0)?" }
            ?? "columns: " + fields.map(\.name).joined(separator: ", "))
      }
      let value: Scalar
      do throws(Diagnostic) {
        value = try binder.constant(argument.value, what: name.text)
      } catch {
        throw Diagnostic(
          code: error.code, message: "in test \(quotedText(test.name)): \(error.message)",
          span: span, help: error.help)
      }
      let converted = value.converted(to: fields[column].type)
      if converted.isMissing, !value.isMissing {
        throw Diagnostic(
          code: "E0647",
          message:
            "in test \(quotedText(test.name)): '\(name.text)' is \(fields[column].type.name), "
            + "and what is given is not", span: span,
          help: "a \(fields[column].type.name) is needed")
      }
      values[column] = converted
    }
    return Table(fields: fields, rows: [values])
  }

  private static func fulfils(_ expected: Expected, _ decided: DecidedCase) -> Bool {
    switch expected {
    case .action(let action, let queue, let reason):
      guard decided.action == action, queue == nil || queue == decided.queue else { return false }
      guard let reason else { return true }
      return decided.set.rules.first { $0.rule.name == decided.winner }?.rule.exclusive?.reason
        == reason
    case .rule(let name): return decided.winner == name
    case .label(let name, let isPresent): return decided.labels.contains(name) == isPresent
    case .limit(let ticks): return decided.limit == ticks
    case .priority(let priority): return decided.priority == priority
    }
  }

  /// What came out, as far as it was asked for.
  private static func got(_ decided: DecidedCase, _ failures: [Expected]) -> String {
    var words = [
      decided.action + (decided.queue.isEmpty ? "" : " " + spelled(decided.queue)),
      decided.winner.isEmpty ? "" : "by " + spelled(decided.winner),
    ].filter { !$0.isEmpty }
    for failure in failures {
      switch failure {
      case .label:
        words.append(
          decided.labels.isEmpty
            ? "no label" : decided.labels.map { "label " + quotedText($0) }.joined(separator: ", "))
      case .limit: words.append(decided.limit.map { "sla " + lengthText($0) } ?? "no sla")
      case .priority: words.append("priority \(decided.priority)")
      case .action, .rule: break
      }
    }
    return words.joined(separator: ", ")
  }
}
