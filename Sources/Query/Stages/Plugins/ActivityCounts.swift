import CasebookLanguage
import CasebookTables
import CasebookValues

/// `activity_counts_metrics` and `activity_metrics`: who is new, who returns, who stays away.
enum ActivityCounts {
  static let counts = PluginDeclaration(
    "activity_counts_metrics(id, timeline, start, end, step, [dimensions, ...])",
    "Rows, different ids, ids seen for the first time and all ids so far, for each period of a timeline.",
    details: """
      Periods are counted from the start, both ends are in; the step may also be 'week', 'month' or 'year'. Periods without
      rows are left out.
      """,
    examples: [
      Example(
        "datatable(id: string, day: long)[\"a\", 1, \"b\", 1, \"b\", 2, \"c\", 2, \"a\", 3] | evaluate activity_counts_metrics(id, day, 1, 3, 1)",
        output: "1\t2\t2\t2\t2\n2\t2\t2\t1\t3\n3\t1\t1\t0\t3")
    ]
  ) { request throws(Diagnostic) in
    try request.require(5)
    let (id, time) = (try request.column(0), try request.timeline(1))
    let (start, end) = (try request.point(2, "the start"), try request.point(3, "the end"))
    let periods = try request.periods(4, "the step", of: time, from: start)
    return request.activity(
      id: id, time: time, dimensions: try request.columns(from: 5),
      periods: [request.input.fields[time].name],
      ["count", "dcount", "new_dcount", "aggregated_dcount"].map { Field($0, .long) }
    ) { entries, _, context in
      var rows: [ActivityRow] = []
      try forEachPeriod(entries, periods, start...max(start, end), context) { period in
        rows.append(
          ActivityRow(
            periods: [period.start], group: period.group,
            figures: [period.rows, period.ids, period.firstSeen, period.seenSoFar].map {
              .long(Int64($0))
            }))
      }
      return rows
    }
  }

  static let metrics = PluginDeclaration(
    "activity_metrics(id, timeline, [start, end], step, [dimensions, ...])",
    "Different ids, ids that were not there the period before, and which share returned or stayed away.",
    details: """
      Periods are counted from the start, both ends are in; the step may also be 'week', 'month' or 'year'. Shares are of the ids
      of the period before, and NaN where it has none. Periods without rows are left out.
      """,
    examples: [
      Example(
        "datatable(id: string, day: long)[\"a\", 1, \"b\", 1, \"b\", 2, \"c\", 2] | evaluate activity_metrics(id, day, 1, 3, 1)",
        output: "1\t2\t2\tNaN\tNaN\n2\t2\t1\t0.5\t0.5")
    ]
  ) { request throws(Diagnostic) in
    try request.require(3)
    let (id, time) = (try request.column(0), try request.timeline(1))
    // Three arguments leave the bounds out.
    let hasBounds = request.values.count > 3
    if hasBounds { try request.require(5) }
    let start = hasBounds ? try request.point(2, "the start") : 0
    let end = hasBounds ? try request.point(3, "the end") : .max
    let periods = try request.periods(hasBounds ? 4 : 2, "the step", of: time, from: start)
    let span = (hasBounds ? start : .min)...max(start, end)
    return request.activity(
      id: id, time: time, dimensions: hasBounds ? try request.columns(from: 5) : [],
      periods: [request.input.fields[time].name],
      [
        Field("dcount_values", .long), Field("dcount_newvalues", .long),
        Field("retention_rate", .real), Field("churn_rate", .real),
      ]
    ) { entries, _, context in
      var rows: [ActivityRow] = []
      try forEachPeriod(entries, periods, span, context) { period in
        let (returned, before) = (Double(period.returned), Double(period.idsBefore))
        rows.append(
          ActivityRow(
            periods: [period.start], group: period.group,
            figures: [
              .long(Int64(period.ids)), .long(Int64(period.ids - period.returned)),
              .real(before == 0 ? .nan : returned / before),
              .real(before == 0 ? .nan : (before - returned) / before),
            ]))
      }
      return rows
    }
  }

  /// What is known of a period once its rows were seen.
  private struct Period {
    let group: Int32
    let start: Int64
    var rows = 0
    var ids = 0
    var firstSeen = 0
    var seenSoFar = 0
    /// Ids that the period before had, too.
    var returned = 0
    /// All ids of the period before.
    var idsBefore = 0
  }

  private static func forEachPeriod(
    _ entries: [ActivityEntry], _ periods: TimelinePeriods, _ span: ClosedRange<Int64>,
    _ context: RunContext, _ body: (Period) -> Void
  ) throws {
    // For each id the group in which it was seen last, and in which period of it.
    var lastGroup = [Int32](repeating: -1, count: idCount(entries))
    var lastPeriod = [Int64](repeating: 0, count: lastGroup.count)
    var current: Period?
    var before: Int64?
    for (index, entry) in entries.enumerated() {
      if index & 0xFFFF == 0 { try context.checkpoint() }
      guard span.contains(entry.point), let start = periods.start(of: entry.point) else { continue }
      if current?.group != entry.group || current?.start != start {
        var next = Period(group: entry.group, start: start)
        before = periods.start(before: start)
        if let current, current.group == entry.group {
          next.seenSoFar = current.seenSoFar
          if current.start == before { next.idsBefore = current.ids }
        }
        if let current { body(current) }
        current = next
      }
      current?.rows += 1
      guard entry.id >= 0 else { continue }
      let id = Int(entry.id)
      let isKnown = lastGroup[id] == entry.group
      if isKnown, lastPeriod[id] == start { continue }
      current?.ids += 1
      if !isKnown {
        current?.firstSeen += 1
        current?.seenSoFar += 1
      } else if lastPeriod[id] == before {
        current?.returned += 1
      }
      lastGroup[id] = entry.group
      lastPeriod[id] = start
    }
    if let current { body(current) }
  }
}
