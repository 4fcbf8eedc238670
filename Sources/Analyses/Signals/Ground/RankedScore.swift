import CasebookTables
import CasebookValues

/// A score of some cases with its direction and a ladder for every group: where every stage begins.
struct RankedScore: Sendable {
  /// Labelled rows without a score.
  struct Missing: Sendable {
    var positives = 0
    var negatives = 0
    var positiveWeight = 0.0
    var negativeWeight = 0.0
    var count: Int { positives + negatives }
  }

  let score: SignalArguments.Score
  /// The score of every row, NaN where there is none.
  let values: Buffer<Double>
  /// The end that means positive, fixed on all used rows of the input.
  let direction: Direction
  /// The ladder of each group, strictest first.
  let ladders: [Ladder]
  /// The ladder of all groups together; the only group's where there is one.
  let whole: Ladder
  /// The area of all groups together.
  let wholeFigures: RankFigures
  /// Labelled rows of each group without a score.
  let missing: [Missing]

  /// What a stage needs besides the labelled cases.
  struct Needs: OptionSet {
    let rawValue: Int
    /// Unlabelled cases at the steps, for counts of what would be flagged.
    static let unlabelled = Needs(rawValue: 1)
    /// The ladder of all groups, even where the direction is given.
    static let whole = Needs(rawValue: 2)
  }

  /// Ranks a score; warns where the direction was chosen on the rows that it is judged on.
  init(
    _ score: SignalArguments.Score, _ frame: CaseFrame, _ needs: Needs = [], _ context: RunContext,
    direction given: Direction? = nil
  ) throws {
    let fixed = given ?? frame.arguments.direction
    self.score = score
    values = frame.scores(score)
    missing = Self.missing(values, frame)
    let needsWhole =
      frame.groupCount != 1 && (fixed == nil || needs.contains(.whole))
    var ladders: [Ladder]
    var whole: Ladder?
    var unlabelled: ScoreSort?
    if frame.weights == nil {
      let sort = try ScoreSort(
        values, classes: frame.classes, groups: frame.groups, groupCount: frame.groupCount,
        includesUnlabelled: needs.contains(.unlabelled), context)
      ladders = try context.mapParallel(frame.groupCount) { try sort.ladder(group: $0, context) }
      if needsWhole { whole = try sort.ladderOfAll(context) }
      unlabelled = needs.contains(.unlabelled) ? sort : nil
    } else {
      let cases = try SortedCases(values, frame, .higher, context)
      ladders = try context.mapParallel(frame.groupCount) {
        try cases.ladder(group: $0, frame, context)
      }
      if needsWhole {
        let all = try SortedCases(values, frame, .higher, byGroup: false, context)
        whole = try all.ladder(of: all.rows, frame, context)
      }
      if needs.contains(.unlabelled) {
        unlabelled = try ScoreSort(
          values, classes: frame.classes, groups: frame.groups, groupCount: frame.groupCount,
          includesUnlabelled: true, context)
      }
    }
    try context.checkpoint()
    let rawFigures = RankFigures(whole ?? ladders.first ?? Ladder.empty)
    let direction =
      fixed ?? ((rawFigures.auc ?? 1) >= 0.5 ? Direction.higher : .lower)
    self.direction = direction
    for group in ladders.indices { ladders[group].turn(to: direction) }
    whole?.turn(to: direction)
    if let unlabelled {
      ladders = try context.mapParallel(ladders.count) { [ladders] group in
        ladders[group].adding(unlabelled: unlabelled.unlabelled(group: group, direction))
      }
    }
    self.ladders = ladders
    self.whole = whole ?? ladders.first ?? Ladder.empty
    wholeFigures = direction == .higher ? rawFigures : RankFigures(self.whole)
    if fixed == nil { warnOfDirection(frame, context) }
  }

  /// The words that `where` takes for flagging at a threshold.
  func rule(_ threshold: Double?) -> String {
    guard let threshold else { return "false" }
    let name = score.written
    let isLong = abs(threshold) < 0x1p63
    let value =
      isLong
      ? numberText(threshold)
      : "real(\(threshold == .infinity ? "+inf" : Scalar.real(threshold).text))"
    return "\(score.isBool ? "tolong(\(name))" : name) \(direction.comparison) \(value)"
  }

  /// A direction chosen where the score hardly separates, or against its name, flatters it.
  private func warnOfDirection(_ frame: CaseFrame, _ context: RunContext) {
    let low = wholeFigures.interval(confidence: frame.arguments.confidence)?.low
    guard direction == .lower || (low.map { $0 <= 0.5 } ?? false) else { return }
    context.warn(
      "\(score.name): direction=\(direction.rawValue) was chosen on the same rows; "
        + "fix it with direction= where the score is known")
  }

  private static func missing(_ values: Buffer<Double>, _ frame: CaseFrame) -> [Missing] {
    var missing = [Missing](repeating: Missing(), count: frame.groupCount)
    for row in 0..<values.count where values.base[row].isNaN {
      let weight = frame.weights?.base[row] ?? 1
      switch frame.classes.base[row] {
      case CaseClass.positive:
        missing[frame.groupNumber(row)].positives += 1
        missing[frame.groupNumber(row)].positiveWeight += weight
      case CaseClass.negative:
        missing[frame.groupNumber(row)].negatives += 1
        missing[frame.groupNumber(row)].negativeWeight += weight
      default: break
      }
    }
    return missing
  }
}

extension Ladder {
  /// No cases.
  static var empty: Ladder {
    Ladder(
      direction: .higher, scores: Buffer([]), positives: Buffer([]), negatives: Buffer([]))
  }
}

/// A column's name as an expression needs it.
func quotedName(_ name: String) -> String {
  let isPlain =
    !name.isEmpty && !(name.utf8.first.map { $0 >= 48 && $0 <= 57 } ?? false)
    && name.utf8.allSatisfy { byte in
      byte == 95 || (byte >= 48 && byte <= 57) || (byte | 32 >= 97 && byte | 32 <= 122)
    }
  return isPlain
    ? name : "['" + name.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "']"
}
