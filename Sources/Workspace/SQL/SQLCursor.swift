import CasebookTables

/// A place in a table.
///
/// Columns of a block are read when SQLite first asks for one of their cells, so that those it does
/// not use are never read.
final class SQLCursor {
  private let table: SQLTableState
  private var index: SQLKeyIndex?
  private var block = -1
  private var columns: [Column?]
  /// The row that the cursor stands on; as many as there are rows at the end.
  private(set) var row = 0

  init(_ table: SQLTableState) {
    self.table = table
    columns = Array(repeating: nil, count: table.source.fields.count)
  }

  var isAtEnd: Bool { row >= table.rowCount }

  /// Goes to the first row of all.
  func scan() {
    index = nil
    row = 0
  }

  /// Goes to the first row that may hold a value.
  func seek(_ index: SQLKeyIndex, _ hash: UInt64) {
    self.index = index
    row = index.first(hash) ?? table.rowCount
  }

  /// Stands on no row.
  func finish() { row = table.rowCount }

  func advance() {
    if let index { row = index.following(row) ?? table.rowCount } else { row += 1 }
  }

  /// The column of the current row's block, and the row within.
  func cell(_ position: Int) throws -> (column: Column, row: Int) {
    if block < 0 || row < table.starts[block] || row >= table.starts[block + 1] {
      block = table.block(of: row)
      for column in columns.indices { columns[column] = nil }
    }
    if let column = columns[position] { return (column, row - table.starts[block]) }
    let column = try table.source.read(block: block, columns: [position])[0]
    columns[position] = column
    return (column, row - table.starts[block])
  }
}
