public import CasebookLanguage
public import CasebookQuery
import CasebookValues

/// Reads the text of a ruleset.
///
/// Throws a diagnostic whose span lies in that text.
public struct RulesetReader {
  /// Evaluates constants; its source is the text.
  private let binder: Binder
  private(set) var ruleset: Ruleset

  /// Reads a text.
  ///
  /// The binder gives clock and catalog; names that `let` defined mean nothing in a rule.
  public static func ruleset(
    _ stored: StoredRuleset, _ outer: Binder
  ) throws(Diagnostic) -> Ruleset {
    let tree = parse(stored.text, signatures: TriageGrammar.reading)
    if let error = tree.diagnostics.first(where: { $0.severity == .error }) { throw error }
    var reader = RulesetReader(tree.source, stored, outer, parameters: [:])
    for statement in tree.statements {
      guard case .command(let command) = statement.kind else { continue }
      do throws(Diagnostic) {
        try reader.read(command)
      } catch {
        throw undeclared(error, command, tree.source, stored, outer)
      }
    }
    return reader.finished()
  }

  /// The error of a definition that reads a parameter which this session does not have.
  private static func undeclared(
    _ error: Diagnostic, _ command: Command, _ source: SourceText, _ stored: StoredRuleset,
    _ outer: Binder
  ) -> Diagnostic {
    guard error.code == "E0201" else { return error }
    let name = source[error.span]
    let definition = (command.name("name")?.text ?? command.string("name")).map { " " + $0 } ?? ""
    return Diagnostic(
      code: "E0612",
      message: "\(command.name)\(definition) reads the parameter '\(name)', which is not declared",
      span: error.span,
      help: RuleParameters.declaration(of: name, in: stored.name, outer.catalog))
  }

  private init(
    _ source: SourceText, _ stored: StoredRuleset, _ outer: Binder, parameters: [String: Scalar]
  ) {
    ruleset = Ruleset(
      name: stored.name, version: stored.version.map(String.init) ?? "", source: source)
    ruleset.parameters = parameters
    binder = Binder(
      catalog: outer.catalog, stages: outer.stages, scope: ruleset.parameterScope,
      context: outer.context, source: source, runNow: outer.runNow)
  }

  private mutating func read(_ command: Command) throws(Diagnostic) {
    switch command.name {
    case "param": try readParameter(command)
    case "queue":
      let queue = try queue(command)
      ruleset.queues[queue.name] = queue
    case "pool": ruleset.pools.append(try pool(command))
    case "list":
      guard let name = command.name("name"), let path = command.expression("from"),
        case .member(let base, let column) = path.kind, let dataset = base.asName
      else {
        throw Diagnostic(
          code: "E0601", message: "a list takes its values from a column", span: command.span,
          help: "list trusted from known_good.actor_id")
      }
      ruleset.lists[name.text] = (dataset.text, column.text)
    case "ruleset": try readHead(command)
    case "rule": ruleset.rules.append(try rule(command))
    default: ruleset.tests.append(try test(command))
    }
  }

  private mutating func readParameter(_ command: Command) throws(Diagnostic) {
    guard let name = command.name("name"),
      case .type(let typeName)? = command.expression("type")?.kind,
      let syntax = command.expression("value")
    else { return }
    let value = try binder.constant(syntax, what: name.text).converted(to: binder.type(typeName))
    ruleset.parameters[name.text] = value
    binder.scope[name.text] = .value(TypedExpression(.constant(value)))
  }

  private func finished() -> Ruleset {
    var ruleset = ruleset
    // Sorting is stable only with the place as a second key.
    ruleset.rules = ruleset.rules.enumerated().sorted {
      ($0.element.at, $0.offset) < ($1.element.at, $1.offset)
    }.map(\.element)
    return ruleset
  }
}

// MARK: - Queues and pools

extension RulesetReader {
  private func queue(_ command: Command) throws(Diagnostic) -> Queue {
    var queue = Queue(name: command.name("name")?.text ?? "")
    if let hours = command.expression("hours"), let text = command.string("hours") {
      queue.hours = try calendar(text, at: hours.span)
    }
    queue.staff = try command.expression("staff").map { syntax throws(Diagnostic) in
      try number(syntax, "staff", expected: "a number above 0") { $0 > 0 && $0 <= 1e6 }
    }
    queue.handlingTicks = try ticks(command, "aht")
    queue.order = command.word("order").flatMap(QueueOrder.init) ?? .oldest
    queue.limitTicks = try ticks(command, "sla")
    queue.limitIsOpenTime = command.has("open")
    queue.escalatesTo = command.name("escalates")?.text
    queue.escalatesAfterTicks = try ticks(command, "after")
    return queue
  }

  private func calendar(_ text: String, at span: Span) throws(Diagnostic) -> BusinessCalendar {
    do throws(BusinessCalendar.Failure) {
      return try BusinessCalendar(text)
    } catch {
      throw Diagnostic(
        code: "E0602", message: "these are no opening hours: \(error.message)", span: span,
        help: "hours \"24x7\" or hours \"mon-fri 08:00-20:00 Europe/Dublin\"")
    }
  }

