import CasebookQuery
import CasebookTables
import CasebookValues

extension LogRows {
  /// Makes intervals of rows that say that a step began or that it was completed, as in XES.
  ///
  /// A completion ends the earliest start that is still running of the same case, step and instance; its row becomes
  /// the event. A completion without a start has no length; a start without a completion is an open instance.
  mutating func pair(_ table: Table, _ spec: LogSpec, _ context: RunContext) throws {
    guard let place = spec.columns[.lifecycle] else { return }
    let count = table.rowCount
    let kinds = Self.kinds(table.columns[place])
    let keys = [LogRole.caseID, .step, .instance].compactMap {
      spec.columns[$0].map { table.columns[$0] }
    }
    let groups = group(by: keys, rowCount: count)
    let events = isEvent
    let times = starts
    // By time, then by place in the file; at equal times a start comes before the completion that ends it.
    let rank = Buffer<Int64>(count: count) { target in
      for row in 0..<count { target[row] = kinds.base[row] == Self.startKind ? 0 : 1 }
    }
    let order = try sortedOrder(
      [
        SortColumn(Column(.datetime, .longs(times)), isDescending: false, nullsFirst: true),
        SortColumn(Column(.long, .longs(rank)), isDescending: false, nullsFirst: true),
      ], rowCount: count)
    try context.checkpoint()
    // The starts of each group that still run, as a queue: the first one and, behind each, the next.
    var first = [Int32](repeating: -1, count: groups.count)
    var last = first
    var next = [Int32](repeating: -1, count: count)
    var keeps = [UInt8](repeating: 0, count: count)
    var begins = times.array
    var finishes = times.array
    var openCount = 0
    for position in 0..<count {
      let row = Int(order.base[position])
      guard events == nil || events?.base[row] != 0 else { continue }
      let key = Int(groups.ids.base[row])
      switch kinds.base[row] {
      case Self.startKind:
        if first[key] < 0 { first[key] = Int32(row) } else { next[Int(last[key])] = Int32(row) }
        last[key] = Int32(row)
        keeps[row] = 1
        finishes[row] = Self.open
        openCount += 1
      case Self.completeKind:
        keeps[row] = 1
        let start = Int(first[key])
        if start >= 0 {
          first[key] = next[start]
          begins[row] = times.base[start]
          keeps[start] = 0
          openCount -= 1
        }
      default: counts.lifecycleOther += 1
      }
    }
    counts.open = openCount
    hasOpen = openCount > 0
    starts = Buffer(begins)
    ends = Buffer(finishes)
    isEvent = Buffer(keeps)
  }

  private static let startKind: UInt8 = 1
  private static let completeKind: UInt8 = 2

  /// What each row says: start, complete (also where nothing stands), or something else.
  private static func kinds(_ column: Column) -> Buffer<UInt8> {
    let ids = TextIDs(column)
    let kinds = (0..<ids.count).map { code -> UInt8 in
      switch ids.name(code).lowercased() {
      case "start": startKind
      case "complete", "": completeKind
      default: 0
      }
    }
    return Buffer(count: column.count) { target in
      for row in 0..<column.count { target[row] = kinds[ids.codes[row]] }
    }
  }
}
