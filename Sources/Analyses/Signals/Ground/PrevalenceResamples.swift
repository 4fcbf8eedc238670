import CasebookTables
import CasebookValues

/// The estimates of every method in resamples of baseline and period.
struct PrevalenceResamples {
  /// A list a method.
  private(set) var values: [[Double?]] = Array(repeating: [], count: 5)

  init(
    _ ranked: RankedScore, _ pair: DriftCells.Pair, _ frame: CaseFrame, _ threshold: Double,
    expected: Double?, samples: Int, _ context: RunContext
  ) throws {
    var base = BufferBuilder<Int32>()
    var period = BufferBuilder<Int32>()
    for row in 0..<frame.count where !ranked.values.base[row].isNaN {
      let cell = frame.groupNumber(row)
      if cell == pair.cell { period.append(Int32(truncatingIfNeeded: row)) }
      if cell == pair.base, frame.classes.base[row] != CaseClass.unlabelled {
        base.append(Int32(truncatingIfNeeded: row))
      }
    }
    let blockCount = (samples + PoissonWeights.lanes - 1) / PoissonWeights.lanes
    let draws = PoissonWeights(seed: context.seed)
    let (scores, direction, own) = (ranked.values, ranked.direction, frame.ownWeights)
    let rows = (base: base.finish(), period: period.finish())
    let blocks = try context.mapParallel(blockCount) { block in
      try Self.block(
        rows, scores, own, direction, frame, threshold, expected, draws, block, context)
    }
    for sample in blocks.joined().prefix(samples) {
      for method in 0..<5 { values[method].append(sample[method]) }
    }
  }

  private static func block(
    _ rows: (base: Buffer<Int32>, period: Buffer<Int32>), _ scores: Buffer<Double>,
    _ own: Buffer<Double>?, _ direction: Direction, _ frame: CaseFrame, _ threshold: Double,
    _ expected: Double?,
    _ draws: PoissonWeights, _ block: Int, _ context: RunContext
  ) throws -> [[Double?]] {
    typealias Lanes = SIMD16<Double>
    var sums = [Lanes](repeating: .zero, count: 9)
    func isFlagged(_ score: Double) -> Bool {
      direction == .higher ? score >= threshold : score <= threshold
    }
    let chunk = PoissonDraws(draws)
    try chunk.forEach(rows.base, block: block, context) { _, row, drawn in
      let drawn = drawn * (frame.weights?.base[row] ?? 1)
      let start = frame.classes.base[row] == CaseClass.positive ? 0 : 3
      sums[start] += drawn
      sums[start + 1] += drawn * scores.base[row]
      if isFlagged(scores.base[row]) { sums[start + 2] += drawn }
    }
    try chunk.forEach(rows.period, block: block, context) { _, row, drawn in
      let drawn = drawn * (own?.base[row] ?? 1)
      sums[6] += drawn
      sums[7] += drawn * scores.base[row]
      if isFlagged(scores.base[row]) { sums[8] += drawn }
    }
    var fitted = Lanes(repeating: .nan)
    if let expected {
      let shift = PriorShift(before: sums[0] / (sums[0] + sums[3]), rows: sums[6])
      fitted = try shift.prior(from: expected) { body in
        try chunk.forEach(rows.period, block: block, context) { _, row, drawn in
          body(scores.base[row], drawn * (own?.base[row] ?? 1))
        }
      }
    }
    return (0..<PoissonWeights.lanes).map { lane in
      var before = BaselineSums(direction)
      (before.positives, before.positiveScores, before.flaggedPositives) = (
        sums[0][lane], sums[1][lane], sums[2][lane]
      )
      (before.negatives, before.negativeScores, before.flaggedNegatives) = (
        sums[3][lane], sums[4][lane], sums[5][lane]
      )
      var now = PeriodSums()
      (now.all, now.scores, now.flagged) = (sums[6][lane], sums[7][lane], sums[8][lane])
      let prior = fitted[lane]
      return [
        now.flaggedShare, before.adjusted(now), now.meanScore, before.adjustedMean(now),
        prior.isFinite ? prior : nil,
      ]
    }
  }
}

/// The prior at which scores that were calibrated at another one are likeliest, in 16 resamples at once: what
/// expectation maximisation converges to (Saerens, Latinne and Decaestecker 2002).
private struct PriorShift {
  typealias Lanes = SIMD16<Double>
  /// Gives a body the score of every row and how often it counts.
  typealias Rows = ((_ score: Double, _ weight: Lanes) -> Void) throws -> Void

  /// What a class's share of a score grows by for each part of the new prior.
  private let up: Lanes
  private let down: Lanes
  /// Resamples with rows, and both classes in the baseline.
  private let isDefined: SIMDMask<SIMD16<Int64>>

  /// The prior of the baseline, and how much the rows to estimate count together.
  init(before: Lanes, rows: Lanes) {
    up = 1 / before
    down = 1 / (1 - before)
    isDefined = before .> 0 .& before .< 1 .& rows .> 0
  }

  /// Newton's steps from a prior that is near; the likelihood is concave, so the sign of its slope says on which side
  /// the greatest lies, and a step that leaves what is known is halved into it.
  ///
  /// Not a number in resamples where it is undefined.
  @inline(__always)
  func prior(from start: Double, _ rows: Rows) throws -> Lanes {
    let ends = try (
      low: slope(at: .zero, rows).slope, high: slope(at: Lanes(repeating: 1), rows).slope
    )
    var (low, high) = (Lanes.zero, Lanes(repeating: 1))
    let isAtEnd = ends.low .<= 0 .| ends.high .>= 0 .| .!isDefined
    var current = Lanes(repeating: min(max(start, 1e-3), 1 - 1e-3))
    for _ in 0..<100 {
      let (slope, curvature) = try slope(at: current, rows)
      low.replace(with: current, where: slope .>= 0)
      high.replace(with: current, where: slope .<= 0)
      let step = current + slope / curvature.replacing(with: 1e-300, where: curvature .<= 0)
      let isWithin = step .>= low .& step .<= high
      let next = step.replacing(with: (low + high) / 2, where: .!isWithin)
      let moved = (next - current).replacing(with: 0, where: isAtEnd)
      current = next
      if (0..<16).allSatisfy({ abs(moved[$0]) < 1e-10 }) { break }
    }
    current.replace(with: 0, where: ends.low .<= 0)
    current.replace(with: 1, where: ends.high .>= 0)
    return current.replacing(with: .nan, where: .!isDefined)
  }

  /// The slope of the log-likelihood at a prior, and how fast it falls.
  @inline(__always)
  private func slope(at prior: Lanes, _ rows: Rows) throws -> (slope: Lanes, curvature: Lanes) {
    var (slope, curvature) = (Lanes.zero, Lanes.zero)
    try rows { score, weight in
      let (positive, negative) = (score * up, (1 - score) * down)
      let mixture = prior * positive + (1 - prior) * negative
      let term = (positive - negative) / mixture.replacing(with: 1e-300, where: mixture .<= 0)
      slope += weight * term
      curvature += weight * term * term
    }
    return (slope, curvature)
  }
}
