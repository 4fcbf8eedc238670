import CasebookTables
import Glibc

/// What the cases with the strictest scores hold.
///
/// The top k is of used rows, k = ceil(top × used); rows tied at the cut count by expectation.
struct TopFigures: Sendable {
  /// How many cases are taken.
  let k: Int
  /// The score at which the last of them lies.
  let cutScore: Double
  /// Cases stricter than that, and cases at it.
  let above: Int
  let tied: Int
  /// The positives to expect among them, as they count.
  let truePositives: Double
  /// The share of positives among them; nil where they weigh nothing.
  let precision: Double?
  /// The share of all positives; nil without positives.
  let capture: Double?
  /// Precision over prevalence; nil without either.
  let lift: Double?
  /// All that the cut's ties reach, and the positives there.
  let blockCount: Int
  let blockTruePositives: Int

  /// The figures for a share of the cases; nil without cases.
  init?(_ ladder: Ladder, top: Double) {
    let used = ladder.used
    guard used > 0 else { return nil }
    k = min(max(Self.count(top, of: used), 1), used)
    var (above, found, weightAbove, countAbove) = (0, 0.0, 0.0, 0)
    var step = 0
    while step < ladder.count - 1, above + ladder.size(step) < k {
      above += ladder.size(step)
      found += ladder.positiveWeight(step)
      countAbove += Int(ladder.positives[step])
      weightAbove += ladder.weight(step)
      step += 1
    }
    let here = ladder.size(step)
    let share = Double(k - above) / Double(here)
    found += ladder.positiveWeight(step) * share
    let taken = weightAbove + ladder.weight(step) * share
    self.above = above
    tied = here
    cutScore = ladder.scores[step]
    truePositives = found
    let precision = taken > 0 ? found / taken : nil
    self.precision = precision
    let all = ladder.positiveWeight
    capture = all > 0 ? found / all : nil
    lift = precision.flatMap { precision in
      ladder.prevalence.flatMap { $0 > 0 ? precision / $0 : nil }
    }
    blockCount = above + here
    blockTruePositives = countAbove + Int(ladder.positives[step])
  }

  /// The ceiling of a product that is first rounded to 12 digits, so that 0.07 of 100 is 7.
  private static func count(_ top: Double, of used: Int) -> Int {
    let product = top * Double(used)
    guard product > 0 else { return 0 }
    let scale = pow(10, (11 - log10(product).rounded(.down)))
    return Int(((product * scale).rounded() / scale).rounded(.up))
  }
}

extension Ladder {
  /// The used cases of a step.
  @inline(__always)
  func size(_ step: Int) -> Int { Int(positives.base[step]) + Int(negatives.base[step]) }
  /// The positives of a step, as they count in formulas.
  @inline(__always)
  func positiveWeight(_ step: Int) -> Double {
    weights?.positives.base[step] ?? Double(positives.base[step])
  }
  /// The negatives of a step, as they count in formulas.
  @inline(__always)
  func negativeWeight(_ step: Int) -> Double {
    weights?.negatives.base[step] ?? Double(negatives.base[step])
  }
  /// The cases of a step, as they count in formulas.
  @inline(__always)
  func weight(_ step: Int) -> Double { positiveWeight(step) + negativeWeight(step) }
}
