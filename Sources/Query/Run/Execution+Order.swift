import CasebookTables

extension Execution {
  func sort(_ input: Plan, _ keys: [Plan.SortKey], at path: Path) throws -> Table {
    let table = try run(input, at: path + [0])
    let columns = try sortColumns(keys, over: Batch(table))
    try context.checkpoint()
    let order = try sortedOrder(columns, rowCount: table.rowCount, context: context)
    try context.checkpoint()
    return try gathered(table, by: order)
  }

  /// The first rows of every block, then the first of those: ties keep the earlier row both times.
  func top(
    _ input: Plan, _ keys: [Plan.SortKey], _ count: Int, at path: Path
  ) throws -> Table {
    let wanted = max(count, 0)
    if keys.contains(where: \.expression.needsWholeInput) {
      let table = try sort(input, keys, at: path)
      return table.slice(0..<min(wanted, table.rowCount))
    }
    let program = Program(try keys.map { try resolved($0.expression) })
    let context = context
    let parts = try forEachBatch(of: try stream(input, at: path + [0])) { batch in
      let evaluation = Evaluation(program, over: batch, context: context)
      let columns = try keys.indices.map { index in
        SortColumn(
          try evaluation.vector(root: index).column(rowCount: batch.rowCount),
          isDescending: keys[index].isDescending, nullsFirst: keys[index].nullsFirst)
      }
      let order = topOrder(columns, rowCount: batch.rowCount, count: wanted)
      return Part(
        columns: try Batch(batch, selecting: order).allColumns(), rowCount: order.count)
    }
    let candidates = try assemble(parts, fields: input.fields)
    let columns = try sortColumns(keys, over: Batch(candidates))
    let order = topOrder(columns, rowCount: candidates.rowCount, count: wanted)
    return try gathered(candidates, by: order)
  }

  private func sortColumns(_ keys: [Plan.SortKey], over batch: Batch) throws -> [SortColumn] {
    let program = Program(try keys.map { try resolved($0.expression) })
    let evaluation = Evaluation(program, over: batch, context: context)
    return try keys.indices.map { index in
      SortColumn(
        try evaluation.vector(root: index).column(rowCount: batch.rowCount),
        isDescending: keys[index].isDescending, nullsFirst: keys[index].nullsFirst)
    }
  }

  /// The rows of a table in another order, a column at a time on all workers.
  func gathered(_ table: Table, by rows: Buffer<Int32>) throws -> Table {
    let columns = try context.mapParallel(table.columns.count) { index in
      table.columns[index].gathered(by: rows)
    }
    return Table(fields: table.fields, columns: columns, rowCount: rows.count)
  }
}
