import CasebookTables
import CasebookValues

/// The group of each case: the value of `by` at the case's first event.
///
/// Groups are numbered in first appearance of their cases; without `by` all cases are one group, also where there are
/// none.
struct CaseGroups: Sendable {
  /// How many groups there are.
  let count: Int
  /// The columns of `by`, a row a group.
  let columns: [Column]
  private let ids: Buffer<Int32>?

  /// Groups that were found in another way; nil for `ids` puts all cases into one.
  init(count: Int, columns: [Column], ids: Buffer<Int32>?) {
    self.count = count
    self.columns = columns
    self.ids = ids
  }

  /// The group of a case.
  @inline(__always)
  subscript(number: Int) -> Int { ids.map { Int($0.base[number]) } ?? 0 }

  /// Cases in each group.
  func caseCounts(_ caseCount: Int) -> [Int] {
    guard let ids else { return [caseCount] }
    var counts = [Int](repeating: 0, count: count)
    for id in ids.pointer { counts[Int(id)] += 1 }
    return counts
  }

  /// All cases in one group.
  init() { (count, columns, ids) = (1, [], nil) }

  /// Reads the groups of a log; a column that changes inside cases is noted.
  init(_ log: LogView, _ context: RunContext) throws {
    let places = log.spec.groups
    guard !places.isEmpty else {
      (count, columns, ids) = (1, [], nil)
      return
    }
    let first = Buffer<Int32>(count: log.caseCount) { target in
      for number in 0..<log.caseCount {
        target[number] = Int32(truncatingIfNeeded: log.firstRow(of: number))
      }
    }
    let values = places.map { log.table.columns[$0].gathered(by: first) }
    let groups = group(by: values, rowCount: log.caseCount)
    count = groups.count
    ids = groups.ids
    columns = values.map { $0.gathered(by: groups.firstRows) }
    try context.checkpoint()
    for place in places { Self.note(place, log, context) }
  }

  private static func note(_ place: Int, _ log: LogView, _ context: RunContext) {
    let all = group(by: [log.table.columns[place]], rowCount: log.table.rowCount).ids
    var changing = 0
    for number in 0..<log.caseCount {
      let positions = log.positions(of: number)
      let first = all.base[Int(log.rows.base[positions.lowerBound])]
      for position in positions where all.base[Int(log.rows.base[position])] != first {
        changing += 1
        break
      }
    }
    if changing > 0 {
      context.warn(
        "\(log.table.fields[place].name) changes inside \(changing == 1 ? "1 case" : "\(changing) cases"); the first event's value counts"
      )
    }
  }
}
