import CasebookTables
import Glibc

/// How good a score is that claims to be a probability.
struct ProbabilityFigures: Sendable {
  /// The mean of (s - y)² (Brier 1950).
  let brier: Double
  /// How much less than that of the prevalence alone; nil with one class.
  let skill: Double?
  /// The mean of -ln of what was said of the outcome, s and 1 - s each raised to 1e-15 (Good 1952).
  let logLoss: Double
  /// Cases whose score was raised for it.
  let clipped: Int
  /// The mean score.
  let meanScore: Double

  private static let least = 1e-15

  /// The figures; nil without cases and where a score is outside 0 to 1.
  init?(_ ladder: Ladder) {
    guard ladder.count > 0, ladder.spansProbabilities else { return nil }
    var (squares, losses, sum) = (0.0, 0.0, 0.0)
    var clipped = 0
    for step in 0..<ladder.count {
      let s = ladder.scores.base[step]
      let (p, n) = (ladder.positives.base[step], ladder.negatives.base[step])
      let positives = ladder.weights?.positives.base[step] ?? Double(p)
      let negatives = ladder.weights?.negatives.base[step] ?? Double(n)
      squares += positives * (1 - s) * (1 - s) + negatives * s * s
      // A logarithm for a class that is not there would only cost time.
      if positives > 0 { losses -= positives * log(max(s, Self.least)) }
      if negatives > 0 { losses -= negatives * log(max(1 - s, Self.least)) }
      sum += s * (positives + negatives)
      if s < Self.least || 1 - s < Self.least { clipped += Int(p) + Int(n) }
    }
    let all = ladder.positiveWeight + ladder.negativeWeight
    guard all > 0 else { return nil }
    brier = squares / all
    logLoss = losses / all
    meanScore = sum / all
    self.clipped = clipped
    let rate = ladder.positiveWeight / all
    skill = rate > 0 && rate < 1 ? 1 - brier / (rate * (1 - rate)) : nil
  }
}

extension Ladder {
  /// Whether every score is from 0 to 1.
  var spansProbabilities: Bool {
    guard count > 0 else { return false }
    let (first, last) = (scores[0], scores[count - 1])
    return min(first, last) >= 0 && max(first, last) <= 1
  }
}
