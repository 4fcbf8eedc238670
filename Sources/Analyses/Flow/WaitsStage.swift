import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// `waits`: what cases wait for before each step.
enum WaitsStage: StageDeclaration {
  static let signature = Signature.log(
    "waits",
    parameters: [
      Parameter("batching", words: ["true", "false"]), Parameter("list", words: ["true", "false"]),
    ])
  static let summary =
    "Why cases wait before each step: batches, busy people, closed hours, or nothing known."
  static let details = """
    Needs starts. A row per step with waiting, longest first. A case waits for an event from the latest completion of
    another event of its case, at or before its start, up to that start. Each instant of it has one cause, the first of:
    batching, up to when the last case of its batch was there (as `batching` finds them); contention, the resource was
    on an event that was there no later than this one; prioritisation, the resource was on one that came later;
    unavailability, the calendar was closed; extraneous, none of these. n counts events that waited; the parts add up to
    wait_hours exactly. Events without a resource are in unattributed_hours only. Without a calendar unavailability is
    null and stands in extraneous.

    `batching=false` leaves the first cause out. `list=true` gives a row per waiting event: case, step, resource,
    enabled, start, wait and its parts. The causes say when a wait may be blamed on what, not that removing the cause
    removes the wait. An open instance keeps nobody busy, since its end is not known. Source: Lashkevich et al. 2022.
    """
  static let examples = [
    Example(
      """
      datatable(id: string, step: string, who: string, s: datetime, t: datetime)[
        "A", "Open", "Bob", datetime(2026-01-05 08:00), datetime(2026-01-05 08:10),
        "A", "Check", "Ann", datetime(2026-01-05 09:10), datetime(2026-01-05 09:40),
        "B", "Check", "Ann", datetime(2026-01-05 08:00), datetime(2026-01-05 09:00)]
      | waits case=id step=step start=s at=t resource=who calendar="mon-fri 08:00-18:00"
      | project step, n, wait_hours, contention = round(contention_hours, 3), extraneous = round(extraneous_hours, 3)
      """, "Ann was on B for fifty of the sixty minutes", output: "Check\t1\t1.0\t0.833\t0.167"),
    Example(
      "events | waits calendar=\"24x7\" | project step, n, hours = round(wait_hours, 1) | take 2",
      "the built-in operation never closes",
      output: "Language review\t281\t22247.2\nReview\t2715\t11518.3"),
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let log = try LogStage(stage, input, binder, needs: .events)
    guard log.roles.columns[.start] != nil || log.roles.columns[.lifecycle] != nil else {
      throw log.arguments.problem(
        "waits has to know when work on each step began",
        help: "name the column: start=COLUMN, here or in `log`; without it see `bottlenecks`")
    }
    try log.requireResource()
    let isList = try log.arguments.flag("list", otherwise: false)
    let own = isList ? listFields(log) : fields(log)
    let groups = try log.arguments.groups(besides: own.map(\.name))
    let operation = Waits(
      fields: groups.map(\.field) + own,
      hasBatching: try log.arguments.flag("batching", otherwise: true), isList: isList,
      isProtected: log.hasProtectedTimes)
    return log.plan(operation, groups: groups)
  }

  private static func fields(_ log: LogStage) -> [Field] {
    let isTime = log.hasProtectedTimes
    return [
      Field("step", .string, isProtected: log.isProtected(.step)), Field("n", .long),
      Field("wait_hours", .real, isProtected: isTime),
    ]
      + WaitCause.allCases.map { Field($0.rawValue + "_hours", .real, isProtected: isTime) }
  }

  private static func listFields(_ log: LogStage) -> [Field] {
    let isTime = log.hasProtectedTimes
    return [
      log.caseField("case"), Field("step", .string, isProtected: log.isProtected(.step)),
      Field("resource", .string, isProtected: log.isProtected(.resource)),
      Field("enabled", .datetime, isProtected: isTime),
      Field("start", .datetime, isProtected: isTime), Field("wait", .timespan, isProtected: isTime),
    ] + WaitCause.allCases.map { Field($0.rawValue, .timespan, isProtected: isTime) }
  }
}

/// The waiting of a log by cause.
struct Waits: LogOperation {
  let fields: [Field]
  let hasBatching: Bool
  let isList: Bool
  let isProtected: Bool
  var readsCases: Bool { isList }

