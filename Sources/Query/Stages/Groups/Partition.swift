import CasebookLanguage
import CasebookTables
import CasebookValues

/// `partition by queue (top 3 by score)`: a pipeline over each group of rows.
enum PartitionStage: StageDeclaration {
  static let signature = Signature(
    "partition",
    [.parameters([Parameter("hint.*")]), .word("by"), .path("column"), .subpipeline("body")])
  static let summary =
    "Runs a pipeline over the rows of each value of a column on their own."
  static let details = """
    The results stand one after the other, in the order in which the values first appear.
    """
  static let examples = [
    Example(
      """
      datatable(queue: string, score: long)["a", 3, "b", 5, "a", 8, "b", 1]
      | partition by queue (top 1 by score)
      """, "the greatest of each", output: "a\t8\nb\t5")
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    guard let pipeline = stage.pipeline("body"), let column = stage.expression("column") else {
      return input
    }
    let fields = input.fields
    let index = try binder.column(column, of: fields)
    let body = try binder.plan(of: pipeline, over: .placeholder(fields))
    let grouping = Grouping(
      fields: fields + [PerGroup.groupField(.placeholder(fields))], column: index)
    let results = PerGroup.plan(body, over: .apply(grouping, [input]))
    return results.choosing(Array(body.fields.indices))
  }

  /// Puts the rows of a group together and numbers the groups.
  private struct Grouping: TableOperation {
    let fields: [Field]
    let column: Int
    var title: String { "group by \(quoted(fields[column].name))" }

    func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
      let table = inputs[0]
      let groups = group(by: [table.columns[column]], rowCount: table.rowCount)
      let order = rowsByGroup(groups)
      let columns = try context.mapParallel(table.columns.count) { index in
        table.columns[index].gathered(by: order)
      }
      let numbers = Buffer<Int64>(count: order.count) { target in
        for position in 0..<order.count {
          target[position] = Int64(groups.ids.base[Int(order.base[position])])
        }
      }
      return Table(
        fields: fields, columns: columns + [Column(.long, .longs(numbers))],
        rowCount: table.rowCount)
    }
  }
}

/// All rows, those of the first group first, in order within each.
func rowsByGroup(_ groups: Groups) -> Buffer<Int32> {
  var next = [Int](repeating: 0, count: groups.count + 1)
  for row in 0..<groups.ids.count { next[Int(groups.ids.base[row]) + 1] += 1 }
  for group in 0..<groups.count { next[group + 1] += next[group] }
  return Buffer(count: groups.ids.count) { target in
    for row in 0..<groups.ids.count {
      let group = Int(groups.ids.base[row])
      target[next[group]] = Int32(truncatingIfNeeded: row)
      next[group] += 1
    }
  }
}
