import CasebookTables

extension Plan {
  /// The plan over no more than so many blocks of each stored table, evenly spread over it.
  ///
  /// Its rows are some of the plan's own and say quickly what they look like.
  public func sampled(blockCount: Int) -> Plan {
    guard case .scan(var scan) = self else {
      return mapInputs { $0.sampled(blockCount: blockCount) }
    }
    if scan.source.blockRowCounts.count > blockCount {
      scan.source = SampledSource(base: scan.source, blockCount: max(blockCount, 1))
    }
    return .scan(scan)
  }
}

/// Some blocks of a table, as a table.
private struct SampledSource: TableSource {
  let base: any TableSource
  let blocks: [Int]
  let blockRowCounts: [Int]

  init(base: any TableSource, blockCount: Int) {
    self.base = base
    let counts = base.blockRowCounts
    blocks = (0..<blockCount).map { $0 * counts.count / blockCount }
    blockRowCounts = blocks.map { counts[$0] }
  }

  var fields: [Field] { base.fields }
  var rowCount: Int { blockRowCounts.reduce(0, +) }
  func statistics(block: Int, column: Int) -> BlockStatistics? {
    base.statistics(block: blocks[block], column: column)
  }
  func read(block: Int, columns: [Int]) throws -> [Column] {
    try base.read(block: blocks[block], columns: columns)
  }
}
