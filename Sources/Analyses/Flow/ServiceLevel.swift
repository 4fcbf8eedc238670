import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// `sla`: whether cases end within a limit.
enum ServiceLevelStage: StageDeclaration {
  static let signature = Signature.log(
    "sla",
    parameters: [
      Parameter("limit"), Parameter("warn"), Parameter("pause"),
      Parameter("split", words: ["step"]), Parameter("list", words: ["true", "false"]),
    ])
  static let summary =
    "How many cases end within a limit, and which open ones are about to miss it."
  static let details = """
    A row per group. A case is breached when it took longer than the limit, breached_open when it is open and has taken
    longer already. If any case of the input is open, only cases whose limit had passed by `as_of` count, ended or open:
    those that ended fast are known before those that take long, and counting them early would flatter. The others are
    undecided; at_risk are those of them that are open with less than `warn` left, a fifth of the limit unless said.
    attainment is met over met, breached and breached_open, with Wilson's 95 % bounds. late_share_km is the share of all
    cases that take longer than the limit as Kaplan and Meier estimate it, null past the longest time watched.

    `calendar=` and `pause=("Wait for customer")` as in `cycle_time`: the limit then counts working time, without pauses.
    `split=step` gives a row for the step that was being waited for or done when the limit passed: step, breached,
    breached_open, share of all breaches. In a log of completions that is the next step; `(open)` where none has come
    yet. `list=true` lists the open cases, least time left first: case, start, due, age, left, status, last_step.
    """
  static let examples = [
    Example(
      """
      datatable(id: string, opened: datetime, closed: datetime)[
        "A", datetime(2026-01-05 08:00), datetime(2026-01-05 10:40),
        "B", datetime(2026-01-05 08:00), datetime(2026-01-05 13:00),
        "C", datetime(2026-01-05 09:00), datetime(null)]
      | sla limit=4h case=id opened=opened closed=closed as_of=datetime(2026-01-05 14:00)
      | project met, breached, breached_open, undecided, late = round(late_share_km, 3)
      """, "a row a case, one of them open", output: "1\t1\t1\t0\t0.667"),
    Example(
      "cases | sla limit=3d by source | project source, met, breached, breached_open, undecided | take 2",
      "by where cases come from",
      output: "user_report\t1740\t95\t5\t24\ntrusted_flagger\t678\t29\t4\t7"),
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let log = try LogStage(stage, input, binder, needs: .cases)
    let arguments = log.arguments
    guard let limit = try arguments.ticks("limit") else {
      throw arguments.problem(
        "sla needs the limit", help: "say within what time cases have to end: sla limit=7d")
    }
    let isSplit = try arguments.word("split", ["step"]) != nil
    let isList = try arguments.flag("list", otherwise: false)
    if isSplit, isList {
      throw arguments.problem(
        "split and list are two different tables", help: "ask for one of them",
        at: arguments.syntax("split")?.span)
    }
    if isSplit, !log.roles.hasEvents {
      throw arguments.problem(
        "split=step needs events, and this log has a row a case", help: "leave split out",
        at: arguments.syntax("split")?.span)
    }
    let form: ServiceLevel.Form = isSplit ? .steps : isList ? .list : .groups
    let own = fields(form, log)
    let groups = try arguments.groups(besides: own.map(\.name))
    let operation = ServiceLevel(
      fields: groups.map(\.field) + own, limit: limit,
      warning: try arguments.ticks("warn", allowsZero: true) ?? limit / 5,
      pausing: try log.pausingSteps(), form: form, isProtected: log.hasProtectedTimes)
    return log.plan(operation, groups: groups)
  }

  private static func fields(_ form: ServiceLevel.Form, _ log: LogStage) -> [Field] {
    let isTime = log.hasProtectedTimes
    let isStep = log.isProtected(.step)
    switch form {
    case .groups:
      return ["cases", "met", "breached", "breached_open", "at_risk", "undecided"].map {
        Field($0, .long)
      }
        + ["attainment", "attainment_low", "attainment_high", "late_share_km"].map {
          Field($0, .real)
        }
    case .steps:
      return [
        Field("step", .string, isProtected: isStep), Field("breached", .long),
        Field("breached_open", .long), Field("share", .real),
      ]
    case .list:
      return [
        log.caseField("case"),
        Field("start", .datetime, isProtected: isTime),
        Field("due", .datetime, isProtected: isTime),
        Field("age", .timespan, isProtected: isTime), Field("left", .timespan, isProtected: isTime),
        Field("status", .string, isProtected: isTime),
        Field("last_step", .string, isProtected: isStep),
      ]
    }
  }
}

