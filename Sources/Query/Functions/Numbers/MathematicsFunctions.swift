import CasebookTables
import CasebookValues
import Glibc

/// The functions of a mathematics library.
enum MathematicsFunctions {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "abs", family: "numbers", [FunctionParameter("value", TypeSet.number.union(.timespan))],
      summary: "A number or timespan without its sign.",
      examples: [Example("print abs(-5)", output: "5")]
    ) { types in
      switch types[0] {
      case .int, .long: ScalarFunction.Resolution(.long, .longToLong { $0 < 0 ? 0 &- $0 : $0 })
      case .timespan: ScalarFunction.Resolution(.timespan, .longToLong { $0 < 0 ? 0 &- $0 : $0 })
      default: ScalarFunction.Resolution(types[0], .realToReal { abs($0) })
      }
    },
    ScalarFunction(
      "sign", family: "numbers", [FunctionParameter("value", .number)], returns: .real,
      summary: "-1 for a number below zero, 0 for zero, 1 above.",
      examples: [Example("print sign(-42)", output: "-1.0")],
      .realToReal { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 }),
    real("sqrt", "The square root of a number.", "print sqrt(16)", "4.0") { $0.squareRoot() },
    ScalarFunction(
      "pow", family: "numbers",
      [FunctionParameter("base", .number), FunctionParameter("exponent", .number)],
      returns: .real, summary: "A number raised to a power.",
      examples: [Example("print pow(2, 10)", output: "1024.0")], .realsToReal { pow($0, $1) }),
    real("exp", "e raised to a power.", "print exp(0)", "1.0") { exp($0) },
    real("exp2", "2 raised to a power.", "print exp2(3)", "8.0") { exp2($0) },
    real("exp10", "10 raised to a power.", "print exp10(3)", "1000.0") { pow(10, $0) },
    logarithm("log", "The natural logarithm", "print log(1)", "0.0") { log($0) },
    logarithm("log2", "The logarithm to base 2", "print log2(8)", "3.0") { log2($0) },
    logarithm("log10", "The logarithm to base 10", "print log10(1000)", "3.0") { log10($0) },
    real("gamma", "The gamma function.", "print gamma(5)", "24.0") { tgamma($0) },
    real("loggamma", "The logarithm of the gamma function.", "print loggamma(1)", "0.0") {
      GammaFunction.logarithm($0)
    },
    real("erf", "The error function.", "print erf(0)", "0.0") { erf($0) },
    real("erfc", "One minus the error function.", "print erfc(0)", "1.0") { erfc($0) },
    real("sin", "The sine of an angle in radians.", "print sin(0)", "0.0") { sin($0) },
    real("cos", "The cosine of an angle in radians.", "print cos(0)", "1.0") { cos($0) },
    real("tan", "The tangent of an angle in radians.", "print tan(0)", "0.0") { tan($0) },
    real("cot", "The cotangent of an angle in radians.", "print round(cot(1), 3)", "0.642") {
      1 / tan($0)
    },
    real("asin", "The angle in radians with a sine.", "print asin(0)", "0.0") { asin($0) },
    real("acos", "The angle in radians with a cosine.", "print acos(1)", "0.0") { acos($0) },
    real("atan", "The angle in radians with a tangent.", "print atan(0)", "0.0") { atan($0) },
    ScalarFunction(
      "atan2", family: "numbers",
      [FunctionParameter("y", .number), FunctionParameter("x", .number)], returns: .real,
      summary: "The angle in radians between the x axis and the ray to a point.",
      examples: [Example("print atan2(0, 1)", output: "0.0")], .realsToReal { atan2($0, $1) }),
    real("degrees", "An angle in radians as degrees.", "print degrees(pi())", "180.0") {
      $0 * 180 / Double.pi
    },
    real("radians", "An angle in degrees as radians.", "print radians(0)", "0.0") {
      $0 / 180 * Double.pi
    },
    ScalarFunction(
      "pi", family: "numbers", [], returns: .real, summary: "The circle number.",
      examples: [Example("print round(pi(), 5)", output: "3.14159")],
      .vector { _ in .constant(.real(Double.pi)) }),
    test("isnan", "Whether a number is not-a-number.", "print isnan(0.0 / 0.0)", "true") {
      $0.isNaN
    },
    test("isinf", "Whether a number is infinite.", "print isinf(1.0 / 0.0)", "true") {
      $0.isInfinite
    },
    test(
      "isfinite", "Whether a number is neither infinite nor not-a-number.", "print isfinite(1)",
      "true"
    ) { $0.isFinite },
  ]

  private static func real(
    _ name: String, _ summary: String, _ query: String, _ output: String,
    _ body: @escaping @Sendable (Double) -> Double
  ) -> ScalarFunction {
    ScalarFunction(
      name, family: "numbers", [FunctionParameter("value", .number)], returns: .real,
      summary: summary, examples: [Example(query, output: output)], .realToReal(body))
  }

  private static func logarithm(
    _ name: String, _ summary: String, _ query: String, _ output: String,
    _ body: @escaping @Sendable (Double) -> Double
  ) -> ScalarFunction {
    ScalarFunction(
      name, family: "numbers", [FunctionParameter("value", .number)], returns: .real,
      summary: summary + " of a number; null below zero.",
      examples: [Example(query, output: output)], .realToOptional { $0 < 0 ? nil : body($0) })
  }

  private static func test(
    _ name: String, _ summary: String, _ query: String, _ output: String,
    _ body: @escaping @Sendable (Double) -> Bool
  ) -> ScalarFunction {
    ScalarFunction(
      name, family: "numbers", [FunctionParameter("value", .number)], returns: .bool,
      summary: summary, examples: [Example(query, output: output)], .realToBool(body))
  }
}
