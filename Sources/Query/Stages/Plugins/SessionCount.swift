import CasebookLanguage
import CasebookTables
import CasebookValues

/// `session_count`: how many sessions begin in each bin.
enum SessionCount {
  static let declaration = PluginDeclaration(
    "session_count(id, timeline, start, end, bin, lookback, [dimensions, ...])",
    "How many sessions begin in each bin of a timeline.",
    details: "A session begins with a row whose id was not seen for `lookback` before it.",
    examples: [
      Example(
        "datatable(id: string, minute: long)[\"a\", 1, \"a\", 5, \"a\", 60, \"b\", 61] | evaluate session_count(id, minute, 0, 100, 50, 30)",
        output: "0\t1\n50\t2")
    ]
  ) { request throws(Diagnostic) in
    try request.require(6)
    let dimensions = try request.columns(from: 6)
    let (id, time) = (try request.column(0), try request.timeline(1))
    let rows = SessionStarts(
      id: id, time: time, dimensions: dimensions, start: try request.point(2, "the start"),
      end: try request.point(3, "the end"), bin: try request.length(4, "the bin"),
      lookback: try request.length(5, "the lookback"), input: request.input.fields)
    return try request.grouped(
      .apply(rows, [request.input]), keyCount: 1 + dimensions.count,
      [("sum", 1 + dimensions.count, "count_sessions")])
  }
}

/// The bin of each row within the bounds, the dimensions, and 1 where a session begins.
private struct SessionStarts: TableOperation {
  let id: Int
  let time: Int
  let dimensions: [Int]
  let start: Int64
  let end: Int64
  let bin: Int64
  let lookback: Int64
  let fields: [Field]
  var title: String { "session_count" }

  init(
    id: Int, time: Int, dimensions: [Int], start: Int64, end: Int64, bin: Int64, lookback: Int64,
    input: [Field]
  ) {
    (self.id, self.time, self.dimensions) = (id, time, dimensions)
    (self.start, self.end, self.bin, self.lookback) = (start, end, bin, lookback)
    fields = ([time] + dimensions).map { input[$0] } + [Field("begins", .long)]
  }

  func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
    let table = inputs[0]
    let times = table.columns[time]
    let ids = group(
      by: ([id] + dimensions).map { table.columns[$0] }, rowCount: table.rowCount)
    var rows: [(group: Int32, point: Int64, row: Int32)] = []
    for row in 0..<table.rowCount {
      if row & 0xFFFF == 0 { try context.checkpoint() }
      guard let point = times.scalar(row).timelinePoint, point <= end else { continue }
      rows.append((ids.ids.base[row], point, Int32(truncatingIfNeeded: row)))
    }
    rows.sort { ($0.group, $0.point, $0.row) < ($1.group, $1.point, $1.row) }
    var taken = BufferBuilder<Int32>()
    var (bins, begins) = (ColumnBuilder(fields[0].type), ColumnBuilder(.long))
    for (index, entry) in rows.enumerated() {
      if index & 0xFFFF == 0 { try context.checkpoint() }
      guard entry.point >= start, let first = CasebookValues.bin(entry.point, bin) else { continue }
      let isLater =
        index > 0 && rows[index - 1].group == entry.group
        && entry.point - rows[index - 1].point < lookback
      taken.append(entry.row)
      bins.append(fields[0].type.timelineScalar(first))
      begins.append(long: isLater ? 0 : 1)
    }
    let chosen = taken.finish()
    let columns = dimensions.map { table.columns[$0].gathered(by: chosen.pointer) }
    return Table(
      fields: fields, columns: [bins.finish()] + columns + [begins.finish()],
      rowCount: chosen.count)
  }
}
