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
  /// The strictest score of a group's rows that had no chance of review; nil where every row had one.
  ///
  /// Where stricter rows alone are flagged, precision is known even where nothing else is.
  func strictestUnreviewed(_ group: Int, _ frame: CaseFrame) -> Double? {
    guard let review = frame.review, frame.neverReviewed[group] > 0 else { return nil }
    var strictest: Double?
    for row in 0..<frame.count where review.base[row] == 0 && frame.groupNumber(row) == group {
      let value = values.base[row]
      if value.isNaN { continue }
      strictest = strictest.map { direction == .higher ? max($0, value) : min($0, value) } ?? value
    }
    return strictest
  }

  /// Whether a threshold, or none, flags no row that had no chance of review.
  func flagsReviewed(_ threshold: Double?, strictestUnreviewed: Double?) -> Bool {
    guard let threshold, let strictestUnreviewed else { return true }
    return direction == .higher
      ? threshold > strictestUnreviewed : threshold < strictestUnreviewed
  }
}
