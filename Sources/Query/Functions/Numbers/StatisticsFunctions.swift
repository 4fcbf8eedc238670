import CasebookTables
import CasebookValues

/// Distributions, tests and intervals.
enum StatisticsFunctions {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "beta_cdf", family: "numbers", betaParameters("x"), returns: .real,
      summary: "The probability that a beta-distributed value is at most x.",
      examples: [Example("print round(beta_cdf(0.5, 2.0, 2.0), 6)", output: "0.5")],
      .rows(nulls: .propagate) { values in
        let (x, alpha, beta) = (values.real(0), values.real(1), values.real(2))
        // At a pole of the gamma function Kusto's own formula has no mass to the right of x.
        if alpha < 0, alpha == alpha.rounded(), beta > 0, x > 0, x < 1 { return .real(1) }
        return .real(BetaDistribution.cumulative(x, alpha, beta))
      }),
    ScalarFunction(
      "beta_inv", family: "numbers", betaParameters("probability"), returns: .real,
      summary: "The value that a beta-distributed one stays below with a probability.",
      details: "Null for a probability outside 0 to 1.",
      examples: [Example("print round(beta_inv(0.5, 2.0, 2.0), 6)", output: "0.5")],
      .rows(nulls: .propagate) { values in
        guard values.real(0) >= 0, values.real(0) <= 1 else { return .null(.real) }
        return .real(
          BetaDistribution.quantile(values.real(0), values.real(1), values.real(2)))
      }),
    ScalarFunction(
      "beta_pdf", family: "numbers", betaParameters("x"), returns: .real,
      summary: "The density of the beta distribution at x.",
      examples: [Example("print round(beta_pdf(0.5, 2.0, 2.0), 6)", output: "1.5")],
      .rows(nulls: .propagate) {
        .real(BetaDistribution.density($0.real(0), $0.real(1), $0.real(2)))
      }),
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
    wilson("wilson_low", "lower", "print round(wilson_low(8, 10), 3)", "0.49") { $0.low },
    wilson("wilson_high", "upper", "print round(wilson_high(8, 10), 3)", "0.943") { $0.high },
  ]

  private static func betaParameters(_ first: String) -> [FunctionParameter] {
    [
      FunctionParameter(first, .real, "from 0 to 1"), FunctionParameter("alpha", .real, "above 0"),
      FunctionParameter("beta", .real, "above 0"),
    ]
  }

  private static func wilson(
    _ name: String, _ word: String, _ query: String, _ output: String,
    _ end: @escaping @Sendable ((low: Double, high: Double)) -> Double
  ) -> ScalarFunction {
    ScalarFunction(
      name, family: "numbers",
      [FunctionParameter("successes", .number), FunctionParameter("trials", .number)],
      returns: .real,
      summary: "The \(word) end of the 95 % interval of a rate by Wilson's score.",
      details: "Null without trials and for counts that cannot be.",
      examples: [Example(query, "8 of 10", output: output)],
      .rows(nulls: .propagate) {
        .optional(Wilson.interval($0.real(0), of: $0.real(1)).map(end))
      })
  }
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
  return BetaDistribution.cumulative(freedom / (freedom + t * t), freedom / 2, 0.5)
}
