import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookTriage
import CasebookValues
import CasebookWorkspace
import Crypto

/// `publish intake because "..."`.
enum PublishCommand: CommandDeclaration {
  static let signature = Signature(
    "publish", role: .command,
    [
      .name("set"),
      .clauses([
        [.word("because"), .string("because")], [.word("effective"), .date("effective")],
        [
          .word("if"), .word("all"), .word("rules"), .expression("gate"), .word("on"),
          .table("cases"), .parameters(RulesetGate.parameters),
        ],
      ]),
    ])
  static let task = HelpTask.rules
  static let summary = "Makes the draft of a ruleset its next version, which nothing can change."
  static let withdrawal = Withdrawal.impossible(
    "a version stays; `rollback SET to NUMBER because \"...\"` publishes an earlier one again")
  static let details = """
    The draft has to be without errors (`check S`), with at least one test, and all tests passing. `if all rules E on T`
    is a gate over the columns of `T | backtest S`: E has to be true for every live rule, and a null fails.
    `mature=E` behind T, with `as_of=`, has outcomes count only once they are final, as in `backtest`. Lists and
    parameters are fixed with the version; `show versions S` tells with which values. `effective` says from when it is
    in force; without it, from now.
    """
  static let examples = [
    Example(
      """
      queue general staff 14 aht 3m; queue manual_check staff 4 aht 6m; queue fraud_l2 staff 6 aht 9m
      ruleset intake on cases key case_id default route general unknown route manual_check
      rule repeat_fraud in intake when prior_strikes >= 3 and vertical == "fraud" then route fraud_l2
      test "three strikes" in intake given (prior_strikes = 3, vertical = "fraud") gives route fraud_l2
      publish intake because "first version"
      """)
  ]

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    guard let name = command.name("set") else { return .nothing }
    let reason = try run.reason(command)
    let publication = try Publication(name, run)
    try publication.requireNoErrors()
    try publication.requirePassingTests()
    if let gate = command.expression("gate"), let cases = command.expression("cases") {
      try publication.require(gate, on: cases, command)
    }
    return .message(try publication.publish(reason, try run.effective(command)))
  }

  static func check(_ command: Command, _ run: StatementRun) throws {
    guard let name = command.name("set") else { return }
    _ = try run.reason(command)
    let publication = try Publication(name, run)
    if let gate = command.expression("gate"), let cases = command.expression("cases") {
      try publication.check(gate, on: cases, command)
    }
    let effective = try run.effective(command) ?? run.context.clock
    let earlier = try run.engine.catalog.rulesetVersions(named: name.text)
    run.engine.session.checked.publish(
      publication.stored, behind: earlier, effective: effective)
  }
}

/// `rollback intake to 2 because "..."`.
enum RollbackCommand: CommandDeclaration {
  static let signature = Signature(
    "rollback", role: .command,
    [
      .name("set"), .word("to"), .number("version"),
      .clauses([
        [.word("because"), .string("because")], [.word("effective"), .date("effective")],
      ]),
    ])
  static let task = HelpTask.rules
  static let summary = "Publishes an earlier version of a ruleset again, as a new one."
  static let withdrawal = Withdrawal.impossible(
    "a version stays; `rollback SET to NUMBER because \"...\"` publishes another one again")
  static let details = "The draft stays as it is."
  static let examples = [
    Example(
      """
      queue general staff 14 aht 3m; queue manual_check staff 4 aht 6m; queue fraud_l2 staff 6 aht 9m
      ruleset intake on cases key case_id default route general unknown route manual_check
      rule repeat_fraud in intake when prior_strikes >= 3 and vertical == "fraud" then route fraud_l2
      test "three strikes" in intake given (prior_strikes = 3, vertical = "fraud") gives route fraud_l2
      publish intake because "first version"
      rule repeat_fraud in intake when prior_strikes >= 2 and vertical == "fraud" then route fraud_l2
      publish intake because "from two strikes on"
      rollback intake to 1 because "too many false alarms"
      """)
  ]

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    guard let name = command.name("set"), let syntax = command.expression("version") else {
      return .nothing
    }
    let reason = try run.reason(command)
    let versions = try run.engine.store.workspace.versions(of: name.text)
    if versions.isEmpty { try run.requireRuleset(named: name.text, at: name.span) }
    let number = try run.makeBinder().constant(syntax, what: "the version").asLong
    guard let old = versions.first(where: { Int64($0.number) == number }) else {
      throw Diagnostic(
        code: "E0628", message: "\(name.text) has no such version", span: syntax.span,
        help: versions.isEmpty
          ? "nothing was published yet"
          : "versions: " + versions.map { "\($0.number)" }.joined(separator: ", "))
    }
    let next = (versions.last?.number ?? 0) + 1
    let effective = try run.effective(command) ?? run.context.clock
    try run.engine.store.workspace.publish(
      StoredVersion(
        ruleset: name.text, number: next, text: old.text, lists: old.lists, hash: old.hash,
        effective: effective, published: run.context.clock, reason: reason, restored: old.number),
      draft: [])
    return .message(
      "published \(name.text)@\(next), equal to \(name.text)@\(old.number); the draft is as it was")
  }
}

extension StatementRun {
  /// The reason that a command has to give.
  fileprivate func reason(_ command: Command) throws -> String {
    if let reason = command.string("because"), !reason.trimmingSpaces.isEmpty { return reason }
    throw Diagnostic(
      code: "E0650", message: "say why", span: command.part("because")?.span ?? command.span,
      help: "\(command.word.text) \(command.name("set")?.text ?? "intake") ... because \"...\"")
  }

