import CasebookTables
import CasebookValues

/// Which rows are a baseline and which a period, group by group.
struct DriftCells: Sendable {
  /// What is compared with.
  enum Baseline: Sendable {
    /// Rows where a column is true.
    case condition(Int)
    /// The first period of the group.
    case first
    /// The period before.
    case previous
  }

  /// A period and what it is compared with.
  struct Pair: Sendable {
    let group: Int
    let cell: Int
    let base: Int
  }

  /// The cell of every row: a baseline or a period of a group.
  let cellOfRow: Buffer<Int32>
  let count: Int
  /// A row of each cell, which tells its period; 0 for a baseline without rows.
  let firstRows: [Int]
  /// The periods to compare, group after group, ascending.
  let pairs: [Pair]

  init(_ frame: CaseFrame, _ period: Int?, _ baseline: Baseline, _ context: RunContext) throws {
    let count = frame.count
    let periods = period.map { frame.table.columns[$0] }
    let groupIds = Buffer<Int64>(count: count) { target in
      for row in 0..<count { target[row] = Int64(frame.groupNumber(row)) }
    }
    let groupColumn = Column(.long, .longs(groupIds))
    let found = group(by: [groupColumn] + (periods.map { [$0] } ?? []), rowCount: count)
    try context.checkpoint()
    // The first cells are baselines by condition, one a group; then come the periods as they sort.
    let baseCount = frame.groupCount
    let order = try Self.order(found, groupColumn, periods)
    var placeOfFound = [Int](repeating: 0, count: found.count)
    for (place, index) in order.enumerated() { placeOfFound[index] = baseCount + place }
    var flags: UnsafePointer<UInt8>?
    var condition: Column?
    if case .condition(let column) = baseline {
      condition = frame.table.columns[column]
      if case .bools(let values)? = condition?.data { flags = values.base }
    }
    var sizes = [Int](repeating: 0, count: baseCount + found.count)
    var firstRows = sizes
    cellOfRow = Buffer(count: count) { target in
      for row in 0..<count {
        let isBase = flags.map { $0[row] != 0 && !(condition?.isNull(row) ?? true) } ?? false
        let cell = isBase ? frame.groupNumber(row) : placeOfFound[Int(found.ids.base[row])]
        if sizes[cell] == 0 { firstRows[cell] = row }
        sizes[cell] += 1
        target[row] = Int32(truncatingIfNeeded: cell)
      }
    }
    withExtendedLifetime(condition) {}
    self.count = sizes.count
    self.firstRows = firstRows
    pairs = Self.pairs(
      baseline, sizes,
      order.map { index in
        frame.groupNumber(Int(found.firstRows.base[index]))
      }, baseCount)
  }

  /// The cells by group, then period, null last.
  private static func order(
    _ found: Groups, _ groupColumn: Column, _ periods: Column?
  ) throws -> [Int] {
    let keys = ([groupColumn] + (periods.map { [$0] } ?? [])).map { column in
      SortColumn(
        column.gathered(by: found.firstRows), isDescending: false, nullsFirst: false)
    }
    return try sortedOrder(keys, rowCount: found.count).array.map { Int($0) }
  }

  private static func pairs(
    _ baseline: Baseline, _ sizes: [Int], _ groups: [Int], _ baseCount: Int
  ) -> [Pair] {
    var pairs: [Pair] = []
    var previous: (group: Int, cell: Int)?
    for (place, group) in groups.enumerated() {
      let cell = baseCount + place
      if sizes[cell] == 0 { continue }
      switch baseline {
      case .condition: pairs.append(Pair(group: group, cell: cell, base: group))
      case .first, .previous:
        if let known = previous, known.group == group {
          pairs.append(Pair(group: group, cell: cell, base: known.cell))
          if case .previous = baseline { previous = (group, cell) }
        } else {
          previous = (group, cell)
        }
      }
    }
    return pairs
  }
}

/// The scores of every cell, labelled or not, and how many rows have none.
struct ScoredCells: Sendable {
  /// A ladder a cell whose negatives are all rows with a score.
  let ladders: [Ladder]
  /// Rows without a score, as they count in formulas.
  let missing: [Double]

  /// Weights are those of `weight` alone: every row is there, whether it was reviewed or not.
  init(_ values: Buffer<Double>, _ frame: CaseFrame, _ context: RunContext) throws {
    if let weights = frame.ownWeights {
      let weighted = frame.reweighted(weights)
      let cases = try SortedCases(values, weighted, .higher, includesUnlabelled: true, context)
      ladders = try context.mapParallel(frame.groupCount) {
        try cases.ladder(group: $0, weighted, context)
      }
      var missing = [Double](repeating: 0, count: frame.groupCount)
      for row in 0..<frame.count where values.base[row].isNaN {
        missing[frame.groupNumber(row)] += weights.base[row]
      }
      self.missing = missing
      return
    }
    let all = Buffer<UInt8>(repeating: CaseClass.negative, count: frame.count)
    let sort = try ScoreSort(
      values, classes: all, groups: frame.groups, groupCount: frame.groupCount,
      includesUnlabelled: false, context)
    let ladders = try context.mapParallel(frame.groupCount) { try sort.ladder(group: $0, context) }
    self.ladders = ladders
    missing = ladders.indices.map { Double(frame.rowCounts[$0] - ladders[$0].used) }
  }

  /// The share of rows without a score; nil without rows.
  func missingShare(_ cell: Int) -> Double? {
    let all = missing[cell] + ladders[cell].usedWeight
    return all > 0 ? missing[cell] / all : nil
  }
}
