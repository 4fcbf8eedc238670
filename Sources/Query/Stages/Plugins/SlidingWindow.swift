import CasebookLanguage
import CasebookTables
import CasebookValues

/// `rolling_percentile` and `sliding_window_counts`: figures over windows that overlap.
enum SlidingWindow {
  static let rollingPercentile = PluginDeclaration(
    "rolling_percentile(value, percent, timeline, bin, bins, [dimensions, ...])",
    "A percentile over the last so many bins, for each bin.",
    details: "Nearest rank, as `percentile`; the window ends with the bin that its row names.",
    examples: [
      Example(
        "range day from 1 to 4 step 1 | extend n = day * 10 | evaluate rolling_percentile(n, 50, day, 1, 3)",
        "medians of three days", output: "1\t10\n2\t10\n3\t20\n4\t30")
    ]
  ) { request throws(Diagnostic) in
    try request.require(5)
    let value = try request.column(0)
    let percent = try request.number(1, "the percentage")
    let time = try request.timeline(2)
    let bin = try request.length(3, "the bin")
    let bins = try request.length(4, "the number of bins")
    let dimensions = try request.columns(from: 5)
    let rows = WindowRows(
      title: "rolling_percentile", time: time, others: dimensions + [value], bin: bin,
      windows: bins, span: nil, input: request.input.fields)
    let name = request.input.fields[value].name
    return try request.grouped(
      .apply(rows, [request.input]), keyCount: 1 + dimensions.count,
      [
        (
          "percentile", 1 + dimensions.count,
          "rolling_\(bins)_percentile_\(name)_\(percent.text)"
        )
      ], constant: percent)
  }

  static let counts = PluginDeclaration(
    "sliding_window_counts(id, timeline, start, end, window, bin, [dimensions, ...])",
    "Rows and different ids within a window that ends with each bin.",
    examples: [
      Example(
        "datatable(id: string, day: long)[\"a\", 1, \"b\", 1, \"a\", 3] | evaluate sliding_window_counts(id, day, 1, 4, 2, 1)",
        "windows of two days", output: "1\t2\t2\n2\t2\t2\n3\t1\t1\n4\t1\t1")
    ]
  ) { request throws(Diagnostic) in
    try request.require(6)
    let id = try request.column(0)
    let time = try request.timeline(1)
    let (start, end) = (try request.point(2, "the start"), try request.point(3, "the end"))
    let window = try request.length(4, "the window")
    let bin = try request.length(5, "the bin")
    let dimensions = try request.columns(from: 6)
    let rows = WindowRows(
      title: "sliding_window_counts", time: time, others: dimensions + [id], bin: bin,
      windows: (window - 1) / bin + 1, span: (start, end), input: request.input.fields)
    return try request.grouped(
      .apply(rows, [request.input]), keyCount: 1 + dimensions.count,
      [("count", nil, "Count"), ("dcount", 1 + dimensions.count, "Dcount")])
  }
}

/// Each row once for every window that it is in: the window's last bin, then other columns.
private struct WindowRows: TableOperation {
  let title: String
  let time: Int
  let others: [Int]
  let bin: Int64
  let windows: Int64
  /// The first and last bin wanted, from the first of which bins are counted; nil for all that the rows have.
  let span: (start: Int64, end: Int64)?
  let fields: [Field]

  init(
    title: String, time: Int, others: [Int], bin: Int64, windows: Int64,
    span: (start: Int64, end: Int64)?, input: [Field]
  ) {
    (self.title, self.time, self.others) = (title, time, others)
    (self.bin, self.windows, self.span) = (bin, windows, span)
    fields = ([time] + others).map { input[$0] }
  }

  func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
    let table = inputs[0]
    let times = table.columns[time]
    var bins: [(row: Int32, bin: Int64)] = []
    for row in 0..<table.rowCount {
      if row & 0xFFFF == 0 { try context.checkpoint() }
      guard let point = times.scalar(row).timelinePoint,
        let first = CasebookValues.bin(point, bin, at: span?.start ?? 0)
      else { continue }
      if let span, point > span.end { continue }
      bins.append((Int32(truncatingIfNeeded: row), first))
    }
    let last = span?.end ?? bins.map(\.bin).max() ?? 0
    var (rows, targets) = (BufferBuilder<Int32>(), ColumnBuilder(fields[0].type))
    for (index, entry) in bins.enumerated() {
      if index & 0xFFFF == 0 { try context.checkpoint() }
      for window in 0..<windows {
        if window & 0xFFFF == 0xFFFF { try context.checkpoint() }
        let (step, overflow) = window.multipliedReportingOverflow(by: bin)
        let (target, past) = entry.bin.addingReportingOverflow(step)
        if overflow || past || target > last { break }
        if let span, target < span.start { continue }
        if rows.count & 0xFFFF == 0xFFFF { try context.checkpoint() }
        rows.append(entry.row)
        targets.append(fields[0].type.timelineScalar(target))
      }
    }
    let taken = rows.finish()
    let columns = others.map { table.columns[$0].gathered(by: taken.pointer) }
    return Table(fields: fields, columns: [targets.finish()] + columns, rowCount: taken.count)
  }
}

extension ScalarType {
  /// A point of a timeline of this type.
  func timelineScalar(_ point: Int64) -> Scalar {
    switch self {
    case .datetime: .datetime(point)
    case .timespan: .timespan(point)
    case .int: .int(Int32(truncatingIfNeeded: point))
    default: .long(point)
    }
  }
}
