/// The draws of many rows in one block of resamples, in memory that is used again.
///
/// Rows are drawn by the hundred: hashes first, then all weights in one loop over plain memory, which the compiler
/// turns into the widest instructions that there are. Belongs to the worker that made it.
final class PoissonDraws {
  /// Rows that are drawn together.
  static let rows = 256

  private let weights: PoissonWeights
  private let hashes: UnsafeMutablePointer<UInt64>
  /// The weights of each row, one a lane.
  let counts: UnsafeMutablePointer<UInt16>

  init(_ weights: PoissonWeights) {
    self.weights = weights
    hashes = .allocate(capacity: Self.rows * PoissonWeights.lanes / 4)
    counts = .allocate(capacity: Self.rows * PoissonWeights.lanes)
  }

  deinit {
    hashes.deallocate()
    counts.deallocate()
  }

  /// Draws up to `Self.rows` rows.
  func draw(_ rows: UnsafePointer<Int32>, _ count: Int, block: Int) {
    let (hashes, counts, weights) = (hashes, counts, weights)
    for place in 0..<count {
      let four = weights.hashes(row: Int(rows[place]), block: block)
      hashes[place &* 4] = four.0
      hashes[place &* 4 &+ 1] = four.1
      hashes[place &* 4 &+ 2] = four.2
      hashes[place &* 4 &+ 3] = four.3
    }
    let laneCount = count &* PoissonWeights.lanes
    hashes.withMemoryRebound(to: UInt16.self, capacity: laneCount) { bits in
      for lane in 0..<laneCount { counts[lane] = PoissonWeights.count(bits[lane]) }
    }
  }
}
