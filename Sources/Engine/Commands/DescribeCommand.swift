import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// `describe name`: what is in a table, column by column.
enum DescribeCommand: CommandDeclaration {
  static let signature = Signature("describe", role: .tableCommand, [.table("table")])
  static let summary =
    "One row a column: type, share missing, distinct values, least, median, greatest, most frequent."
  static let details = """
    `missing_share` counts nulls, and empty texts. `median` is the value of nearest rank. `frequent` holds up
    to five values with their counts. Values of protected columns are masked.
    """
  static let examples = [
    Example(
      "describe (datatable(q: string, n: long)[\"a\", 1, \"b\", 5, \"a\", 7]) | project column, distinct, median",
      "of any table", output: "q\t2\ta\nn\t3\t5")
  ]

  private static let fields = [
    Field("column", .string), Field("type", .string), Field("missing_share", .real),
    Field("distinct", .long), Field("min", .string), Field("median", .string),
    Field("max", .string), Field("frequent", .dynamic),
  ]

  static func columns(_ command: Command, _ run: StatementRun) -> [Field]? { fields }

  static func run(_ command: Command, _ run: StatementRun) throws -> Cell.Output {
    guard let syntax = command.expression("table") else { return .nothing }
    let source = try run.source(of: syntax)
    let context = run.context
    context.expect(rows: source.rowCount * source.fields.count)
    let rows = try context.mapParallel(source.fields.count) { index in
      let summary = try ColumnSummary(try source.wholeColumn(index, context))
      context.advance(rows: source.rowCount)
      return row(source.fields[index], summary)
    }
    return .table(Table(fields: fields, rows: rows))
  }

  private static func row(_ field: Field, _ summary: ColumnSummary) -> [Scalar] {
    func text(_ value: Scalar?) -> Scalar {
      .string(value.map { field.isProtected ? masked : $0.text } ?? "")
    }
    let frequent = summary.frequent.map { entry -> Dynamic in
      .bag([
        ("value", .string(field.isProtected ? masked : entry.value.text)),
        ("count", .long(Int64(entry.count))),
      ])
    }
    return [
      .string(field.name), .string(field.type.name),
      summary.missingShare.map { .real($0) } ?? .null(.real), .long(Int64(summary.distinct)),
      text(summary.least), text(summary.median), text(summary.greatest),
      .dynamic(.array(frequent)),
    ]
  }

  /// What stands for a protected value.
  static let masked = "***"
}

extension StatementRun {
  /// The rows of a table: stored ones as they are, everything else computed.
  func source(of syntax: CasebookLanguage.Expression) throws -> any TableSource {
    let binder = makeBinder()
    let plan = try binder.table(syntax)
    if case .scan(let scan) = plan { return scan.source }
    return MemorySource(try execute(plan))
  }
}
