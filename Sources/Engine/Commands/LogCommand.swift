import CasebookAnalyses
import CasebookLanguage
import CasebookQuery
import CasebookRender
import CasebookTables
import CasebookValues
import CasebookWorkspace

/// `log tickets (case=..., step=..., at=...)`: says which columns of a dataset play which roles.
enum LogCommand: CommandDeclaration {
  static let signature = Signature(
    "log", role: .command, [.name("name"), .bracketedParameters(LogRoles.parameters)])
  static let summary =
    "Declares that a dataset is a log: which column is the case, the step, the time."
  static let details = """
    Every stage of a log reads these roles, also behind `where`, `extend`, `project-rename` and the like.

    case, step, at: which case, what was done, when it was completed. With start= too, an event is an interval.
    Without step and at it is a case log, a row per case: opened= and closed= say when.
    meaning: of one time, completion (the step was finished then) or state_entry (entered then, left at the
    next event).
    resource: who. opened: when the case began, if not with its first event.
    lifecycle, instance: rows that say start or complete, as in XES; they are paired first in, first out.
    closed: the column with the closing time; or closed_by=("Closed", "Withdrawn"), the closing steps; or
    closed_by=last, each case ended with its latest completion.
    as_of: the end of observation, at which open cases are measured; else the latest declared time.
    calendar: working hours, such as "mon-fri 08:00-18:00 Europe/Dublin". zone: of days and bins, else UTC.
    order: start (start, completion, row) or completion. dedupe: none, exact (whole rows) or repeated
    (case, step, times); the first is kept.

    A log is declared anew as a whole. `show logs` lists the roles, `show rejects NAME` the rows that a log
    cannot take. `load` takes roles from names that make them plain, and says so.
    """
  static let examples = [
    Example(
      """
      log events (case=case_id, step=step, start=started_at, at=completed_at, resource=agent,
                  closed_by=("Close"))
      """)
  ]

  static let withdrawal = Withdrawal.possible

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    guard let name = command.name("name") else { return .nothing }
    let info = try run.dataset(name)
    let roles = try Self.roles(command, info.fields.map(\.field), run)
    try run.engine.store.workspace.setLog(StoredLog(roles, isProposed: false), of: info.name)
    run.engine.store.refresh()
    return .message(try message(info.name, roles, run))
  }

  static func check(_ command: Command, _ run: StatementRun) throws {
    guard let name = command.name("name") else { return }
    let fields = try run.makeBinder(runsNothing: true).table(named: name.text, span: name.span)
      .fields
    let roles = try Self.roles(command, fields, run)
    // What a run would store is not stored by a check, so the name stands for a log without rows.
    run.engine.session.scope[name.text] = .table(.log(of: Table(fields: fields), roles))
  }

  private static func roles(
    _ command: Command, _ fields: [Field], _ run: StatementRun
  ) throws -> LogRoles {
    if let part = command.parameters.first(where: { $0.name?.text == "closed" }),
      command.parameter("closed_by") != nil
    {
      throw Diagnostic(
        code: "E0330", message: "closed and closed_by say the same in two ways", span: part.span,
        help: "leave one of them out")
    }
    let roles = try run.makeBinder().logRoles(
      LogRoles(), overriddenBy: command.parameters, over: fields)
    guard roles.columns[.caseID] != nil else {
      throw missing("case, the column that tells cases apart", command, fields)
    }
    if roles.columns[.step] != nil || roles.columns[.at] != nil {
      if roles.columns[.step] == nil {
        throw missing("step, the column that says what was done", command, fields)
      }
      if roles.columns[.at] == nil {
        throw missing("at, the time of an event", command, fields)
      }
    } else if roles.columns[.opened] == nil && roles.columns[.start] == nil {
      throw missing(
        "step and at, or for a row per case opened, when it began", command, fields)
    }
    if roles.columns[.lifecycle] != nil, roles.columns[.start] != nil {
      throw Diagnostic(
        code: "E0331", message: "a lifecycle log has one time a row, and start is another",
        span: command.parameter("start")?.span ?? command.span, help: "leave start or lifecycle out"
      )
    }
    return roles
  }

  private static func missing(
    _ what: String, _ command: Command, _ fields: [Field]
  ) -> Diagnostic {
    let proposal = LogRoles.proposed(for: fields).map {
      "such as: log \(command.name("name")?.text ?? "NAME") (\($0.written))"
    }
    return Diagnostic(
      code: "E0332", message: "a log needs \(what)", span: command.span,
      help: proposal ?? "columns here: " + fields.map(\.name).joined(separator: ", "))
  }

  /// What was declared, with the rows that do not fit it.
  private static func message(
    _ name: String, _ roles: LogRoles, _ run: StatementRun
  ) throws -> String {
    let binder = run.makeBinder()
    let plan = try binder.table(named: name, span: Span(0, 0))
    let facts = try LogFacts(plan, run.context) {
      try Execution(run.context).run(Optimiser.optimised($0))
    }
    try warnOfUnknownSteps(roles, plan, run)
    var lines = ["log \(name): \(facts.summary)"]
    lines.append("  " + roles.written)
    lines += facts.notes.map { "  " + $0 }
    if facts.rejectCount > 0 { lines.append("  `show rejects \(name)` lists them") }
    return lines.joined(separator: "\n")
  }

  /// With a closing step that no event has every case would be open, and look as if it were.
  private static func warnOfUnknownSteps(
    _ roles: LogRoles, _ plan: Plan, _ run: StatementRun
  ) throws {
    guard case .steps(let steps)? = roles.closing, let column = roles.columns[.step],
      let index = plan.fields.firstIndex(where: { $0.name == column }),
      plan.fields[index].type == .string
    else { return }
    let key = Plan.Output(plan.fields[index], .column(index: index, type: .string))
    let table = try Execution(run.context).run(
      Optimiser.optimised(.summarize(plan, Plan.Grouping(keys: [key], aggregates: []))))
    let known = (0..<table.rowCount).map { table.columns[0].scalar($0).text }
    for step in steps where !known.contains(step) {
      let near = plan.fields[index].isProtected ? nil : nearest(to: step, in: known)
      run.context.warn(
        "no event has the closing step \(spelled(text: step))"
          + (near.map { "; did you mean \(spelled(text: $0))?" } ?? ""))
    }
  }
}
