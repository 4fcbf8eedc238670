import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// `queue_flow`: what comes in, what goes out, and what lies there, period by period.
enum QueueFlowStage: StageDeclaration {
  static let signature = Signature.log(
    "queue_flow",
    parameters: [
      Parameter("per", words: ["all"]), Parameter("window", words: ["whole", "middle"]),
      Parameter("over", words: ["case", "step"]),
    ])
  static let summary = "Arrivals, completions and work in progress for each period."
  static let details = """
    Periods of `per=` (1d unless said; `all` is one) run from the first start to the last end, empty ones included, half-open, in
    the log's zone. wip_mean is the time cases spend in the period over its length; sojourn_mean is of the period's arrivals, open
    ones so far. little_ratio = wip_mean / (arrival rate x sojourn_mean) is near 1 where the flow is steady; null without arrivals
    or with more than 5 % of them open. `window=middle` looks at the middle half of the time only.

    Where the ratio of the middle half lies outside 0.8 to 1.25 every call warns: averages over such a time mislead.
    `over=step` counts stays at each step instead of cases: from the completion before to its own, or, with meaning=state_entry,
    from the entry to the next event. Source: Little 1961; Kim and Whitt 2013.
    """
  static let examples = [
    Example("events | queue_flow closed_by=(\"Close\") per=7d | take 3 | project period, arrivals"),
    Example(
      "events | queue_flow closed_by=(\"Close\") per=all window=middle | project little_ratio > 0.8",
      "is the flow steady?"),
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let overStep = try binder.isWord("over", "step", of: stage)
    let log = try LogStage(stage, input, binder, needs: overStep ? .events : .cases)
    let isTime = log.hasProtectedTimes
    let step =
      overStep ? [Field("step", .string, isProtected: log.isProtected(.step))] : []
    let fields =
      step + [Field("period", .datetime, isProtected: isTime)]
      + ["arrivals", "completions", "wip_start", "wip_end"].map { Field($0, .long) }
      + [
        Field("wip_mean", .real, isProtected: isTime),
        Field("sojourn_mean", .timespan, isProtected: isTime),
        Field("little_ratio", .real, isProtected: isTime),
      ]
    let groups = try log.arguments.groups(besides: fields.map(\.name))
    _ = try log.arguments.word("over", ["case", "step"])
    let window = try log.arguments.word("window", ["whole", "middle"]) ?? "whole"
    let isAll = log.arguments.syntax("per")?.asName?.text == "all"
    let per = isAll ? nil : try log.arguments.ticks("per") ?? Ticks.perDay
    return log.plan(
      QueueFlow(
        fields: groups.map(\.field) + fields, ticksPerPeriod: per, isMiddle: window == "middle",
        overStep: overStep), groups: groups)
  }
}

extension Binder {
  /// Whether a setting is a certain word; a setting that is none of its words is left for others to refuse.
  func isWord(_ name: String, _ word: String, of stage: Stage) throws(Diagnostic) -> Bool {
    stage.parameter(name)?.asName?.text == word
  }
}

/// The flow through a log.
struct QueueFlow: LogOperation {
  let fields: [Field]
  var readsResource: Bool { false }
  var readsCases: Bool { false }
  /// The length of a period; nil for one period in all.
  let ticksPerPeriod: Int64?
  let isMiddle: Bool
  let overStep: Bool

  var drawing: RenderHint? {
    RenderHint(
      kind: "linechart",
      properties: [
        .init(name: "xcolumn", value: "period"),
        .init(name: "ycolumns", value: "arrivals, completions, wip_end"),
      ])
  }

  /// One case, or one stay at a step.
  struct Stay: Sendable {
    var group: Int
    var step: Int
    var start: Int64
    /// The end; `LogView.open` where it was not seen.
    var end: Int64
  }

