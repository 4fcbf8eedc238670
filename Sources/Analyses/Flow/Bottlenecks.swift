import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// `bottlenecks`: where cases wait, ranked, with how sure the ranking is.
enum BottlenecksStage: StageDeclaration {
  static let signature = Signature.log(
    "bottlenecks",
    parameters: [
      Parameter("over", words: ["transition", "step"]), Parameter("reference"),
      Parameter("samples"),
    ])
  static let summary =
    "Where cases wait: each transition and open wait, ranked by hours, with bounds."
  static let details = """
    Say once what the columns are, `log events (case=case_id, step=step, at=completed_at, closed_by=("Close"))`, then ask. Columns:
    rank, source, target, n (waits), cases (different ones), cases_share (of all cases), hours, share, share_low, share_high,
    rank_kept, efficiency_gain, excess_hours, concentration, utilisation, constraint, note. Null means that the log cannot tell.

    A row per transition, and one per step behind which open cases lie: target (open), from the last completion to the end of
    observation (as_of), so that a queue that releases nothing shows. hours is the sum, share its part in all completed waiting, with
    95 % bounds; rank_kept is how often the row keeps its rank when cases are drawn anew (`samples=1000`, seeded by `seed`). An open
    wait has a rank and no share.

    efficiency_gain: how much cycle-time efficiency (work / (work + waiting)) would rise without this wait; needs start.
    excess_hours: what lies above the median, with `reference=(datetime(..) .. datetime(..))` the median of cases that began then.
    concentration: the part of the hours in the longest 5 % of the waits; above one half the note says that a few cases are stuck.
    utilisation: how busy those are who do the target (at least 5 % of its events); constraint says capacity from 0.85, not capacity
    below 0.70, else unclear; needs start, resource and calendar. note: thin below 30 waits. `over=step` charges steps instead.

    How to read it: take the first row whose share_low stands clear of the next share; ask `shift` since when, `drivers` for whom,
    `waits` because of what. It says where time goes, not why. Sources: bootstrap, Efron 1979; efficiency, Lashkevich et al. 2022.
    """
  static let examples = [
    Example(
      "events | bottlenecks closed_by=(\"Close\") | take 3 | project rank, source, target, n",
      "the three longest waits"),
    Example(
      "events | bottlenecks closed_by=(\"Close\") samples=200 by vendor | where rank == 1",
      "the longest of each vendor"),
    Example(
      "events | bottlenecks over=step samples=200 closed_by=last | where note == \"\" | top 3 by excess_hours"
    ),
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let log = try LogStage(stage, input, binder, needs: .events)
    let overStep = try log.arguments.word("over", ["transition", "step"]) == "step"
    let isTime = log.hasProtectedTimes
    let isStep = log.isProtected(.step)
    let names = overStep ? ["step"] : ["source", "target"]
    let reals = [
      "hours", "share", "share_low", "share_high", "rank_kept", "efficiency_gain", "excess_hours",
      "concentration", "utilisation",
    ]
    let fields =
      [Field("rank", .long)] + names.map { Field($0, .string, isProtected: isStep) }
      + [Field("n", .long), Field("cases", .long), Field("cases_share", .real)]
      + reals.map { Field($0, .real, isProtected: isTime) }
      + ["constraint", "note"].map { Field($0, .string, isProtected: isTime) }
    let groups = try log.arguments.groups(besides: fields.map(\.name))
    return log.plan(
      Bottlenecks(
        fields: groups.map(\.field) + fields, overStep: overStep,
        reference: try reference(log, binder),
        sampleCount: try log.arguments.count("samples", in: 1...100_000, otherwise: 1000)),
      groups: groups)
  }

  /// The bounds of the reference period, both in.
  private static func reference(
    _ log: LogStage, _ binder: Binder
  ) throws(Diagnostic) -> ClosedRange<Int64>? {
    guard let syntax = log.arguments.syntax("reference") else { return nil }
    let words = "two times, such as (datetime(2026-01-01) .. datetime(2026-02-01))"
    guard case .range(let low, let high) = syntax.kind,
      case .datetime(let from) = try binder.constant(low, what: "reference"),
      case .datetime(let to) = try binder.constant(high, what: "reference"), from <= to
    else { throw log.arguments.expected("reference", words, at: syntax.span) }
    return from...to
  }
}

/// The ranking of waits.
struct Bottlenecks: LogOperation {
  let fields: [Field]
  var readsCases: Bool { false }
  let overStep: Bool
  let reference: ClosedRange<Int64>?
  let sampleCount: Int

  var drawing: RenderHint? {
    RenderHint(
      kind: "barchart",
      properties: [
        .init(name: "xcolumn", value: overStep ? "step" : "source"),
        .init(name: "ycolumns", value: "share"), .init(name: "low", value: "share_low"),
        .init(name: "high", value: "share_high"), .init(name: "kind", value: "unstacked"),
      ] + (overStep ? [] : [.init(name: "series", value: "target")]))
  }

