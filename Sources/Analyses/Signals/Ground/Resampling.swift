import CasebookTables

/// Figures of resamples, and the bounds that they give.
enum Resampling {
  /// Percentile bounds (type 7) of the resamples in which the figure is defined; nil below two.
  static func bounds(_ values: [Double?], confidence: Double) -> (low: Double, high: Double)? {
    let sorted = values.compactMap { $0 }.filter { !$0.isNaN }.sorted()
    guard sorted.count > 1, let low = Quantile.ofSorted(sorted, (1 - confidence) / 2),
      let high = Quantile.ofSorted(sorted, (1 + confidence) / 2)
    else { return nil }
    return (low, high)
  }

  /// What a resample of ranked rows gives.
  struct Ranked: Sendable {
    var auc: Double?
    var averagePrecision: Double?
    var prevalence: Double?
  }

  /// The area, average precision and prevalence of every resample of a group's rows.
  ///
  /// One scan of the sorted rows for 16 resamples at a time; edges, direction and thresholds are held.
  static func ranked(
    _ cases: SortedCases, group: Int, _ frame: CaseFrame, samples: Int, _ context: RunContext
  ) throws -> [Ranked] {
    let rows = try RankedRows(cases, group, frame, context)
    let draws = PoissonWeights(seed: context.seed)
    let blockCount = (samples + PoissonWeights.lanes - 1) / PoissonWeights.lanes
    let blocks = try context.mapParallel(blockCount) { block in
      rows.weights == nil
        ? try countedBlock(rows, draws, block, context)
        : try weightedBlock(rows, draws, block, context)
    }
    return Array(blocks.joined().prefix(samples))
  }

  /// How often each of some outcomes is drawn, and its weight, in every resample.
  ///
  /// `outcome` is what a row counts to, below `outcomes`, or negative for none; the rows are looked at in
  /// the order of the input.
  static func sums(
    outcomes: Int, rows: Buffer<Int32>, _ outcomeOfRow: Buffer<Int8>, _ weights: Buffer<Double>?,
    samples: Int, _ context: RunContext
  ) throws -> [[Double]] {
    let draws = PoissonWeights(seed: context.seed)
    let blockCount = (samples + PoissonWeights.lanes - 1) / PoissonWeights.lanes
    let blocks = try context.mapParallel(blockCount) { block in
      var sums = [SIMD16<Double>](repeating: .zero, count: outcomes)
      sums.withUnsafeMutableBufferPointer { sums in
        for place in 0..<rows.count {
          let row = Int(rows.base[place])
          let outcome = Int(outcomeOfRow.base[row])
          if outcome < 0 { continue }
          let drawn = SIMD16<Double>(draws.weights(row: row, block: block))
          sums[outcome] += drawn * (weights?.base[row] ?? 1)
        }
      }
      return (0..<PoissonWeights.lanes).map { lane in sums.map { $0[lane] } }
    }
    return Array(blocks.joined().prefix(samples))
  }
}

/// The rows of a group in the order of a score, with what a resample asks of each: gathered once, so that
/// every resample reads memory from one end to the other.
private struct RankedRows: Sendable {
  static let positive: UInt8 = 1
  static let lastOfStep: UInt8 = 2

  let rows: Buffer<Int32>
  /// Whether each row is positive, and whether the next has another score.
  let marks: Buffer<UInt8>
  let weights: Buffer<Double>?

  init(_ cases: SortedCases, _ group: Int, _ frame: CaseFrame, _ context: RunContext) throws {
    let run = cases.run(group)
    let (scores, classes) = (cases.scores.base, frame.classes.base)
    rows = run
    marks = try Buffer(count: run.count) { target in
      for place in 0..<run.count {
        try Checkpoints.look(place, context)
        let row = Int(run.base[place])
        let isLast =
          place + 1 == run.count || scores[Int(run.base[place + 1])] != scores[row]
        target[place] =
          (classes[row] == CaseClass.positive ? Self.positive : 0)
          | (isLast ? Self.lastOfStep : 0)
      }
    }
    weights = frame.weights.map { weights in
      Buffer(count: run.count) { target in
        for place in 0..<run.count { target[place] = weights.base[Int(run.base[place])] }
      }
    }
  }
}