  func run(_ log: LogView, _ context: RunContext) throws -> Table {
    try log.requireClosing()
    log.warnOfOrder(context)
    log.warnOfClosing(context)
    if overStep { log.warnOfMeaning(context) }
    let groups = try CaseGroups(log, context)
    let stays = try overStep ? stepStays(log, groups, context) : caseStays(log, groups, context)
    guard let span = Self.span(stays, log) else {
      var table = FlowTable(fields)
      return table.finish()
    }
    let middle = Self.middle(of: span)
    warn(Flow(stays, [middle.lowerBound, middle.upperBound], log), log, context)
    let window = isMiddle ? middle : span
    let bounds = try bounds(window, log)
    // Parts in first appearance: groups, and within them steps.
    var parts: [[Stay]] = []
    var keys: [(group: Int, step: Int)] = []
    var table = PairTable(
      width: max(log.spec.hasEvents ? log.steps.count : 1, groups.count, 2), groups: 1)
    for stay in stays {
      let index = table.number(0, stay.group, stay.step)
      if index == parts.count {
        parts.append([])
        keys.append((stay.group, stay.step))
      }
      parts[index].append(stay)
    }
    try context.checkpoint()
    let known = parts
    let includesEnd = ticksPerPeriod == nil && !isMiddle
    let flows = try context.mapParallel(parts.count) {
      Flow(known[$0], bounds, log, includesEnd: includesEnd)
    }
    let order = keys.indices.sorted {
      keys[$0].group != keys[$1].group ? keys[$0].group < keys[$1].group : $0 < $1
    }
    var result = FlowTable(fields)
    for part in order {
      try context.checkpoint()
      for period in flows[part].periods {
        let step: [Scalar] = overStep ? [.string(log.steps.name(keys[part].step))] : []
        result.append(groups, keys[part].group, step + Self.values(period))
      }
    }
    return result.finish()
  }

  private static func values(_ period: Flow.Period) -> [Scalar] {
    [
      .datetime(period.start), .count(period.arrivals), .count(period.completions),
      .count(period.wipStart), .count(period.wipStart + period.arrivals - period.completions),
      .share(period.wipMean), .span(Duration.mean(period.sojourn, period.arrivals)),
      .share(period.littleRatio),
    ]
  }

  private func warn(_ flow: Flow, _ log: LogView, _ context: RunContext) {
    guard let ratio = flow.periods.first?.littleRatio, !(0.8...1.25).contains(ratio) else { return }
    let isShown = !log.isProtected(.at) && !log.isProtected(.start)
    let rounded = (ratio * 100).rounded() / 100
    context.warn(
      "the flow is not steady: Little's ratio over the middle half of the time \(isShown ? "is \(rounded)" : "lies")"
        + "\(isShown ? "," : "") outside 0.8 to 1.25; averages over it mislead")
  }

  // MARK: Cases and stays

  private func caseStays(
    _ log: LogView, _ groups: CaseGroups, _ context: RunContext
  ) throws -> [Stay] {
    let states = try log.states(context)
    return (0..<log.caseCount).map { number in
      Stay(
        group: groups[number], step: 0, start: states.starts.base[number],
        end: states.ends.base[number])
    }
  }

  private func stepStays(
    _ log: LogView, _ groups: CaseGroups, _ context: RunContext
  ) throws -> [Stay] {
    let states = try log.states(context)
    let isState = StepReading(log) == .stateEntry
    let parts = try log.mapCases(context) { stretch in
      let steps = log.steps
      var stays: [Stay] = []
      for number in stretch {
        let positions = log.positions(of: number)
        var before: Int64?
        for position in positions {
          let row = Int(log.rows.base[position])
          let (start, end) = (log.starts.base[row], log.ends.base[row])
          var stay = Stay(group: groups[number], step: steps[row], start: start, end: end)
          if isState {
            if position + 1 < positions.upperBound {
              stay.end = log.starts.base[Int(log.rows.base[position + 1])]
            } else if states.isClosed(number) {
              stay.end = end
            } else {
              stay.end = LogView.open
            }
          } else if let before {
            stay.start = min(before, start)
          }
          if end != LogView.open { before = max(before ?? end, end) }
          stays.append(stay)
        }
      }
      return stays
    }
    return parts.flatMap { $0 }
  }

  // MARK: Periods

  /// The first start and the last end (or start) of anything.
  private static func span(_ stays: [Stay], _ log: LogView) -> Range<Int64>? {
    guard var first = stays.first?.start else { return nil }
    var last = first
    for stay in stays {
      first = min(first, stay.start)
      last = max(last, stay.end == LogView.open ? stay.start : stay.end)
    }
    return first..<max(last, first)
  }

  private static func middle(of span: Range<Int64>) -> Range<Int64> {
    let length = span.upperBound - span.lowerBound
    return (span.lowerBound + length / 4)..<(span.upperBound - length / 4)
  }