  func run(_ log: LogView, _ context: RunContext) throws -> Table {
    log.warnOfOrder(context)
    log.warnOfClosing(context)
    if !log.roles.hasClosing {
      context.warn(
        "open waits are not shown: nothing says how cases close; closed_by= or closed= does")
    }
    let groups = try CaseGroups(log, context)
    let states = try log.states(context)
    let visitor = WaitVisitor(
      log, states: log.roles.hasClosing ? states : nil, groups: groups,
      reading: overStep ? StepReading(log) : nil)
    if overStep { try warnOfReadings(log, groups, context) }
    let waits = try RankedWaits(log, visitor, groups, reference, states, context)
    let resampling = try waits.ranksKept(log, groups, visitor, sampleCount, context)
    let service = try serviceTotals(log, groups, context)
    let loads = try TargetLoads(log, context)
    var table = FlowTable(fields)
    let caseCounts = groups.caseCounts(log.caseCount)
    var rank = 0
    var group = -1
    for (place, wait) in waits.rows.enumerated() {
      rank = wait.group == group ? rank + 1 : 1
      group = wait.group
      let whole = waits.totals[group]
      let drawn = resampling[place]
      let gain = log.hasStarts && !wait.isOpen ? gain(wait.sum, whole, service[group]) : nil
      let load = wait.isOpen ? nil : loads.rate(of: wait.target)
      let names: [Scalar] =
        overStep
        ? [
          .string(
            wait.isOpen ? log.steps.name(wait.source) + ", (open)" : log.steps.name(wait.target))
        ]
        : [
          .string(log.steps.name(wait.source)),
          .string(wait.isOpen ? "(open)" : log.steps.name(wait.target)),
        ]
      table.append(
        groups, group,
        [.count(rank)] + names + [
          .count(wait.count), .count(wait.caseCount),
          .share(ratio(Int128(wait.caseCount), of: Int128(caseCounts[group]))),
          .real(Duration.hours(wait.sum)),
          .share(wait.isOpen ? nil : ratio(wait.sum, of: whole)),
          .share(wait.isOpen ? nil : drawn.low), .share(wait.isOpen ? nil : drawn.high),
          .share(drawn.rankKept), .share(gain), .share(wait.excess.map(Duration.hours)),
          .share(wait.concentration), .share(load),
          .string(load.map(Self.constraint) ?? ""), .string(wait.note),
        ])
    }
    if groups.columns.isEmpty { find(log, waits, resampling, context) }
    return table.finish()
  }

  /// How much cycle-time efficiency rises when a wait is gone.
  private func gain(_ wait: Int128, _ whole: Int128, _ service: Int128) -> Double? {
    guard service + whole > 0, service + whole - wait > 0 else { return nil }
    return Double(service) / Double(service + whole - wait)
      - Double(service) / Double(service + whole)
  }

  private static func constraint(_ rate: Double) -> String {
    rate >= 0.85 ? "capacity" : rate < 0.70 ? "not capacity" : "unclear"
  }

  private func serviceTotals(
    _ log: LogView, _ groups: CaseGroups, _ context: RunContext
  ) throws -> [Int128] {
    guard log.hasStarts else { return [Int128](repeating: 0, count: groups.count) }
    let parts = try log.mapCases(context) { stretch in
      var sums = [Int128](repeating: 0, count: groups.count)
      for number in stretch {
        for position in log.positions(of: number) {
          sums[groups[number]] += Int128(log.service(Int(log.rows.base[position])) ?? 0)
        }
      }
      return sums
    }
    return parts.reduce(into: [Int128](repeating: 0, count: groups.count)) { sums, part in
      for group in sums.indices { sums[group] += part[group] }
    }
  }

  private func warnOfReadings(
    _ log: LogView, _ groups: CaseGroups, _ context: RunContext
  ) throws {
    guard log.isMeaningAssumed else { return }
    guard !log.isProtected(.step), !log.isProtected(.at) else {
      log.warnOfMeaning(context)
      return
    }
    let readings = try [StepReading.completion, .stateEntry].map { reading in
      let samples = try KeyedSamples(
        log, StepVisitor(measure: .spent(reading), groups: groups), width: log.steps.count,
        groups: groups.count, context)
      return StepReadings.longest(
        Dictionary(
          uniqueKeysWithValues: zip(samples.keys, try samples.summaries(context)).map {
            (StepKey(group: $0.group, step: $0.target), $1)
          }), log)
    }
    log.warnOfReadings(completion: readings[0], entry: readings[1], context)
  }

  private func find(
    _ log: LogView, _ waits: RankedWaits, _ drawn: [RankedWaits.Drawn], _ context: RunContext
  ) {
    guard !log.isProtected(.step), !log.isProtected(.at), !log.isProtected(.start),
      let place = waits.rows.firstIndex(where: { !$0.isOpen }),
      let share = ratio(waits.rows[place].sum, of: waits.totals[0]), let low = drawn[place].low,
      let high = drawn[place].high, let kept = drawn[place].rankKept
    else { return }
    let wait = waits.rows[place]
    let where_ =
      overStep
      ? "at \(log.steps.name(wait.target))"
      : "between \(log.steps.name(wait.source)) and \(log.steps.name(wait.target))"
    context.find(
      "\(percentText(share)) (\(percentText(low)) to \(percentText(high))) of the waiting is \(where_); it keeps its rank in "
        + "\(percentText(kept)) of the samples.")
    if let open = waits.rows.first, open.isOpen {
      context.find(
        "Open cases behind \(log.steps.name(open.source)) have waited longest in sum: \(open.caseCount) of them."
      )
    }
  }
}
