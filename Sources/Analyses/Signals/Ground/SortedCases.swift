import CasebookTables
import CasebookValues

/// The used rows of every group in the order of a score, strictest first.
///
/// For what needs to know which row stands where: weights, resamples, slices, pairs of scores.
struct SortedCases: Sendable {
  /// The rows, group after group; equal scores in the order of the input.
  let rows: Buffer<Int32>
  /// Where each group begins, and the end.
  let starts: [Int]
  /// The score of every row of the input.
  let scores: Buffer<Double>
  let direction: Direction

  /// Sorts the labelled rows that have a score; with `includesUnlabelled`, those without a label too.
  init(
    _ scores: Buffer<Double>, _ frame: CaseFrame, _ direction: Direction,
    includesUnlabelled: Bool = false, byGroup: Bool = true, classes: Buffer<UInt8>? = nil,
    _ context: RunContext
  ) throws {
    self.scores = scores
    self.direction = direction
    let count = frame.count
    let groups = byGroup ? frame.groups : nil
    let rowCounts = byGroup ? frame.rowCounts : [count]
    var used = [Int](repeating: 0, count: rowCounts.count)
    let classes = classes ?? frame.classes
    for row in 0..<count {
      try Checkpoints.look(row, context)
      let isUsed = includesUnlabelled || classes.base[row] != CaseClass.unlabelled
      if isUsed, !scores.base[row].isNaN { used[groups.map { Int($0.ids.base[row]) } ?? 0] += 1 }
    }
    let isAllUsed = used.reduce(0, +) == count
    let kept =
      isAllUsed
      ? scores
      : Buffer<Double>(count: count) { target in
        for row in 0..<count {
          let isUsed = includesUnlabelled || classes.base[row] != CaseClass.unlabelled
          target[row] = isUsed ? scores.base[row] : .nan
        }
      }
    let key = SortColumn(
      Column(.real, .reals(kept)), isDescending: direction == .higher, nullsFirst: false)
    var keys = [key]
    if let groups {
      let numbers = Buffer<Int64>(count: count) { target in
        for row in 0..<count { target[row] = Int64(groups.ids.base[row]) }
      }
      keys.insert(
        SortColumn(Column(.long, .longs(numbers)), isDescending: false, nullsFirst: false), at: 0)
    }
    let order = try sortedOrder(keys, rowCount: count, context: context)
    try context.checkpoint()
    var starts = [0]
    var place = 0
    rows = Buffer(count: used.reduce(0, +)) { target in
      for group in rowCounts.indices {
        let first = starts[group]
        (target + first).update(from: order.base + place, count: used[group])
        place += rowCounts[group]
        starts.append(first + used[group])
      }
    }
    self.starts = starts
  }

  /// Rows that all have a score, as one group; equal scores in the order in which the rows come.
  init(
    sorting rows: Buffer<Int32>, by scores: Buffer<Double>, _ direction: Direction,
    _ context: RunContext
  ) throws {
    let key = SortColumn(
      Column(.real, .reals(scores)).gathered(by: rows), isDescending: direction == .higher,
      nullsFirst: false)
    let order = try sortedOrder([key], rowCount: rows.count, context: context)
    try context.checkpoint()
    self.rows = Buffer(count: rows.count) { target in
      for place in 0..<rows.count { target[place] = rows.base[Int(order.base[place])] }
    }
    self.scores = scores
    self.direction = direction
    starts = [0, rows.count]
  }

  /// The rows of a group.
  func run(_ group: Int) -> Buffer<Int32> { rows.slice(starts[group]..<starts[group + 1]) }

  /// The ladder of a group, with sums of weights where the frame has any.
  func ladder(group: Int, _ frame: CaseFrame, _ context: RunContext) throws -> Ladder {
    try ladder(of: run(group), frame, context)
  }

  /// The ladder of rows that are in this order.
  func ladder(
    of run: Buffer<Int32>, _ frame: CaseFrame, _ context: RunContext
  ) throws -> Ladder {
    var (steps, positives, negatives) = (
      BufferBuilder<Double>(), BufferBuilder<Int32>(), BufferBuilder<Int32>()
    )
    var (positiveWeights, negativeWeights) = (BufferBuilder<Double>(), BufferBuilder<Double>())
    var (positiveSum, negativeSum, squareSum) = (0.0, 0.0, 0.0)
    var place = 0
    while place < run.count {
      let score = scores.base[Int(run.base[place])]
      var counts: (Int32, Int32) = (0, 0)
      var sums = (0.0, 0.0)
      while place < run.count, scores.base[Int(run.base[place])] == score {
        try Checkpoints.look(place, context)
        let row = Int(run.base[place])
        let weight = frame.weights?.base[row] ?? 1
        if frame.classes.base[row] == CaseClass.positive {
          counts.0 += 1
          sums.0 += weight
        } else {
          counts.1 += 1
          sums.1 += weight
        }
        squareSum += weight * weight
        place += 1
      }
      // Adding 0 makes -0.0 the same as 0.0.
      steps.append(score + 0.0)
      positives.append(counts.0)
      negatives.append(counts.1)
      positiveSum += sums.0
      negativeSum += sums.1
      if frame.weights != nil {
        positiveWeights.append(sums.0)
        negativeWeights.append(sums.1)
      }
    }
    var ladder = Ladder(
      direction: direction, scores: steps.finish(), positives: positives.finish(),
      negatives: negatives.finish())
    if frame.weights != nil {
      ladder.weights = Ladder.Weights(
        positives: positiveWeights.finish(), negatives: negativeWeights.finish(),
        positiveSum: positiveSum, negativeSum: negativeSum, squareSum: squareSum)
    }
    return ladder
  }
}
