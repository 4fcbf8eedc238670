import CasebookTables

/// The distinct used scores of some cases, strictest first, with the cases at each.
///
/// Most figures of a signal are one scan of this. A step holds at least one used case; unlabelled cases
/// count to the step at which they are first flagged, and those weaker than every step to none.
struct Ladder: Sendable {
  /// Which end of the score the first step is at.
  private(set) var direction: Direction
  /// The score of each step, in raw units.
  private(set) var scores: Buffer<Double>
  /// Positives at each step.
  private(set) var positives: Buffer<Int32>
  /// Negatives at each step.
  private(set) var negatives: Buffer<Int32>
  /// Unlabelled cases flagged at each step and not before; none were asked for where absent.
  private(set) var unlabelled: Buffer<Int32>?
  /// Unlabelled cases with a score that no step flags.
  private(set) var unflagged = 0
  /// Weights in place of counts, where there are any.
  var weights: Weights?
  /// All positives and negatives.
  let positiveCount: Int
  let negativeCount: Int

  /// The sums of weights at each step.
  struct Weights: Sendable {
    let positives: Buffer<Double>
    let negatives: Buffer<Double>
    /// All weights of each class, and the squares of all.
    let positiveSum: Double
    let negativeSum: Double
    let squareSum: Double

    /// How many equally weighted cases are worth as much (Kish 1965).
    var effectiveCount: Double? {
      let sum = positiveSum + negativeSum
      return squareSum > 0 ? sum * sum / squareSum : nil
    }
  }

  /// A ladder of steps that are already strictest first.
  init(
    direction: Direction, scores: Buffer<Double>, positives: Buffer<Int32>,
    negatives: Buffer<Int32>, weights: Weights? = nil
  ) {
    self.direction = direction
    self.scores = scores
    self.positives = positives
    self.negatives = negatives
    self.weights = weights
    var totals = (0, 0)
    for step in 0..<scores.count {
      totals.0 += Int(positives.base[step])
      totals.1 += Int(negatives.base[step])
    }
    (positiveCount, negativeCount) = totals
  }

  /// Steps.
  var count: Int { scores.count }
  /// Used cases.
  var used: Int { positiveCount + negativeCount }
  /// Positives as they count in formulas.
  var positiveWeight: Double { weights?.positiveSum ?? Double(positiveCount) }
  /// Negatives as they count in formulas.
  var negativeWeight: Double { weights?.negativeSum ?? Double(negativeCount) }
  /// The share of positives as it counts in formulas; nil without cases.
  var prevalence: Double? { sums.prevalence }

  /// Where the step stands that has so many smaller scores before it.
  @inline(__always)
  func index(ascending place: Int) -> Int {
    direction == .higher ? count - 1 - place : place
  }

  /// All used cases as they count in formulas.
  var usedWeight: Double { weights == nil ? Double(used) : positiveWeight + negativeWeight }
  /// How many equally weighted cases the used ones are worth.
  var effectiveCount: Double { weights.map { $0.effectiveCount ?? 0 } ?? Double(used) }

  /// The used cases of that step.
  @inline(__always)
  func labelled(atAscending place: Int) -> Int {
    let step = index(ascending: place)
    return Int(positives.base[step]) + Int(negatives.base[step])
  }

  /// The same steps with the other end first.
  func turned(to direction: Direction) -> Ladder {
    var ladder = self
    ladder.turn(to: direction)
    return ladder
  }

  /// Puts the other end first: a part at a time, so that only one of them is there twice.
  mutating func turn(to direction: Direction) {
    if direction == self.direction { return }
    self.direction = direction
    scores = reversed(scores)
    positives = reversed(positives)
    negatives = reversed(negatives)
    weights = weights.map { weights in
      Weights(
        positives: reversed(weights.positives), negatives: reversed(weights.negatives),
        positiveSum: weights.positiveSum, negativeSum: weights.negativeSum,
        squareSum: weights.squareSum)
    }
  }

