import CasebookTables
import CasebookValues

/// The six comparisons.
enum Comparison: String, CaseIterable, Sendable {
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="

  /// Whether only equality is asked, so that one null operand gives an answer.
  var isEquality: Bool { self == .equal || self == .notEqual }

  /// The answer for operands in a given order: negative when the left one is less.
  func accepts(order: Int) -> Bool {
    switch self {
    case .equal: order == 0
    case .notEqual: order != 0
    case .less: order < 0
    case .lessOrEqual: order <= 0
    case .greater: order > 0
    case .greaterOrEqual: order >= 0
    }
  }
}

/// A comparison of numbers of one kind, without regard to nulls.
@inline(__always)
private func compared<Value: Comparable>(
  _ comparison: Comparison, _ left: Operand<Value>, _ right: Operand<Value>, _ rowCount: Int
) -> Buffer<UInt8> {
  switch comparison {
  case .equal: combined(left, right, rowCount) { $0 == $1 ? 1 : 0 }
  case .notEqual: combined(left, right, rowCount) { $0 != $1 ? 1 : 0 }
  case .less: combined(left, right, rowCount) { $0 < $1 ? 1 : 0 }
  case .lessOrEqual: combined(left, right, rowCount) { $0 <= $1 ? 1 : 0 }
  case .greater: combined(left, right, rowCount) { $0 > $1 ? 1 : 0 }
  case .greaterOrEqual: combined(left, right, rowCount) { $0 >= $1 ? 1 : 0 }
  }
}

/// A comparison of whole numbers, ticks or bools.
func comparedLongs(_ comparison: Comparison, _ arguments: VectorArguments) -> Vector {
  let left = Operand(longs: arguments[0])
  let right = Operand(longs: arguments[1])
  let count = arguments.rowCount
  return withNulls(
    comparison, compared(comparison, left, right, count), left.valid(rowCount: count),
    right.valid(rowCount: count))
}

/// A comparison of numbers of which one at least may have a fraction.
func comparedReals(_ comparison: Comparison, _ arguments: VectorArguments) -> Vector {
  let left = Operand(reals: arguments[0])
  let right = Operand(reals: arguments[1])
  let count = arguments.rowCount
  return withNulls(
    comparison, compared(comparison, left, right, count), left.valid(rowCount: count),
    right.valid(rowCount: count))
}

/// Puts in what null operands mean: equality is false and inequality true with one null operand,
/// and everything else with a null operand is null.
func withNulls(
  _ comparison: Comparison, _ values: Buffer<UInt8>, _ left: Bitmap?, _ right: Bitmap?
) -> Vector {
  if left == nil, right == nil { return .column(Column(.bool, .bools(values))) }
  let count = values.count
  let one: UInt8 = comparison == .notEqual ? 1 : 0
  let isEquality = comparison.isEquality
  let valid = Buffer<UInt8>(count: count) { target in
    for row in 0..<count {
      let hasLeft = left.map { $0[row] } ?? true
      let hasRight = right.map { $0[row] } ?? true
      target[row] = (isEquality ? hasLeft || hasRight : hasLeft && hasRight) ? 1 : 0
    }
  }
  let answers = Buffer<UInt8>(count: count) { target in
    for row in 0..<count {
      let hasLeft = left.map { $0[row] } ?? true
      let hasRight = right.map { $0[row] } ?? true
      if hasLeft, hasRight {
        target[row] = values.base[row]
      } else {
        target[row] = hasLeft || hasRight ? one & valid.base[row] : 0
      }
    }
  }
  return .column(Column(.bool, .bools(answers), validity: Bitmap(unlessAllSet: valid)))
}

/// A comparison of values one by one, for types that are rarely compared.
func comparedScalars(
  _ comparison: Comparison, _ left: Scalar, _ right: Scalar, _ order: (Scalar, Scalar) -> Int?
) -> Scalar {
  if left.isNull || right.isNull {
    if left.isNull && right.isNull || !comparison.isEquality { return .null(.bool) }
    return .bool(comparison == .notEqual)
  }
  // Values that cannot be put in an order are simply not equal.
  guard let order = order(left, right) else {
    return comparison.isEquality ? .bool(comparison == .notEqual) : .null(.bool)
  }
  return .bool(comparison.accepts(order: order))
}
