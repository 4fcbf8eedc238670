import CasebookValues
import Glibc

/// Distributions, tests and intervals.
enum StatisticsFunctions {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "beta_cdf", family: "numbers", betaParameters("x"), returns: .real,
      summary: "The probability that a beta-distributed value is at most x.",
      examples: [Example("print round(beta_cdf(0.5, 2.0, 2.0), 6)", output: "0.5")],
      .rows(nulls: .propagate) {
        .real(regularizedBeta($0.real(0), $0.real(1), $0.real(2)))
      }),
    ScalarFunction(
      "beta_inv", family: "numbers", betaParameters("probability"), returns: .real,
      summary: "The value that a beta-distributed one stays below with a probability.",
      details: "Null for a probability outside 0 to 1.",
      examples: [Example("print round(beta_inv(0.5, 2.0, 2.0), 6)", output: "0.5")],
      .rows(nulls: .propagate) { values in
        guard values.real(0) >= 0, values.real(0) <= 1 else { return .null(.real) }
        return .real(betaQuantile(values.real(0), values.real(1), values.real(2)))
      }),
    ScalarFunction(
      "beta_pdf", family: "numbers", betaParameters("x"), returns: .real,
      summary: "The density of the beta distribution at x.",
      examples: [Example("print round(beta_pdf(0.5, 2.0, 2.0), 6)", output: "1.5")],
      .rows(nulls: .propagate) { .real(betaDensity($0.real(0), $0.real(1), $0.real(2))) }),
    ScalarFunction(
      "welch_test", family: "numbers",
      [
        FunctionParameter("mean1", .real), FunctionParameter("variance1", .real),
        FunctionParameter("count1", .real), FunctionParameter("mean2", .real),
        FunctionParameter("variance2", .real), FunctionParameter("count2", .real),
      ], returns: .real,
      summary: "The p-value of Welch's two-sided t-test that two samples have equal means.",
      details: "Takes each sample's mean, variance (n - 1 in the denominator) and size.",
      examples: [
        Example("print round(welch_test(10.0, 4.0, 20, 12.0, 4.0, 20), 4)", output: "0.0031")
      ],
      .rows(nulls: .propagate) { values in
        .real(
          welchProbability(
            (values.real(0), values.real(1), values.real(2)),
            (values.real(3), values.real(4), values.real(5))))
      }),
    wilson("wilson_low", "lower", -1, "print round(wilson_low(8, 10), 3)", "0.49"),
    wilson("wilson_high", "upper", 1, "print round(wilson_high(8, 10), 3)", "0.943"),
  ]

  private static func betaParameters(_ first: String) -> [FunctionParameter] {
    [
      FunctionParameter(first, .real, "from 0 to 1"), FunctionParameter("alpha", .real, "above 0"),
      FunctionParameter("beta", .real, "above 0"),
    ]
  }

  private static func wilson(
    _ name: String, _ word: String, _ sign: Double, _ query: String, _ output: String
  ) -> ScalarFunction {
    ScalarFunction(
      name, family: "numbers",
      [FunctionParameter("successes", .number), FunctionParameter("trials", .number)],
      returns: .real,
      summary: "The \(word) end of the 95 % interval of a rate by Wilson's score.",
      details: "Null without trials and for counts that cannot be.",
      examples: [Example(query, "8 of 10", output: output)],
      .rows(nulls: .propagate) { .optional(wilsonBound($0.real(0), $0.real(1), sign)) })
  }

  /// Wilson (1927): the rates whose normal test does not reject the one observed.
  private static func wilsonBound(_ successes: Double, _ trials: Double, _ sign: Double) -> Double?
  {
    guard trials > 0, successes >= 0, successes <= trials else { return nil }
    let z = 1.959963984540054
    let rate = successes / trials
    let centre = rate + z * z / (2 * trials)
    let reach = z * (rate * (1 - rate) / trials + z * z / (4 * trials * trials)).squareRoot()
    return min(max((centre + sign * reach) / (1 + z * z / trials), 0), 1)
  }
}

/// The regularised incomplete beta function by Lentz's continued fraction; not-a-number outside 0
/// to 1.
func regularizedBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
  guard x >= 0, x <= 1 else { return .nan }
  if x == 0 || x == 1 { return x }
  let front = exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log1p(-x))
  // The fraction converges fast on one side only; the other follows by symmetry.
  return x < (a + 1) / (a + b + 2)
    ? front * betaFraction(x, a, b) / a : 1 - front * betaFraction(1 - x, b, a) / b
}

private func betaFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
  let tiny = 1e-300
  func nonzero(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
  var c = 1.0
  var d = 1 / nonzero(1 - (a + b) * x / (a + 1))
  var result = d
  for step in 1...1000 {
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

private func betaDensity(_ x: Double, _ a: Double, _ b: Double) -> Double {
  guard x >= 0, x <= 1, a > 0, b > 0 else { return .nan }
  let logBeta = logGamma(a) + logGamma(b) - logGamma(a + b)
  return pow(x, a - 1) * pow(1 - x, b - 1) * exp(-logBeta)
}

/// By bisection: monotone, so sure, and 60 halvings reach a double's precision.
private func betaQuantile(_ probability: Double, _ a: Double, _ b: Double) -> Double {
  guard probability >= 0, probability <= 1, a > 0, b > 0 else { return .nan }
  var lower = 0.0
  var upper = 1.0
  for _ in 0..<60 {
    let middle = (lower + upper) / 2
    if regularizedBeta(middle, a, b) < probability { lower = middle } else { upper = middle }
  }
  return (lower + upper) / 2
}

private func welchProbability(
  _ first: (mean: Double, variance: Double, count: Double),
  _ second: (mean: Double, variance: Double, count: Double)
) -> Double {
  let a = first.variance / first.count
  let b = second.variance / second.count
  let t = (first.mean - second.mean) / (a + b).squareRoot()
  let freedom =
    (a + b) * (a + b) / (a * a / (first.count - 1) + b * b / (second.count - 1))
  return regularizedBeta(freedom / (freedom + t * t), freedom / 2, 0.5)
}
