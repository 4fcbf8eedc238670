import CasebookTables
import CasebookValues

/// `+`, `-`, `*`, `/`, `%`, and the signs.
enum ArithmeticOperators {
  static let all: [ScalarFunction] = [
    binary(
      .add, "The sum of two numbers or durations, or a moment and a duration.",
      "Whole numbers wrap around beyond 64 bits.",
      Example(
        "print n = 2 + 3, t = datetime(2024-03-01) + 36h", output: "5\t2024-03-02T12:00:00.0000000Z"
      )),
    binary(
      .subtract, "The difference of two numbers, durations or moments.",
      "Two moments give a duration.",
      Example("print d = datetime(2024-03-02) - datetime(2024-03-01)", output: "1.00:00:00")),
    binary(
      .multiply, "The product of two numbers, or of a number and a duration.", "",
      Example("print d = 3 * 20m", output: "01:00:00")),
    binary(
      .divide, "The quotient of two numbers or durations.",
      "Of whole numbers it is whole, cut towards zero, and null by zero; of two durations a real.",
      Example("print a = 7 / 2, b = 7 / 2.0, hours = 90m / 1h", output: "3\t3.5\t1.5")),
    binary(
      .remainder, "What is left of a division; never negative.",
      "By zero it is null for whole numbers.",
      Example("print a = 14 % 12, b = -14 % 12", output: "2\t10")),
    sign("unary -", "A number or duration with the other sign.", "print x = -(2 + 3)", "-5") {
      types in
      switch types[0] {
      case .int, .long, .timespan:
        .init(
          types[0] == .int ? .long : types[0],
          .longToLong { 0 &- $0 })
      case .real, .decimal: .init(types[0], .realToReal { -$0 })
      case .dynamic: .init(.real, .vector { negated($0) })
      default: nil
      }
    },
    sign("unary +", "A number or duration as it is.", "print x = +5", "5") { types in
      types[0].isNumeric || types[0] == .timespan ? .init(types[0], .vector { $0[0] }) : nil
    },
  ]

  private static func binary(
    _ operation: Arithmetic, _ summary: String, _ details: String, _ example: Example
  ) -> ScalarFunction {
    ScalarFunction(
      operation.rawValue, family: "arithmetic",
      [FunctionParameter("left", .any), FunctionParameter("right", .any)], summary: summary,
      details: details, examples: [example]
    ) { types in
      guard types.count == 2 else { return nil }
      return operation.resolution(types[0], types[1])
    }
  }

  private static func sign(
    _ name: String, _ summary: String, _ query: String, _ output: String,
    _ resolve: @escaping @Sendable ([ScalarType]) -> ScalarFunction.Resolution?
  ) -> ScalarFunction {
    ScalarFunction(
      name, family: "arithmetic", [FunctionParameter("value", .any)], summary: summary,
      examples: [Example(query, output: output)], resolve: resolve)
  }

  private static func negated(_ arguments: VectorArguments) -> Vector {
    let value = Operand(reals: converted(arguments[0], to: .real, rowCount: arguments.rowCount))
    let values = combined(value, value, arguments.rowCount) { number, _ in -number }
    return .column(
      Column(.real, .reals(values), validity: value.valid(rowCount: arguments.rowCount)))
  }
}

/// The five operations and the types that they go with.
enum Arithmetic: String, Sendable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case remainder = "%"

  func resolution(_ left: ScalarType, _ right: ScalarType) -> ScalarFunction.Resolution? {
    if left == .dynamic || right == .dynamic { return dynamicResolution(left, right) }
    if left.isNumeric, right.isNumeric {
      if left.isInteger, right.isInteger { return .init(.long, .vector { longs($0, .long) }) }
      if left == .decimal || right == .decimal {
        return .init(.decimal, .vector { decimals($0) })
      }
      return .init(.real, .vector { reals($0, .real) })
    }
    return temporalResolution(left, right)
  }

  private func temporalResolution(
    _ left: ScalarType, _ right: ScalarType
  ) -> ScalarFunction.Resolution? {
    switch (self, left, right) {
    case (.add, .datetime, .timespan), (.add, .timespan, .datetime),
      (.subtract, .datetime, .timespan):
      return .init(.datetime, .vector { longs($0, .datetime) })
    case (.add, .timespan, .timespan), (.subtract, .timespan, .timespan),
      (.subtract, .datetime, .datetime), (.remainder, .timespan, .timespan),
      (.remainder, .datetime, .timespan):
      return .init(.timespan, .vector { longs($0, .timespan) })
    case (.divide, .timespan, .timespan):
      return .init(.real, .vector { reals($0, .real) })
    case (.multiply, .timespan, let other), (.multiply, let other, .timespan),
      (.divide, .timespan, let other):
      guard other.isNumeric else { return nil }
      return other.isInteger
        ? .init(.timespan, .vector { longs($0, .timespan) })
        : .init(.timespan, .vector { scaled($0) })
    default: return nil
    }
  }

  /// A `dynamic` operand is read as what the other one is.
  private func dynamicResolution(
    _ left: ScalarType, _ right: ScalarType
  ) -> ScalarFunction.Resolution? {
    let other = left == .dynamic ? right : left
    let read: ScalarType = other == .dynamic ? .real : other == .datetime ? .timespan : other
    let first = left == .dynamic ? read : left
    let second = right == .dynamic ? read : right
    guard let resolved = resolution(first, second),
      case .vector(let body) = resolved.implementation
    else { return nil }
    return .init(
      resolved.type,
      .vector { arguments in
        let vectors = [
          converted(arguments[0], to: first, rowCount: arguments.rowCount),
          converted(arguments[1], to: second, rowCount: arguments.rowCount),
        ]
        return try body(
          VectorArguments(
            vectors: vectors, rowCount: arguments.rowCount, resultType: arguments.resultType,
            context: arguments.context, firstRow: arguments.firstRow))
      })
  }
}
