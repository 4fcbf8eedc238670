/// Wilson's score interval of a rate.
public enum Wilson {
  /// The rates whose normal test does not reject the one observed (Wilson 1927).
  ///
  /// Successes may be a fraction, as of weighted counts. Null without trials and for counts that
  /// cannot be.
  public static func interval(
    _ successes: Double, of trials: Double, confidence: Double = 0.95
  ) -> (low: Double, high: Double)? {
    guard trials > 0, trials.isFinite, successes >= 0, successes <= trials else { return nil }
    let z = NormalDistribution.criticalValue(confidence: confidence)
    let rate = successes / trials
    let share = z * z / trials
    let centre = rate + share / 2
    let reach = z * (rate * (1 - rate) / trials + share / (4 * trials)).squareRoot()
    // The formula gives these ends exactly, its rounding does not.
    return (
      successes == 0 ? 0 : min(max((centre - reach) / (1 + share), 0), 1),
      successes == trials ? 1 : min(max((centre + reach) / (1 + share), 0), 1)
    )
  }
}

/// The exact interval of a rate.
public enum ClopperPearson {
  /// The rates of which neither binomial tail is below half of what confidence leaves.
  ///
  /// By beta quantiles (Clopper and Pearson 1934); 0 and 1 are the ends where nothing or everything
  /// succeeded. Null without trials and for counts that cannot be.
  public static func interval(
    _ successes: Double, of trials: Double, confidence: Double = 0.95
  ) -> (low: Double, high: Double)? {
    guard trials > 0, trials.isFinite, successes >= 0, successes <= trials else { return nil }
    let upper = (1 + confidence) / 2
    let failures = trials - successes
    return (
      successes == 0 ? 0 : BetaDistribution.quantile(1 - upper, successes, failures + 1),
      failures == 0 ? 1 : BetaDistribution.quantile(upper, successes + 1, failures)
    )
  }
}
