import Glibc

/// Numbers of successes in independent trials.
public enum Binomial {
  /// The probability of at most that many successes.
  public static func lowerTail(_ successes: Int, of trials: Int, _ probability: Double) -> Double {
    if successes < 0 { return 0 }
    if successes >= trials { return 1 }
    return BetaDistribution.tails(
      probability, 1 - probability, Double(successes) + 1, Double(trials - successes)
    ).upper
  }

  /// The probability of at least that many successes.
  public static func upperTail(_ successes: Int, of trials: Int, _ probability: Double) -> Double {
    if successes <= 0 { return 1 }
    if successes > trials { return 0 }
    return BetaDistribution.tails(
      probability, 1 - probability, Double(successes), Double(trials - successes) + 1
    ).lower
  }

  /// The two-sided exact test: the probability of all counts no likelier than the one seen.
  ///
  /// With a slack of 1e-7, as in R's `binom.test`; null for counts that cannot be and a probability
  /// outside 0 to 1; 1 without trials.
  public static func twoSided(_ successes: Int, of trials: Int, _ probability: Double) -> Double? {
    guard successes >= 0, successes <= trials, probability >= 0, probability <= 1 else {
      return nil
    }
    func logarithm(_ count: Int) -> Double {
      SaddlePoint.binomialLogarithm(
        Double(count), Double(trials), probability, 1 - probability)
    }
    let bound = logarithm(successes) + log1p(1e-7)
    let mode = min(max(Int((Double(trials) + 1) * probability), 0), trials)
    if logarithm(mode) <= bound { return 1 }
    // Probabilities rise up to the mode and fall after it.
    let low = firstIndex(in: 0..<mode) { logarithm($0) > bound }
    let high = firstIndex(in: mode..<(trials + 1)) { logarithm($0) <= bound }
    return min(
      lowerTail(low - 1, of: trials, probability) + upperTail(high, of: trials, probability), 1)
  }
}

/// McNemar's exact test of two classifications of the same cases.
public enum McNemar {
  /// The two-sided p-value from the numbers of cases on which only the one, only the other was right.
  ///
  /// Twice the smaller binomial tail at one half, at most 1 (McNemar 1947; statsmodels' `mcnemar`
  /// with `exact`). 1 where they never differ; null below zero.
  public static func exact(_ onlyFirst: Int, _ onlySecond: Int) -> Double? {
    guard onlyFirst >= 0, onlySecond >= 0 else { return nil }
    let fewer = min(onlyFirst, onlySecond)
    return min(2 * Binomial.lowerTail(fewer, of: onlyFirst + onlySecond, 0.5), 1)
  }
}

/// The first index for which a condition that stays true once it is holds, or the range's end.
public func firstIndex(in range: Range<Int>, where holds: (Int) -> Bool) -> Int {
  var (lower, upper) = (range.lowerBound, range.upperBound)
  while lower < upper {
    let middle = lower + (upper - lower) / 2
    if holds(middle) { upper = middle } else { lower = middle + 1 }
  }
  return lower
}
