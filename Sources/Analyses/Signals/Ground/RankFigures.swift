import CasebookTables

/// The area under the ROC curve of a ladder, with DeLong's variance.
struct RankFigures: Sendable {
  /// Twice the pairs that positives win, half of ties counted, exactly; nil with weights.
  let twoU: Int?
  /// The area; nil without both classes.
  let auc: Double?
  /// Its variance; nil below two of a class and with weights.
  ///
  /// DeLong, DeLong and Clarke-Pearson (1988).
  let variance: Double?

  /// The figures of a ladder.
  ///
  /// U is the pairs won plus half of ties (Mann and Whitney 1947), held as the integer 2U; the variance
  /// is s²(V10)/P + s²(V01)/N with divisor n - 1, from the steps (Sun and Xu 2014).
  init(_ ladder: Ladder) { self.init(ladder, without: nil) }

  /// The figures of a ladder's cases without those of another one, which holds some of them.
  init(_ ladder: Ladder, without part: Ladder?) {
    let sums = part.map { ladder.sums(without: $0) } ?? ladder.sums
    if sums.isWeighted {
      (twoU, variance) = (nil, nil)
      auc = weightedArea(ladder, without: part, sums)
      return
    }
    let (p, n) = (sums.positiveCount, sums.negativeCount)
    var below = n
    var pairs = 0
    ladder.forEachStep(without: part) { here, there in
      below -= there
      pairs += here * (2 * below + there)
    }
    twoU = pairs
    guard p > 0, n > 0 else {
      (auc, variance) = (nil, nil)
      return
    }
    auc = Double(pairs) / (2 * Double(p) * Double(n))
    variance = p > 1 && n > 1 ? Self.variance(ladder, without: part, p, n, pairs) : nil
  }

  /// DeLong's interval, clipped to 0 to 1; nil at variance 0, where the normal approximation says
  /// nothing.
  func interval(confidence: Double) -> (low: Double, high: Double)? {
    guard let auc, let variance, variance > 0 else { return nil }
    let reach = NormalDistribution.criticalValue(confidence: confidence) * variance.squareRoot()
    return (max(auc - reach, 0), min(auc + reach, 1))
  }

  /// The difference to the area of other cases: z, and its two-sided p; nil where a variance is
  /// missing or both are 0.
  func difference(to other: RankFigures) -> (z: Double, p: Double)? {
    guard let a = auc, let b = other.auc, let v = variance, let w = other.variance, v + w > 0 else {
      return nil
    }
    let z = (a - b) / (v + w).squareRoot()
    return (z, NormalDistribution.twoSided(z))
  }

  /// Deviations are summed in whole numbers of half pairs around the mean, so nothing cancels.
  private static func variance(
    _ ladder: Ladder, without part: Ladder?, _ positiveCount: Int, _ negativeCount: Int,
    _ pairs: Int
  ) -> Double {
    let (p, n) = (Double(positiveCount), Double(negativeCount))
    let (positiveMean, negativeMean) = (Double(pairs) / p, Double(pairs) / n)
    var (above, below) = (0, negativeCount)
    var (positiveSquares, negativeSquares) = (0.0, 0.0)
    ladder.forEachStep(without: part) { here, there in
      below -= there
      let forPositive = Double(2 * below + there) - positiveMean
      let forNegative = Double(2 * above + here) - negativeMean
      positiveSquares += Double(here) * forPositive * forPositive
      negativeSquares += Double(there) * forNegative * forNegative
      above += here
    }
    return positiveSquares / (4 * n * n * (p - 1) * p) + negativeSquares / (4 * p * p * (n - 1) * n)
  }
}

/// The pairs of a positive and a negative in which the positive stands earlier, ties half, with sums of weights for
/// counts (Hájek 1971).
private func weightedArea(_ ladder: Ladder, without part: Ladder?, _ sums: LadderSums) -> Double? {
  guard sums.positiveWeight > 0, sums.negativeWeight > 0 else { return nil }
  var before = 0.0
  var pairs = 0.0
  ladder.forEachWeight(without: part) { here, there in
    pairs += here * (sums.negativeWeight - before - there / 2)
    before += there
  }
  return min(max(pairs / (sums.positiveWeight * sums.negativeWeight), 0), 1)
}
