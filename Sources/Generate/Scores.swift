/// The two classifiers.
///
/// Given the outcome, a score depends on nothing else that is in the files:
/// its AUC is the same in every segment and week, save where the decline is planted.
enum Scores {
  private static let declineCountry = Country.all.firstIndex { $0.code == Planted.declineCountry }

  /// The healthy score_b, calibrated on all cases, reviewed or not.
  static func healthy(_ truth: Finding, _ random: RandomSource) -> Int? {
    if random.chance(Planted.scoreBMissing, .scoreBMissing) { return nil }
    let signal = truth == .violating ? 0.5 : -0.5
    return score(separation: 1.35, signal, noise: random.normal(.scoreB), logit: -0.585)
  }

  /// The declining score_a, calibrated on reviewed cases until the decline takes most of its signal.
  static func declining(
    _ truth: Finding, country: Int, openedAt time: Int, _ random: RandomSource
  ) -> Int? {
    if random.chance(Planted.scoreAMissing, .scoreAMissing) { return nil }
    var signal = truth == .violating ? 0.5 : -0.5
    var logit = -0.19
    if country == declineCountry && time >= Planted.declineBegins {
      signal *= Planted.declineKeeps
      logit += Planted.declineMoves
    }
    return score(separation: 1.42, signal, noise: random.normal(.scoreA), logit: logit)
  }

  /// The posterior probability when both classes are normal with variance 1, `separation` apart and
  /// mirrored around 0, and `logit` is that of the prior.
  private static func score(separation: Double, _ signal: Double, noise: Double, logit: Double)
    -> Int
  {
    let evidence = separation * (separation * signal + noise) + logit
    return Int((10_000 / (1 + exponential(-evidence))).rounded())
  }
}
