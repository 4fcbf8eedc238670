import CasebookQuery
import CasebookTables
import CasebookValues

extension LogRows {
  /// Leaves out all but the first of equal events.
  mutating func dropDuplicates(_ table: Table, _ spec: LogSpec) {
    let count = table.rowCount
    let keys: [Column]
    switch spec.roles.dedupe {
    case .none: return
    case .exact: keys = Array(table.columns[spec.extras.upperBound...])
    case .repeated:
      let named = [LogRole.caseID, .step].compactMap { spec.columns[$0].map { table.columns[$0] } }
      keys =
        named + [Column(.long, .longs(starts)), Column(.long, .longs(ends))]
        // A row that is no event is equal to none that is.
        + (isEvent.map { [Column(.bool, .bools($0))] } ?? [])
    }
    let groups = group(by: keys, rowCount: count)
    guard groups.count < count else { return }
    let repeated = Buffer<UInt8>(count: count) { target in
      for row in 0..<count where groups.firstRows.base[Int(groups.ids.base[row])] != row {
        target[row] = 1
      }
    }
    var marks = EventMarks(count: count, isEvent)
    counts.duplicates = marks.drop(where: MissingRows(bytes: repeated))
    isEvent = marks.finished
  }
}
