import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// `steps`: what is done, how often, and where the time goes.
enum StepsStage: StageDeclaration {
  static let signature = Signature.log("steps")
  static let summary = "A row per step: how often it occurs and how much time it takes."
  static let details = """
    n counts events, cases the different cases; starts and ends count cases that begin with the step and that ended with
    it, open_here those still open whose last event it is, rework_cases those in which it occurs more than once.

    Service is from start to completion, wait from the completion before to the start; both are null where events have one
    time, which cannot part them. Spent is wait and service together; with one time it is the gap before the event
    (meaning=completion) or the gap behind it (meaning=state_entry). Where the meaning is not declared both readings are
    printed. spent_share is of the group's time. Quantiles are type 7, hours are sums.

    Most hours spent first, then n, then the step. Source: edeaR's processing and throughput times per activity.
    """
  static let examples = [
    Example("events | steps closed_by=(\"Close\") | take 3 | project step, n, spent_hours"),
    Example(
      "events | steps by vendor | where step == \"Review\"", "the same step for each vendor"),
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let log = try LogStage(stage, input, binder, needs: .events)
    let isTime = log.hasProtectedTimes
    let fields =
      [Field("step", .string, isProtected: log.isProtected(.step))]
      + ["n", "cases", "starts", "ends", "open_here", "rework_cases"].map { Field($0, .long) }
      + ["service", "wait", "spent"].flatMap { name in
        [
          Field(name + "_mean", .timespan, isProtected: isTime),
          Field(name + "_median", .timespan, isProtected: isTime),
          Field(name + "_hours", .real, isProtected: isTime),
        ]
      } + [Field("spent_share", .real, isProtected: isTime)]
    let groups = try log.arguments.groups(besides: fields.map(\.name))
    return log.plan(Steps(fields: groups.map(\.field) + fields), groups: groups)
  }
}

/// The steps of a log with their times.
struct Steps: LogOperation {
  let fields: [Field]
  var readsResource: Bool { false }
  var readsCases: Bool { false }
  var drawing: RenderHint? {
    RenderHint(
      kind: "barchart",
      properties: [
        .init(name: "xcolumn", value: "step"), .init(name: "ycolumns", value: "spent_hours"),
      ])
  }

  func run(_ log: LogView, _ context: RunContext) throws -> Table {
    log.warnOfOrder(context)
    log.warnOfClosing(context)
    let groups = try CaseGroups(log, context)
    let counts = try StepCounts(log, groups, context)
    let reading = StepReading(log)
    let service = log.hasStarts ? try summaries(log, .service, groups, context) : [:]
    let wait = log.hasStarts ? try summaries(log, .wait, groups, context) : [:]
    let spent = try summaries(log, .spent(reading), groups, context)
    var totals = [Int128](repeating: 0, count: groups.count)
    for (key, summary) in spent { totals[key.group] += summary.sum }
    if log.isMeaningAssumed { try readings(log, spent, groups, context) }
    if !log.roles.hasClosing {
      context.warn("open_here is null: nothing says how cases close; closed_by= or closed= does")
    }
    let rows = try counts.rows.sorted(context) { left, right in
      let (a, b) = (left.key, right.key)
      if a.group != b.group { return a.group < b.group }
      let (spentA, spentB) = (spent[a]?.sum ?? 0, spent[b]?.sum ?? 0)
      if spentA != spentB { return spentA > spentB }
      if left.count != right.count { return left.count > right.count }
      return log.steps.name(a.step).isBefore(log.steps.name(b.step))
    }
    var table = FlowTable(fields)
    for row in rows {
      let times = spent[row.key]
      table.append(
        groups, row.key.group,
        [
          .string(log.steps.name(row.key.step)), .count(row.count), .count(row.caseCount),
          .count(row.starts), .count(row.ends),
          .count(log.roles.hasClosing ? row.openHere : nil), .count(row.reworkCases),
        ] + columns(service[row.key]) + columns(wait[row.key])
          + columns(times) + [.share(times.flatMap { ratio($0.sum, of: totals[row.key.group]) })])
    }
    if groups.columns.isEmpty, !fields[0].isProtected, !fields[fields.count - 1].isProtected,
      let first = rows.first, let share = spent[first.key].flatMap({ ratio($0.sum, of: totals[0]) })
    {
      context.find(
        "\(percentText(share)) of the time is spent on \(log.steps.name(first.key.step)).")
    }
    return table.finish()
  }

  private func columns(_ summary: DurationSummary?) -> [Scalar] {
    guard let summary, summary.count > 0 else {
      return [.null(.timespan), .null(.timespan), .null(.real)]
    }
    return [.span(summary.mean), .span(summary.median), .real(summary.hours)]
  }

