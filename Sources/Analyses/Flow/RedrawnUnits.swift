import CasebookQuery
import CasebookTables
import CasebookValues

/// The cases of each group, one group after the other.
struct CaseMembers: Sendable {
  private let numbers: Buffer<UInt32>
  private let offsets: [Int]

  /// Cases by group, those of a group in their order.
  init(_ groups: CaseGroups, _ caseCount: Int) {
    var offsets = [0]
    for size in groups.caseCounts(caseCount) { offsets.append((offsets.last ?? 0) + size) }
    var next = offsets
    numbers = Buffer<UInt32>(count: caseCount) { target in
      for number in 0..<caseCount {
        let group = groups[number]
        target[next[group]] = UInt32(truncatingIfNeeded: number)
        next[group] += 1
      }
    }
    self.offsets = offsets
  }

  /// The cases of one group.
  func cases(of group: Int) -> Buffer<UInt32> { numbers.slice(offsets[group]..<offsets[group + 1]) }
}

/// Which row of a ranking a pair of steps is.
struct RowPlaces: Sendable {
  private var table: PairTable
  private var places: [Int] = []

  /// Pairs of numbers below `width`.
  init(width: Int) { table = PairTable(width: width, groups: 1) }

  /// Says the row of a pair.
  mutating func add(_ source: Int, _ target: Int, _ place: Int) {
    _ = table.number(0, source, target)
    places.append(place)
  }

  /// The row of a pair; nil for one that is none.
  @inline(__always)
  func row(_ source: Int, _ target: Int) -> Int? {
    table.known(0, source, target).map { places[$0] }
  }
}

/// What each case, or each bucket of cases, adds to the rows of a ranking.
///
/// Cases above `bucketCount` are gathered in as many buckets by a hash of their place in the group, so that they are redrawn
/// as quickly as ten thousand.
struct RedrawnUnits: Sendable {
  /// Units: buckets or cases.
  let count: Int
  /// Where the entries of each unit begin; one more than there are units.
  private(set) var offsets: [Int] = [0]
  /// The row of each entry, ascending within a unit, and the ticks it adds.
  private(set) var rows: [Int32] = []
  private(set) var ticks: [Double] = []

  /// As many buckets as make 95 % bounds as good as those of the cases themselves.
  static let bucketCount = 10_000

  /// Sums up the waits of some cases.
  init(
    _ cases: Buffer<UInt32>, rowCount: Int, places: RowPlaces, _ visitor: WaitVisitor,
    _ log: LogView, _ context: RunContext
  ) throws {
    count = min(cases.count, Self.bucketCount)
    if cases.count > Self.bucketCount {
      let sums = try Self.buckets(cases, rowCount, places, visitor, context)
      for bucket in 0..<count {
        add((0..<rowCount).map { sums.base[bucket * rowCount + $0] })
      }
    } else {
      var sums = [Int64](repeating: 0, count: rowCount)
      for place in 0..<count {
        if place & 0xFF == 0 { try context.checkpoint() }
        visitor.visit(Int(cases.base[place])) { _, source, target, value in
          if let value, let row = places.row(source, target) { sums[row] &+= value }
        }
        add(sums)
        for entry in offsets[place]..<offsets[place + 1] { sums[Int(rows[entry])] = 0 }
      }
    }
    withExtendedLifetime(log) {}
  }

  /// Adds a unit of these sums.
  private mutating func add(_ sums: [Int64]) {
    for (row, sum) in sums.enumerated() where sum > 0 {
      rows.append(Int32(truncatingIfNeeded: row))
      ticks.append(Double(sum))
    }
    offsets.append(rows.count)
  }

  /// The sums of all buckets, one after the other; each worker has a part of the cases, and whole numbers add up
  /// to the same in any order.
  private static func buckets(
    _ cases: Buffer<UInt32>, _ rowCount: Int, _ places: RowPlaces, _ visitor: WaitVisitor,
    _ context: RunContext
  ) throws -> Buffer<Int64> {
    let workers = max(1, min(context.threads, 4))
    try context.require(bytes: workers * bucketCount * rowCount * 8)
    let parts = try context.mapParallel(workers) { worker in
      let sums = UnsafeResult(Buffer<Int64>(count: bucketCount * rowCount) { _ in })
      for place in cases.count * worker / workers..<cases.count * (worker + 1) / workers {
        if place & 0xFFFF == 0 { try context.checkpoint() }
        let bucket = CounterRandom.below(bucketCount, CounterRandom.draw(0, UInt64(place)))
        let base = sums.base + bucket * rowCount
        visitor.visit(Int(cases.base[place])) { _, source, target, value in
          if let value, let row = places.row(source, target) { base[row] &+= value }
        }
      }
      return sums
    }
    for part in parts.dropFirst() {
      for index in 0..<bucketCount * rowCount { parts[0].base[index] &+= part.base[index] }
    }
    return parts[0].buffer
  }
}
