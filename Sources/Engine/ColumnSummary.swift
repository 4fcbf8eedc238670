import CasebookTables
import CasebookValues

/// What `describe` says of one column.
///
/// Quantiles are nearest rank, over the rows that have a value; a text's missing value is the empty
/// text.
struct ColumnSummary: Sendable {
  /// Rows without a value, as a share of all; nil for no rows.
  let missingShare: Double?
  /// Different values.
  let distinct: Int
  /// The least value, the middle one and the greatest, in their own order; nil without values and for
  /// `dynamic`, which has no order.
  let least: Scalar?
  let median: Scalar?
  let greatest: Scalar?
  /// The most frequent values with their counts, most frequent first; ties in order of appearance.
  let frequent: [(value: Scalar, count: Int)]

  /// How many frequent values are listed.
  static let frequentCount = 5

  init(_ column: Column) throws {
    let groups = group(by: [column], rowCount: column.count)
    let counts = Buffer<Int64>(count: groups.count) { target in
      for row in 0..<column.count { target[Int(groups.ids.base[row])] += 1 }
    }
    let values = column.gathered(by: groups.firstRows)
    let isMissing = (0..<groups.count).map { values.scalar($0).isMissing }
    let missing = isMissing.indices.reduce(0) { $0 + (isMissing[$1] ? Int(counts[$1]) : 0) }
    missingShare = column.count == 0 ? nil : Double(missing) / Double(column.count)
    distinct = isMissing.reduce(0) { $0 + ($1 ? 0 : 1) }
    frequent = Self.frequent(values, counts, isMissing)
    guard column.type != .dynamic, distinct > 0 else {
      (least, median, greatest) = (nil, nil, nil)
      return
    }
    // The distinct values in order, then how many rows each stands for.
    let order = try sortedOrder(
      [SortColumn(values, isDescending: false, nullsFirst: true)], rowCount: groups.count)
    let present = order.array.map(Int.init).filter { !isMissing[$0] }
    let wanted = (column.count - missing + 1) / 2
    var seen = 0
    var middle = present[0]
    for index in present {
      seen += Int(counts[index])
      middle = index
      if seen >= wanted { break }
    }
    least = values.scalar(present[0])
    median = values.scalar(middle)
    greatest = values.scalar(present[present.count - 1])
  }

  static func frequent(
    _ values: Column, _ counts: Buffer<Int64>, _ isMissing: [Bool]
  ) -> [(value: Scalar, count: Int)] {
    let order = topOrder(
      [SortColumn(Column(.long, .longs(counts)), isDescending: true, nullsFirst: false)],
      rowCount: counts.count, count: frequentCount + 1)
    return order.array.map(Int.init).filter { !isMissing[$0] }.prefix(frequentCount).map {
      (values.scalar($0), Int(counts[$0]))
    }
  }
}

extension Scalar {
  /// Whether there is no value: null, or the empty text.
  var isMissing: Bool {
    if case .string(let text) = self { return text.isEmpty }
    return isNull
  }
}

extension TableSource {
  /// All rows of one column.
  func wholeColumn(_ index: Int, _ context: RunContext) throws -> Column {
    var parts: [Column] = []
    for block in blockRowCounts.indices {
      try context.checkpoint()
      parts += try read(block: block, columns: [index])
    }
    return Column.concatenated(parts, type: fields[index].type)
  }
}