  /// From when a version is in force, where a command says.
  fileprivate func effective(_ command: Command) throws -> Int64? {
    guard let syntax = command.expression("effective") else { return nil }
    guard case .datetime(let ticks) = try makeBinder().constant(syntax, what: "effective") else {
      throw Diagnostic(
        code: "E0651", message: "`effective` takes a time", span: syntax.span,
        help: "effective 2026-07-01, or effective datetime(2026-07-01 06:00)")
    }
    return ticks
  }
}

/// A draft on its way to become a version: what is published is what was checked and tested.
private struct Publication {
  let name: Name
  let run: StatementRun
  /// The statements of the draft that the version consists of.
  let definitions: [StoredDefinition]
  let stored: StoredRuleset
  let ruleset: Ruleset

  init(_ name: Name, _ run: StatementRun) throws {
    self.name = name
    self.run = run
    try run.requireRuleset(named: name.text, at: name.span)
    let catalog = run.engine.catalog
    let all = try catalog.definitions()
    let whole = StoredRuleset(name: name.text, text: try catalog.draftText(of: name.text, all))
    let read = try RulesetReader.ruleset(whole, run.makeBinder())
    // Queues and lists that no rule names are no part of the version.
    definitions = draftDefinitions(of: name.text, all).filter { one in
      switch one.kind {
      case "queue": read.usedQueues.contains(one.name)
      case "list": read.usedLists.contains(one.name)
      case "pool":
        read.pools.first { $0.name == one.name }.map { pool in
          pool.serves.contains(where: read.usedQueues.contains)
        } ?? false
      default: true
      }
    }
    stored = StoredRuleset(name: name.text, text: try catalog.text(of: definitions))
    for parameter in RuleParameters.lines(of: stored.text).keys { run.note(name: parameter) }
    ruleset = try RulesetReader.ruleset(stored, run.makeBinder())
  }

  func requireNoErrors() throws {
    let found = try RulesetCheck.findings(stored, run.makeBinder(), at: name.span)
    let errors = found.filter { $0.severity == "error" }
    guard let first = errors.first else { return }
    let more = errors.count > 1 ? " (and \(errors.count - 1) more)" : ""
    throw Diagnostic(
      code: "E0652", message: "\(name.text) has errors: \(first.detail)\(more)", span: name.span,
      help: "`check \(name.text)` lists them")
  }

  func requirePassingTests() throws {
    let table = try RulesetTests.table(stored, run.makeBinder(), at: name.span)
    guard !ruleset.tests.isEmpty else {
      throw Diagnostic(
        code: "E0653", message: "\(name.text) has no test", span: name.span,
        help: "test \"...\" in \(spelled(name.text)) given (column = value) gives route QUEUE")
    }
    guard !RulesetTests.allPass(table) else { return }
    let failed = (0..<table.rowCount).first { table.columns[1].text($0) == "fail" }
    throw Diagnostic(
      code: "E0654",
      message:
        "a test of \(name.text) fails: \(quotedText(failed.map { table.columns[0].text($0) } ?? ""))",
      span: name.span, help: "`test \(name.text)` shows what came out")
  }

  /// A gate over the backtest of the draft: true for every live rule.
  func require(
    _ gate: CasebookLanguage.Expression, on cases: CasebookLanguage.Expression, _ command: Command
  ) throws {
    let binder = run.makeBinder()
    let plan = try binder.table(cases)
    let table = try RulesetGate.backtest(
      stored, over: plan, mature: command.parameter("mature"), asOf: command.parameter("as_of"),
      binder, at: name.span)
    let condition = try binder.condition(gate, over: table.fields)
    let answers = try Execution(run.context).run(
      .compute(.values(table), [binder.output("holds", condition)]))
    let failing = (0..<table.rowCount).filter { row in
      table.columns[4].text(row) == "live" && answers.columns[0].scalar(row) != .bool(true)
    }.map { table.columns[0].text($0) }
    guard failing.isEmpty else {
      throw Diagnostic(
        code: "E0655", message: "the gate fails for \(failing.joined(separator: ", "))",
        span: gate.span,
        help: "a null fails, too; `| backtest \(name.text)` shows the figures")
    }
  }

  /// Binds a gate, without any figures.
  func check(
    _ gate: CasebookLanguage.Expression, on cases: CasebookLanguage.Expression, _ command: Command
  ) throws {
    let binder = run.makeBinder(runsNothing: true)
    try RulesetGate.check(
      mature: command.parameter("mature"), asOf: command.parameter("as_of"),
      over: binder.table(cases), binder)
    _ = try binder.condition(gate, over: RulesetGate.fields)
  }

  func publish(_ reason: String, _ effective: Int64?) throws -> String {
    let workspace = run.engine.store.workspace
    let versions = try workspace.versions(of: name.text)
    let values = try RulesetGate.listValues(of: stored, run.makeBinder(), at: name.span)
    let lists = listText(values)
    let digest = SHA256.hash(data: Array((stored.text + "\u{0}" + lists).utf8))
    let hash = hexadecimal(digest)
    if let last = versions.last, last.hash == hash, effective == nil {
      throw Diagnostic(
        code: "E0656", message: "nothing changed since \(name.text)@\(last.number)",
        span: name.span, help: "`diff \(name.text)@\(last.number), \(name.text)` is empty")
    }
    let number = (versions.last?.number ?? 0) + 1
    let from = effective ?? run.context.clock
    try workspace.publish(
      StoredVersion(
        ruleset: name.text, number: number, text: stored.text, lists: lists, hash: hash,
        effective: from, published: run.context.clock, reason: reason),
      draft: definitions)
    let when = effective == nil ? "" : ", in force from \(Scalar.datetime(from).text)"
    return "published \(name.text)@\(number) (\(hash.prefix(12)))\(when)"
  }
}
