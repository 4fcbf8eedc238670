import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// `batching`: work that one person does of several cases in one go.
enum BatchingStage: StageDeclaration {
  static let signature = Signature.log(
    "batching", parameters: [Parameter("gap"), Parameter("least")])
  static let summary = "Where people collect cases and work through them in one go."
  static let details = """
    A row per step and resource that worked in batches, most batches first. Events of a step and resource, by start,
    completion and row, belong together while the next starts no later than `gap` (15m) after the latest completion so
    far. Such a run is a batch if it has `least` events (2) and at least two cases. size_mean and size_max count events.
    Each batch is of the first type that fits: simultaneous (all start and end together), same_start, same_end,
    sequential (each starts as those before it end), concurrent (the rest). Events without a resource are left out.

    Batches make early cases wait for late ones: `waits` says for how long. With one time an event, service is unknown
    and events within `gap` of each other look like a batch. Source: Martin et al. 2015.
    """
  static let examples = [
    Example(
      """
      datatable(id: string, step: string, who: string, s: datetime, t: datetime)[
        "A", "Check", "Ann", datetime(2026-01-05 08:00), datetime(2026-01-05 08:10),
        "B", "Check", "Ann", datetime(2026-01-05 08:10), datetime(2026-01-05 08:20),
        "C", "Check", "Ann", datetime(2026-01-05 12:00), datetime(2026-01-05 12:10)]
      | batching case=id step=step start=s at=t resource=who
      | project step, resource, batches, events, sequential
      """, "two cases one after the other, and a third alone", output: "Check\tAnn\t1\t2\t1"),
    Example(
      "events | batching | project step, resource, batches, events | take 2",
      "reviewers of the built-in data",
      output: "Review\tA002\t7\t14\nReview\tA003\t7\t14"),
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let log = try LogStage(stage, input, binder, needs: .events)
    try log.requireResource()
    let isStep = log.isProtected(.step)
    let isTime = log.hasProtectedTimes
    let own =
      [
        Field("step", .string, isProtected: isStep),
        Field("resource", .string, isProtected: log.isProtected(.resource)),
        Field("batches", .long), Field("events", .long),
        Field("size_mean", .real, isProtected: isTime), Field("size_max", .long),
      ] + BatchKind.allCases.map { Field($0.rawValue, .long) }
    let groups = try log.arguments.groups(besides: own.map(\.name))
    let operation = Batching(
      fields: groups.map(\.field) + own,
      gap: try log.arguments.ticks("gap", allowsZero: true) ?? 15 * Ticks.perMinute,
      least: try log.arguments.count("least", in: 2...1_000_000, otherwise: 2))
    return log.plan(operation, groups: groups)
  }
}

extension LogStage {
  /// An error where nobody knows who worked on what.
  func requireResource() throws(Diagnostic) {
    if roles.columns[.resource] != nil { return }
    throw arguments.problem(
      "\(arguments.stage.word.text) has to know who did each step",
      help: "name the column: resource=COLUMN, here or in `log`")
  }
}

/// The batches of each step and resource.
struct Batching: LogOperation {
  let fields: [Field]
  var readsCases: Bool { false }
  /// In ticks.
  let gap: Int64
  let least: Int

  var drawing: RenderHint? {
    RenderHint(.heattable, [.xcolumn: "resource", .series: "step", .ycolumns: "events"])
      .split(by: fields.dropLast(6 + BatchKind.allCases.count).map(\.name))
  }

  func run(_ log: LogView, _ context: RunContext) throws -> Table {
    log.warnOfOrder(context)
    log.warnOfMeaning(context)
    let groups = try CaseGroups(log, context)
    let batches = try Batches(log, groups, gap: gap, least: least, context)
    var rows: [Row] = []
    for pair in batches.pairs where !pair.batches.isEmpty {
      rows.append(
        Row(
          group: pair.group, step: log.steps.name(pair.step),
          resource: log.resources.name(pair.resource), batches: pair.batches))
    }
    try rows.sort(context) { $0.precedes($1) }
    var table = FlowTable(fields)
    for row in rows { table.append(groups, row.group, row.values) }
    if groups.columns.isEmpty { find(rows, log, context) }
    return table.finish()
  }

  private struct Row {
    var group: Int
    var step: String
    var resource: String
    var batches: [Batches.Batch]

    var values: [Scalar] {
      let events = batches.reduce(0) { $0 + $1.events.count }
      let sizes: [Scalar] = [
        .count(batches.count), .count(events), .real(Double(events) / Double(batches.count)),
        .count(batches.map(\.events.count).max() ?? 0),
      ]
      return [.string(step), .string(resource)] + sizes
        + BatchKind.allCases.map { kind in .count(batches.count { $0.kind == kind }) }
    }

    func precedes(_ other: Row) -> Bool {
      if group != other.group { return group < other.group }
      if batches.count != other.batches.count { return batches.count > other.batches.count }
      if step != other.step { return step.isBefore(other.step) }
      return resource.isBefore(other.resource)
    }
  }

  private func find(_ rows: [Row], _ log: LogView, _ context: RunContext) {
    guard !log.isProtected(.step) else { return }
    if rows.isEmpty {
      context.find("No work was done in batches.")
      return
    }
    var events: [String: Int] = [:]
    for row in rows {
      events[row.step, default: 0] += row.batches.reduce(0) { $0 + $1.events.count }
    }
    let all = events.values.reduce(0, +)
    guard
      let most = events.max(by: {
        $0.value < $1.value || ($0.value == $1.value && $1.key.isBefore($0.key))
      })
    else { return }
    context.find(
      "\(Spoken.count(all)) of \(Spoken.count(log.eventCount, of: "event")) were done in batches, \(Spoken.count(most.value)) of them \(most.key)."
    )
  }
}
