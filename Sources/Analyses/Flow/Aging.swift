import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// `aging`: how old the open cases are.
enum AgingStage: StageDeclaration {
  static let signature = Signature.log("aging", parameters: [Parameter("buckets", words: ["none"])])
  static let summary = "How old the open cases are, by bucket of age at the end of observation."
  static let details = """
    A row per bucket, empty ones kept: [0,1], (1,3], (3,7], (7,14], (14,30], (30,60] and more than 60 days. Ages are
    measured at `as_of`, never at the wall clock, from the start of the case; `aging opened_at` counts from that column.
    share is of the group's open cases; mean, median and p90 are of their ages; oldest_case is the first with the oldest
    age; in_step_median is half of them's time since their last event. Null where a bucket is empty, and in_step_median
    where the log has no events.

    `buckets=(4h, 1d, 7d)` gives other bounds, `buckets=none` one row. With `calendar=` ages are working time, and the
    usual bounds are in working days of that calendar's hours.

    An age says nothing about how long a case will take: see `cycle_time` for that, and `bottlenecks` for where it waits.
    """
  static let examples = [
    Example(
      """
      datatable(id: string, opened: datetime, closed: datetime)[
        "A", datetime(2026-01-05), datetime(2026-01-06), "B", datetime(2026-01-07), datetime(null),
        "C", datetime(2026-01-09), datetime(null)]
      | aging opened case=id closed=closed as_of=datetime(2026-01-10) buckets=(2d, 4d)
      | project bucket, cases, oldest, oldest_case
      """, "a row a case, with bounds of one's own",
      output: "<=2d\t1\t1.00:00:00\tC\n2-4d\t1\t3.00:00:00\tB\n>4d\t0\t\t"),
    Example(
      "cases | aging buckets=(1d, 7d) | project bucket, cases, share = round(share, 2)",
      "the open cases of the built-in data",
      output: "<=1d\t8\t0.33\n1-7d\t12\t0.5\n>7d\t4\t0.17"),
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let item = stage.expressions("items")
    if item.count > 1 {
      throw Diagnostic(
        code: "E0501", message: "aging counts from one column of times", span: item[1].span,
        help: "name one: aging opened_at")
    }
    let log = try LogStage(stage, input, binder, needs: .cases, opened: item.first)
    let isTime = log.hasProtectedTimes
    let fields = fields(isTime, log.caseField("oldest_case"))
    let groups = try log.arguments.groups(besides: fields.map(\.name))
    let operation = Aging(
      fields: groups.map(\.field) + fields, bounds: try bounds(log.arguments),
      isProtected: isTime)
    return log.plan(operation, groups: groups)
  }

  private static func fields(_ isTime: Bool, _ oldest: Field) -> [Field] {
    let span = { Field($0, .timespan, isProtected: isTime) }
    return [
      Field("bucket", .string), Field("cases", .long),
      Field("share", .real), span("mean"), span("median"), span("p90"), span("oldest"),
      oldest, span("in_step_median"),
    ]
  }

  private static func bounds(_ arguments: AnalysisArguments) throws(Diagnostic) -> Aging.Bounds {
    guard let syntax = arguments.syntax("buckets") else { return .usual }
    if syntax.asName?.text == "none" { return .none }
    let bounds = try arguments.spans("buckets")
    guard bounds == bounds.sorted(), Set(bounds).count == bounds.count else {
      throw arguments.problem(
        "the bounds of buckets have to rise", help: "sort them: buckets=(1d, 7d, 30d)",
        at: syntax.span)
    }
    return .given(bounds)
  }
}

/// The ages of open cases.
struct Aging: LogOperation {
  /// Where one bucket ends and the next begins.
  enum Bounds: Sendable {
    /// 1, 3, 7, 14, 30 and 60 days, working days where there is a calendar.
    case usual
    /// Ticks, rising.
    case given([Int64])
    /// One bucket for all.
    case none
  }

  let fields: [Field]
  let bounds: Bounds
  let isProtected: Bool

  var drawing: RenderHint? {
    RenderHint(.barchart, [.xcolumn: "bucket", .ycolumns: "cases", .kind: "stacked"])
      .split(by: fields.dropLast(9).map(\.name))
  }

  /// An open case: how old it is, and for how long nothing has happened to it.
  private struct Age {
    var number: Int
    var age: Int64
    var inStep: Int64?
  }

