import Glibc

/// Densities of binomial and Poisson counts without the cancellation of large factorials.
///
/// Loader (2000), "Fast and accurate computation of binomial probabilities"; the counts may be
/// fractions, which is what the incomplete beta and gamma functions need of them.
enum SaddlePoint {
  /// The probability of `x` successes in `n` trials of probability `p`; `q` is its complement.
  static func binomial(_ x: Double, _ n: Double, _ p: Double, _ q: Double) -> Double {
    exp(binomialLogarithm(x, n, p, q))
  }

  /// The logarithm of `binomial`.
  static func binomialLogarithm(_ x: Double, _ n: Double, _ p: Double, _ q: Double) -> Double {
    if p == 0 { return x == 0 ? 0 : -.infinity }
    if q == 0 { return x == n ? 0 : -.infinity }
    if x == 0 { return n == 0 ? 0 : n * (p < q ? log1p(-p) : log(q)) }
    if x == n { return n * (q < p ? log1p(-q) : log(p)) }
    let rest = n - x
    let centre =
      stirlingError(n) - stirlingError(x) - stirlingError(rest) - deviance(x, n * p)
      - deviance(rest, n * q)
    return centre - 0.5 * (logOfTwoPi + log(x) + log1p(-x / n))
  }

  /// The probability of `x` events where `mean` are expected.
  static func poisson(_ x: Double, mean: Double) -> Double {
    if mean == 0 { return x == 0 ? 1 : 0 }
    if x == 0 { return exp(-mean) }
    return exp(-stirlingError(x) - deviance(x, mean)) / (2 * Double.pi * x).squareRoot()
  }

  private static let logOfTwoPi = 1.8378770664093454836

  /// What Stirling's formula lacks of the logarithm of n factorial.
  private static func stirlingError(_ n: Double) -> Double {
    if n <= 15 {
      return GammaFunction.logarithm(n + 1) - (n + 0.5) * log(n) + n - 0.5 * logOfTwoPi
    }
    let square = n * n
    return
      (1 / 12.0
      - (1 / 360.0 - (1 / 1260.0 - (1 / 1680.0 - 1 / 1188.0 / square) / square) / square)
        / square)
      / n
  }

  /// x log(x / mean) + mean - x, also where the two are close.
  private static func deviance(_ x: Double, _ mean: Double) -> Double {
    guard abs(x - mean) < 0.1 * (x + mean) else { return x * log(x / mean) + mean - x }
    var ratio = (x - mean) / (x + mean)
    var sum = (x - mean) * ratio
    var term = 2 * x * ratio
    ratio *= ratio
    for step in 1...1000 {
      term *= ratio
      let next = sum + term / Double(2 * step + 1)
      if next == sum { break }
      sum = next
    }
    return sum
  }
}
