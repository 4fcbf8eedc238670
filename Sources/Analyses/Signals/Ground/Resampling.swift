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
    var prevalence: Double?
  }

  /// The area and prevalence of every resample of a group's rows.
  ///
  /// One scan of the sorted rows for 16 resamples at a time; edges, direction and thresholds are held.
  static func ranked(
    _ cases: SortedCases, group: Int, _ frame: CaseFrame, samples: Int, _ context: RunContext
  ) throws -> [Ranked] {
    let rows = try RankedRows(cases, group, frame, context)
    let draws = PoissonWeights(seed: context.seed)
    let blockCount = (samples + PoissonWeights.lanes - 1) / PoissonWeights.lanes
    let count = rows.rows.count
    context.expect(rows: count)
    let blocks = try context.mapParallel(blockCount) { block in
      defer { context.advance(rows: (block + 1) * count / blockCount - block * count / blockCount) }
      return rows.weights == nil
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
      try sums.withUnsafeMutableBufferPointer { sums in
        try PoissonDraws(draws).forEach(rows, block: block, context) { _, row, drawn in
          let outcome = Int(outcomeOfRow.base[row])
          if outcome >= 0 { sums[outcome] += drawn * (weights?.base[row] ?? 1) }
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
  let positivesAreRare: Bool

  init(_ cases: SortedCases, _ group: Int, _ frame: CaseFrame, _ context: RunContext) throws {
    let run = cases.run(group)
    let (scores, classes) = (cases.scores.base, frame.classes.base)
    rows = run
    var positives = 0
    marks = try Buffer(count: run.count) { target in
      for place in 0..<run.count {
        try Checkpoints.look(place, context)
        let row = Int(run.base[place])
        let isLast =
          place + 1 == run.count || scores[Int(run.base[place + 1])] != scores[row]
        let isPositive = classes[row] == CaseClass.positive
        positives &+= isPositive ? 1 : 0
        target[place] = (isPositive ? Self.positive : 0) | (isLast ? Self.lastOfStep : 0)
      }
    }
    positivesAreRare = positives <= run.count / 2
    weights = frame.weights.map { weights in
      Buffer(count: run.count) { target in
        for place in 0..<run.count { target[place] = weights.base[Int(run.base[place])] }
      }
    }
  }
}

/// One block of resamples of rows that all count alike, in whole numbers.
///
/// The pairs that positives win are what the rarer class meets on its way, so only its steps need products.
private func countedBlock(
  _ ranked: RankedRows, _ draws: PoissonWeights, _ block: Int, _ context: RunContext
) throws -> [Resampling.Ranked] {
  let lanes = PoissonWeights.lanes
  let (rows, marks, count) = (ranked.rows.base, ranked.marks.base, ranked.rows.count)
  let chunk = PoissonDraws(draws)
  let room = UnsafeMutablePointer<UInt32>.allocate(capacity: 4 * lanes)
  room.initialize(repeating: 0, count: 4 * lanes)
  let met = UnsafeMutablePointer<UInt64>.allocate(capacity: lanes)
  met.initialize(repeating: 0, count: lanes)
  defer {
    room.deallocate()
    met.deallocate()
  }
  // Sums of the commoner class before and at this step, and of the rarer one at this step and in all.
  let (passed, common) = (room, room + lanes)
  let (rare, rareSum) = (room + 2 * lanes, room + 3 * lanes)
  let rareMark = ranked.positivesAreRare ? RankedRows.positive : 0
  let commonAlone = RankedRows.lastOfStep | (RankedRows.positive ^ rareMark)
  var hasRare = false
  var beginsStep = true
  for first in stride(from: 0, to: count, by: PoissonDraws.rows) {
    try Checkpoints.look(first, context)
    let size = min(PoissonDraws.rows, count - first)
    chunk.draw(rows + first, size, block: block)
    for place in 0..<size {
      let mark = marks[first &+ place]
      let drawn = chunk.counts + place &* lanes
      if beginsStep, mark == commonAlone {
        for lane in 0..<lanes { passed[lane] &+= UInt32(drawn[lane]) }
        continue
      }
      beginsStep = mark & RankedRows.lastOfStep != 0
      if mark & RankedRows.positive == rareMark {
        hasRare = true
        for lane in 0..<lanes { rare[lane] &+= UInt32(drawn[lane]) }
      } else {
        for lane in 0..<lanes { common[lane] &+= UInt32(drawn[lane]) }
      }
      if !beginsStep { continue }
      if hasRare {
        for lane in 0..<lanes {
          met[lane] &+=
            UInt64(rare[lane]) &* UInt64(passed[lane] &+ passed[lane] &+ common[lane])
          rareSum[lane] &+= rare[lane]
          rare[lane] = 0
        }
        hasRare = false
      }
      for lane in 0..<lanes {
        passed[lane] &+= common[lane]
        common[lane] = 0
      }
    }
  }
  return (0..<lanes).map { lane in
    let (r, c) = (UInt64(rareSum[lane]), UInt64(passed[lane]))
    // Negatives that stand before a positive are pairs lost.
    let won = ranked.positivesAreRare ? 2 * r * c - met[lane] : met[lane]
    let (p, n) = ranked.positivesAreRare ? (r, c) : (c, r)
    return Resampling.Ranked(
      auc: r > 0 && c > 0 ? Double(won) / (2 * Double(p) * Double(n)) : nil,
      prevalence: p + n > 0 ? Double(p) / Double(p + n) : nil)
  }
}

/// One block of resamples of weighted rows.
private func weightedBlock(
  _ ranked: RankedRows, _ draws: PoissonWeights, _ block: Int, _ context: RunContext
) throws -> [Resampling.Ranked] {
  let lanes = PoissonWeights.lanes
  let (rows, marks, count) = (ranked.rows.base, ranked.marks.base, ranked.rows.count)
  guard let weights = ranked.weights?.base else { return [] }
  let chunk = PoissonDraws(draws)
  let room = UnsafeMutablePointer<Double>.allocate(capacity: 5 * lanes)
  room.initialize(repeating: 0, count: 5 * lanes)
  defer { room.deallocate() }
  let (above, beside, here, there) = (room, room + lanes, room + 2 * lanes, room + 3 * lanes)
  let pairs = room + 4 * lanes
  for first in stride(from: 0, to: count, by: PoissonDraws.rows) {
    try Checkpoints.look(first, context)
    let size = min(PoissonDraws.rows, count - first)
    chunk.draw(rows + first, size, block: block)
    for place in 0..<size {
      let (mark, weight) = (marks[first &+ place], weights[first &+ place])
      let drawn = chunk.counts + place &* lanes
      let sums = mark & RankedRows.positive != 0 ? here : there
      for lane in 0..<lanes { sums[lane] += Double(drawn[lane]) * weight }
      if mark & RankedRows.lastOfStep == 0 { continue }
      for lane in 0..<lanes {
        pairs[lane] += there[lane] * (above[lane] + here[lane] / 2)
        above[lane] += here[lane]
        beside[lane] += there[lane]
        here[lane] = 0
        there[lane] = 0
      }
    }
  }
  return (0..<lanes).map { lane in
    let (p, n) = (above[lane], beside[lane])
    return Resampling.Ranked(
      auc: p > 0 && n > 0 ? pairs[lane] / (p * n) : nil,
      prevalence: p + n > 0 ? p / (p + n) : nil)
  }
}

extension Resampling {
  /// Positives and negatives at every step in the 16 resamples of a block.
  static func steps(
    _ cases: SortedCases, _ group: Int, _ frame: CaseFrame, _ draws: PoissonWeights, _ block: Int,
    count: Int, _ context: RunContext
  ) throws -> (positives: [SIMD16<Double>], negatives: [SIMD16<Double>]) {
    let run = cases.run(group)
    var positives = [SIMD16<Double>](repeating: .zero, count: count)
    var negatives = positives
    var step = 0
    try PoissonDraws(draws).forEach(run, block: block, context) { place, row, drawn in
      let drawn = drawn * (frame.weights?.base[row] ?? 1)
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
