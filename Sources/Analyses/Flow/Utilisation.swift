import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// `utilisation`: how busy each resource is.
enum UtilisationStage: StageDeclaration {
  static let signature = Signature.log("utilisation")
  static let summary = "How much of their time resources are at work on cases."
  static let details = """
    busy_hours is the time in which at least one event of the resource runs, service_hours the sum over events, available_hours the
    time from its first start to its last completion; with calendar= all but service_hours count working time only. rate is
    busy / available. parallel is how many events it has at once at most; events without a length are not counted for that.

    It needs start and resource. Busiest first, then by name. Absence is not known: a rate is a lower bound of load.
    """
  static let examples = [
    Example("events | utilisation | take 3 | project resource, n, busy_hours"),
    Example("events | utilisation calendar=\"mon-fri 08:00-18:00\" by vendor | take 3"),
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let log = try LogStage(stage, input, binder, needs: .events)
    guard log.roles.columns[.resource] != nil else {
      throw log.arguments.problem(
        "utilisation has to know who did what", help: "say the column: utilisation resource=COLUMN")
    }
    let isTime = log.hasProtectedTimes
    let hours = ["busy_hours", "service_hours", "available_hours", "rate"]
    let fields =
      [
        Field("resource", .string, isProtected: log.isProtected(.resource)), Field("n", .long),
        Field("cases", .long),
      ] + hours.map { Field($0, .real, isProtected: isTime) } + [Field("parallel", .long)]
    let groups = try log.arguments.groups(besides: fields.map(\.name))
    return log.plan(Utilisation(fields: groups.map(\.field) + fields), groups: groups)
  }
}

/// The load of resources.
struct Utilisation: LogOperation {
  let fields: [Field]
  var readsCases: Bool { false }

  var drawing: RenderHint? {
    RenderHint(
      kind: "barchart",
      properties: [
        .init(name: "xcolumn", value: "resource"), .init(name: "ycolumns", value: "busy_hours"),
      ])
  }

  func run(_ log: LogView, _ context: RunContext) throws -> Table {
    log.warnOfOrder(context)
    if !log.hasStarts {
      context.warn(
        "hours and rates are null: events have one time, which cannot tell how long work took")
    }
    let groups = try CaseGroups(log, context)
    let loads = try ResourceLoads(log, groups, context)
    let names = log.resources
    let rows = try loads.rows.sorted(context) { left, right in
      if left.group != right.group { return left.group < right.group }
      if left.busy != right.busy { return left.busy > right.busy }
      return names.name(left.resource).isBefore(names.name(right.resource))
    }
    var table = FlowTable(fields)
    for row in rows {
      let isKnown = log.hasStarts && row.timed > 0
      table.append(
        groups, row.group,
        [
          .string(names.name(row.resource)), .count(row.count), .count(row.caseCount),
          .share(isKnown ? Duration.hours(row.busy) : nil),
          .share(isKnown ? Duration.hours(row.service) : nil),
          .share(isKnown ? Duration.hours(row.available) : nil),
          .share(isKnown ? ratio(row.busy, of: row.available) : nil),
          .count(isKnown ? row.parallel : nil),
        ])
    }
    return table.finish()
  }
}

/// What each resource of a log has to do and how much of its time that takes.
struct ResourceLoads: Sendable {
  struct Row: Sendable {
    var group: Int
    var resource: Int
    /// Events, those with a known length, different cases.
    var count = 0
    var timed = 0
    var caseCount = 0
    /// Ticks in which at least one event runs; summed over events; from the first start to the last end.
    var busy: Int128 = 0
    var service: Int128 = 0
    var available: Int128 = 0
    /// The most events at once.
    var parallel = 0
  }

  var rows: [Row]

  init(_ log: LogView, _ groups: CaseGroups, _ context: RunContext) throws {
    let names = log.resources
    var table = PairTable(width: max(names.count, 2), groups: groups.count)
    var lists: [[(row: Int, number: Int)]] = []
    rows = []
    var sinceCheck = 0
    for number in 0..<log.caseCount {
      let group = groups[number]
      for position in log.positions(of: number) {
        let row = Int(log.rows.base[position])
        let resource = names[row]
        guard resource != names.missing else { continue }
        let index = table.number(group, 0, resource)
        if index == rows.count {
          rows.append(Row(group: group, resource: resource))
          lists.append([])
        }
        lists[index].append((row, number))
      }
      sinceCheck += 1
      if sinceCheck & 0xFFF == 0 { try context.checkpoint() }
    }
    let known = lists
    let kept = rows
    rows = try context.mapParallel(rows.count) { index in
      Self.measured(kept[index], known[index], log)
    }
  }

  private static func measured(
    _ row: Row, _ events: [(row: Int, number: Int)], _ log: LogView
  ) -> Row {
    var row = row
    row.count = events.count
    var lastCase = -1
    // Events come by case, so a case is new when its number changes.
    for event in events where event.number != lastCase {
      lastCase = event.number
      row.caseCount += 1
    }
    var spans: [(start: Int64, end: Int64)] = []
    spans.reserveCapacity(events.count)
    for event in events {
      let (start, end) = (log.starts.base[event.row], log.ends.base[event.row])
      if end != LogView.open { spans.append((start, end)) }
    }
    row.timed = spans.count
    guard let first = spans.map(\.start).min(), let last = spans.map(\.end).max() else {
      return row
    }
    let calendar = log.roles.calendar?.table(covering: first, last)
    let open = { (start: Int64, end: Int64) in
      Int128(calendar?.openTime(from: start, to: end) ?? end - start)
    }
    spans.sort { $0.start != $1.start ? $0.start < $1.start : $0.end < $1.end }
    var reach = first
    for span in spans {
      row.service += Int128(span.end - span.start)
      let from = max(span.start, reach)
      if span.end > from {
        row.busy += open(from, span.end)
        reach = span.end
      }
    }
    row.available = open(first, last)
    row.parallel = mostAtOnce(spans.filter { $0.end > $0.start })
    return row
  }

  /// The most spans that run at one moment; one that ends as another begins does not run beside it.
  private static func mostAtOnce(_ spans: [(start: Int64, end: Int64)]) -> Int {
    let ends = spans.map(\.end).sorted()
    var ended = 0
    var most = 0
    for (begun, span) in spans.enumerated() {
      while ends[ended] <= span.start { ended += 1 }
      most = max(most, begun + 1 - ended)
    }
    return most
  }
}
