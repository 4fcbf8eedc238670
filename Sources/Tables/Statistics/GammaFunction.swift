import Glibc

/// The gamma function's logarithm and its regularised incomplete forms.
public enum GammaFunction {
  /// The logarithm of the gamma function's absolute value.
  ///
  /// The C library's plain one writes a global.
  public static func logarithm(_ value: Double) -> Double {
    var sign: Int32 = 0
    return lgamma_r(value, &sign)
  }

  /// The logarithm of n factorial; not-a-number below zero.
  public static func logFactorial(_ n: Int) -> Double {
    n < 0 ? .nan : n < 2 ? 0 : logarithm(Double(n) + 1)
  }

  /// The regularised lower incomplete gamma function P(a, x).
  ///
  /// Not-a-number unless a is above 0 and x at least 0 (Abramowitz and Stegun 6.5).
  public static func regularizedLower(_ a: Double, _ x: Double) -> Double { tails(a, x).lower }

  /// The regularised upper incomplete gamma function Q(a, x) = 1 - P(a, x), exact in its tail.
  public static func regularizedUpper(_ a: Double, _ x: Double) -> Double { tails(a, x).upper }

  private static func tails(_ a: Double, _ x: Double) -> (lower: Double, upper: Double) {
    guard a > 0, x >= 0 else { return (.nan, .nan) }
    if x == 0 { return (0, 1) }
    if x == .infinity { return (1, 0) }
    // The series converges fast below the mean, the continued fraction above it.
    if x < a + 1 {
      let lower = min(SaddlePoint.poisson(a, mean: x) * series(a, x), 1)
      return (lower, 1 - lower)
    }
    let upper = min(SaddlePoint.poisson(a, mean: x) * a * fraction(a, x), 1)
    return (1 - upper, upper)
  }

  /// 1 + x/(a+1) + x²/((a+1)(a+2)) + ...
  private static func series(_ a: Double, _ x: Double) -> Double {
    var term = 1.0
    var sum = 1.0
    var divisor = a
    for _ in 0..<1_000_000 {
      divisor += 1
      term *= x / divisor
      sum += term
      if term < sum * 1e-17 { break }
    }
    return sum
  }

  /// Legendre's continued fraction by Lentz's method.
  private static func fraction(_ a: Double, _ x: Double) -> Double {
    let tiny = 1e-300
    var b = x + 1 - a
    var c = 1 / tiny
    var d = 1 / b
    var result = d
    for step in 1...1_000_000 {
      let numerator = -Double(step) * (Double(step) - a)
      b += 2
      d = numerator * d + b
      d = 1 / (abs(d) < tiny ? tiny : d)
      c = b + numerator / c
      if abs(c) < tiny { c = tiny }
      result *= d * c
      if abs(d * c - 1) < 1e-16 { break }
    }
    return result
  }
}
