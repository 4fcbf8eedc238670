import CasebookLanguage
import CasebookTables
import CasebookValues

/// `new_activity_metrics`: what became of those who were new in each period.
enum NewActivity {
  static let declaration = PluginDeclaration(
    "new_activity_metrics(id, timeline, start, end, window, [cohort], [dimensions, ...], [lookback])",
    "Of the ids that were new in one period, how many are there in each later one.",
    details: """
      A row for each period from which ids are new and each period up to the end: ids of that period that were in none up to the
      first, new ids that are there, new ids that are not, and both as shares of the new ones. Periods are counted from the start, both ends are
      in; the window may also be 'week', 'month' or 'year'. A cohort, a point on the timeline, keeps to the new ids of its period. Ids
      in `lookback`, a table with a column of the id's name or of one column, are never new.
      """,
    examples: [
      Example(
        "datatable(id: string, day: long)[\"a\", 1, \"b\", 1, \"b\", 2, \"c\", 2] | evaluate new_activity_metrics(id, day, 1, 2, 1)",
        output: "1\t1\t2\t2\t0\t1.0\t0.0\n1\t2\t1\t1\t1\t0.5\t0.5\n2\t2\t1\t1\t0\t1.0\t0.0")
    ]
  ) { request throws(Diagnostic) in
    try request.require(5)
    let (id, time) = (try request.column(0), try request.timeline(1))
    let (start, end) = (try request.point(2, "the start"), try request.point(3, "the end"))
    let periods = try request.periods(4, "the window", of: time, from: start)
    var rest = Array(request.values.indices.dropFirst(5))
    var wanted: Int64?
    if let first = rest.first, !request.isColumn(first), !(try request.isTable(first)) {
      wanted = periods.start(of: try request.point(first, "the cohort"))
      rest.removeFirst()
    }
    var lookback: Plan?
    if let last = rest.last, !request.isColumn(last), try request.isTable(last) {
      lookback = try request.ids(of: last, like: request.input.fields[id])
      rest.removeLast()
    }
    var dimensions: [Int] = []
    for index in rest { dimensions.append(try request.column(index)) }
    let name = request.input.fields[time].name
    let span = start...max(start, end)
    let cohort = wanted
    return request.activity(
      id: id, time: time, dimensions: dimensions, periods: ["from_" + name, "to_" + name],
      ["dcount_new_values", "dcount_retained_values", "dcount_churn_values"].map {
        Field($0, .long)
      } + [Field("retention_rate", .real), Field("churn_rate", .real)], lookback: lookback
    ) { entries, known, context in
      let starts = try allStarts(periods, span, context)
      var rows: [ActivityRow] = []
      try forEachGroup(entries) { group, entries in
        let cohorts = try cohorts(
          entries.filter { span.contains($0.point) && $0.id >= 0 && !known.contains($0.id) },
          starts,
          context)
        rows += try figures(cohorts, starts, group, only: cohort, context)
      }
      return rows
    }
  }

  private static func allStarts(
    _ periods: TimelinePeriods, _ span: ClosedRange<Int64>, _ context: RunContext
  ) throws -> [Int64] {
    var starts: [Int64] = []
    var next = periods.start(of: span.lowerBound)
    while let start = next, start <= span.upperBound {
      if starts.count & 0xFFFF == 0 {
        try context.checkpoint()
        try context.require(bytes: starts.count * 16)
      }
      starts.append(start)
      next = periods.start(after: start)
    }
    return starts
  }

  /// For each period in which ids are new, the periods in which these are, with how many of them.
  private static func cohorts(
    _ entries: [ActivityEntry], _ starts: [Int64], _ context: RunContext
  ) throws -> [(first: Int, counts: [Int: Int])] {
    var firstPeriod: [Int32: Int] = [:]
    var lastPeriod: [Int32: Int] = [:]
    var counts: [Int: [Int: Int]] = [:]
    var period = 0
    for (index, entry) in entries.enumerated() {
      if index & 0xFFFF == 0 { try context.checkpoint() }
      while period + 1 < starts.count, starts[period + 1] <= entry.point { period += 1 }
      let first = firstPeriod[entry.id] ?? period
      firstPeriod[entry.id] = first
      guard lastPeriod[entry.id] != period else { continue }
      lastPeriod[entry.id] = period
      counts[first, default: [:]][period, default: 0] += 1
    }
    return counts.keys.sorted().map { ($0, counts[$0] ?? [:]) }
  }

  private static func figures(
    _ cohorts: [(first: Int, counts: [Int: Int])], _ starts: [Int64], _ group: Int32,
    only cohort: Int64?, _ context: RunContext
  ) throws -> [ActivityRow] {
    // Of the ids of each period, how many were new after the cohort at hand.
    var later = [Int](repeating: 0, count: starts.count)
    for cohort in cohorts {
      for (period, count) in cohort.counts { later[period] += count }
    }
    var rows: [ActivityRow] = []
    for (first, counts) in cohorts {
      for (period, count) in counts { later[period] -= count }
      if let cohort, starts[first] != cohort { continue }
      try context.require(bytes: (starts.count - first) * 128)
      let size = counts[first] ?? 0
      for period in first..<starts.count {
        if period & 0xFFF == 0 { try context.checkpoint() }
        let retained = counts[period] ?? 0
        let share = Double(retained) / Double(size)
        rows.append(
          ActivityRow(
            periods: [starts[first], starts[period]], group: group,
            figures: [
              .long(Int64(period == first ? size : later[period])), .long(Int64(retained)),
              .long(Int64(size - retained)), .real(share),
              .real(Double(size - retained) / Double(size)),
            ]))
      }
    }
    return rows
  }
}

extension EvaluateStage.Request {
  /// Whether an argument is the name of a column.
  func isColumn(_ index: Int) -> Bool {
    guard let name = values[index].asName?.text else { return false }
    return input.fields.contains { $0.name == name }
  }

  /// Whether an argument stands for a table.
  func isTable(_ index: Int) throws(Diagnostic) -> Bool { try binder.isTable(values[index]) }

  /// The ids of a table: its column of that name, or its only one.
  fileprivate func ids(of index: Int, like id: Field) throws(Diagnostic) -> Plan {
    let table = try binder.table(values[index])
    let fields = table.fields
    let place = fields.firstIndex { $0.name == id.name } ?? (fields.count == 1 ? 0 : nil)
    guard let place, fields[place].type == id.type else {
      throw BindIssue.shape(
        "the table of known ids has no \(id.type.name) '\(id.name)'",
        help: "project \(quoted(id.name))"
      ).at(values[index].span)
    }
    return table.choosing([place])
  }
}
