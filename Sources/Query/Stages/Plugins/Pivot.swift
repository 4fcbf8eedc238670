import CasebookLanguage
import CasebookTables
import CasebookValues

/// `pivot(column, aggregate, keys...)`.
@Sendable
func pivoted(_ request: EvaluateStage.Request) throws(Diagnostic) -> Plan {
  let (binder, fields) = (request.binder, request.input.fields)
  guard let syntax = request.argument(0, "column") else {
    throw BindIssue.shape("pivot needs a column", help: "evaluate pivot(column)").at(request.span)
  }
  let pivot = try binder.column(syntax, of: fields)
  if fields[pivot].isProtected { throw namedByProtectedValues("pivot").at(syntax.span) }
  let aggregate = try pivotAggregate(request)
  var keys: [Int] = []
  for argument in request.call.arguments.dropFirst(2) {
    keys.append(try binder.column(argument.value, of: fields))
  }
  if keys.isEmpty {
    let used = aggregate.arguments.reduce(into: Set([pivot])) { $0.formUnion($1.columns) }
    keys = fields.indices.filter { !used.contains($0) }
  }
  let outputs = (keys + [pivot]).map {
    Plan.Output(fields[$0], .column(index: $0, type: fields[$0].type))
  }
  let table = try request.rows(
    of: .summarize(request.input, Plan.Grouping(keys: outputs, aggregates: [aggregate])))
  do {
    return .values(
      try pivotedTable(table, keyCount: keys.count, aggregate, request.binder.context))
  } catch {
    throw BindIssue.failed("the rows for pivot could not be made: \(error)").at(request.span)
  }
}

/// Names of columns are never masked, so they must not be values that are.
func namedByProtectedValues(_ plugin: String) -> BindIssue {
  .shape(
    "\(plugin) would name columns after protected values",
    help: "take another column, or `reveal` this one first")
}

private func pivotAggregate(
  _ request: EvaluateStage.Request
) throws(Diagnostic) -> Plan.Aggregate {
  let binder = request.binder
  guard let syntax = request.argument(1, "aggregate") else {
    guard let count = AggregateCatalogue.function("count") else {
      throw BindIssue.unsupported("pivot without an aggregate", instead: nil).at(request.span)
    }
    return try binder.aggregateCall(count, [], [], span: request.span, spans: [])
  }
  guard case .call(let call) = syntax.unbracketed.kind,
    let function = AggregateCatalogue.function(call.name.text)
  else {
    throw BindIssue.shape(
      "the second argument of pivot is an aggregate", help: "pivot(column, sum(n))"
    ).at(syntax.span)
  }
  let outer = binder.aggregates
  binder.aggregates = AggregateCollector(
    input: request.input.fields, keys: [], plainKeys: [])
  defer { binder.aggregates = outer }
  let aggregate = try binder.boundAggregate(function, call, span: syntax.span)
  guard aggregate.fields.count == 1 else {
    throw BindIssue.shape("the aggregate of pivot yields one value", help: "pivot(column, sum(n))")
      .at(syntax.span)
  }
  return aggregate
}

/// Rows of keys, one value and one figure, with the figures side by side.
private func pivotedTable(
  _ table: Table, keyCount: Int, _ aggregate: Plan.Aggregate, _ context: RunContext
) throws -> Table {
  let keyColumns = Array(table.columns[..<keyCount])
  let groups = group(by: keyColumns, rowCount: table.rowCount)
  let values = group(by: [table.columns[keyCount]], rowCount: table.rowCount)
  let names = values.firstRows.array.map { table.columns[keyCount].scalar(Int($0)).text }
  let order = names.indices.sorted { compareText(names[$0], names[$1]) < 0 }
  var taken = NameSet(table.fields[..<keyCount].map(\.name))
  let figures = table.columns[keyCount + 1]
  // What a cell without rows holds: none of a count or a sum is 0.
  let counts =
    aggregate.name.hasPrefix("count") || aggregate.name.hasPrefix("sum")
    || aggregate.name.hasPrefix("dcount")
  let blank =
    try counts
    ? aggregate.makeState().finish(groupCount: 1, context)[0]
    : Column(repeating: .missing(figures.type), type: figures.type, count: 1)
  let extended = Column.concatenated([figures, blank], type: figures.type)
  var fields = Array(table.fields[..<keyCount])
  var columns = keyColumns.map { $0.gathered(by: groups.firstRows) }
  for value in order {
    let rows = Buffer<Int32>(count: groups.count) { target in
      target.update(
        repeating: Int32(truncatingIfNeeded: table.rowCount), count: groups.count)
      for row in 0..<table.rowCount where Int(values.ids.base[row]) == value {
        target[Int(groups.ids.base[row])] = Int32(truncatingIfNeeded: row)
      }
    }
    let name = names[value].isEmpty ? taken.numbered("Column") : taken.unique(names[value])
    fields.append(
      Field(name, figures.type, isProtected: aggregate.fields[0].isProtected))
    columns.append(extended.gathered(by: rows))
  }
  return Table(fields: fields, columns: columns, rowCount: groups.count)
}

/// `narrow()`: a row of each cell.
@Sendable
func narrowed(_ request: EvaluateStage.Request) throws(Diagnostic) -> Plan {
  .apply(NarrowOperation(input: request.input.fields), [request.input])
}

private struct NarrowOperation: TableOperation {
  let input: [Field]
  var title: String { "narrow" }
  var fields: [Field] {
    [
      Field("Row", .long), Field("Column", .string),
      Field("Value", .string, isProtected: input.contains(where: \.isProtected)),
    ]
  }

  func estimatedRows(_ inputs: [Int]) -> Int { inputs[0] * input.count }

  func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
    let table = inputs[0]
    var rows = ColumnBuilder(.long)
    var names = ColumnBuilder(.string)
    var values = ColumnBuilder(.string)
    for row in 0..<table.rowCount {
      if row & 0xFFF == 0 { try context.checkpoint() }
      for (index, field) in input.enumerated() {
        rows.append(long: Int64(row))
        names.append(text: field.name)
        values.append(text: table.columns[index].scalar(row).text)
      }
    }
    return Table(
      fields: fields, columns: [rows.finish(), names.finish(), values.finish()],
      rowCount: table.rowCount * input.count)
  }
}
