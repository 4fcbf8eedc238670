public import CasebookValues

/// Rows in a full block of stored data, and in a batch of the executor.
public let blockRowCount = 65_536

/// What is known of one column within one block without reading it.
public struct BlockStatistics: Sendable {
  /// Rows without a value.
  public var nullCount: Int
  /// The least and greatest value as stored (numbers, ticks, bools as 0 and 1); nil for texts, for
  /// blocks without a value and for reals with a NaN.
  public var range: (least: Scalar, greatest: Scalar)?

  /// Statistics of a block.
  public init(nullCount: Int, range: (least: Scalar, greatest: Scalar)?) {
    self.nullCount = nullCount
    self.range = range
  }
}

/// Rows that can be read block by block, only the columns asked for.
///
/// Blocks are read from several threads at once. The text columns of one source share a dictionary
/// across its blocks where the source has one; a column whose texts are nearly all distinct has a
/// dictionary of its own in each block.
public protocol TableSource: Sendable {
  /// Names and types.
  var fields: [Field] { get }
  /// Rows in all.
  var rowCount: Int { get }
  /// The rows of each block, in order; all but the last of a load are `blockRowCount`.
  var blockRowCounts: [Int] { get }
  /// Names these rows for as long as the workspace lives, so that what was derived from them may be kept; nil
  /// where they have no name.
  var identity: String? { get }
  /// What is known of a column within a block, or nil.
  func statistics(block: Int, column: Int) -> BlockStatistics?
  /// The columns asked for, in that order, each with the block's rows.
  func read(block: Int, columns: [Int]) throws -> [Column]
  /// All rows of the columns asked for, in that order; on all workers.
  func readWhole(columns: [Int], _ context: RunContext) throws -> [Column]
}

extension TableSource {
  /// Blocks put one after the other.
  public func readWhole(columns: [Int], _ context: RunContext) throws -> [Column] {
    context.expect(rows: rowCount)
    return try Column.assembled(
      columns.map { fields[$0].type }, rowCounts: blockRowCounts, context
    ) { block in
      defer { context.advance(rows: blockRowCounts[block]) }
      return try read(block: block, columns: columns)
    }
  }

  /// Rows without a name.
  public var identity: String? { nil }
}

/// A table in memory, read as blocks without a copy.
public struct MemorySource: TableSource {
  /// The table.
  public let table: Table

  /// A source over `table`.
  public init(_ table: Table) { self.table = table }

  /// Names and types.
  public var fields: [Field] { table.fields }
  /// Rows in all.
  public var rowCount: Int { table.rowCount }

  /// The rows of each block.
  public var blockRowCounts: [Int] {
    stride(from: 0, to: table.rowCount, by: blockRowCount).map {
      min(blockRowCount, table.rowCount - $0)
    }
  }

  /// Nothing is known of a table that was just computed.
  public func statistics(block: Int, column: Int) -> BlockStatistics? { nil }

  /// Slices of the table's columns.
  public func read(block: Int, columns: [Int]) throws -> [Column] {
    let start = block * blockRowCount
    let range = start..<min(start + blockRowCount, table.rowCount)
    return columns.map { table.columns[$0].slice(range) }
  }

  /// The table's columns.
  public func readWhole(columns: [Int], _ context: RunContext) throws -> [Column] {
    columns.map { table.columns[$0] }
  }
}
