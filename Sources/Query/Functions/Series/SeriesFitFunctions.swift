import CasebookValues
import Glibc

/// Lines and polynomials through series, by least squares.
enum SeriesFitFunctions {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "series_fit_line", family: "series", [Series.parameter], returns: .dynamic,
      summary: "The line that fits a series best, its parameters each as a column.",
      details: "r² of the fit, slope, variance of the series and of what is left, interception and "
        + "the line itself.",
      examples: [
        Example("print fit = series_fit_line(dynamic([1, 2, 3]))", "its r²", output: "1.0")
      ],
      .rows(nulls: .handled) { values in
        guard let line = Line(values[0]) else { return .array(Array(repeating: .null, count: 6)) }
        return .array([
          .real(line.rSquare), .real(line.slope), .real(line.variance), .real(line.restVariance),
          .real(line.interception), Series.array(line.fitted),
        ])
      }
    ).yielding(Series.columns("series_fit_line", lineColumns)),
    ScalarFunction(
      "series_fit_line_dynamic", family: "series", [Series.parameter], returns: .dynamic,
      summary: "The line that fits a series best, its parameters as a bag.",
      examples: [Example("print series_fit_line_dynamic(dynamic([1, 2, 3])).slope", output: "1.0")],
      .rows(nulls: .propagate) { .optional(Line($0[0])?.bag) }),
    ScalarFunction(
      "series_fit_2lines", family: "series", [Series.parameter], returns: .dynamic,
      summary:
        "The two lines, one after the other, that fit a series best, each parameter a column.",
      examples: [
        Example(
          "print fit = series_fit_2lines(dynamic([1, 2, 3, 9, 8, 7]))", "its r²", output: "1.0")
      ],
      .rows(nulls: .handled) { values in
        guard let lines = TwoLines(values[0]) else {
          return .array(Array(repeating: .null, count: 15))
        }
        let (left, right) = (lines.left, lines.right)
        let numbers = [
          right.rSquare, right.slope, right.interception, right.variance, right.restVariance,
          left.rSquare, left.slope, left.interception, left.variance, left.restVariance,
        ]
        return .array(
          [
            .real(lines.rSquare), .long(Int64(lines.split)), .real(lines.variance),
            .real(lines.restVariance), Series.array(left.fitted + right.fitted),
          ] + numbers.map(Dynamic.real))
      }
    ).yielding(Series.columns("series_fit_2lines", twoLinesColumns)),
    ScalarFunction(
      "series_fit_2lines_dynamic", family: "series", [Series.parameter], returns: .dynamic,
      summary: "The two lines that fit a series best, their parameters as a bag.",
      examples: [
        Example(
          "print series_fit_2lines_dynamic(dynamic([1, 2, 3, 9, 8, 7])).split_idx", output: "3")
      ],
      .rows(nulls: .propagate) { values in
        guard let lines = TwoLines(values[0]) else { return .null(.dynamic) }
        return .dynamic(
          .bag([
            ("rsquare", .real(lines.rSquare)), ("split_idx", .long(Int64(lines.split))),
            ("variance", .real(lines.variance)), ("rvariance", .real(lines.restVariance)),
            ("line_fit", Series.array(lines.left.fitted + lines.right.fitted)),
            ("right", lines.right.bag), ("left", lines.left.bag),
          ]))
      }),
    ScalarFunction(
      "series_fit_poly", family: "series",
      [
        Series.parameter,
        FunctionParameter("x", .dynamic, "the places, or null for 1, 2, ...", isOptional: true),
        FunctionParameter("degree", .long, "up to 5; 1", isOptional: true),
      ], returns: .dynamic,
      summary: "The polynomial that fits a series best, its parameters each as a column.",
      details: "r², coefficients from the constant up, variance of the series and of what is left, "
        + "the polynomial itself.",
      examples: [
        Example(
          "print fit = series_fit_poly(dynamic([1, 4, 9, 16]), dynamic(null), 2)", "its r²",
          output: "1.0")
      ],
      .rows(nulls: .handled, fitPolynomial)
    ).yielding(
      Series.columns(
        "series_fit_poly",
        [
          ("rsquare", .real), ("coefficients", .dynamic), ("variance", .real),
          ("rvariance", .real), ("poly_fit", .dynamic),
        ])),
  ]

  private static let lineColumns: [(name: String, type: ScalarType)] = [
    ("rsquare", .real), ("slope", .real), ("variance", .real), ("rvariance", .real),
    ("interception", .real), ("line_fit", .dynamic),
  ]

  private static let twoLinesColumns: [(name: String, type: ScalarType)] =
    [
      ("rsquare", .real), ("split_idx", .long), ("variance", .real), ("rvariance", .real),
      ("line_fit", .dynamic),
    ]
    + ["right", "left"].flatMap { side in
      ["rsquare", "slope", "interception", "variance", "rvariance"].map {
        ("\(side)_\($0)", ScalarType.real)
      }
    }

  @Sendable private static func fitPolynomial(_ values: [Scalar]) -> Scalar {
    let none = Scalar.array(Array(repeating: .null, count: 5))
    guard let y = Series.wholeNumbers(values[0]), !y.isEmpty else { return none }
    let given = values.count > 1 ? Series.wholeNumbers(values[1]) : nil
    let x = given ?? y.indices.map { Double($0 + 1) }
    let degree = min(max(values.count(2, default: 1), 1), 5)
    guard x.count == y.count, let coefficients = polynomial(x, y, degree: degree) else {
      return none
    }
    let fitted = x.map { place in coefficients.reversed().reduce(0) { $0 * place + $1 } }
    let variance = Series.variance(y)
    let rest = Series.variance(zip(y, fitted).map { $0 - $1 })
    return .array([
      .real(rSquare(variance, rest)), Series.array(coefficients), .real(variance), .real(rest),
      Series.array(fitted),
    ])
  }

  /// The coefficients from the constant up, by the normal equations; nil where they have no one
  /// solution.
  private static func polynomial(_ x: [Double], _ y: [Double], degree: Int) -> [Double]? {
    let size = degree + 1
    var rows = (0..<size).map { row -> [Double] in
      let left = (0..<size).map { column in x.reduce(0) { $0 + pow($1, Double(row + column)) } }
      return left + [zip(x, y).reduce(0) { $0 + pow($1.0, Double(row)) * $1.1 }]
    }
    for column in 0..<size {
      let pivot = (column..<size).max { abs(rows[$0][column]) < abs(rows[$1][column]) } ?? column
      guard abs(rows[pivot][column]) > 1e-12 else { return nil }
      rows.swapAt(column, pivot)
      for row in 0..<size where row != column {
        let factor = rows[row][column] / rows[column][column]
        for place in column...size { rows[row][place] -= factor * rows[column][place] }
      }
    }
    return (0..<size).map { rows[$0][size] / rows[$0][$0] }
  }
}