  private func pool(_ command: Command) throws(Diagnostic) -> Pool {
    let staff = try command.expression("staff").map { syntax throws(Diagnostic) in
      try number(syntax, "staff", expected: "a number above 0") { $0 > 0 && $0 <= 1e6 }
    }
    let shrinkage = try command.expression("shrinkage").map { syntax throws(Diagnostic) in
      try number(syntax, "shrinkage", expected: "from 0 to below 100 %") { $0 >= 0 && $0 < 100 }
    }
    let serves = command.groups("serves").compactMap { $0.name("queue")?.text }
    guard let staff, !serves.isEmpty else {
      throw Diagnostic(
        code: "E0603", message: "a pool has staff and serves queues", span: command.span,
        help: "pool vendor_a staff 20 shrinkage 30% serves (general, manual_check)")
    }
    return Pool(
      name: command.name("name")?.text ?? "", staff: staff, shrinkage: (shrinkage ?? 0) / 100,
      serves: serves)
  }

  private func ticks(_ command: Command, _ label: String) throws(Diagnostic) -> Int64? {
    guard let syntax = command.expression(label) else { return nil }
    return try ticks(syntax, label)
  }

  private func ticks(
    _ syntax: CasebookLanguage.Expression, _ what: String
  ) throws(Diagnostic) -> Int64 {
    guard case .timespan(let ticks) = try binder.constant(syntax, what: what), ticks > 0,
      ticks <= 36_500 * Ticks.perDay
    else {
      throw Diagnostic(
        code: "E0604", message: "\(what) takes a length of time", span: syntax.span,
        help: "such as 9m, 4h or 2d")
    }
    return ticks
  }

  private func number(
    _ syntax: CasebookLanguage.Expression, _ what: String, expected: String,
    _ isValid: (Double) -> Bool
  ) throws(Diagnostic) -> Double {
    guard let value = try binder.constant(syntax, what: what).asReal, isValid(value) else {
      throw Diagnostic(
        code: "E0605", message: "\(what) has to be \(expected)", span: syntax.span)
    }
    return value
  }
}

// MARK: - The set

extension RulesetReader {
  private mutating func readHead(_ command: Command) throws(Diagnostic) {
    ruleset.dataset = command.name("on")?.text
    ruleset.key = command.name("key")?.text
    ruleset.decided = command.name("decided")?.text
    ruleset.handling = command.name("handling")?.text
    ruleset.mode = command.word("mode").flatMap(RulesetMode.init) ?? .first
    ruleset.fallback = destination(command, "default")
    ruleset.unknown = destination(command, "unknown")
    ruleset.nevers = groups(command, "never").compactMap { group in
      guard let when = group.expression("when"), let queue = group.name("queue") else {
        return nil
      }
      return NeverClause(when: when, queue: queue.text)
    }
    ruleset.rights = groups(command, "right").compactMap { group in
      guard let kind = group.word("action").flatMap(ExclusiveKind.init),
        let right = group.expression("right")
      else { return nil }
      return RightClause(kind: kind, right: right, wrong: group.expression("wrong"))
    }
    ruleset.overturned = command.expression("overturned")
    if let seed = command.expression("draws") {
      ruleset.seed = try whole(seed, "the number that draws start from")
    }
  }

  private func destination(_ command: Command, _ word: String) -> ExclusiveAction? {
    guard let kind = command.word(word).flatMap(ExclusiveKind.init),
      let queue = command.name(word + " queue")
    else { return nil }
    return ExclusiveAction(kind, queue: queue.text)
  }

  private func groups(_ command: Command, _ label: String) -> [PartGroup] {
    command.parts.filter { $0.label == label }.flatMap { part -> [PartGroup] in
      if case .groups(let groups) = part.value { return groups }
      return []
    }
  }

  private func whole(
    _ syntax: CasebookLanguage.Expression, _ what: String
  ) throws(Diagnostic) -> Int64 {
    guard let value = try binder.constant(syntax, what: what).asLong else {
      throw Diagnostic(
        code: "E0605", message: "\(what) has to be a whole number", span: syntax.span)
    }
    return value
  }
}

// MARK: - Rules

extension RulesetReader {
  /// What `backtest` calls its last rows, so that no rule may.
  static let reserved: Set<String> = ["default", "unknown", "all"]

  private func rule(_ command: Command) throws(Diagnostic) -> Rule {
    guard let name = command.name("name") else {
      throw missing("a name", command)
    }
    if Self.reserved.contains(name.text) {
      throw Diagnostic(
        code: "E0606", message: "a rule cannot be named '\(name.text)'", span: name.span,
        help: "`backtest` uses the names default, unknown and all for its last rows")
    }
    guard let when = command.expression("when") else { throw missing("a `when`", command) }
    let actions = groups(command, "then")
    guard !actions.isEmpty else { throw missing("a `then`", command) }
    var rule = Rule(name: name.text, at: 100, when: when, span: command.span)
    if let at = command.expression("at") {
      rule.at = try number(at, "the place of a rule", expected: "a number") { $0.isFinite }
    }
    for action in actions { try read(action, into: &rule) }
    rule.because = command.string("because")
    rule.owner = command.string("owner")
    rule.from = try instant(command, "from")
    rule.to = try instant(command, "to")
    if let from = rule.from, let to = rule.to, from >= to {
      throw Diagnostic(
        code: "E0607", message: "rule \(name.text) ends before it begins",
        span: command.part("to")?.span ?? command.span, help: "`from` is the earlier of the two")
    }
    rule.state = command.word("state").flatMap(RuleState.init) ?? .live
    return rule
  }

