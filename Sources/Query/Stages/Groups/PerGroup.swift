import CasebookTables
import CasebookValues

/// A pipeline run for each group of rows on its own.
///
/// Where every stage of the pipeline has a form that works on all groups at once (`where`, `extend`,
/// `project`, `summarize`, `sort`, `top`, `take`), the pipeline is rewritten into that; only what is
/// left is run group by group.
enum PerGroup {
  /// The plan of `body` for each group.
  ///
  /// `rows` has the body's input columns and then the group's number, ascending; so has the
  /// result.
  static func plan(_ body: Plan, over rows: Plan) -> Plan {
    let rows = Binder.shared(rows)
    return rewritten(body, over: rows)
      ?? .apply(RunPerGroup(body: Optimiser.optimised(body)), [rows])
  }

  /// The number of the group, behind the columns of `body`.
  static func groupField(_ plan: Plan) -> Field {
    var taken = NameSet(plan.fields.map(\.name))
    return Field(taken.unique("group"), .long)
  }

  private static func rewritten(_ body: Plan, over rows: Plan) -> Plan? {
    switch body {
    case .apply(let operation, _):
      return operation is InputPlaceholder ? rows : nil
    case .filter(let input, let condition):
      guard !condition.needsWholeInput, let input = rewritten(input, over: rows) else { return nil }
      return .filter(input, condition)
    case .compute(let input, let outputs):
      guard !outputs.contains(where: { $0.expression.needsWholeInput }),
        let input = rewritten(input, over: rows)
      else { return nil }
      return .compute(input, outputs + [group(of: input)])
    case .sort(let input, let keys):
      guard let input = rewritten(input, over: rows) else { return nil }
      return .sort(input, [groupKey(of: input)] + keys)
    case .top(let input, let keys, let count):
      guard let input = rewritten(input, over: rows) else { return nil }
      return firstRows(.sort(input, [groupKey(of: input)] + keys), count)
    case .take(let input, let count):
      guard let input = rewritten(input, over: rows) else { return nil }
      return firstRows(input, count)
    case .summarize(let input, let grouping):
      return summarize(input, grouping, over: rows)
    case .scan, .values, .join, .union, .shared: return nil
    }
  }

  private static func summarize(
    _ input: Plan, _ grouping: Plan.Grouping, over rows: Plan
  ) -> Plan? {
    guard let below = rewritten(input, over: rows) else { return nil }
    let number = group(of: below)
    let keyCount = grouping.keys.count
    var grouped = grouping
    grouped.keys.append(number)
    let summarized = Plan.summarize(below, grouped)
    let fields = summarized.fields
    let order = fields.indices.filter { $0 != keyCount } + [keyCount]
    // Rows come by group, so the groups of keys do too.
    let plan = summarized.choosing(order)
    guard grouping.keys.isEmpty else { return plan }
    return .apply(
      EmptyGroups(fields: plan.fields, aggregates: grouping.aggregates),
      [plan, rows.choosing([rows.fields.count - 1])])
  }

  private static func firstRows(_ plan: Plan, _ count: Int) -> Plan {
    .apply(FirstOfGroups(fields: plan.fields, count: max(count, 0)), [plan])
  }

  /// The group's number as a column over `plan`, where it is the last.
  private static func group(of plan: Plan) -> Plan.Output {
    let fields = plan.fields
    return Plan.Output(fields[fields.count - 1], .column(index: fields.count - 1, type: .long))
  }

  private static func groupKey(of plan: Plan) -> Plan.SortKey {
    Plan.SortKey(
      .column(index: plan.fields.count - 1, type: .long), isDescending: false, nullsFirst: false)
  }
}

/// The first rows of each group.
private struct FirstOfGroups: TableOperation {
  let fields: [Field]
  let count: Int
  var title: String { "take \(count) of each group" }

  func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
    let table = inputs[0]
    var rows = BufferBuilder<Int32>(capacity: 64)
    for group in groups(of: table) {
      for row in group.prefix(count) { rows.append(Int32(truncatingIfNeeded: row)) }
    }
    return table.gathered(by: rows.finish())
  }
}

/// Adds to a `summarize` without keys the groups of which no row was left.
private struct EmptyGroups: TableOperation {
  let fields: [Field]
  let aggregates: [Plan.Aggregate]
  var title: String { "one row a group" }

  func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
    let found = groups(of: inputs[0]).map { (number: inputs[0].groupNumber($0.lowerBound), $0) }
    let all = groups(of: inputs[1]).map { inputs[1].groupNumber($0.lowerBound) }
    if all.count == found.count { return inputs[0] }
    let blank = try aggregates.flatMap { try $0.makeState().finish(groupCount: 1, context) }
    let extended = inputs[0].columns.dropLast().enumerated().map { index, column in
      Column.concatenated([column, blank[index]], type: column.type)
    }
    var next = 0
    let rows = Buffer<Int32>(count: all.count) { target in
      for (position, number) in all.enumerated() {
        if next < found.count, found[next].number == number {
          target[position] = Int32(truncatingIfNeeded: found[next].1.lowerBound)
          next += 1
        } else {
          target[position] = Int32(truncatingIfNeeded: inputs[0].rowCount)
        }
      }
    }
    return Table(
      fields: fields,
      columns: extended.map { $0.gathered(by: rows) } + [
        Column(.long, .longs(Buffer(all)))
      ],
      rowCount: all.count)
  }
}

/// Runs a pipeline for each group of rows, one after the other.
private struct RunPerGroup: RunsPlans {
  let body: Plan
  var plans: [Plan] { [body] }
  var fields: [Field] { body.fields + [PerGroup.groupField(body)] }
  var title: String { "for each group" }

  func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
    let table = inputs[0]
    let execution = Execution(context)
    let width = table.columns.count - 1
    var parts: [Table] = []
    for group in groups(of: table) {
      let rows = Table(
        fields: Array(table.fields[..<width]), columns: Array(table.columns[..<width]),
        rowCount: table.rowCount
      ).slice(group)
      let result = try execution.run(body.replacingPlaceholder(with: .values(rows)))
      guard result.rowCount > 0 else { continue }
      let number = Column(
        .long,
        .longs(Buffer(repeating: table.groupNumber(group.lowerBound), count: result.rowCount)))
      parts.append(
        Table(fields: fields, columns: result.columns + [number], rowCount: result.rowCount))
    }
    return Table.concatenated(parts) ?? Table(fields: fields)
  }
}

extension Table {
  /// The group's number of a row, which is the last column.
  fileprivate func groupNumber(_ row: Int) -> Int64 {
    guard case .longs(let numbers)? = columns.last?.data else { return 0 }
    return numbers[row]
  }
}

/// The runs of rows with one group number, the last column.
private func groups(of table: Table) -> [Range<Int>] {
  guard case .longs(let numbers)? = table.columns.last?.data else { return [] }
  var groups: [Range<Int>] = []
  var start = 0
  for row in 0..<numbers.count where row > 0 && numbers.base[row] != numbers.base[row - 1] {
    groups.append(start..<row)
    start = row
  }
  if numbers.count > 0 { groups.append(start..<numbers.count) }
  return groups
}
