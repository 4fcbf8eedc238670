import CasebookTables
import Testing

/// Intervals of rates, and tests of tables and ranks.
@Suite struct RateTests {
  private func isClose(_ actual: Double?, _ expected: Double, _ tolerance: Double = 1e-9) -> Bool {
    guard let actual else { return false }
    return actual == expected || abs(actual - expected) <= tolerance * abs(expected)
  }

  /// statsmodels' `proportion_confint`.
  @Test(
    arguments: [
      (0, 1, 0, 0.7934506856227627, 0, 0.975), (1, 1, 0.2065493143772374, 1, 0.025, 1),
      (8, 10, 0.4901624715366418, 0.9433178485456247, 0.4439045376923585, 0.9747892736731666),
    ])
  func intervals(
    k: Double, n: Double, wilsonLow: Double, wilsonHigh: Double, exactLow: Double,
    exactHigh: Double
  ) throws {
    let wilson = try #require(Wilson.interval(k, of: n))
    #expect(isClose(wilson.low, wilsonLow) && isClose(wilson.high, wilsonHigh), "\(wilson)")
    let exact = try #require(ClopperPearson.interval(k, of: n))
    #expect(isClose(exact.low, exactLow) && isClose(exact.high, exactHigh), "\(exact)")
  }

  @Test func otherConfidence() {
    #expect(isClose(Wilson.interval(0, of: 1, confidence: 0.9)?.high, 0.730134051215946))
  }

  @Test func noInterval() {
    #expect(Wilson.interval(0, of: 0) == nil)
    #expect(Wilson.interval(-1, of: 2) == nil)
    #expect(Wilson.interval(3, of: 2) == nil)
    #expect(Wilson.interval(.nan, of: 2) == nil)
    #expect(ClopperPearson.interval(0, of: 0) == nil)
    #expect(ClopperPearson.interval(3, of: 2) == nil)
  }

  /// Exact sums of whole-number products (Python), equal to R's `fisher.test`.
  @Test(
    arguments: [
      ([3, 1, 1, 3], 0.4857142857142857), ([8, 2, 1, 5], 0.03496503496503497),
      ([0, 10, 12, 2], 6.730380939561179e-05), ([10, 0, 0, 0], 1), ([5, 5, 5, 5], 1),
      ([400, 600, 300, 700], 3.3716997073999386e-06),
      ([2000, 8000, 2500, 9500], 0.13090160559124145),
      ([149, 127, 251, 3473], 1.0803972483817745e-84),
      ([1, 24, 5, 3], 0.0012893113560521793), ([0, 0, 0, 0], 1),
    ] as [([Int], Double)])
  func fisher(table: [Int], p: Double) {
    let actual = FisherExact.twoSided(table[0], table[1], table[2], table[3])
    #expect(isClose(actual, p, 1e-11), "\(String(describing: actual))")
  }

  /// Against the sum over all tables with the same margins, for every table of small counts.
  @Test func fisherSmallWorld() {
    for a in 0...4 {
      for b in 0...4 {
        for c in 0...4 {
          for d in 0...4 {
            let expected = enumerated(a, b, c, d)
            let actual = FisherExact.twoSided(a, b, c, d)
            #expect(isClose(actual, expected, 1e-12), "\(a) \(b) \(c) \(d)")
          }
        }
      }
    }
    #expect(FisherExact.twoSided(-1, 2, 3, 4) == nil)
  }

  private func choose(_ n: Int, _ k: Int) -> Int {
    (0..<k).reduce(1) { $0 * (n - $1) / ($1 + 1) }
  }

  private func enumerated(_ a: Int, _ b: Int, _ c: Int, _ d: Int) -> Double {
    let (low, high) = (max(0, a - d), min(a + b, a + c))
    let weights = (low...high).map { choose(a + c, $0) * choose(b + d, a + b - $0) }
    let mine = weights[a - low]
    return Double(weights.filter { $0 <= mine }.reduce(0, +)) / Double(weights.reduce(0, +))
  }

  /// mpmath, as statsmodels' `mcnemar` with `exact`.
  @Test(
    arguments: [
      (5, 15, 0.04138946533203125), (0, 0, 1), (7, 7, 1), (0, 12, 0.00048828125),
      (300, 400, 0.00017847631448562445),
    ])
  func mcNemar(b: Int, c: Int, p: Double) {
    #expect(isClose(McNemar.exact(b, c), p, 1e-12))
    #expect(isClose(McNemar.exact(c, b), p, 1e-12))
  }

  /// SciPy's `mannwhitneyu(..., use_continuity=True, method="asymptotic")`.
  @Test(
    arguments: [
      ([1, 2, 3, 4, 5], [3, 4, 5, 6, 7, 8], 4.5, 0.066015431521231), ([1, 1, 1], [1, 1], 3, 1),
      ([5, 5, 2, 9], [1, 5, 5, 5, 0, 2], 17.5, 0.2538330292158737), ([1], [2], 0, 1),
      (
        [3, 1, 4, 1, 5, 9, 2, 6, 5, 3], [5, 8, 9, 7, 9, 3, 2, 3, 8, 4, 6], 32.5, 0.11854895009989554
      ),
    ] as [([Int64], [Int64], Double, Double)])
  func mannWhitney(first: [Int64], second: [Int64], u: Double, p: Double) throws {
    let ticks = try #require(MannWhitney.test(first, second))
    #expect(ticks.u == u)
    #expect(isClose(ticks.p, p, 1e-12))
    #expect(MannWhitney.test(first.map(Double.init), second.map(Double.init)) == ticks)
    #expect(isClose(MannWhitney.test(second, first)?.p, p, 1e-12))
  }

  @Test func mannWhitneyWithoutSample() {
    #expect(MannWhitney.test([Int64](), [1]) == nil)
    #expect(MannWhitney.test([1.0], [Double.nan]) == nil)
  }

  /// SciPy's `false_discovery_control`, and nulls between.
  @Test func benjaminiHochberg() {
    let adjusted = BenjaminiHochberg.adjust([0.01, nil, 0.04, 0.03, 0.005, .nan, 0.9])
    let expected: [Double?] = [0.025, nil, 0.05, 0.05, 0.025, nil, 0.9]
    for (actual, expected) in zip(adjusted, expected) {
      #expect((actual == nil) == (expected == nil))
      if let expected { #expect(isClose(actual, expected)) }
    }
    #expect(BenjaminiHochberg.adjust([]) == [])
    #expect(BenjaminiHochberg.adjust([nil]) == [nil])
    #expect(BenjaminiHochberg.adjust([1, 1]) == [1, 1])
  }
}
