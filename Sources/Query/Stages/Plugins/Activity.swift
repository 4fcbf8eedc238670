import CasebookLanguage
import CasebookTables
import CasebookValues

/// Somebody being active: whose row it is, and when.
struct ActivityEntry {
  /// The combination of dimensions, numbered in first appearance.
  let group: Int32
  /// The number of the id; -1 for none.
  let id: Int32
  /// When.
  let point: Int64
}

/// A row of figures on activity.
struct ActivityRow {
  /// The starts of the periods that it tells of.
  let periods: [Int64]
  /// The combination of dimensions.
  let group: Int32
  let figures: [Scalar]
}

/// Figures on who was active in which period, which `activity_metrics` and its kin differ in.
///
/// Rows without a time count nowhere and a row without an id is nobody's, but a row. The rows of the result stand
/// in the order of the timeline, those of one period in the order in which their dimensions first appear.
struct ActivityOperation: TableOperation {
  let title: String
  let id: Int
  let time: Int
  let dimensions: [Int]
  /// How many columns of periods come first.
  let periodCount: Int
  let fields: [Field]
  /// The figures of some entries.
  ///
  /// These come in the order of their groups, by time within each.
  let figures: @Sendable ([ActivityEntry], _ known: Set<Int32>, RunContext) throws -> [ActivityRow]

  func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
    let table = inputs[0]
    let dimensions = group(
      by: self.dimensions.map { table.columns[$0] }, rowCount: table.rowCount)
    let (ids, known) = numbered(table.columns[id], inputs.count > 1 ? inputs[1].columns[0] : nil)
    let times = table.columns[time]
    var entries: [ActivityEntry] = []
    entries.reserveCapacity(table.rowCount)
    for row in 0..<table.rowCount {
      if row & 0xFFFF == 0 { try context.checkpoint() }
      guard let point = times.scalar(row).timelinePoint else { continue }
      entries.append(
        ActivityEntry(
          group: dimensions.ids.base[row],
          id: table.columns[id].isNull(row) ? -1 : ids.base[row], point: point))
    }
    entries.sort { ($0.group, $0.point) < ($1.group, $1.point) }
    try context.checkpoint()
    let rows = try figures(entries, known, context).sorted {
      $0.periods == $1.periods
        ? $0.group < $1.group : $0.periods.lexicographicallyPrecedes($1.periods)
    }
    return self.table(rows, firstRows: dimensions.firstRows, of: table)
  }

  /// The numbers of the ids, and those that a second column has, too.
  private func numbered(_ column: Column, _ others: Column?) -> (Buffer<Int32>, Set<Int32>) {
    guard let others else {
      return (group(by: [column], rowCount: column.count).ids, [])
    }
    let all = Column.concatenated([column, others], type: column.type)
    let ids = group(by: [all], rowCount: all.count).ids
    let known = Set((column.count..<all.count).lazy.filter { !all.isNull($0) }.map { ids.base[$0] })
    return (ids, known)
  }

  private func table(_ rows: [ActivityRow], firstRows: Buffer<Int32>, of table: Table) -> Table {
    var builders = fields.map { ColumnBuilder($0.type) }
    for row in rows {
      var column = 0
      for period in row.periods {
        builders[column].append(fields[column].type.timelineScalar(period))
        column += 1
      }
      for dimension in dimensions {
        let firstRow = Int(firstRows.base[Int(row.group)])
        builders[column].append(table.columns[dimension].scalar(firstRow))
        column += 1
      }
      for figure in row.figures {
        builders[column].append(figure)
        column += 1
      }
    }
    return Table(
      fields: fields,
      columns: builders.map { builder in
        var builder = builder
        return builder.finish()
      }, rowCount: rows.count)
  }
}

extension EvaluateStage.Request {
  /// The plan of figures on activity: columns of periods, the dimensions, the figures.
  func activity(
    id: Int, time: Int, dimensions: [Int], periods: [String], _ figureFields: [Field],
    lookback: Plan? = nil,
    _ figures: @escaping @Sendable ([ActivityEntry], Set<Int32>, RunContext) throws -> [ActivityRow]
  ) -> Plan {
    let timeline = input.fields[time]
    var taken = NameSet()
    let fields =
      periods.map { Field($0, timeline.type, isProtected: timeline.isProtected) }
      + dimensions.map { input.fields[$0] } + figureFields
    let unique = fields.map { field in
      Field(taken.unique(field.name), field.type, isProtected: field.isProtected)
    }
    return .apply(
      ActivityOperation(
        title: call.name.text, id: id, time: time, dimensions: dimensions,
        periodCount: periods.count, fields: unique, figures: figures),
      [input] + (lookback.map { [$0] } ?? []))
  }
}

/// Runs of entries of one group, which come together.
func forEachGroup(
  _ entries: [ActivityEntry], _ body: (Int32, ArraySlice<ActivityEntry>) throws -> Void
) rethrows {
  var start = 0
  while start < entries.count {
    let group = entries[start].group
    var end = start
    while end < entries.count, entries[end].group == group { end += 1 }
    try body(group, entries[start..<end])
    start = end
  }
}

/// One more than the greatest number of an id.
func idCount(_ entries: [ActivityEntry]) -> Int {
  entries.reduce(0) { max($0, Int($1.id) + 1) }
}
