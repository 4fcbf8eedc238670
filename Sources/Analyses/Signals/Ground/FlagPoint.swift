import CasebookTables

/// What flagging at a threshold, or flagging none, does to the cases of a ladder.
struct FlagPoint: Sendable {
  /// The step of the ladder; nil where none are flagged.
  var step: Int?
  /// Rows flagged, unlabelled ones too.
  var flagged = 0
  /// Labelled rows flagged.
  var truePositives = 0
  var falsePositives = 0
  /// The same as they count in formulas.
  var truePositiveWeight = 0.0
  var falsePositiveWeight = 0.0

  /// Labelled rows flagged.
  var labelled: Int { truePositives + falsePositives }

  /// The share of positives among the flagged; nil where none are.
  var precision: Double? {
    let all = truePositiveWeight + falsePositiveWeight
    return all > 0 ? truePositiveWeight / all : nil
  }
}

extension Ladder {
  /// Flagging none, then flagging at each step.
  func points() -> FlagPoints { FlagPoints(self) }
}

/// The points of a ladder, strictest first; flagging none comes before them.
struct FlagPoints: Sequence, IteratorProtocol {
  private let ladder: Ladder
  private var point = FlagPoint()
  private var step = -1

  init(_ ladder: Ladder) { self.ladder = ladder }

  mutating func next() -> FlagPoint? {
    defer { step += 1 }
    if step < 0 { return point }
    if step >= ladder.count { return nil }
    let (p, n) = (ladder.positives.base[step], ladder.negatives.base[step])
    point.step = step
    point.truePositives += Int(p)
    point.falsePositives += Int(n)
    point.flagged += Int(p) + Int(n) + Int(ladder.unlabelled?.base[step] ?? 0)
    point.truePositiveWeight += ladder.positiveWeight(step)
    point.falsePositiveWeight += ladder.negativeWeight(step)
    return point
  }
}

extension RankedScore {
  /// How many steps of a group's ladder flag only rows that had a chance of review.
  ///
  /// There precision is known even where nothing else is. All steps where every row had a chance.
  func reviewedSteps(_ group: Int, _ frame: CaseFrame) -> Int {
    let ladder = ladders[group]
    guard let review = frame.review, frame.neverReviewed[group] > 0 else { return ladder.count }
    var strictest: Double?
    for row in 0..<frame.count where review.base[row] == 0 && frame.groupNumber(row) == group {
      let value = values.base[row]
      if value.isNaN { continue }
      strictest = strictest.map { direction == .higher ? max($0, value) : min($0, value) } ?? value
    }
    guard let strictest else { return ladder.count }
    var count = 0
    while count < ladder.count,
      direction == .higher
        ? ladder.scores.base[count] > strictest : ladder.scores.base[count] < strictest
    {
      count += 1
    }
    return count
  }
}