/// The share of a series' variance that a fit explains.
private func rSquare(_ variance: Double, _ rest: Double) -> Double {
  variance == 0 ? 1 : 1 - rest / variance
}

/// A line through a series at the places 0, 1, 2, ...
private struct Line {
  let rSquare: Double
  let slope: Double
  let variance: Double
  let restVariance: Double
  let interception: Double
  let fitted: [Double]

  init?(_ value: Scalar) {
    guard let numbers = Series.wholeNumbers(value), !numbers.isEmpty else { return nil }
    self.init(numbers)
  }

  init(_ numbers: [Double]) {
    let count = Double(numbers.count)
    let middle = (count - 1) / 2
    let mean = numbers.reduce(0, +) / count
    let places = numbers.indices.map(Double.init)
    let products = zip(places, numbers).reduce(0) { $0 + ($1.0 - middle) * ($1.1 - mean) }
    let squares = places.reduce(0) { $0 + ($1 - middle) * ($1 - middle) }
    let slope = squares == 0 ? 0 : products / squares
    let interception = mean - slope * middle
    let fitted = places.map { interception + slope * $0 }
    self.slope = slope
    self.interception = interception
    self.fitted = fitted
    variance = Series.variance(numbers)
    restVariance = Series.variance(zip(numbers, fitted).map { $0 - $1 })
    rSquare = CasebookQuery.rSquare(variance, restVariance)
  }

  var bag: Dynamic {
    .bag([
      ("rsquare", .real(rSquare)), ("slope", .real(slope)), ("variance", .real(variance)),
      ("rvariance", .real(restVariance)), ("interception", .real(interception)),
      ("line_fit", Series.array(fitted)),
    ])
  }
}

/// The split of a series into two lines that leaves the least.
private struct TwoLines {
  let split: Int
  let left: Line
  let right: Line
  let variance: Double
  let restVariance: Double

  var rSquare: Double { CasebookQuery.rSquare(variance, restVariance) }

  init?(_ value: Scalar) {
    guard let numbers = Series.wholeNumbers(value), numbers.count >= 4 else { return nil }
    var best: (split: Int, left: Line, right: Line, rest: Double)?
    for split in 2...(numbers.count - 2) {
      let left = Line(Array(numbers[..<split]))
      let right = Line(Array(numbers[split...]))
      let rest = Series.variance(
        zip(numbers, left.fitted + right.fitted).map { $0 - $1 })
      if best.map({ rest < $0.rest }) ?? true { best = (split, left, right, rest) }
    }
    guard let best else { return nil }
    (split, left, right, restVariance) = best
    variance = Series.variance(numbers)
  }
}
