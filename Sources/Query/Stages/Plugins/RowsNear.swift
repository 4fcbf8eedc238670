import CasebookLanguage
import CasebookTables
import CasebookValues

/// `rows_near` and `preview`: some rows of a table as they are.
enum RowsNear {
  static let declaration = PluginDeclaration(
    "rows_near(condition, rows, [rows_after])",
    "The rows for which a condition is true, with so many rows before and after each.",
    details:
      "The order of the rows counts, so sort them first. With `rows_after`, `rows` is the number before.",
    examples: [
      Example(
        "range n from 1 to 9 step 1 | evaluate rows_near(n == 5, 1)", output: "4\n5\n6"),
      Example(
        "range n from 1 to 9 step 1 | evaluate rows_near(n == 5, 0, 2)", output: "5\n6\n7"),
    ]
  ) { request throws(Diagnostic) in
    try request.require(2)
    let fields = request.input.fields
    let condition = try request.binder.condition(request.values[0], over: fields)
    let before = try request.count(1, "the number of rows")
    let after =
      request.values.count > 2 ? try request.count(2, "the number of rows after") : before
    return .apply(
      Near(fields: fields, before: before, after: after),
      [request.input.adding([request.binder.output("near", condition)])])
  }

  static let preview = PluginDeclaration(
    "preview(rows)", "The first rows, and how many there are in all.",
    details: "The number is told below the rows.",
    examples: [
      Example("range n from 1 to 9 step 1 | evaluate preview(2)", output: "1\n2")
    ]
  ) { request throws(Diagnostic) in
    try request.require(1)
    return .apply(
      First(fields: request.input.fields, count: try request.count(0, "the number of rows")),
      [request.input])
  }

  /// The rows around those whose last column is true.
  private struct Near: TableOperation {
    let fields: [Field]
    let before: Int
    let after: Int
    var title: String { "rows_near" }

    func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
      let table = inputs[0]
      var kept = BufferBuilder<Int32>()
      guard case .bools(let hits) = table.columns[fields.count].data else {
        return Table(fields: fields)
      }
      // Rows before this one were decided on.
      var next = 0
      for row in 0..<table.rowCount {
        if row & 0xFFFF == 0 { try context.checkpoint() }
        guard hits.base[row] != 0, !table.columns[fields.count].isNull(row) else { continue }
        let last = min(row.addingReportingOverflow(after).partialValue, table.rowCount - 1)
        for near in max(next, row - min(before, row))...max(last, row) where near >= next {
          kept.append(Int32(truncatingIfNeeded: near))
        }
        next = max(last, row) + 1
      }
      let rows = kept.finish()
      return Table(
        fields: fields, columns: table.columns.prefix(fields.count).map { $0.gathered(by: rows) },
        rowCount: rows.count)
    }
  }

  private struct First: TableOperation {
    let fields: [Field]
    let count: Int
    var title: String { "preview" }

    func estimatedRows(_ inputs: [Int]) -> Int { min(inputs[0], count) }

    func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
      let table = inputs[0]
      context.find("\(text(ofLong: Int64(table.rowCount))) rows in all.")
      return table.slice(0..<min(count, table.rowCount))
    }
  }
}
