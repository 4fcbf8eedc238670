import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// `shift`: which waits changed between earlier and later cases.
enum ShiftStage: StageDeclaration {
  static let signature = Signature.log("shift", parameters: [Parameter("since")])
  static let summary =
    "Which gaps between steps changed between cases that began earlier and later."
  static let details = """
    A row per pair of consecutive steps, greatest change first. Cases that begin before `since` are compared with those
    that begin from then on; without it the cases are halved by their start. n, mean and median are of the gaps of a side.
    change is what the pair adds to the mean gaps per case from one side to the other, all rows together the whole change.
    It is the sum of volume, because cases come there more or less often, and speed, because each passage takes longer or
    shorter; a pair on one side only is all volume. p is Mann-Whitney's, null below 30 gaps a side, q Benjamini and
    Hochberg's over all rows. Null means that a side has no such gap.

    A finding says when the pair with the greatest change changed, by Pettitt's test over the starts of its cases. Waits
    that are still running are not in the figures; later cases are more often open, so compare the Kaplan-Meier medians
    that are printed, too. A change in who comes (`drivers`) looks the same as a change in the work.
    """
  static let examples = [
    Example(
      """
      datatable(id: string, step: string, at: datetime)[
        "A", "Open", datetime(2026-01-05 08:00), "A", "Close", datetime(2026-01-05 09:00),
        "B", "Open", datetime(2026-01-06 08:00), "B", "Close", datetime(2026-01-06 12:00)]
      | shift case=id step=step at=at since=datetime(2026-01-06) closed_by=("Close")
      | project source, target, n_before, n_after, change, speed
      """, "one case on each side", output: "Open\tClose\t1\t1\t03:00:00\t03:00:00"),
    Example(
      "events | shift closed_by=(\"Close\") | project source, target, n_before, n_after | take 1",
      "the built-in data halved by the start of cases",
      output: "Route\tLanguage review\t139\t129"),
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let log = try LogStage(stage, input, binder, needs: .events)
    let isTime = log.hasProtectedTimes
    let isStep = log.isProtected(.step)
    let spans = [
      "mean_before", "mean_after", "median_before", "median_after", "change", "volume", "speed",
    ]
    let own =
      [
        Field("source", .string, isProtected: isStep),
        Field("target", .string, isProtected: isStep),
        Field("n_before", .long), Field("n_after", .long),
      ] + spans.map { Field($0, .timespan, isProtected: isTime) }
      + ["p", "q"].map { Field($0, .real, isProtected: isTime) }
    let groups = try log.arguments.groups(besides: own.map(\.name))
    return log.plan(
      Shift(
        fields: groups.map(\.field) + own, since: try log.arguments.instant("since"),
        isProtected: isTime || isStep),
      groups: groups)
  }
}

/// Gaps before and after a time.
struct Shift: LogOperation {
  let fields: [Field]
  var readsCases: Bool { false }
  /// Ticks; nil to halve the cases.
  let since: Int64?
  let isProtected: Bool

  var drawing: RenderHint? {
    RenderHint(
      .diverging, [.xcolumn: "source", .series: "target", .ycolumns: "change", .kind: "unstacked"]
    )
    .split(by: fields.dropLast(13).map(\.name))
  }

  func run(_ log: LogView, _ context: RunContext) throws -> Table {
    log.warnOfOrder(context)
    log.warnOfMeaning(context)
    log.warnOfClosing(context)
    let groups = try CaseGroups(log, context)
    let states = try log.states(context)
    guard let since = since ?? Self.middle(states.starts) else {
      return Table(fields: fields)
    }
    let sides = groups.split(log.caseCount) { states.starts.base[$0] < since }
    let samples = try TransitionSamples(log, groups: sides, context)
    let sorted = try samples.sorted(context)
    var changes = EdgeChange.all(samples, sorted, caseCounts: sides.caseCounts(log.caseCount))
    let q = BenjaminiHochberg.adjust(changes.map(\.p))
    for (index, value) in q.enumerated() { changes[index].q = value }
    let steps = log.steps
    let named = try changes.map {
      (change: $0, names: (steps.name($0.source), steps.name($0.target)))
    }
    .sorted(context) { left, right in
      let (a, b) = (left.change, right.change)
      if a.group != b.group { return a.group < b.group }
      let (x, y) = (a.change?.magnitude ?? 0, b.change?.magnitude ?? 0)
      if x != y { return x > y }
      if left.names.0 != right.names.0 { return left.names.0.isBefore(right.names.0) }
      return left.names.1.isBefore(right.names.1)
    }
    var table = FlowTable(fields)
    for (change, names) in named { table.append(groups, change.group, values(change, names)) }
    let story = ShiftStory(log, states, since: since)
    if !isProtected {
      try story.warnOfRunning(context)
      if groups.columns.isEmpty { try story.find(named.first?.change, context) }
    }
    return table.finish()
  }

  /// The start ranked floor(n / 2), from 0.
  private static func middle(_ starts: Buffer<Int64>) -> Int64? {
    guard starts.count > 0 else { return nil }
    return selectedValue(starts.base, starts.count, rank: starts.count / 2)
  }

  private func values(_ change: EdgeChange, _ names: (String, String)) -> [Scalar] {
    let (before, after) = (change.before, change.after)
    return [
      .string(names.0), .string(names.1), .count(before.count), .count(after.count),
      .span(before.mean), .span(after.mean), .span(before.median), .span(after.median),
      .span(change.change), .span(change.volume), .span(change.speed), .share(change.p),
      .share(change.q),
    ]
  }
}
