import CasebookLanguage
import CasebookTables
import CasebookValues

/// `activity_engagement` and `active_users_count`: who is active within a window that looks back.
enum ActivityWindows {
  static let engagement = PluginDeclaration(
    "activity_engagement(id, timeline, [start, end], inner, outer, [dimensions, ...])",
    "Different ids in each inner period and in the outer one that ends with it, and their ratio.",
    details: """
      Such as daily of weekly active people: inner 1d, outer 7d. Periods are counted from the start, both ends are in; the outer
      period takes rows before the start, too. Periods whose outer one has no row are left out.
      """,
    examples: [
      Example(
        "datatable(id: string, day: long)[\"a\", 1, \"b\", 2, \"a\", 3] | evaluate activity_engagement(id, day, 1, 3, 1, 2)",
        output: "1\t1\t1\t1.0\n2\t1\t2\t0.5\n3\t1\t2\t0.5")
    ]
  ) { request throws(Diagnostic) in
    try request.require(4)
    let (id, time) = (try request.column(0), try request.timeline(1))
    let hasBounds = request.values.count > 4
    if hasBounds { try request.require(6) }
    let start = hasBounds ? try request.point(2, "the start") : 0
    let end = hasBounds ? try request.point(3, "the end") : .max
    let inner = try request.length(hasBounds ? 4 : 2, "the inner period")
    let outer = try request.length(hasBounds ? 5 : 3, "the outer period")
    return request.activity(
      id: id, time: time, dimensions: hasBounds ? try request.columns(from: 6) : [],
      periods: [request.input.fields[time].name],
      [
        Field("dcount_activities_inner", .long), Field("dcount_activities_outer", .long),
        Field("activity_ratio", .real),
      ]
    ) { entries, _, context in
      let last = entries.reduce(Int64.min) { max($0, $1.point) }
      let window = Window(
        inner: inner, outer: outer, origin: start,
        span: hasBounds ? start...max(start, end) : .min...last)
      var rows: [ActivityRow] = []
      var counts = IdCounts(idCount(entries))
      try forEachGroup(entries) { group, entries in
        rows += try window.rows(of: entries, group, &counts, context)
      }
      return rows
    }
  }

  static let users = PluginDeclaration(
    "active_users_count(id, timeline, start, end, lookback, period, periods, bin, [dimensions, ...])",
    "How many different ids of each bin were active in so many periods of the time before.",
    details: """
      An id counts where it has a row at a time within the bounds, both ends in, and rows in at least `periods` different
      periods of `lookback` up to it. The bin may also be 'week', 'month' or 'year'. Bins without such an id are left out.
      """,
    examples: [
      Example(
        "datatable(id: string, day: long)[\"a\", 1, \"a\", 2, \"a\", 9, \"b\", 9] | evaluate active_users_count(id, day, 1, 10, 3, 1, 2, 5)",
        "two days of three", output: "1\t1")
    ]
  ) { request throws(Diagnostic) in
    try request.require(8)
    let (id, time) = (try request.column(0), try request.timeline(1))
    let (start, end) = (try request.point(2, "the start"), try request.point(3, "the end"))
    let lookback = try request.length(4, "the lookback")
    let period = try request.length(5, "the period")
    let least = try request.count(6, "the number of periods")
    let bins = try request.periods(7, "the bin", of: time, from: start)
    let span = start...max(start, end)
    return request.activity(
      id: id, time: time, dimensions: try request.columns(from: 8),
      periods: [request.input.fields[time].name], [Field("dcount", .long)]
    ) { entries, _, context in
      let byId = entries.filter { $0.id >= 0 }.sorted {
        ($0.group, $0.id, $0.point) < ($1.group, $1.id, $1.point)
      }
      var counts: [BinOfGroup: Int64] = [:]
      // The first entry within the time looked back on, of how many periods each entry ends, and the last bin counted.
      var (first, periodsSoFar) = (0, [Int](repeating: 0, count: byId.count))
      var lastBin: Int64?
      for (index, entry) in byId.enumerated() {
        if index & 0xFFFF == 0 { try context.checkpoint() }
        let before = index > 0 ? byId[index - 1] : nil
        let isSame = before?.group == entry.group && before?.id == entry.id
        if !isSame { (first, lastBin) = (index, nil) }
        let isLater =
          !isSame
          || bin(entry.point, period, at: start)
            != before.flatMap { bin($0.point, period, at: start) }
        periodsSoFar[index] = (isSame ? periodsSoFar[index - 1] : 0) + (isLater ? 1 : 0)
        while entry.point.subtractingReportingOverflow(byId[first].point).partialValue >= lookback {
          first += 1
        }
        guard span.contains(entry.point),
          periodsSoFar[index] - periodsSoFar[first] + 1 >= least,
          let bin = bins.start(of: entry.point), bin != lastBin
        else { continue }
        lastBin = bin
        counts[BinOfGroup(group: entry.group, bin: bin), default: 0] += 1
      }
      return counts.map {
        ActivityRow(periods: [$0.key.bin], group: $0.key.group, figures: [.long($0.value)])
      }
    }
  }

