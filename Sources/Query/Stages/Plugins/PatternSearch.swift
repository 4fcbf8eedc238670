import CasebookTables
import CasebookValues

/// Finds the sets of values that enough rows have together.
///
/// Depth first over the columns, each set with the rows that have it, as in Eclat (Zaki, 2000). Only values that are
/// frequent by themselves are looked at, and equal rows are one with their weights added.
struct PatternSearch {
  /// The least weight of a pattern.
  let least: Int64
  /// The most values in one.
  let most: Int

  /// A pattern: the weight of its rows, and for each of its columns a row that has its value.
  struct Pattern {
    let count: Int64
    let rows: [Int: Int32]
  }

  private var columns: [Int] = []
  /// A row that has the value, for each frequent value of each column.
  private var firstRows: [[Int32]] = []
  /// The frequent values of each different row, a column after the other; -1 for none.
  private var codes: [[Int16]] = []
  private var weights: [Int64] = []

  init(least: Int64, most: Int) { (self.least, self.most) = (least, most) }

  /// Takes the rows.
  mutating func take(
    _ table: Table, columns: [Int], _ rowWeights: [Int64], _ context: RunContext
  ) throws {
    self.columns = columns
    var numbers: [Column] = []
    for column in columns {
      let values = table.columns[column]
      let groups = group(by: [values], rowCount: table.rowCount)
      var sums = [Int64](repeating: 0, count: groups.count)
      for row in 0..<table.rowCount {
        if row & 0xFFFF == 0 { try context.checkpoint() }
        sums[Int(groups.ids.base[row])] &+= rowWeights[row]
      }
      var frequent: [Int32] = []
      let codes = sums.enumerated().map { group, sum -> Int64 in
        let row = groups.firstRows.base[group]
        guard sum >= least, !values.scalar(Int(row)).text.isEmpty else { return -1 }
        frequent.append(row)
        return Int64(frequent.count - 1)
      }
      firstRows.append(frequent)
      numbers.append(
        Column(
          .long,
          .longs(
            Buffer<Int64>(count: table.rowCount) { target in
              for row in 0..<table.rowCount { target[row] = codes[Int(groups.ids.base[row])] }
            })))
    }
    let rows = group(by: numbers, rowCount: table.rowCount)
    weights = Array(repeating: 0, count: rows.count)
    for row in 0..<table.rowCount { weights[Int(rows.ids.base[row])] &+= rowWeights[row] }
    codes = numbers.map { column in
      guard case .longs(let values) = column.data else { return [] }
      return rows.firstRows.array.map { Int16(truncatingIfNeeded: values.base[Int($0)]) }
    }
  }

  /// All patterns of which no longer one has the same rows.
  func patterns(_ context: RunContext) throws -> [Pattern] {
    var found: [Pattern] = []
    let all = weights.indices.map { Int32(truncatingIfNeeded: $0) }
    try extend([:], from: 0, rows: all, weight: 0, &found, context)
    return found
  }

  private func extend(
    _ pattern: [Int: Int16], from first: Int, rows: [Int32], weight: Int64,
    _ found: inout [Pattern], _ context: RunContext
  ) throws {
    try context.checkpoint()
    if !pattern.isEmpty, isClosed(pattern, rows) {
      var examples: [Int: Int32] = [:]
      for (column, code) in pattern { examples[columns[column]] = firstRows[column][Int(code)] }
      found.append(Pattern(count: weight, rows: examples))
    }
    guard pattern.count < most else { return }
    for column in columns.indices.dropFirst(first) where !firstRows[column].isEmpty {
      var parts = [[Int32]](repeating: [], count: firstRows[column].count)
      var sums = [Int64](repeating: 0, count: parts.count)
      for row in rows {
        let code = Int(codes[column][Int(row)])
        guard code >= 0 else { continue }
        parts[code].append(row)
        sums[code] &+= weights[Int(row)]
      }
      for code in parts.indices where sums[code] >= least {
        var longer = pattern
        longer[column] = Int16(truncatingIfNeeded: code)
        try extend(
          longer, from: column + 1, rows: parts[code], weight: sums[code], &found, context)
      }
    }
  }

  /// Whether no further value stands in all of a pattern's rows; one that is as long as may be is.
  private func isClosed(_ pattern: [Int: Int16], _ rows: [Int32]) -> Bool {
    guard pattern.count < most, let first = rows.first else { return true }
    return !columns.indices.contains { column in
      guard pattern[column] == nil else { return false }
      let code = codes[column][Int(first)]
      return code >= 0 && rows.allSatisfy { codes[column][Int($0)] == code }
    }
  }
}
