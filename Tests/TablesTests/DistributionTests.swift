import CasebookTables
import Testing

/// Reference values: mpmath with 60 digits, and SciPy 1.17 for the beta distribution.
@Suite struct DistributionTests {
  private func check(
    _ actual: Double?, _ expected: Double, within tolerance: Double = 1e-12,
    _ place: SourceLocation = #_sourceLocation
  ) {
    guard let actual else {
      Issue.record("null, not \(expected)", sourceLocation: place)
      return
    }
    let isClose = actual == expected || abs(actual - expected) <= tolerance * abs(expected)
    #expect(isClose, "\(actual), not \(expected)", sourceLocation: place)
  }

  @Test(
    arguments: [
      (-37, 5.725571222524577e-300, 1), (-8.5, 9.479534822203318e-18, 1),
      (-1.959963984540054, 0.025000000000000012, 0.975),
      (-0.3, 0.3820885778110474, 0.6179114221889527), (0, 0.5, 0.5),
      (0.7, 0.758036347776927, 0.24196365222307303),
      (3.5, 0.9997673709209645, 0.00023262907903552504), (9, 1, 1.1285884059538405e-19),
      (30, 1, 4.906713927148187e-198),
    ])
  func normalTails(x: Double, cumulative: Double, upper: Double) {
    check(NormalDistribution.cumulative(x), cumulative)
    check(NormalDistribution.upperTail(x), upper)
    check(NormalDistribution.twoSided(x), 2 * min(cumulative, upper))
  }

  @Test(
    arguments: [
      (1e-300, -37.0470962993612), (1e-20, -9.262340089798407), (1e-05, -4.264890793922825),
      (0.02425, -1.972961051311885), (0.3, -0.5244005127080408), (0.5, 0),
      (0.75, 0.6744897501960817), (0.975, 1.9599639845400538), (0.9999999, 5.199337582290661),
      (0, -.infinity), (1, .infinity),
    ])
  func normalQuantiles(p: Double, z: Double) {
    check(NormalDistribution.quantile(p), z, within: 5e-16)
  }

  @Test(
    arguments: [
      (0.3, 2, 5, 0.579825, 0.420175), (0.001, 0.5, 0.5, 0.020135041633377492, 0.9798649583666225),
      (0.999, 10, 0.1, 0.34033333977917496, 0.6596666602208251),
      (0.5, 1000, 1010, 0.5882698275437275, 0.41173017245627247),
      (0.1234, 150000, 1060000, 0.029098261236156834, 0.9709017387638411),
      (1e-05, 1, 1e6, 0.9999546023401924, 4.539765980761299e-05),
      (0.02, 40, 900, 1.080830933367294e-05, 0.9999891916906664),
    ])
  func betaTails(x: Double, a: Double, b: Double, lower: Double, upper: Double) {
    check(BetaDistribution.cumulative(x, a, b), lower, within: 1e-10)
    check(BetaDistribution.upperTail(x, a, b), upper, within: 1e-10)
  }

  @Test(
    arguments: [
      (0.025, 1, 1e9, 2.531780798396938e-11), (0.975, 3, 8, 0.5560954623076415),
      (0.5, 0.01, 5, 9.892240424112215e-32), (0.025, 8, 3, 0.4439045376923585),
      (0.9, 500, 2, 0.9989380030380101), (0, 2, 2, 0), (1, 2, 2, 1),
    ])
  func betaQuantiles(p: Double, a: Double, b: Double, x: Double) {
    check(BetaDistribution.quantile(p, a, b), x)
  }

  @Test(
    arguments: [
      (0.5, 1, 0.4795001221869535), (3.841458820694124, 1, 0.05000000000000006),
      (40, 10, 1.6944743930067385e-05), (1000, 10, 1.8702907209159498e-208),
      (950, 1000, 0.8691240657456885), (1e-06, 3, 0.9999999997340385),
      (300, 2.5, 2.7749112361135005e-65), (0, 4, 1), (-1, 4, 1),
    ])
  func chiSquaredTails(x: Double, degrees: Double, p: Double) {
    check(ChiSquared.upperTail(x, degrees: degrees), p)
  }

