import CasebookTables
import CasebookValues

/// Rows kept by aggregates whose result needs values themselves: lists, sets, percentiles.
///
/// Every block adds one chunk, already cut down to what can matter; merging renumbers the groups and
/// moves no values, and the work over all chunks is done once at the end.
struct CollectedRows {
  private var chunks: [(groups: Buffer<Int32>, columns: [Column])] = []

  /// Whether all rows come from one block, which were cut down once already.
  var isOneChunk: Bool { chunks.count <= 1 }

  /// Adds rows that are in these groups.
  mutating func add(_ groups: Buffer<Int32>, _ columns: [Column]) {
    if groups.count > 0 { chunks.append((groups, columns)) }
  }

  /// Adds the rows that are named, of a batch.
  mutating func add(
    rows: Buffer<Int32>, of groups: UnsafePointer<Int32>, _ columns: [Column]
  ) {
    let kept = Buffer<Int32>(count: rows.count) { target in
      for index in 0..<rows.count { target[index] = groups[Int(rows.base[index])] }
    }
    add(kept, columns.map { $0.gathered(by: rows) })
  }

  /// Adds a later block's rows: its group `g` is our `groups[g]`.
  mutating func merge(_ later: CollectedRows, _ groups: UnsafePointer<Int32>) {
    for chunk in later.chunks {
      let ids = chunk.groups.base
      let renumbered = Buffer<Int32>(count: chunk.groups.count) { target in
        for row in 0..<chunk.groups.count { target[row] = groups[Int(ids[row])] }
      }
      chunks.append((renumbered, chunk.columns))
    }
  }

  /// All rows: their groups, and one column for each that was added; nil without rows.
  func joined(
    _ types: [ScalarType], _ context: RunContext
  ) throws -> (groups: Buffer<Int32>, columns: [Column])? {
    if chunks.count <= 1 { return chunks.first }
    let count = chunks.reduce(0) { $0 + $1.groups.count }
    let groups = try Buffer<Int32>(count: count) { target in
      var position = 0
      for chunk in chunks {
        try context.checkpoint()
        (target + position).update(from: chunk.groups.base, count: chunk.groups.count)
        position += chunk.groups.count
      }
    }
    let columns = types.indices.map { index in
      Column.concatenated(chunks.map { $0.columns[index] }, type: types[index], until: context)
    }
    try context.checkpoint()
    return (groups, columns)
  }
}

/// Rows ordered by group, in row order within a group.
struct RowsByGroup {
  /// Where the rows of each group begin; one position more than groups.
  let offsets: [Int]
  /// The rows.
  let rows: Buffer<Int32>

  init(_ groups: Buffer<Int32>, groupCount: Int, _ context: RunContext) throws {
    let offsets = try groupOffsets(groups, groupCount, context)
    var next = offsets
    rows = try Buffer(count: groups.count) { target in
      try inStretches(groups.count, context) { rows in
        for row in rows {
          let group = Int(groups.base[row])
          target[next[group]] = Int32(truncatingIfNeeded: row)
          next[group] += 1
        }
      }
    }
    self.offsets = offsets
  }

  /// The rows of a group.
  func rows(of group: Int) -> UnsafeBufferPointer<Int32> {
    UnsafeBufferPointer(rebasing: rows.pointer[offsets[group]..<offsets[group + 1]])
  }
}

/// Where the rows of each group would begin were they ordered by group; one position more than groups.
func groupOffsets(
  _ groups: Buffer<Int32>, _ groupCount: Int, _ context: RunContext
) throws -> [Int] {
  var offsets = [Int](repeating: 0, count: groupCount + 1)
  try inStretches(groups.count, context) { rows in
    for row in rows { offsets[Int(groups.base[row]) + 1] += 1 }
  }
  for group in 0..<groupCount { offsets[group + 1] += offsets[group] }
  return offsets
}

/// The first row of each different pair of group and value.
///
/// With a context it stops when the run is to end, and what it gives is then of no use.
func distinctPairs(
  _ groups: UnsafePointer<Int32>, _ column: Column, _ rowCount: Int, groupCount: Int,
  until context: RunContext? = nil
) -> Buffer<Int32> {
  if groupCount == 1 { return distinctRows(by: [column], rowCount: rowCount, until: context) }
  let ids = Buffer<Int64>(count: rowCount) { target in
    for row in 0..<rowCount { target[row] = Int64(groups[row]) }
  }
  return distinctRows(
    by: [Column(.long, .longs(ids)), column], rowCount: rowCount, until: context)
}

/// The rows that have a value.
func presentRows(_ column: Column) -> Buffer<Int32> {
  var count = 0
  let rows = Buffer<Int32>(count: column.count) { target in
    forEachValid(column.count, column.validity) { row in
      target[count] = Int32(truncatingIfNeeded: row)
      count += 1
    }
  }
  return rows.slice(0..<count)
}
