import CasebookTables
import CasebookValues

/// `between` and `!between`.
enum RangeOperators {
  static let all: [ScalarFunction] = [
    declaration(
      "between", "Whether a value lies between two bounds, both included.", expected: true,
      Example(
        "range x from 1 to 9 step 2 | where x between (3 .. 7)", output: "3\n5\n7")),
    declaration(
      "!between", "Whether a value lies outside two bounds.", expected: false,
      Example("range x from 1 to 9 step 2 | where x !between (3 .. 7)", output: "1\n9")),
  ]

  private static func declaration(
    _ name: String, _ summary: String, expected: Bool, _ example: Example
  ) -> ScalarFunction {
    ScalarFunction(
      name, family: "comparison",
      [
        FunctionParameter("value", .any), FunctionParameter("from", .any),
        FunctionParameter("to", .any),
      ], summary: summary, details: "Null when the value or a bound that decides is null.",
      examples: [example]
    ) { types in
      guard types.count == 3, types[0] != .bool,
        let low = ComparisonOperators.implementation(of: .greaterOrEqual, types[0], types[1]),
        let high = ComparisonOperators.implementation(of: .lessOrEqual, types[0], types[2])
      else { return nil }
      return ScalarFunction.Resolution(
        .bool, .vector { try within($0, low: low, high: high, expected: expected) })
    }
  }

  private static func within(
    _ arguments: VectorArguments, low: Implementation, high: Implementation, expected: Bool
  ) throws -> Vector {
    let isAbove = try evaluate(low, arguments, [arguments[0], arguments[1]])
    let isBelow = try evaluate(high, arguments, [arguments[0], arguments[2]])
    let isWithin = conjunction(isAbove, isBelow, arguments.rowCount)
    return expected ? isWithin : negation(isWithin, arguments.rowCount)
  }

  private static func evaluate(
    _ implementation: Implementation, _ arguments: VectorArguments, _ vectors: [Vector]
  ) throws -> Vector {
    let call = BoundExpression.Call(
      name: "", implementation: implementation, type: .bool, isPure: true, arguments: [])
    return try call.evaluate(
      vectors, rowCount: arguments.rowCount, context: arguments.context,
      firstRow: arguments.firstRow)
  }
}
