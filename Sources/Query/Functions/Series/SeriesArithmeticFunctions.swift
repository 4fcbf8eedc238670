import CasebookValues
import Glibc

/// Arithmetic and comparison of series, element by element.
enum SeriesArithmeticFunctions {
  static let all: [ScalarFunction] = [
    arithmetic("add", "The sums", "[5,7]", { $0 &+ $1 }, { $0 + $1 }),
    arithmetic("subtract", "The different fromences", "[-3,-3]", { $0 &- $1 }, { $0 - $1 }),
    arithmetic("multiply", "The products", "[4,10]", { $0 &* $1 }, { $0 * $1 }),
    arithmetic("divide", "The quotients", "[0.25,0.4]", nil, { $0 / $1 }),
    arithmetic("pow", "The powers", "[1.0,32.0]", nil, { pow($0, $1) }),
    comparison("equals", "equal to", "[false,false]") { $0 == $1 },
    comparison("not_equals", "different from", "[true,true]") { $0 != $1 },
    comparison("less", "less than", "[true,true]") { $0 < $1 },
    comparison("less_equals", "at most", "[true,true]") { $0 <= $1 },
    comparison("greater", "greater than", "[false,false]") { $0 > $1 },
    comparison("greater_equals", "at least", "[false,false]") { $0 >= $1 },
    unary("abs", "Magnitudes", "[1.0,0.0]") { abs($0) },
    unary("sign", "Signs", "[-1.0,0.0]") { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 },
    unary("ceiling", "Numbers rounded up", "[-1.0,0.0]") { $0.rounded(.up) },
    unary("floor", "Numbers rounded down", "[-1.0,0.0]") { $0.rounded(.down) },
    unary("exp", "Powers of e", "[0.36787944117144236,1.0]") { exp($0) },
    unary("log", "Natural logarithms", nil) { $0 < 0 ? .nan : log($0) },
    unary("sin", "Sines", "[-0.8414709848078965,0.0]") { sin($0) },
    unary("cos", "Cosines", "[0.5403023058681398,1.0]") { cos($0) },
    unary("tan", "Tangents", nil) { tan($0) },
    unary("asin", "Angles with a sine", nil) { asin($0) },
    unary("acos", "Angles with a cosine", nil) { acos($0) },
    unary("atan", "Angles with a tangent", nil) { atan($0) },
  ]

  private static let pair = [
    FunctionParameter("a", TypeSet.dynamic.union(.number), "an array, or a number for all"),
    FunctionParameter("b", TypeSet.dynamic.union(.number), "an array, or a number for all"),
  ]

  private static func arithmetic(
    _ name: String, _ words: String, _ output: String,
    _ longs: (@Sendable (Int64, Int64) -> Int64)?,
    _ reals: @escaping @Sendable (Double, Double) -> Double
  ) -> ScalarFunction {
    ScalarFunction(
      "series_" + name, family: "series", pair, returns: .dynamic,
      summary: "\(words) of two series, element by element.",
      details: "An element that is no number, or missing, gives null.",
      examples: [
        Example("print series_\(name)(dynamic([1, 2]), dynamic([4, 5]))", output: output)
      ],
      .rows(nulls: .propagate) { values in
        combine(values) { left, right in
          if let longs, case .long(let a) = left, case .long(let b) = right {
            return .long(longs(a, b))
          }
          guard let a = left.asReal, let b = right.asReal else { return .null }
          return .real(reals(a, b))
        }
      })
  }

  private static func comparison(
    _ name: String, _ words: String, _ output: String,
    _ body: @escaping @Sendable (Double, Double) -> Bool
  ) -> ScalarFunction {
    ScalarFunction(
      "series_" + name, family: "series", pair, returns: .dynamic,
      summary: "Whether each element of a series is \(words) that of another.",
      examples: [
        Example("print series_\(name)(dynamic([1, 2]), dynamic([4, 5]))", output: output)
      ],
      .rows(nulls: .propagate) { values in
        combine(values) { left, right in
          guard let a = left.asReal, let b = right.asReal else { return .null }
          return .bool(body(a, b))
        }
      })
  }

  private static func unary(
    _ name: String, _ words: String, _ output: String?,
    _ body: @escaping @Sendable (Double) -> Double
  ) -> ScalarFunction {
    ScalarFunction(
      "series_" + name, family: "series", [Series.parameter], returns: .dynamic,
      summary: "\(words), for each element of a series.",
      examples: [Example("print series_\(name)(dynamic([-1, 0]))", output: output)],
      .rows(nulls: .propagate) { values in
        .optional(Series.numbers(values[0]).map { Series.array($0.map { $0.map(body) }) })
      })
  }

  /// Pairs up the elements; a plain number stands for an array of it.
  ///
  /// The longer series decides the length.
  private static func combine(
    _ values: [Scalar], _ body: (Dynamic, Dynamic) -> Dynamic
  ) -> Scalar {
    let (left, right) = (values[0].element, values[1].element)
    let count = max(left.elements?.count ?? 0, right.elements?.count ?? 0)
    guard left.elements != nil || right.elements != nil, isSeries(left), isSeries(right) else {
      return .null(.dynamic)
    }
    return .array(
      (0..<count).map { index in body(element(left, index), element(right, index)) })
  }

  private static func isSeries(_ value: Dynamic) -> Bool {
    value.elements != nil || value.asReal != nil
  }

  private static func element(_ value: Dynamic, _ index: Int) -> Dynamic {
    guard let elements = value.elements else { return value }
    return index < elements.count ? elements[index] : .null
  }
}
