import CasebookTables

/// Some rows on their way through the steps of a stream.
///
/// Columns are read, selected and computed only when asked for, and once.
///
/// Belongs to the worker that made it.
final class Batch {
  /// Rows.
  let rowCount: Int
  /// The number of the first row within the source.
  let firstRow: Int
  /// Rows of the whole source, by which it is judged whether work per distinct text pays.
  let sourceRowCount: Int
  private let origin: Origin
  private var columns: [Column?]

  private enum Origin {
    case block(any TableSource, block: Int, columns: [Int])
    case selected(Batch, Buffer<Int32>)
    case computed(Evaluation)
    case given
  }

  /// A block of a source, seen through the scan's choice of columns.
  init(_ source: any TableSource, block: Int, columns: [Int], rowCount: Int, firstRow: Int) {
    self.rowCount = rowCount
    self.firstRow = firstRow
    sourceRowCount = source.rowCount
    origin = .block(source, block: block, columns: columns)
    self.columns = Array(repeating: nil, count: columns.count)
  }

  /// A whole table.
  init(_ table: Table) {
    rowCount = table.rowCount
    firstRow = 0
    sourceRowCount = table.rowCount
    origin = .given
    columns = table.columns
  }

  private init(_ parent: Batch, rowCount: Int, origin: Origin, columnCount: Int) {
    self.rowCount = rowCount
    firstRow = parent.firstRow
    sourceRowCount = parent.sourceRowCount
    self.origin = origin
    columns = Array(repeating: nil, count: columnCount)
  }

  /// The rows of another batch that a selection names.
  convenience init(_ parent: Batch, selecting rows: Buffer<Int32>) {
    self.init(
      parent, rowCount: rows.count, origin: .selected(parent, rows),
      columnCount: parent.columns.count)
  }

  /// Columns computed from another batch.
  convenience init(_ parent: Batch, computing program: Program, context: RunContext) {
    self.init(
      parent, rowCount: parent.rowCount,
      origin: .computed(Evaluation(program, over: parent, context: context)),
      columnCount: program.roots.count)
  }

  /// A column's rows.
  func column(_ index: Int) throws -> Column {
    if let known = columns[index] { return known }
    let column: Column
    switch origin {
    case .block(let source, let block, let chosen):
      column = try source.read(block: block, columns: [chosen[index]])[0]
    case .selected(let parent, let rows):
      column = try parent.column(index).gathered(by: rows)
    case .computed(let evaluation):
      column = try evaluation.vector(root: index).column(rowCount: rowCount)
    case .given: preconditionFailure("a given batch has all its columns")
    }
    columns[index] = column
    return column
  }

  /// All columns' rows.
  func allColumns() throws -> [Column] { try columns.indices.map { try column($0) } }
}
