import CasebookTables
import CasebookValues

/// `and`, `or` and `not`, in three values: true, false and null.
enum LogicOperators {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "and", family: "logic",
      [
        FunctionParameter("left", [.bool, .dynamic]),
        FunctionParameter("right", [.bool, .dynamic]),
      ],
      summary: "Whether both sides are true.",
      details: "False when a side is false, else null when a side is null.",
      examples: [
        Example("range x from 1 to 5 step 1 | where x > 1 and x < 4", output: "2\n3")
      ],
      resolve: reading { conjunction($0[0], $0[1], $0.rowCount) }),
    ScalarFunction(
      "or", family: "logic",
      [
        FunctionParameter("left", [.bool, .dynamic]),
        FunctionParameter("right", [.bool, .dynamic]),
      ],
      summary: "Whether a side is true.",
      details: "True when a side is true, else null when a side is null.",
      examples: [
        Example("range x from 1 to 5 step 1 | where x < 2 or x > 4", output: "1\n5")
      ],
      resolve: reading { disjunction($0[0], $0[1], $0.rowCount) }),
    ScalarFunction(
      "not", family: "logic", [FunctionParameter("value", [.bool, .dynamic])],
      summary: "The opposite of a truth value.", details: "Null gives null.",
      examples: [Example("range x from 1 to 3 step 1 | where not(x == 2)", output: "1\n3")],
      resolve: reading { negation($0[0], $0.rowCount) }),
  ]

  /// The computation for truth values; a `dynamic` is read as one.
  private static func reading(
    _ body: @escaping @Sendable (VectorArguments) -> Vector
  ) -> @Sendable ([ScalarType]) -> ScalarFunction.Resolution? {
    { types in
      guard types.allSatisfy({ $0 == .bool || $0 == .dynamic }) else { return nil }
      return ScalarFunction.Resolution(
        .bool,
        .vector { arguments in
          let truths = arguments.vectors.map {
            $0.type == .bool ? $0 : converted($0, to: .bool, rowCount: arguments.rowCount)
          }
          return body(
            VectorArguments(
              vectors: truths, rowCount: arguments.rowCount, resultType: .bool,
              context: arguments.context, firstRow: arguments.firstRow))
        })
    }
  }
}

/// Rows where both are true.
func conjunction(_ left: Vector, _ right: Vector, _ rowCount: Int) -> Vector {
  let a = Operand(bools: left)
  let b = Operand(bools: right)
  let leftValid = a.valid(rowCount: rowCount)
  let rightValid = b.valid(rowCount: rowCount)
  guard leftValid != nil || rightValid != nil else {
    return .column(Column(.bool, .bools(combined(a, b, rowCount) { $0 & $1 })))
  }
  return threeValued(a, b, leftValid, rightValid, rowCount, deciding: 0)
}

/// Rows where one at least is true.
func disjunction(_ left: Vector, _ right: Vector, _ rowCount: Int) -> Vector {
  let a = Operand(bools: left)
  let b = Operand(bools: right)
  let leftValid = a.valid(rowCount: rowCount)
  let rightValid = b.valid(rowCount: rowCount)
  guard leftValid != nil || rightValid != nil else {
    return .column(Column(.bool, .bools(combined(a, b, rowCount) { $0 | $1 })))
  }
  return threeValued(a, b, leftValid, rightValid, rowCount, deciding: 1)
}

/// Rows where the value is known and false.
func negation(_ value: Vector, _ rowCount: Int) -> Vector {
  let operand = Operand(bools: value)
  let valid = operand.valid(rowCount: rowCount)
  let flipped = combined(operand, operand, rowCount) { value, _ in value ^ 1 }
  return .column(Column(.bool, .bools(flipped), validity: valid))
}

/// `deciding` is the value by which one side alone decides: 0 for `and`, 1 for `or`.
private func threeValued(
  _ left: Operand<UInt8>, _ right: Operand<UInt8>, _ leftValid: Bitmap?, _ rightValid: Bitmap?,
  _ rowCount: Int, deciding: UInt8
) -> Vector {
  let values = Buffer<UInt8>(count: rowCount) { target in
    for row in 0..<rowCount {
      target[row] = state(left, leftValid, row, right, rightValid, deciding)
    }
  }
  let known = mapped(values) { $0 == 2 ? 0 : 1 as UInt8 }
  let answers = mapped(values) { $0 == 1 ? 1 : 0 as UInt8 }
  return .column(Column(.bool, .bools(answers), validity: Bitmap(unlessAllSet: known)))
}

/// 0, 1, or 2 for null.
@inline(__always)
private func state(
  _ left: Operand<UInt8>, _ leftValid: Bitmap?, _ row: Int, _ right: Operand<UInt8>,
  _ rightValid: Bitmap?, _ deciding: UInt8
) -> UInt8 {
  let hasLeft = leftValid.map { $0[row] } ?? true
  let hasRight = rightValid.map { $0[row] } ?? true
  let a = left.buffer?.base[row] ?? left.constant
  let b = right.buffer?.base[row] ?? right.constant
  if hasLeft, a == deciding { return deciding }
  if hasRight, b == deciding { return deciding }
  return hasLeft && hasRight ? deciding ^ 1 : 2
}
