import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// `transitions`: which step follows which, how often, and after how long.
enum TransitionsStage: StageDeclaration {
  static let signature = Signature.log(
    "transitions", parameters: [Parameter("ends", words: ["true", "false"])])
  static let summary =
    "Which step follows which in the same case, how often, and how long the gap is."
  static let details = """
    A row per pair of steps that follow each other directly, most frequent first. n counts the pairs, cases the different
    cases. The gap is the time from the completion of the first to the start of the second, at least 0; share is of the
    sum of all gaps, within a group. Quantiles are type 7. `ends=true` adds how cases begin, from (start), and end, to (end).

    With one time an event the gaps hold work and waiting together. Columns: source, target, n, cases, mean, median, p90,
    min, max, total_hours, share. Source: directly-follows graph, van der Aalst 2016.
    """
  static let examples = [
    Example(
      """
      datatable(id: string, step: string, at: datetime)[
        "A", "Open", datetime(2026-01-05 08:00), "A", "Close", datetime(2026-01-05 10:00),
        "B", "Open", datetime(2026-01-05 08:00), "B", "Close", datetime(2026-01-05 12:00)]
      | transitions case=id step=step at=at
      | project source, target, n, mean
      """, "the columns said here", output: "Open\tClose\t2\t03:00:00")
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let log = try LogStage(stage, input, binder, needs: .events)
    let fields = fields(log)
    let groups = try log.arguments.groups(besides: fields.map(\.name))
    return log.plan(
      Transitions(
        fields: groups.map(\.field) + fields,
        addsEnds: try log.arguments.flag("ends", otherwise: false)),
      groups: groups)
  }

  private static func fields(_ log: LogStage) -> [Field] {
    let isStep = log.isProtected(.step)
    let isTime = log.hasProtectedTimes
    return [
      Field("source", .string, isProtected: isStep), Field("target", .string, isProtected: isStep),
      Field("n", .long), Field("cases", .long),
    ]
      + ["mean", "median", "p90", "min", "max"].map { Field($0, .timespan, isProtected: isTime) }
      + ["total_hours", "share"].map { Field($0, .real, isProtected: isTime) }
  }
}

/// The directly-follows graph with its gaps.
struct Transitions: LogOperation {
  let fields: [Field]
  var readsResource: Bool { false }
  var readsCases: Bool { false }
  let addsEnds: Bool
  var drawing: RenderHint? { RenderHint(kind: "flowmap") }

  func run(_ log: LogView, _ context: RunContext) throws -> Table {
    log.warnOfOrder(context)
    let groups = try CaseGroups(log, context)
    let samples = try TransitionSamples(log, groups: groups, context)
    let summaries = try samples.summaries(context)
    var totals = [Int128](repeating: 0, count: groups.count)
    for (edge, summary) in zip(samples.edges, summaries) { totals[edge.group] += summary.sum }
    var rows = zip(samples.edges, summaries).map { edge, summary in
      Row(
        group: edge.group, source: log.steps.name(edge.source), target: log.steps.name(edge.target),
        count: edge.count, caseCount: edge.caseCount, gaps: summary)
    }
    if addsEnds { rows += ends(log, groups) }
    try rows.sort(context) { $0.precedes($1) }
    var table = FlowTable(fields)
    for (place, row) in rows.enumerated() {
      try context.checkpoint(row: place)
      table.append(groups, row.group, values(row, totals[row.group]))
    }
    if groups.columns.isEmpty { find(rows, totals[0], context) }
    return table.finish()
  }

  private struct Row {
    var group: Int
    var source: String
    var target: String
    var count: Int
    var caseCount: Int
    var gaps: DurationSummary?

    func precedes(_ other: Row) -> Bool {
      if group != other.group { return group < other.group }
      if count != other.count { return count > other.count }
      if source != other.source { return source.isBefore(other.source) }
      return target.isBefore(other.target)
    }
  }

  private func values(_ row: Row, _ total: Int128) -> [Scalar] {
    let sum = row.gaps.flatMap { $0.count > 0 ? $0.sum : nil }
    return [
      .string(row.source), .string(row.target), .count(row.count), .count(row.caseCount),
      .span(row.gaps?.mean), .span(row.gaps?.median), .span(row.gaps?.p90), .span(row.gaps?.least),
      .span(row.gaps?.greatest), .share(sum.map(Duration.hours)),
      .share(sum.flatMap { ratio($0, of: total) }),
    ]
  }

  /// How cases begin and end: rows without times.
  private func ends(_ log: LogView, _ groups: CaseGroups) -> [Row] {
    let steps = log.steps
    var starts = PairTable(width: max(steps.count, 2), groups: groups.count)
    var counts: [Int] = []
    for number in 0..<log.caseCount {
      let positions = log.positions(of: number)
      let first = steps[Int(log.rows.base[positions.lowerBound])]
      let last = steps[Int(log.rows.base[positions.upperBound - 1])]
      for (kind, step) in [(0, first), (1, last)] {
        let pair = starts.number(groups[number], kind, step)
        if pair == counts.count { counts.append(0) }
        counts[pair] += 1
      }
    }
    return counts.indices.map { index in
      let (group, kind, step) = starts.pair(index)
      let name = steps.name(step)
      return Row(
        group: group, source: kind == 0 ? "(start)" : name, target: kind == 0 ? name : "(end)",
        count: counts[index], caseCount: counts[index])
    }
  }

  private func find(_ rows: [Row], _ total: Int128, _ context: RunContext) {
    guard !fields[fields.count - 1].isProtected, !fields[0].isProtected, total > 0,
      let longest = rows.max(by: { ($0.gaps?.sum ?? 0) < ($1.gaps?.sum ?? 0) }),
      let share = longest.gaps.flatMap({ ratio($0.sum, of: total) })
    else { return }
    context.find(
      "\(percentText(share)) of the time between steps lies between \(longest.source) and \(longest.target)."
    )
  }
}
