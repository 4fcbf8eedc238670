import CasebookTables

/// Intervals of precision and recall at thresholds.
struct FlagBounds: Sendable {
  typealias Bounds = (low: Double, high: Double)
  var precision: Bounds?
  var recall: Bounds?

  /// More figures than this are not held for bootstrap bounds.
  static let mostFigures = 40_000_000

  /// Wilson's intervals.
  init(_ point: FlagPoint, positives: Int, confidence: Double) {
    precision = Wilson.interval(
      Double(point.truePositives), of: Double(point.labelled), confidence: confidence)
    recall = Wilson.interval(
      Double(point.truePositives), of: Double(positives), confidence: confidence)
  }

  private init(precision: Bounds?, recall: Bounds?) {
    (self.precision, self.recall) = (precision, recall)
  }

  /// Percentile bounds at some steps of a group, thresholds held.
  ///
  /// `outside` adds labelled rows without a score to the positives of recall.
  static func resampled(
    _ cases: SortedCases, group: Int, _ frame: CaseFrame, steps: [Int], outside: [Int32] = [],
    samples: Int, confidence: Double, _ context: RunContext
  ) throws -> [FlagBounds] {
    let run = cases.run(group)
    let outside = Buffer(outside)
    let draws = PoissonWeights(seed: context.seed)
    let blockCount = (samples + PoissonWeights.lanes - 1) / PoissonWeights.lanes
    let blocks = try context.mapParallel(blockCount) { block in
      try resampledBlock(run, cases.scores, frame, steps, outside, draws, block, context)
    }
    return try context.mapParallel(steps.count) { place in
      var (precisions, recalls) = ([Double?](), [Double?]())
      for sample in 0..<samples {
        let (block, lane) = (sample / PoissonWeights.lanes, sample % PoissonWeights.lanes)
        let found = blocks[block].found[place][lane]
        let flagged = blocks[block].flagged[place][lane]
        let positives = blocks[block].positives[lane]
        precisions.append(flagged > 0 ? found / flagged : nil)
        recalls.append(positives > 0 ? found / positives : nil)
      }
      return FlagBounds(
        precision: Resampling.bounds(precisions, confidence: confidence),
        recall: Resampling.bounds(recalls, confidence: confidence))
    }
  }

  /// The sums of 16 resamples at each step that is asked for.
  private struct Block: Sendable {
    var found: [SIMD16<Double>] = []
    var flagged: [SIMD16<Double>] = []
    var positives = SIMD16<Double>.zero
  }

  private static func resampledBlock(
    _ run: Buffer<Int32>, _ scores: Buffer<Double>, _ frame: CaseFrame, _ steps: [Int],
    _ outside: Buffer<Int32>, _ draws: PoissonWeights, _ block: Int, _ context: RunContext
  ) throws -> Block {
    var sums = Block()
    var (found, flagged) = (SIMD16<Double>.zero, SIMD16<Double>.zero)
    var (step, wanted) = (0, 0)
    let chunk = PoissonDraws(draws)
    try chunk.forEach(run, block: block, context) { place, row, drawn in
      let drawn = drawn * (frame.weights?.base[row] ?? 1)
      flagged += drawn
      if frame.classes.base[row] == CaseClass.positive { found += drawn }
      if place + 1 < run.count, scores.base[Int(run.base[place + 1])] == scores.base[row] { return }
      while wanted < steps.count, steps[wanted] == step {
        sums.found.append(found)
        sums.flagged.append(flagged)
        wanted += 1
      }
      step += 1
    }
    sums.positives = found
    try chunk.forEach(outside, block: block, context) { _, row, drawn in
      if frame.classes.base[row] == CaseClass.positive {
        sums.positives += drawn * (frame.weights?.base[row] ?? 1)
      }
    }
    return sums
  }
}