  /// The same ladder with unlabelled cases at its steps; their scores come ascending or descending as
  /// the ladder's own do.
  func adding(unlabelled scores: Buffer<Double>) -> Ladder {
    var result = self
    let ladderScores = self.scores
    let isHigher = direction == .higher
    var place = 0
    result.unlabelled = Buffer(count: count) { target in
      for step in 0..<ladderScores.count {
        let threshold = ladderScores.base[step]
        let first = place
        while place < scores.count,
          isHigher ? scores.base[place] >= threshold : scores.base[place] <= threshold
        {
          place += 1
        }
        target[step] = Int32(truncatingIfNeeded: place - first)
      }
    }
    result.unflagged = scores.count - place
    return result
  }

  /// What is left of the ladder when its steps, which take most of the memory, are let go of.
  var sums: LadderSums {
    LadderSums(
      positiveCount: positiveCount, negativeCount: negativeCount,
      positiveWeight: positiveWeight, negativeWeight: negativeWeight,
      isWeighted: weights != nil, weightedCount: weights?.effectiveCount)
  }

  /// Gives the positives and negatives of every step, strictest first, less those of a ladder that holds some of
  /// the cases; a step may be left without any.
  @inline(__always)
  func forEachStep(without part: Ladder?, _ body: (_ positives: Int, _ negatives: Int) -> Void) {
    let (positives, negatives, scores) = (positives.base, negatives.base, scores.base)
    guard let part else {
      for step in 0..<count { body(Int(positives[step]), Int(negatives[step])) }
      return
    }
    var place = 0
    for step in 0..<count {
      var (here, there) = (Int(positives[step]), Int(negatives[step]))
      if place < part.count, part.scores.base[place] == scores[step] {
        here -= Int(part.positives.base[place])
        there -= Int(part.negatives.base[place])
        place += 1
      }
      body(here, there)
    }
  }

  /// The same with weights, where there are any; a difference must not leave rounding where no case is left.
  @inline(__always)
  func forEachWeight(
    without part: Ladder?, _ body: (_ positives: Double, _ negatives: Double) -> Void
  ) {
    guard let weights else { return }
    let (positives, negatives) = (weights.positives.base, weights.negatives.base)
    guard let part, let away = part.weights else {
      for step in 0..<count { body(positives[step], negatives[step]) }
      return
    }
    var (step, place) = (0, 0)
    forEachStep(without: part) { here, there in
      var (left, right) = (positives[step], negatives[step])
      if place < part.count, part.scores.base[place] == scores.base[step] {
        left = max(left - away.positives.base[place], 0)
        right = max(right - away.negatives.base[place], 0)
        place += 1
      }
      step += 1
      body(here > 0 ? left : 0, there > 0 ? right : 0)
    }
  }

  /// The cases that are not in a ladder that holds some of them.
  func sums(without part: Ladder) -> LadderSums {
    let (p, n) = (positiveCount - part.positiveCount, negativeCount - part.negativeCount)
    var rest = LadderSums(
      positiveCount: p, negativeCount: n, positiveWeight: Double(p), negativeWeight: Double(n))
    guard weights != nil else { return rest }
    rest.isWeighted = true
    (rest.positiveWeight, rest.negativeWeight) = (0, 0)
    forEachWeight(without: part) { positives, negatives in
      rest.positiveWeight += positives
      rest.negativeWeight += negatives
    }
    return rest
  }
}

/// The cases of a ladder, all steps together.
struct LadderSums: Sendable {
  var positiveCount = 0
  var negativeCount = 0
  /// Positives and negatives as they count in formulas.
  var positiveWeight = 0.0
  var negativeWeight = 0.0
  var isWeighted = false
  /// How many equally weighted cases weighted ones are worth; nil without weights above 0.
  var weightedCount: Double?

  /// Used cases.
  var used: Int { positiveCount + negativeCount }
  /// Used cases as they count in formulas.
  var usedWeight: Double { positiveWeight + negativeWeight }
  /// The share of positives as it counts in formulas; nil without cases.
  var prevalence: Double? { usedWeight > 0 ? positiveWeight / usedWeight : nil }
}

/// The elements from the last to the first.
func reversed<Element: BitwiseCopyable & Sendable>(_ buffer: Buffer<Element>) -> Buffer<Element> {
  let count = buffer.count
  return Buffer(count: count) { target in
    for index in 0..<count { target[index] = buffer.base[count - 1 - index] }
  }
}