  private struct BinOfGroup: Hashable {
    let group: Int32
    let bin: Int64
  }
}

/// How often each id is within a window.
private struct IdCounts {
  private var counts: [Int32]
  private(set) var different = 0

  init(_ count: Int) { counts = Array(repeating: 0, count: count) }

  mutating func add(_ id: Int32) {
    guard id >= 0 else { return }
    if counts[Int(id)] == 0 { different += 1 }
    counts[Int(id)] += 1
  }

  mutating func remove(_ id: Int32) {
    guard id >= 0 else { return }
    counts[Int(id)] -= 1
    if counts[Int(id)] == 0 { different -= 1 }
  }
}

/// An inner period within an outer one that ends with it.
private struct Window: Sendable {
  let inner: Int64
  let outer: Int64
  let origin: Int64
  let span: ClosedRange<Int64>

  func rows(
    of entries: ArraySlice<ActivityEntry>, _ group: Int32, _ counts: inout IdCounts,
    _ context: RunContext
  ) throws -> [ActivityRow] {
    var rows: [ActivityRow] = []
    // Entries from `oldest` up to `next` are within the outer period.
    var (oldest, next) = (entries.startIndex, entries.startIndex)
    var period: Int64?
    while oldest < entries.endIndex {
      if rows.count & 0xFFF == 0 { try context.checkpoint() }
      // An empty window goes on to where the next entry is, or to the start.
      var begin = period.flatMap { sum($0, inner) }
      if oldest == next {
        let point = max(entries[oldest].point, span.lowerBound)
        begin = max(begin ?? .min, bin(point, inner, at: origin) ?? .min)
      }
      guard let begin, let end = sum(begin, inner), begin <= span.upperBound else { break }
      period = begin
      let from = end.subtractingReportingOverflow(outer)
      while next < entries.endIndex, entries[next].point < end,
        entries[next].point <= span.upperBound
      {
        counts.add(entries[next].id)
        next += 1
      }
      while oldest < next, !from.overflow, entries[oldest].point < from.partialValue {
        counts.remove(entries[oldest].id)
        oldest += 1
      }
      let within = Set(
        entries[oldest..<next].reversed().prefix { $0.point >= max(begin, span.lowerBound) }
          .map(\.id).filter { $0 >= 0 }
      ).count
      if oldest < next {
        rows.append(
          ActivityRow(
            periods: [begin], group: group,
            figures: [
              .long(Int64(within)), .long(Int64(counts.different)),
              .real(Double(within) / Double(counts.different)),
            ]))
      } else if next < entries.endIndex, entries[next].point > span.upperBound {
        break
      }
    }
    while oldest < next {
      counts.remove(entries[oldest].id)
      oldest += 1
    }
    return rows
  }

  private func sum(_ point: Int64, _ length: Int64) -> Int64? {
    let (sum, overflow) = point.addingReportingOverflow(length)
    return overflow ? nil : sum
  }
}
