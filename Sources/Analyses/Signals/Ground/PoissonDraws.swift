import CasebookTables

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

  /// Gives `body` every row, its place, and how often the 16 resamples of a block draw it.
  ///
  /// Nothing is kept: to draw again costs less than the memory to read it back.
  @inline(__always)
  func forEach(
    _ rows: Buffer<Int32>, block: Int, _ context: RunContext,
    _ body: (_ place: Int, _ row: Int, _ drawn: SIMD16<Double>) -> Void
  ) throws {
    for first in stride(from: 0, to: rows.count, by: Self.rows) {
      try Checkpoints.look(first, context)
      let size = min(Self.rows, rows.count - first)
      draw(rows.base + first, size, block: block)
      let drawn = UnsafeRawPointer(counts)
      for place in 0..<size {
        let counts = drawn.loadUnaligned(
          fromByteOffset: place &* MemoryLayout<PoissonWeights.Lanes>.size,
          as: PoissonWeights.Lanes.self)
        body(first &+ place, Int(rows.base[first &+ place]), SIMD16<Double>(counts))
      }
    }
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