  var drawing: RenderHint? {
    if isList { return nil }
    let parts = WaitCause.allCases.map { $0.rawValue + "_hours" }
    return RenderHint(
      .barchart,
      [.xcolumn: "step", .ycolumns: parts.joined(separator: ", "), .kind: "stacked"]
    ).split(by: fields.dropLast(3 + parts.count).map(\.name))
  }

  func run(_ log: LogView, _ context: RunContext) throws -> Table {
    log.warnOfOrder(context)
    let calendar = log.roles.calendar
    if calendar == nil {
      context.warn(
        "no calendar: closed hours are not known and count as extraneous; calendar=\"mon-fri 08:00-18:00 ZONE\" says them"
      )
    }
    let groups = try CaseGroups(log, context)
    let waits = try WaitCauses(log, hasBatching: hasBatching, context)
    let missing = waits.unattributedCount
    if missing > 0 { context.warn("no resource: the wait has no cause", rows: missing) }
    return isList
      ? try list(log, groups, waits, context) : try summary(log, groups, waits, context)
  }

  /// The waits of a group before a step.
  private struct Row {
    var group: Int
    var step: String
    var count = 0
    var parts = [Int128](repeating: 0, count: WaitCause.allCases.count)

    var total: Int128 { parts.reduce(0, +) }

    func precedes(_ other: Row) -> Bool {
      if group != other.group { return group < other.group }
      if total != other.total { return total > other.total }
      return step.isBefore(other.step)
    }
  }

  private func summary(
    _ log: LogView, _ groups: CaseGroups, _ waits: WaitCauses, _ context: RunContext
  ) throws -> Table {
    let steps = log.steps
    var rows: [Row] = []
    var places = PairTable(width: max(steps.count, 1), groups: groups.count)
    for wait in waits.all {
      let step = steps[Int(wait.row)]
      let place = places.number(groups[Int(wait.number)], 0, step)
      if place == rows.count {
        rows.append(Row(group: groups[Int(wait.number)], step: steps.name(step)))
      }
      rows[place].count += 1
      for cause in WaitCause.allCases { rows[place].parts[cause.place] += Int128(wait[cause]) }
    }
    try rows.sort(context) { $0.precedes($1) }
    let hasCalendar = log.roles.calendar != nil
    var table = FlowTable(fields)
    for row in rows {
      let parts = WaitCause.allCases.map { cause in
        cause == .unavailability && !hasCalendar
          ? Scalar.null(.real) : .real(Duration.hours(row.parts[cause.place]))
      }
      table.append(
        groups, row.group,
        [.string(row.step), .count(row.count), .real(Duration.hours(row.total))] + parts)
    }
    if groups.columns.isEmpty, !isProtected, !log.isProtected(.step) { find(rows, context) }
    return table.finish()
  }

  private func list(
    _ log: LogView, _ groups: CaseGroups, _ waits: WaitCauses, _ context: RunContext
  ) throws -> Table {
    let hasCalendar = log.roles.calendar != nil
    var table = FlowTable(fields)
    for (index, wait) in waits.all.enumerated() {
      if index & 0xFFF == 0 { try context.checkpoint() }
      let row = Int(wait.row)
      let parts = WaitCause.allCases.map { cause in
        cause == .unavailability && !hasCalendar ? Scalar.null(.timespan) : .timespan(wait[cause])
      }
      table.append(
        groups, groups[Int(wait.number)],
        [
          log.caseValue(Int(wait.number)), .string(log.steps.name(log.steps[row])),
          .string(log.resources.name(log.resources[row])), .datetime(wait.enabled),
          .datetime(log.starts.base[row]), .timespan(log.starts.base[row] - wait.enabled),
        ] + parts)
    }
    return table.finish()
  }

  private func find(_ rows: [Row], _ context: RunContext) {
    let all = rows.reduce(Int128(0)) { $0 + $1.total }
    guard let first = rows.first, all > 0, let share = ratio(first.total, of: all),
      let cause = WaitCause.allCases.max(by: { first.parts[$0.place] < first.parts[$1.place] }),
      let part = ratio(first.parts[cause.place], of: first.total)
    else { return }
    context.find(
      "\(percentText(share)) of the waiting is before \(first.step), \(percentText(part)) of that \(cause.words)."
    )
  }
}