  private func missing(_ what: String, _ command: Command) -> Diagnostic {
    Diagnostic(
      code: "E0608", message: "a \(command.name) needs \(what)", span: command.span,
      help: command.name == "test"
        ? "test \"...\" in SET given (column = value) gives route QUEUE"
        : "rule NAME in SET at 10 when score >= 0.9 then route QUEUE")
  }

  private func instant(_ command: Command, _ label: String) throws(Diagnostic) -> Int64? {
    guard let syntax = command.expression(label) else { return nil }
    guard case .datetime(let ticks) = try binder.constant(syntax, what: label) else {
      throw Diagnostic(
        code: "E0609", message: "`\(label)` takes a date", span: syntax.span,
        help: "\(label) 2026-01-31, or \(label) datetime(2026-01-31 12:00)")
    }
    return ticks
  }

  private func read(_ action: PartGroup, into rule: inout Rule) throws(Diagnostic) {
    let word = action.word("action") ?? ""
    switch word {
    case "route", "escalate", "close", "hold":
      guard rule.exclusive == nil else {
        throw Diagnostic(
          code: "E0610", message: "rule \(rule.name) says twice where a case goes",
          span: action.span, help: "route, escalate, close and hold exclude each other")
      }
      var exclusive = ExclusiveAction(
        ExclusiveKind(rawValue: word) ?? .route, queue: action.name("queue")?.text ?? "")
      exclusive.reason = action.string("reason") ?? ""
      exclusive.until = action.expression("until")
      exclusive.isPaused = action.has("paused")
      rule.exclusive = exclusive
    case "label": rule.labels.append(try label(action))
    case "unlabel": rule.unlabels.append(try label(action))
    case "sla":
      guard let syntax = action.expression("sla") else { return }
      rule.limit = TimeLimit(ticks: try ticks(syntax, "sla"), isOpenTime: action.has("open"))
    case "priority":
      rule.priority = try action.expression("priority").map { syntax throws(Diagnostic) in
        try whole(syntax, "a priority")
      }
    case "qa":
      rule.sampling = try action.expression("qa").map { syntax throws(Diagnostic) in
        try number(syntax, "qa", expected: "from 0 to 100 %") { (0...100).contains($0) } / 100
      }
    case "note": rule.note = action.string("note")
    default: rule.continues = true
    }
  }

  private func label(_ group: PartGroup) throws(Diagnostic) -> String {
    guard let syntax = group.expression("label") else { return "" }
    if let text = syntax.asName?.text ?? syntax.asLiteral?.text, !text.isEmpty { return text }
    throw Diagnostic(
      code: "E0611", message: "a label is a name or a text", span: syntax.span,
      help: "label urgent, or label \"auto:high\"")
  }
}

// MARK: - Tests

extension RulesetReader {
  private func test(_ command: Command) throws(Diagnostic) -> RuleTest {
    let gives = groups(command, "gives")
    guard !gives.isEmpty else { throw missing("an expectation, `gives ...`", command) }
    var expected: [Expected] = []
    for group in gives { expected.append(try outcome(group)) }
    return RuleTest(
      name: command.string("name") ?? "", given: command.parameters, expected: expected,
      expectedText: gives.map { ruleset.text($0) }.joined(separator: ", "))
  }

  private func outcome(_ group: PartGroup) throws(Diagnostic) -> Expected {
    let word = group.word("gives") ?? ""
    switch word {
    case "by": return .rule(group.name("rule")?.text ?? "")
    case "label", "unlabel": return .label(try label(group), isPresent: word == "label")
    case "sla":
      guard let syntax = group.expression("sla") else { return .limit(0) }
      return .limit(try ticks(syntax, "sla"))
    case "priority":
      guard let syntax = group.expression("priority") else { return .priority(0) }
      return .priority(try whole(syntax, "a priority"))
    default:
      return .action(word, queue: group.name("queue")?.text, reason: group.string("reason"))
    }
  }
}

// MARK: - Reading one statement

extension RulesetReader {
  /// Reads one definition for its errors, whose spans lie in the text that it was typed in.
  public static func validate(
    _ command: Command, _ source: SourceText, _ binder: Binder
  ) throws(Diagnostic) {
    var reader = RulesetReader(
      source, StoredRuleset(name: "", text: ""), binder, parameters: binder.catalog.parameters)
    try reader.read(command)
  }

  /// Reads the text of one definition for its errors.
  public static func validate(_ text: String, _ binder: Binder) throws(Diagnostic) {
    let parameters = RuleParameters.text(for: text, among: binder.catalog.parameters) { _ in [] }
    _ = try ruleset(StoredRuleset(name: "", text: parameters + text), binder)
  }
}