/// One block of resamples of rows that all count alike, in whole numbers.
private func countedBlock(
  _ ranked: RankedRows, _ draws: PoissonWeights, _ block: Int, _ context: RunContext
) throws -> [Resampling.Ranked] {
  let (rows, marks, count) = (ranked.rows.base, ranked.marks.base, ranked.rows.count)
  var (above, beside) = (SIMD16<UInt32>.zero, SIMD16<UInt32>.zero)
  var (here, there) = (SIMD16<UInt32>.zero, SIMD16<UInt32>.zero)
  var pairs = SIMD16<UInt64>.zero
  var precisions = SIMD16<Double>.zero
  for place in 0..<count {
    try Checkpoints.look(place, context)
    let drawn = SIMD16<UInt32>(
      truncatingIfNeeded: draws.weights(row: Int(rows[place]), block: block))
    let mark = marks[place]
    if mark & RankedRows.positive != 0 { here &+= drawn } else { there &+= drawn }
    if mark & RankedRows.lastOfStep == 0 { continue }
    pairs &+=
      SIMD16<UInt64>(truncatingIfNeeded: there)
      &* SIMD16<UInt64>(truncatingIfNeeded: above &+ above &+ here)
    above &+= here
    beside &+= there
    if here != .zero {
      let (won, all) = (SIMD16<Double>(above), SIMD16<Double>(above &+ beside))
      let precision = won / all.replacing(with: 1, where: all .== 0)
      precisions += SIMD16<Double>(here) * precision
    }
    (here, there) = (.zero, .zero)
  }
  return (0..<PoissonWeights.lanes).map { lane in
    let (p, n) = (Double(above[lane]), Double(beside[lane]))
    return Resampling.Ranked(
      auc: p > 0 && n > 0 ? Double(pairs[lane]) / (2 * p * n) : nil,
      averagePrecision: p > 0 ? precisions[lane] / p : nil,
      prevalence: p + n > 0 ? p / (p + n) : nil)
  }
}

/// One block of resamples of weighted rows.
private func weightedBlock(
  _ ranked: RankedRows, _ draws: PoissonWeights, _ block: Int, _ context: RunContext
) throws -> [Resampling.Ranked] {
  let (rows, marks, count) = (ranked.rows.base, ranked.marks.base, ranked.rows.count)
  guard let weights = ranked.weights?.base else { return [] }
  var (above, beside) = (SIMD16<Double>.zero, SIMD16<Double>.zero)
  var (here, there) = (SIMD16<Double>.zero, SIMD16<Double>.zero)
  var (pairs, precisions) = (SIMD16<Double>.zero, SIMD16<Double>.zero)
  for place in 0..<count {
    try Checkpoints.look(place, context)
    let drawn =
      SIMD16<Double>(draws.weights(row: Int(rows[place]), block: block)) * weights[place]
    let mark = marks[place]
    if mark & RankedRows.positive != 0 { here += drawn } else { there += drawn }
    if mark & RankedRows.lastOfStep == 0 { continue }
    pairs += there * (above + here / 2)
    above += here
    beside += there
    let all = above + beside
    precisions += here * above / all.replacing(with: 1, where: all .== 0)
    (here, there) = (.zero, .zero)
  }
  return (0..<PoissonWeights.lanes).map { lane in
    let (p, n) = (above[lane], beside[lane])
    return Resampling.Ranked(
      auc: p > 0 && n > 0 ? pairs[lane] / (p * n) : nil,
      averagePrecision: p > 0 ? precisions[lane] / p : nil,
      prevalence: p + n > 0 ? p / (p + n) : nil)
  }
}

extension Resampling {
  /// Positives and negatives at every step in the 16 resamples of a block.
  static func steps(
    _ cases: SortedCases, _ group: Int, _ frame: CaseFrame, _ draws: PoissonWeights, _ block: Int,
    count: Int
  ) -> (positives: [SIMD16<Double>], negatives: [SIMD16<Double>]) {
    let run = cases.run(group)
    var positives = [SIMD16<Double>](repeating: .zero, count: count)
    var negatives = positives
    var step = 0
    for place in 0..<run.count {
      let row = Int(run.base[place])
      let drawn =
        SIMD16<Double>(draws.weights(row: row, block: block)) * (frame.weights?.base[row] ?? 1)
      if frame.classes.base[row] == CaseClass.positive {
        positives[step] += drawn
      } else {
        negatives[step] += drawn
      }
      if place + 1 < run.count,
        cases.scores.base[Int(run.base[place + 1])] != cases.scores.base[row]
      {
        step += 1
      }
    }
    return (positives, negatives)
  }
}