/// Cases against a limit.
struct ServiceLevel: LogOperation {
  /// Which of its three tables the stage gives.
  enum Form: Sendable {
    /// A row a group.
    case groups
    /// A row a step at which the limit passed.
    case steps
    /// A row an open case.
    case list
  }

  let fields: [Field]
  /// In ticks of the case's clock.
  let limit: Int64
  /// An undecided open case with less than this left is at risk.
  let warning: Int64
  let pausing: [String]
  let form: Form
  let isProtected: Bool
  var readsCases: Bool { form == .list }

  var drawing: RenderHint? {
    switch form {
    case .groups:
      .perGroup(
        .barchart, fields.dropLast(10).map(\.name), otherwise: "cases",
        [.ycolumns: "attainment", .ymax: "1"])
    case .steps:
      RenderHint(
        .barchart, [.xcolumn: "step", .ycolumns: "breached, breached_open", .kind: "stacked"]
      ).split(by: fields.dropLast(4).map(\.name))
    case .list: nil
    }
  }

  func run(_ log: LogView, _ context: RunContext) throws -> Table {
    try log.requireClosing()
    if form == .steps {
      // Which step is charged hangs on the order of events and on what their time means.
      log.warnOfOrder(context)
      log.warnOfMeaning(context)
    } else {
      log.warnOfRows(context)
    }
    log.warnOfClosing(context)
    let groups = try CaseGroups(log, context)
    let states = try log.states(context)
    let clock = try CaseClock(log, states, pausing: pausing, context)
    let verdicts = try CaseVerdicts(log, states, clock, context) { _ in limit }
    switch form {
    case .groups: return try summary(log, groups, verdicts, context)
    case .steps:
      return try BreachSteps(log, groups, states, clock, verdicts, limit, fields).table(context)
    case .list: return try OpenCases(log, groups, states, clock, verdicts, self).table(context)
    }
  }

  private func summary(
    _ log: LogView, _ groups: CaseGroups, _ verdicts: CaseVerdicts, _ context: RunContext
  ) throws -> Table {
    var counts = [Counts](repeating: Counts(), count: groups.count)
    for number in 0..<log.caseCount {
      let verdict = verdicts[number]
      counts[groups[number]].add(verdict)
      if verdict == .undecidedOpen, limit - verdicts.time(number) < warning {
        counts[groups[number]].atRisk += 1
      }
    }
    let lifetimes = try CaseLifetimes(log, groups, pausing: pausing, context).groups
    var table = FlowTable(fields)
    for group in 0..<groups.count {
      table.append(groups, group, values(counts[group], lifetimes[group]))
    }
    if groups.columns.isEmpty, !isProtected { find(counts[0], context) }
    return table.finish()
  }

  /// How many cases of a group came out how.
  private struct Counts {
    var met = 0
    var breached = 0
    var breachedOpen = 0
    var atRisk = 0
    var undecided = 0

    var cases: Int { decided + undecided }
    var decided: Int { met + breached + breachedOpen }

    mutating func add(_ verdict: CaseVerdict) {
      switch verdict {
      case .met: met += 1
      case .breached: breached += 1
      case .breachedOpen: breachedOpen += 1
      case .undecided, .undecidedOpen: undecided += 1
      }
    }
  }

  private func values(_ counts: Counts, _ lifetimes: Lifetimes) -> [Scalar] {
    let interval = Wilson.interval(Double(counts.met), of: Double(counts.decided))
    return [
      .count(counts.cases), .count(counts.met), .count(counts.breached),
      .count(counts.breachedOpen), .count(counts.atRisk), .count(counts.undecided),
      .share(ratio(Int128(counts.met), of: Int128(counts.decided))), .share(interval?.low),
      .share(interval?.high), .share(lifetimes.survival(beyond: limit)),
    ]
  }

  private func find(_ counts: Counts, _ context: RunContext) {
    guard let interval = Wilson.interval(Double(counts.met), of: Double(counts.decided)) else {
      if counts.undecided > 0 {
        context.find("The limit had not passed for any case yet, so nothing can be said.")
      }
      return
    }
    var sentence =
      "\(percentText(Double(counts.met) / Double(counts.decided))) of \(Spoken.count(counts.decided, of: "case")) ended in time (95 % \(percentText(interval.low)) to \(percentText(interval.high)))"
    if counts.undecided > 0 {
      sentence += "; undecided: \(Spoken.count(counts.undecided))"
      if counts.atRisk > 0 { sentence += ", at risk: \(Spoken.count(counts.atRisk))" }
    }
    context.find(sentence + ".")
  }
}
