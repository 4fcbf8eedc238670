import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookTriage
import CasebookWorkspace

/// `queue general hours "24x7" staff 8 aht 4m`.
enum QueueCommand: CommandDeclaration {
  static let signature = TriageGrammar.queue
  static let task = HelpTask.rules
  static let summary = "Defines a queue: hours, people, handling time, order, time limit."
  static let details = """
    `hours` is a calendar such as "mon-fri 08:00-20:00 Europe/Dublin"; without it the queue is always open.
    `aht` is the usual time that a case takes. `order` is oldest, due or priority. `sla` is the limit of cases
    that no rule gives one; with `open` it runs in the queue's hours only. `escalates Q after D` sends a case
    that waited D to Q. A line that begins with one of these words amends the queue just entered.
    """
  static let examples = [
    Example("queue cse_l2 hours \"24x7\" staff 6 aht 9m order due"),
    Example(
      """
      queue general hours "mon-fri 08:00-20:00 Europe/Dublin"
        staff 14 aht 3m order oldest
        sla 1d
        escalates cse_l2 after 2d
      """),
  ]

  static let withdrawal = Withdrawal.possible

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    try run.define(command)
  }

  static func check(_ command: Command, _ run: StatementRun) throws {
    try run.checkDefinition(command)
  }
}

/// `pool vendor_a staff 20 shrinkage 30% serves (general)`.
enum PoolCommand: CommandDeclaration {
  static let signature = TriageGrammar.pool
  static let task = HelpTask.rules
  static let summary = "Defines people who serve several queues."
  static let details =
    "`shrinkage` is the share of paid time that is not at work. Queues named first are served first."
  static let examples = [
    Example("queue general staff 14 aht 3m; pool vendor_a staff 20 shrinkage 30% serves (general)")
  ]

  static let withdrawal = Withdrawal.possible

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    try run.define(command)
  }

  static func check(_ command: Command, _ run: StatementRun) throws {
    try run.checkDefinition(command)
  }
}

/// `list trusted from known_good.actor_id`.
enum ListCommand: CommandDeclaration {
  static let signature = TriageGrammar.list
  static let task = HelpTask.rules
  static let summary = "Names the values of a dataset's column, for `in` within rules."
  static let details =
    "A draft reads the values as they are; publishing a ruleset fixes them with its version."
  static let examples = [Example("list reviewers from cases.reviewer")]

  static let withdrawal = Withdrawal.possible

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    if let (name, column) = origin(command) {
      try require(column, of: name, in: run.dataset(name).fields.map(\.field.name))
    }
    return try run.define(command)
  }

  static func check(_ command: Command, _ run: StatementRun) throws {
    if let (name, column) = origin(command) {
      let plan = try run.makeBinder(runsNothing: true).table(named: name.text, span: name.span)
      try require(column, of: name, in: plan.fields.map(\.name))
    }
    try run.checkDefinition(command)
  }

  private static func origin(_ command: Command) -> (Name, Name)? {
    guard let path = command.expression("from"), case .member(let base, let column) = path.kind,
      let name = base.asName
    else { return nil }
    return (name, column)
  }

  private static func require(_ column: Name, of name: Name, in fields: [String]) throws {
    guard !fields.contains(column.text) else { return }
    throw Diagnostic(
      code: "E0323", message: "\(name.text) has no column '\(column.text)'", span: column.span,
      help: nearest(to: column.text, in: fields).map { "did you mean \($0)?" }
        ?? "columns here: " + fields.joined(separator: ", "))
  }
}

/// `ruleset intake on cases key case_id default route general`.
enum RulesetCommand: CommandDeclaration {
  static let signature = TriageGrammar.ruleset
  static let task = HelpTask.rules
  static let summary = "Defines a set of rules: for which cases, and what holds for all of them."
  static let details = """
    `key` is the case's identity, `decided` the column of the decision's time, `handling` the column of the work
    that a case took. In `mode first` the first true rule wins; in `all` every true rule acts and the first takes
    the exclusive slot; in `unique` two true rules that want different things are a conflict. `default` and
    `unknown` say where cases go that no rule decides; `unknown` takes those for which a rule met a missing value.
    `right ACTION when E [wrong E]` says when a decision was right, for `backtest`. A line that begins with one of
    these words amends the set just entered.
    """
  static let examples = [
    Example(
      """
      queue general staff 14 aht 3m; queue manual_check staff 4 aht 6m
      ruleset intake on cases key case_id decided opened_at mode first
        default route general
        unknown route manual_check
        right route when outcome == "violating" wrong outcome == "benign"
        overturned when appeal_result == "reversed"
      """)
  ]

  static let withdrawal = Withdrawal.possible

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    try run.define(command)
  }

  static func check(_ command: Command, _ run: StatementRun) throws {
    try run.checkDefinition(command)
  }
}

/// `rule hot_fraud in intake at 20 when ... then ...`.
enum RuleCommand: CommandDeclaration {
  static let signature = TriageGrammar.rule
  static let task = HelpTask.rules
  static let summary = "Defines a rule of a set: where it stands, when it is true, what it does."
  static let details = """
    `when` has the grammar of `where`, but a comparison with a missing value is unknown, and a rule acts only where
    it is true. It reads columns, lists and what `param` declared, a draft with the values of now. `then` takes one of `route Q`, `escalate Q`, `close "reason"`, `hold until E to Q`, and any of
    `label x`, `unlabel x`, `sla D [open]`, `priority n`, `qa p%`, `note "..."`; `continue` at its end lets later
    rules add to it. `from` and `to` bound the days on which the rule is there; `state` is live, shadow or off.
    Entering a rule again replaces it in the draft; a line that begins with a clause word amends the rule just entered,
    and `rule NAME in SET` alone takes up one that is there.
    """
  static let examples = [
    Example(
      """
      queue general staff 14 aht 3m; queue fraud_l2 staff 6 aht 9m
      ruleset intake on cases key case_id default route general
      rule repeat_fraud in intake at 20
        when prior_strikes >= 3 and vertical == "fraud"
        then route fraud_l2, sla 4h, label "auto:repeat", qa 5%
        because "{prior_strikes} strikes" owner "policy-fraud" from 2026-01-01 to 2027-01-01
      """)
  ]

  static let withdrawal = Withdrawal.possible

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    try run.define(command)
  }

  static func check(_ command: Command, _ run: StatementRun) throws {
    try run.checkDefinition(command)
  }
}