  /// Where periods begin, and where the last one ends.
  private func bounds(_ window: Range<Int64>, _ log: LogView) throws -> [Int64] {
    // The last end belongs to the last period, so that nothing is lost.
    let end = isMiddle ? window.upperBound : window.upperBound + 1
    guard let length = ticksPerPeriod else { return [window.lowerBound, end] }
    guard (end - window.lowerBound) / length < Self.greatestCount else {
      throw Diagnostic(
        code: "E0504", message: "this makes more than \(Self.greatestCount) periods",
        span: log.spec.span, help: "take longer ones: per=1d")
    }
    var zone = ZoneConverter(log.roles.zone ?? .utc)
    let local = zone.local(fromUTC: window.lowerBound)
    var next = local - ((local % length) + length) % length
    var bounds: [Int64] = []
    while true {
      let instant = zone.utc(fromLocal: next)
      if isMiddle, instant <= window.lowerBound {
        bounds = [window.lowerBound]
      } else if bounds.last.map({ $0 < instant }) ?? true {
        bounds.append(isMiddle ? min(instant, end) : instant)
      }
      if instant >= end { break }
      next += length
    }
    return bounds
  }

  private static let greatestCount: Int64 = 1_000_000
}

extension StepReading: Equatable {}

/// The flow of cases, or of stays, through periods.
struct Flow: Sendable {
  struct Period: Sendable {
    var start: Int64
    var length: Int64
    var arrivals = 0
    var completions = 0
    var wipStart = 0
    /// Ticks that cases spend in the period.
    var presence: Int128 = 0
    /// Ticks from start to end, or to the end of observation, of the period's arrivals.
    var sojourn: Int128 = 0
    var openArrivals = 0

    var wipMean: Double? { ratio(presence, of: Int128(length)) }

    /// wip_mean / (arrivals / length x sojourn / arrivals); null where that says nothing.
    var littleRatio: Double? {
      if arrivals == 0 || openArrivals * 20 > arrivals { return nil }
      return ratio(presence, of: sojourn)
    }
  }

  private(set) var periods: [Period]

  /// Counts what flows through the periods that begin at all bounds but the last.
  ///
  /// Where the last instant belongs to the last period it adds nothing to the period's length.
  init(
    _ stays: [QueueFlow.Stay], _ bounds: [Int64], _ log: LogView, includesEnd: Bool = false
  ) {
    periods = zip(bounds, bounds.dropFirst()).map { Period(start: $0, length: $1 - $0) }
    guard let first = bounds.first, let last = bounds.last, !periods.isEmpty else { return }
    // Of periods that a stay fills wholly only the ends are noted, and summed up below.
    var whole = [Int](repeating: 0, count: periods.count + 1)
    var wip = [Int](repeating: 0, count: periods.count + 1)
    for stay in stays {
      let isOpen = stay.end == LogView.open
      let end = isOpen ? max(log.asOf, stay.start) : max(stay.end, stay.start)
      let from = Self.period(of: stay.start, bounds)
      let to = isOpen ? nil : Self.period(of: stay.end, bounds)
      if let from {
        periods[from].arrivals += 1
        periods[from].sojourn += Int128(end - stay.start)
        periods[from].openArrivals += isOpen ? 1 : 0
      }
      if let to { periods[to].completions += 1 }
      // In progress at the start of a period: begun before it, and not ended before it.
      let begin = stay.start < first ? 0 : from.map { $0 + 1 } ?? periods.count
      let until = isOpen || stay.end >= last ? periods.count : to.map { $0 + 1 } ?? 0
      if begin < until {
        wip[begin] += 1
        wip[until] -= 1
      }
      let (a, b) = (max(stay.start, first), min(end, last))
      guard a < b, let low = Self.period(of: a, bounds), let high = Self.period(of: b - 1, bounds)
      else { continue }
      if low == high {
        periods[low].presence += Int128(b - a)
      } else {
        periods[low].presence += Int128(bounds[low + 1] - a)
        periods[high].presence += Int128(b - bounds[high])
        whole[low + 1] += 1
        whole[high] -= 1
      }
    }
    if includesEnd { periods[periods.count - 1].length -= 1 }
    var inside = 0
    var running = 0
    for index in periods.indices {
      inside += whole[index]
      running += wip[index]
      periods[index].presence += Int128(inside) * Int128(periods[index].length)
      periods[index].wipStart = running
    }
  }

  /// The period that holds an instant; nil outside all.
  private static func period(of instant: Int64, _ bounds: [Int64]) -> Int? {
    guard let first = bounds.first, let last = bounds.last, instant >= first, instant < last else {
      return nil
    }
    var low = 0
    var high = bounds.count - 1
    while high - low > 1 {
      let middle = (low + high) / 2
      if bounds[middle] <= instant { low = middle } else { high = middle }
    }
    return low
  }
}
