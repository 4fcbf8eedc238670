import CasebookTables
import CasebookValues

/// Redraws the cases of a log and ranks its waits each time.
///
/// Efron 1979: as many cases are drawn, with replacement, as there are. Sums are of reals in a fixed order, so equal
/// draws give equal bits.
struct Bootstrap: Sendable {
  /// What each case adds to each row.
  let units: RedrawnUnits
  /// Rows in the order of their rank.
  let rowCount: Int
  /// Which rows are open waits, which have a rank and no share.
  let isOpen: [Bool]
  let seed: UInt64

  /// Samples that one task draws.
  private static let stretch = 32

  /// What the samples say of each row.
  func drawn(_ sampleCount: Int, _ context: RunContext) throws -> [RankedWaits.Drawn] {
    let enumerates = units.count <= RankedWaits.enumeratedCaseCount
    let count = enumerates ? Self.power(units.count) : sampleCount
    let stretches = (count + Self.stretch - 1) / Self.stretch
    context.expect(rows: count)
    let parts = try context.mapParallel(stretches) { index in
      let samples = (index * Self.stretch)..<min((index + 1) * Self.stretch, count)
      defer { context.advance(rows: samples.count) }
      return try sampled(samples, enumerates: enumerates, context)
    }
    let usable = parts.reduce(0) { $0 + $1.usable }
    guard usable > 0 else { return Array(repeating: RankedWaits.Drawn(), count: rowCount) }
    return (0..<rowCount).map { row in
      let kept = parts.reduce(0) { $0 + $1.kept[row] }
      let shares = isOpen[row] ? [] : parts.flatMap { $0.shares[row] }.sorted()
      return RankedWaits.Drawn(
        low: Quantile.ofSorted(shares, 0.025), high: Quantile.ofSorted(shares, 0.975),
        rankKept: Double(kept) / Double(usable))
    }
  }

  private static func power(_ count: Int) -> Int {
    (0..<count).reduce(1) { product, _ in product * count }
  }

  private struct Part: Sendable {
    var usable = 0
    var kept: [Int]
    var shares: [[Double]]
  }

  private func sampled(
    _ samples: Range<Int>, enumerates: Bool, _ context: RunContext
  ) throws -> Part {
    var part = Part(
      kept: [Int](repeating: 0, count: rowCount),
      shares: [[Double]](repeating: [], count: rowCount))
    var weights = [Int](repeating: 0, count: units.count)
    var sums = [Double](repeating: 0, count: rowCount)
    for sample in samples {
      try context.checkpoint()
      draw(sample, enumerates: enumerates, &weights)
      for row in 0..<rowCount { sums[row] = 0 }
      add(weights, to: &sums)
      var whole = 0.0
      for row in 0..<rowCount where !isOpen[row] { whole += sums[row] }
      // A sample without a completed wait says nothing.
      guard whole > 0 else { continue }
      part.usable += 1
      for row in 0..<rowCount where !isOpen[row] { part.shares[row].append(sums[row] / whole) }
      for (rank, row) in ranked(sums).enumerated() where rank == row { part.kept[row] += 1 }
    }
    return part
  }

  /// Adds what the drawn units add, each as often as it was drawn, in the order of units.
  private func add(_ weights: [Int], to sums: inout [Double]) {
    sums.withUnsafeMutableBufferPointer { sums in
      units.rows.withUnsafeBufferPointer { rows in
        units.ticks.withUnsafeBufferPointer { ticks in
          for (unit, weight) in weights.enumerated() where weight > 0 {
            for entry in units.offsets[unit]..<units.offsets[unit + 1] {
              sums[Int(rows[entry])] += Double(weight) * ticks[entry]
            }
          }
        }
      }
    }
  }

  /// Rows by their sum; equal ones stay in their order.
  private func ranked(_ sums: [Double]) -> [Int] {
    // Most samples change little, so that sorting by insertion is quick.
    var order = Array(0..<rowCount)
    guard rowCount <= 256 else {
      return order.sorted { sums[$0] != sums[$1] ? sums[$0] > sums[$1] : $0 < $1 }
    }
    for index in order.indices.dropFirst() {
      let row = order[index]
      var place = index
      while place > 0, sums[order[place - 1]] < sums[row] {
        order[place] = order[place - 1]
        place -= 1
      }
      order[place] = row
    }
    return order
  }

  /// How often each case stands in a sample.
  private func draw(_ sample: Int, enumerates: Bool, _ weights: inout [Int]) {
    for unit in weights.indices { weights[unit] = 0 }
    if enumerates {
      var rest = sample
      for _ in weights.indices {
        weights[rest % units.count] += 1
        rest /= units.count
      }
      return
    }
    let key = CounterRandom.key(seed: seed, cell: 0, stage: UInt64(sample))
    for index in 0..<units.count {
      weights[CounterRandom.below(units.count, CounterRandom.draw(key, UInt64(index)))] += 1
    }
  }
}
