import CasebookTables
import CasebookValues

/// The rows of a source passing filters and computations, a block at a time on every worker.
struct Stream {
  /// What is done to each batch.
  enum Step {
    case filter(Program)
    case compute(Program)
  }

  let source: any TableSource
  var columns: [Int]
  var skips: [BoundExpression] = []
  var steps: [Step] = []
  /// For each step the plan node it stands for, by its path.
  var paths: [Execution.Path] = []

  init(_ source: any TableSource) {
    self.source = source
    columns = Array(source.fields.indices)
  }

  /// The table itself, when nothing is done to it.
  var unchangedTable: Table? {
    guard steps.isEmpty, let memory = source as? MemorySource else { return nil }
    let table = memory.table
    return Table(
      fields: columns.map { table.fields[$0] }, columns: columns.map { table.columns[$0] },
      rowCount: table.rowCount)
  }

  /// For each column of the result the source's column that it is, nil for one that is computed; nil for all where
  /// rows may be left out.
  var unchangedColumns: [Int?]? {
    guard skips.isEmpty else { return nil }
    var origins: [Int?] = columns
    for step in steps {
      guard case .compute(let program) = step else { return nil }
      origins = program.roots.map { root in
        if case .column(let index) = program.steps[root] { origins[index] } else { nil }
      }
    }
    return origins
  }

  /// The blocks that may hold rows that pass, with the number of each one's first row.
  func blocks() -> [(block: Int, rowCount: Int, firstRow: Int)] {
    var firstRow = 0
    var result: [(block: Int, rowCount: Int, firstRow: Int)] = []
    for (block, rowCount) in source.blockRowCounts.enumerated() {
      let skipped = skips.contains { condition in
        BlockSkip.excludes(condition, rowCount: rowCount) { column in
          source.statistics(block: block, column: columns[column])
        }
      }
      if !skipped { result.append((block, rowCount, firstRow)) }
      firstRow += rowCount
    }
    return result
  }

  /// A batch after all steps, and the rows that each step left.
  func run(
    block: Int, rowCount: Int, firstRow: Int, _ context: RunContext
  ) throws -> (batch: Batch, rowCounts: [Int]) {
    var batch = Batch(
      source, block: block, columns: columns, rowCount: rowCount, firstRow: firstRow)
    var rowCounts: [Int] = []
    for step in steps {
      switch step {
      case .compute(let program): batch = Batch(batch, computing: program, context: context)
      case .filter(let program): batch = try filtered(batch, by: program, context)
      }
      rowCounts.append(batch.rowCount)
    }
    return (batch, rowCounts)
  }
}

/// The rows of a batch for which a program's first expression is true.
func filtered(_ batch: Batch, by program: Program, _ context: RunContext) throws -> Batch {
  switch try Evaluation(program, over: batch, context: context).vector(root: 0) {
  case .constant(.bool(true)): return batch
  case .constant: return Batch(batch, selecting: Buffer([]))
  case .column(let column):
    let rows = selection(where: column)
    return rows.count == batch.rowCount ? batch : Batch(batch, selecting: rows)
  }
}
