import CasebookTables

/// Whether a rule's share of cases has changed in the last full period.
enum Drift {
  /// `alarm`, `thin` or `ok`, by rule.
  ///
  /// The hits of the last period are compared with the rate p of the earlier ones: their variance is n p (1 - p)
  /// (1 + n / N), the second part for p being an estimate from N cases, times the dispersion of the earlier
  /// periods around p where that is above 1. Two-sided normal probabilities are adjusted over the rules
  /// (Benjamini and Hochberg 1995).
  static func verdicts(_ result: Backtest) -> [String: String] {
    let periods = result.periods
    var verdicts: [String: String] = [:]
    var judged: [(name: String, probability: Double, ratio: Double)] = []
    for rule in result.set.ruleset.rules {
      guard let counts = result.rules[rule.name] else { continue }
      guard periods.count >= fewestPeriods, let change = change(counts, periods),
        change.expected >= fewestHits
      else {
        verdicts[rule.name] = "thin"
        continue
      }
      judged.append((rule.name, change.probability, change.ratio))
    }
    let adjusted = BenjaminiHochberg.adjust(judged.map(\.probability))
    for (rule, adjusted) in zip(judged, adjusted) {
      verdicts[rule.name] = isAlarm(adjusted ?? 1, rule.ratio) ? "alarm" : "ok"
    }
    return verdicts
  }

  /// The verdict on one rule by itself, without others to adjust for.
  static func verdict(_ counts: RuleCounts, _ periods: Periods) -> String {
    guard periods.count >= fewestPeriods, let change = change(counts, periods),
      change.expected >= fewestHits
    else { return "thin" }
    return isAlarm(change.probability, change.ratio) ? "alarm" : "ok"
  }

  private static func isAlarm(_ probability: Double, _ ratio: Double) -> Bool {
    probability < 0.05 && !(0.8...1.25).contains(ratio)
  }

  private static let fewestPeriods = 8
  private static let fewestHits = 30.0

  private static func change(
    _ counts: RuleCounts, _ periods: Periods
  ) -> (expected: Double, probability: Double, ratio: Double)? {
    let earlier = 1..<periods.count
    let cases = earlier.reduce(0) { $0 + periods.cases[$1] }
    let hits = earlier.reduce(0) { $0 + (counts.byPeriod[$1] ?? 0) }
    let lastCases = periods.cases[0]
    guard cases > 0, lastCases > 0 else { return nil }
    let rate = Double(hits) / Double(cases)
    let expected = rate * Double(lastCases)
    guard rate > 0, rate < 1 else { return rate == 1 ? (expected, 1, 1) : nil }
    let spread = earlier.filter { periods.cases[$0] > 0 }.map { period -> Double in
      let n = Double(periods.cases[period])
      let off = Double(counts.byPeriod[period] ?? 0) - n * rate
      return off * off / (n * rate * (1 - rate))
    }
    let dispersion = max(1, spread.reduce(0, +) / Double(max(spread.count - 1, 1)))
    let n = Double(lastCases)
    let variance = n * rate * (1 - rate) * (1 + n / Double(cases)) * dispersion
    let seen = Double(counts.byPeriod[0] ?? 0)
    let z = (seen - expected) / variance.squareRoot()
    return (expected, NormalDistribution.twoSided(z), seen / expected)
  }
}