  func run(_ log: LogView, _ context: RunContext) throws -> Table {
    try log.requireClosing()
    log.warnOfRows(context)
    log.warnOfClosing(context)
    let groups = try CaseGroups(log, context)
    let states = try log.states(context)
    let clock = try CaseClock(log, states, context)
    let (limits, names) = buckets(log.roles.calendar)
    var ages = [[[Age]]](
      repeating: [[Age]](repeating: [], count: names.count), count: groups.count)
    for number in 0..<log.caseCount where !states.isClosed(number) {
      if number & 0xFFFF == 0 { try context.checkpoint() }
      let age = clock.open(from: states.starts.base[number], to: log.asOf)
      let bucket = limits.firstIndex { age <= $0 } ?? limits.count
      ages[groups[number]][bucket].append(
        Age(number: number, age: age, inStep: inStep(number, log, clock)))
    }
    var table = FlowTable(fields)
    for group in 0..<groups.count {
      let total = ages[group].reduce(0) { $0 + $1.count }
      for (bucket, name) in names.enumerated() {
        let row = try values(ages[group][bucket], total, log, context)
        table.append(groups, group, [.string(name)] + row)
      }
    }
    if groups.columns.isEmpty { try find(ages.joined().flatMap { $0 }, log, context) }
    return table.finish()
  }

  /// The time since the last event of a case that was seen to begin or end.
  private func inStep(_ number: Int, _ log: LogView, _ clock: CaseClock) -> Int64? {
    guard log.spec.hasEvents else { return nil }
    var last = Int64.min
    for position in log.positions(of: number) {
      let row = Int(log.rows.base[position])
      let end = log.ends.base[row]
      last = max(last, end == LogView.open ? log.starts.base[row] : end)
    }
    return clock.open(from: last, to: log.asOf)
  }

  private func values(
    _ ages: [Age], _ total: Int, _ log: LogView, _ context: RunContext
  ) throws -> [Scalar] {
    let sorted = try ages.map(\.age).sorted(context, by: <)
    let sum = sorted.reduce(Int128(0)) { $0 + Int128($1) }
    let unit = Ticks.perMicrosecond
    let oldest = ages.max { $0.age < $1.age || ($0.age == $1.age && $0.number > $1.number) }
    let inStep = try ages.compactMap(\.inStep).sorted(context, by: <)
    return [
      .count(ages.count), .share(ratio(Int128(ages.count), of: Int128(total))),
      .span(Duration.mean(sum, ages.count)),
      .span(Quantile.ofSorted(sorted, 0.5, roundedTo: unit)),
      .span(Quantile.ofSorted(sorted, 0.9, roundedTo: unit)),
      .span(oldest.map { Duration.rounded($0.age) }),
      oldest.map { log.caseValue($0.number) } ?? none(),
      .span(Quantile.ofSorted(inStep, 0.5, roundedTo: unit)),
    ]
  }

  /// No case.
  private func none() -> Scalar {
    let type = fields[fields.count - 2].type
    return type == .string ? .string("") : .null(type)
  }

  /// The bounds in ticks and the names of the buckets.
  private func buckets(_ calendar: BusinessCalendar?) -> (limits: [Int64], names: [String]) {
    switch bounds {
    case .none: return ([], ["all"])
    case .given(let limits): return (limits, Self.names(limits.map(Self.text)))
    case .usual:
      let days: [Int64] = [1, 3, 7, 14, 30, 60]
      let isWorking = calendar.map { !$0.isAlwaysOpen } ?? false
      let day = isWorking ? calendar?.ticksPerWorkingDay ?? 0 : Ticks.perDay
      return (days.map { $0 * day }, Self.names(days.map { "\($0)" + (isWorking ? "wd" : "d") }))
    }
  }

  /// `<=1d`, `1-3d`, `>3d`.
  private static func names(_ bounds: [String]) -> [String] {
    guard let first = bounds.first, let last = bounds.last else { return ["all"] }
    let between = zip(bounds, bounds.dropFirst()).map { low, high in
      let (lowUnit, highUnit) = (low.drop { $0.isNumber }, high.drop { $0.isNumber })
      return (lowUnit == highUnit ? String(low.prefix { $0.isNumber }) : low) + "-" + high
    }
    return ["<=" + first] + between + [">" + last]
  }

  /// A bound in the greatest unit that it is a whole number of.
  private static func text(_ ticks: Int64) -> String {
    let units: [(String, Int64)] = [
      ("d", Ticks.perDay), ("h", Ticks.perHour), ("m", Ticks.perMinute), ("s", Ticks.perSecond),
    ]
    let unit = units.first { ticks % $0.1 == 0 }
    return unit.map { "\(ticks / $0.1)" + $0.0 } ?? Scalar.timespan(ticks).text
  }

  private func find(_ ages: [Age], _ log: LogView, _ context: RunContext) throws {
    guard !isProtected else { return }
    if ages.isEmpty {
      context.find("No case is open at the end of observation.")
      return
    }
    let sorted = try ages.map(\.age).sorted(context, by: <)
    let time = { (ticks: Int64) in
      Spoken.time(ticks, hasHours: log.roles.calendar.map { !$0.isAlwaysOpen } ?? false)
    }
    guard let median = Quantile.ofSorted(sorted, 0.5), let oldest = sorted.last else { return }
    let share = "\(Spoken.count(ages.count)) of \(Spoken.count(log.caseCount, of: "case"))"
    context.find(
      ages.count == 1
        ? "\(share) is open, for \(time(oldest))."
        : "\(share) are open, half of them for longer than \(time(median)), the oldest for \(time(oldest))."
    )
  }
}