  private func summaries(
    _ log: LogView, _ measure: StepVisitor.Measure, _ groups: CaseGroups, _ context: RunContext
  ) throws -> [StepKey: DurationSummary] {
    let samples = try KeyedSamples(
      log, StepVisitor(measure: measure, groups: groups), width: log.steps.count,
      groups: groups.count, context)
    return Dictionary(
      uniqueKeysWithValues: zip(samples.keys, try samples.summaries(context)).map {
        (StepKey(group: $0.group, step: $0.target), $1)
      })
  }

  /// Both readings of one time, since nobody said which it is.
  private func readings(
    _ log: LogView, _ spent: [StepKey: DurationSummary], _ groups: CaseGroups,
    _ context: RunContext
  ) throws {
    guard !fields[fields.count - 1].isProtected, !log.isProtected(.step) else {
      log.warnOfMeaning(context)
      return
    }
    let entered = try summaries(log, .spent(.stateEntry), groups, context)
    log.warnOfReadings(
      completion: StepReadings.longest(spent, log), entry: StepReadings.longest(entered, log),
      context)
  }
}

/// A step within a group of cases.
struct StepKey: Hashable, Sendable {
  var group: Int
  var step: Int
}

/// The step that most of the time is charged to.
enum StepReadings {
  static func longest(
    _ spent: [StepKey: DurationSummary], _ log: LogView
  ) -> (step: String, share: Double)? {
    var sums: [Int: Int128] = [:]
    for (key, summary) in spent { sums[key.step, default: 0] += summary.sum }
    let total = sums.values.reduce(0, +)
    let longest = sums.sorted { left, right in
      left.value != right.value
        ? left.value > right.value
        : log.steps.name(left.key).isBefore(log.steps.name(right.key))
    }.first
    return longest.flatMap { entry in
      ratio(entry.value, of: total).map { (log.steps.name(entry.key), $0) }
    }
  }
}

extension LogView {
  /// Says both readings of one time: what is before a step as its completion, what is in one as a state.
  func warnOfReadings(
    completion: (step: String, share: Double)?, entry: (step: String, share: Double)?,
    _ context: RunContext
  ) {
    guard let completion, let entry else { return }
    context.warn(
      "one time a row: \(percentText(completion.share)) of the time is before \(completion.step); as state_entry, "
        + "\(percentText(entry.share)) is in \(entry.step); meaning= says which")
  }
}

/// How often each step occurs, begins cases, ends them.
struct StepCounts: Sendable {
  struct Row: Sendable {
    var key: StepKey
    var count = 0
    var caseCount = 0
    var starts = 0
    var ends = 0
    var openHere = 0
    var reworkCases = 0
  }

  var rows: [Row]

  init(_ log: LogView, _ groups: CaseGroups, _ context: RunContext) throws {
    let states = try log.states(context)
    let hasClosing = log.roles.hasClosing
    let stepCount = max(log.steps.count, 2)
    let parts = try log.mapCases(context) { stretch -> (PairTable, [Row]) in
      let steps = log.steps
      var table = PairTable(width: stepCount, groups: groups.count)
      var rows: [Row] = []
      // The case in which each row's step was last met, and how often there.
      var lastCase: [Int] = []
      var inCase: [Int] = []
      for number in stretch {
        let positions = log.positions(of: number)
        let group = groups[number]
        for position in positions {
          let step = steps[Int(log.rows.base[position])]
          let index = table.number(group, 0, step)
          if index == rows.count {
            rows.append(Row(key: StepKey(group: group, step: step)))
            lastCase.append(-1)
            inCase.append(0)
          }
          rows[index].count += 1
          if lastCase[index] != number {
            lastCase[index] = number
            inCase[index] = 1
            rows[index].caseCount += 1
          } else {
            inCase[index] += 1
            if inCase[index] == 2 { rows[index].reworkCases += 1 }
          }
          if position == positions.lowerBound { rows[index].starts += 1 }
          if position + 1 == positions.upperBound {
            if hasClosing && !states.isClosed(number) {
              rows[index].openHere += 1
            } else {
              rows[index].ends += 1
            }
          }
        }
      }
      return (table, rows)
    }
    var table = PairTable(width: stepCount, groups: groups.count)
    rows = []
    for (_, counted) in parts {
      for row in counted {
        let index = table.number(row.key.group, 0, row.key.step)
        if index == rows.count { rows.append(Row(key: row.key)) }
        rows[index].count += row.count
        rows[index].caseCount += row.caseCount
        rows[index].starts += row.starts
        rows[index].ends += row.ends
        rows[index].openHere += row.openHere
        rows[index].reworkCases += row.reworkCases
      }
    }
  }
}
