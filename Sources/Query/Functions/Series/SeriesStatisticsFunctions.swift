import CasebookValues

/// What a series, or two, come to.
enum SeriesStatisticsFunctions {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "series_stats", family: "series",
      [Series.parameter, ignoreParameter], returns: .dynamic,
      summary: "Least, greatest, mean, deviation and variance of a series, each as a column.",
      examples: [
        Example("print series_stats(dynamic([1, 2, 3]))", output: "1.0\t0\t3.0\t2\t2.0\t1.0\t1.0")
      ],
      .rows(nulls: .handled) { values in
        guard let stats = Statistics(values) else {
          return .array(Array(repeating: .null, count: 7))
        }
        return .array([
          .real(stats.least), .long(Int64(stats.leastIndex)), .real(stats.greatest),
          .long(Int64(stats.greatestIndex)), .real(stats.mean), .real(stats.variance.squareRoot()),
          .real(stats.variance),
        ])
      }
    ).yielding(
      Series.columns(
        "series_stats",
        [
          ("min", .real), ("min_idx", .long), ("max", .real), ("max_idx", .long), ("avg", .real),
          ("stdev", .real), ("variance", .real),
        ])),
    ScalarFunction(
      "series_stats_dynamic", family: "series",
      [Series.parameter, ignoreParameter], returns: .dynamic,
      summary: "Least, greatest, mean, deviation, variance, sum and length of a series, as a bag.",
      examples: [Example("print series_stats_dynamic(dynamic([1, 2, 3])).avg", output: "2.0")],
      .rows(nulls: .propagate) { values in
        guard let stats = Statistics(values) else { return .null(.dynamic) }
        return .dynamic(
          .bag([
            ("min", .real(stats.least)), ("min_idx", .long(Int64(stats.leastIndex))),
            ("max", .real(stats.greatest)), ("max_idx", .long(Int64(stats.greatestIndex))),
            ("avg", .real(stats.mean)), ("stdev", .real(stats.variance.squareRoot())),
            ("variance", .real(stats.variance)), ("sum", .real(stats.sum)),
            ("len", .long(Int64(stats.count))),
          ]))
      }),
    single("series_sum", "The sum of a series.", "6.0") { $0.reduce(0, +) },
    single("series_product", "The product of a series.", "6.0") { $0.reduce(1, *) },
    single("series_magnitude", "The length of a series as a vector.", "3.7416573867739415") {
      $0.reduce(0) { $0 + $1 * $1 }.squareRoot()
    },
    ScalarFunction(
      "series_dot_product", family: "series",
      [
        FunctionParameter("a", TypeSet.dynamic.union(.number), "an array, or a number for all"),
        FunctionParameter("b", TypeSet.dynamic.union(.number), "an array, or a number for all"),
      ], returns: .real, summary: "The dot product of two series.",
      details: "Null when the lengths differ or an element is no number.",
      examples: [
        Example("print series_dot_product(dynamic([1, 2, 3]), dynamic([2, 3, 4]))", output: "20.0")
      ],
      .rows(nulls: .propagate) { values in
        let length = values.array(0)?.count ?? values.array(1)?.count ?? 0
        guard let left = series(values[0], length), let right = series(values[1], length),
          left.count == right.count
        else { return .null(.real) }
        return .real(dot(left, right))
      }),
    pair("series_cosine_similarity", "The cosine of the angle between two series.", nil) {
      dot($0, $1) / (dot($0, $0) * dot($1, $1)).squareRoot()
    },
    pair("series_pearson_correlation", "Pearson's correlation of two series.", nil) {
      Series.correlation($0, $1)
    },
  ]

  private static let ignoreParameter = FunctionParameter(
    "ignore_nonnumeric", .bool, "pass over what is no number", isOptional: true)

  /// The numbers of an array, or a number repeated.
  private static func series(_ value: Scalar, _ length: Int) -> [Double]? {
    if let number = value.asReal { return Array(repeating: number, count: length) }
    return Series.wholeNumbers(value)
  }

  private static func dot(_ left: [Double], _ right: [Double]) -> Double {
    zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
  }

  private static func single(
    _ name: String, _ summary: String, _ output: String,
    _ body: @escaping @Sendable ([Double]) -> Double
  ) -> ScalarFunction {
    ScalarFunction(
      name, family: "series", [Series.parameter], returns: .real, summary: summary,
      details: "Null when an element is no number.",
      examples: [Example("print \(name)(dynamic([1, 2, 3]))", output: output)],
      .rows(nulls: .propagate) { .optional(Series.wholeNumbers($0[0]).map(body)) })
  }

  private static func pair(
    _ name: String, _ summary: String, _ output: String?,
    _ body: @escaping @Sendable ([Double], [Double]) -> Double
  ) -> ScalarFunction {
    ScalarFunction(
      name, family: "series", [Series.parameter, FunctionParameter("other", .dynamic)],
      returns: .real, summary: summary,
      details: "Null when the lengths differ or an element is no number.",
      examples: [Example("print \(name)(dynamic([1, 2, 3]), dynamic([2, 3, 4]))", output: output)],
      .rows(nulls: .propagate) { values in
        guard let left = Series.wholeNumbers(values[0]),
          let right = Series.wholeNumbers(values[1]), left.count == right.count, !left.isEmpty
        else { return .null(.real) }
        return .real(body(left, right))
      })
  }
}

private struct Statistics {
  var least: Double
  var leastIndex: Int
  var greatest: Double
  var greatestIndex: Int
  var mean: Double
  var variance: Double
  var sum: Double
  var count: Int

  init?(_ values: [Scalar]) {
    guard let numbers = Series.numbers(values[0]) else { return nil }
    let known = numbers.enumerated().compactMap { index, number in number.map { (index, $0) } }
    guard let first = known.first, values.bool(1, default: false) || known.count == numbers.count
    else { return nil }
    (leastIndex, least) = first
    (greatestIndex, greatest) = first
    for (index, number) in known {
      if number < least { (leastIndex, least) = (index, number) }
      if number > greatest { (greatestIndex, greatest) = (index, number) }
    }
    let plain = known.map(\.1)
    sum = plain.reduce(0, +)
    count = plain.count
    mean = sum / Double(count)
    variance = Series.variance(plain)
  }
}