  @Test(
    arguments: [
      (0.95, 1, 3.8414588206941245), (0.5, 10, 9.341817765591967),
      (0.999999, 3, 30.664849706154268), (1e-10, 4, 2.8284404581659484e-05),
      (0.05, 1000, 927.594363020979), (0, 2, 0), (1, 2, .infinity),
    ])
  func chiSquaredQuantiles(p: Double, degrees: Double, x: Double) {
    check(ChiSquared.quantile(p, degrees: degrees), x, within: 1e-10)
  }

  @Test func whatCannotBeIsNotANumber() {
    let wrong = [
      NormalDistribution.quantile(-0.1), NormalDistribution.quantile(1.1),
      NormalDistribution.quantile(.nan), BetaDistribution.cumulative(1.5, 2, 2),
      BetaDistribution.cumulative(0.5, 0, 2), BetaDistribution.quantile(2, 2, 2),
      ChiSquared.upperTail(.nan, degrees: 2), ChiSquared.upperTail(1, degrees: 0),
      ChiSquared.quantile(0.5, degrees: -1), GammaFunction.regularizedLower(-1, 2),
      GammaFunction.logFactorial(-1),
    ]
    #expect(wrong.filter { !$0.isNaN }.isEmpty)
  }

  @Test func factorials() {
    check(GammaFunction.logFactorial(100), 363.73937555556347, within: 1e-15)
    check(GammaFunction.logFactorial(1_000_000), 12815518.384658169, within: 1e-15)
    #expect(GammaFunction.logFactorial(0) == 0)
    #expect(GammaFunction.logFactorial(1) == 0)
  }

  @Test(
    arguments: [
      (3, 10, 0.5, 0.171875, 0.9453125, 0.34375), (0, 5, 0.1, 0.59049, 1, 1),
      (5, 5, 0.9, 1, 0.59049, 1),
      (1200, 10000, 0.1, 0.9999999999610544, 4.802632937313011e-11, 8.67058442367232e-11),
      (2, 100000, 1e-06, 0.9998453512276918, 0.004678799442706631, 0.00467879944270663),
      (0, 0, 0.5, 1, 1, 1),
    ])
  func binomialTails(k: Int, n: Int, p: Double, lower: Double, upper: Double, both: Double) {
    check(Binomial.lowerTail(k, of: n, p), lower)
    check(Binomial.upperTail(k, of: n, p), upper)
    check(Binomial.twoSided(k, of: n, p), both)
  }

  @Test func binomialOutOfRange() {
    #expect(Binomial.lowerTail(-1, of: 5, 0.5) == 0)
    #expect(Binomial.upperTail(6, of: 5, 0.5) == 0)
    #expect(Binomial.twoSided(6, of: 5, 0.5) == nil)
  }

  /// Against sums of all terms, over every small case.
  @Test func binomialSmallWorld() {
    for n in 0...9 {
      for p in [0.0, 0.2, 0.5, 1.0] {
        let terms = (0...n).map { k in
          (0..<k).reduce(1.0) { $0 * Double(n - $1) / Double($1 + 1) } * power(p, k)
            * power(1 - p, n - k)
        }
        for k in 0...n {
          let lower = terms[...k].reduce(0, +)
          #expect(abs(Binomial.lowerTail(k, of: n, p) - lower) < 1e-13)
          let both = terms.filter { $0 <= terms[k] * (1 + 1e-7) }.reduce(0, +)
          #expect(abs((Binomial.twoSided(k, of: n, p) ?? -1) - both) < 1e-13, "\(k) of \(n), \(p)")
        }
      }
    }
  }

  private func power(_ base: Double, _ count: Int) -> Double {
    (0..<count).reduce(1) { result, _ in result * base }
  }
}
