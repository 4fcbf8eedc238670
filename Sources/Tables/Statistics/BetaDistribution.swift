import Glibc

/// The beta distribution: the regularised incomplete beta function, its inverse and its density.
public enum BetaDistribution {
  /// The probability that a beta-distributed value is at most x: the regularised incomplete beta
  /// function.
  ///
  /// By Lentz's continued fraction (Abramowitz and Stegun 26.5.8); not-a-number outside 0 to 1 and
  /// unless `a` and `b` are above 0.
  public static func cumulative(_ x: Double, _ a: Double, _ b: Double) -> Double {
    tails(x, 1 - x, a, b).lower
  }

  /// The probability that a beta-distributed value is above x, exact in its tail.
  public static func upperTail(_ x: Double, _ a: Double, _ b: Double) -> Double {
    tails(x, 1 - x, a, b).upper
  }

  /// The value that a beta-distributed one stays at or below with a probability.
  ///
  /// By halving, to the last digit; not-a-number for a probability outside 0 to 1 and unless `a` and
  /// `b` are above 0.
  public static func quantile(_ probability: Double, _ a: Double, _ b: Double) -> Double {
    guard probability >= 0, probability <= 1, a > 0, b > 0 else { return .nan }
    if probability == 0 || probability == 1 { return probability }
    return leastReaching(probability, upTo: 1) { cumulative($0, a, b) }
  }

  /// The density at x; not-a-number outside 0 to 1.
  public static func density(_ x: Double, _ a: Double, _ b: Double) -> Double {
    guard x >= 0, x <= 1, a > 0, b > 0 else { return .nan }
    let logBeta =
      GammaFunction.logarithm(a) + GammaFunction.logarithm(b) - GammaFunction.logarithm(a + b)
    return pow(x, a - 1) * pow(1 - x, b - 1) * exp(-logBeta)
  }

  /// Both tails at x, whose complement is `y`.
  static func tails(
    _ x: Double, _ y: Double, _ a: Double, _ b: Double
  ) -> (lower: Double, upper: Double) {
    guard x >= 0, y >= 0, a > 0, b > 0 else { return (.nan, .nan) }
    if x == 0 { return (0, 1) }
    if y == 0 { return (1, 0) }
    let front = a * b / (a + b) * SaddlePoint.binomial(a, a + b, x, y)
    // The fraction converges fast on one side only; the other follows by symmetry.
    if x < (a + 1) / (a + b + 2) {
      let lower = min(front * fraction(x, a, b) / a, 1)
      return (lower, 1 - lower)
    }
    let upper = min(front * fraction(y, b, a) / b, 1)
    return (1 - upper, upper)
  }

  private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    let tiny = 1e-300
    func nonzero(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    var c = 1.0
    var d = 1 / nonzero(1 - (a + b) * x / (a + 1))
    var result = d
    for step in 1...100_000 {
      let m = Double(step)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 / nonzero(1 + even * d)
      c = nonzero(1 + even / c)
      result *= d * c
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 / nonzero(1 + odd * d)
      c = nonzero(1 + odd / c)
      result *= d * c
      if abs(d * c - 1) < 1e-16 { break }
    }
    return result
  }
}
