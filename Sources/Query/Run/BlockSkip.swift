import CasebookTables
import CasebookValues

/// Decides from a block's statistics that no row of it can pass.
enum BlockSkip {
  /// Whether `condition`, a comparison of a column with a constant, is true for no row.
  static func excludes(
    _ condition: BoundExpression, rowCount: Int, _ statistics: (Int) -> BlockStatistics?
  ) -> Bool {
    guard case .call(let call) = condition, call.arguments.count >= 2,
      case .column(let column, _) = call.arguments[0],
      let constant = call.arguments[1].constantValue,
      let range = statistics(column)?.range,
      let least = order(range.least, constant), let greatest = order(range.greatest, constant)
    else { return false }
    switch call.name {
    case "==": return least > 0 || greatest < 0
    case "<": return least >= 0
    case "<=": return least > 0
    case ">": return greatest <= 0
    case ">=": return greatest < 0
    case "between":
      guard call.arguments.count == 3, let upper = call.arguments[2].constantValue,
        let leastToUpper = order(range.least, upper)
      else { return false }
      return greatest < 0 || leastToUpper > 0
    default: return false
    }
  }

  /// Negative, zero or positive as `a` is below, equal to or above `b`; nil where that cannot be told
  /// exactly.
  private static func order(_ a: Scalar, _ b: Scalar) -> Int? {
    switch (a.storedLong, b.storedLong) {
    case (let x?, let y?): return x < y ? -1 : x == y ? 0 : 1
    case (let x?, nil):
      return Double(exactly: x).flatMap { x in b.storedReal.map { compare(x, $0) } }
    case (nil, let y?):
      return Double(exactly: y).flatMap { y in a.storedReal.map { compare($0, y) } }
    case (nil, nil): return a.storedReal.flatMap { x in b.storedReal.map { compare(x, $0) } }
    }
  }

  private static func compare(_ x: Double, _ y: Double) -> Int { x < y ? -1 : x == y ? 0 : 1 }
}

extension Scalar {
  fileprivate var storedReal: Double? {
    switch self {
    case .real(let value), .decimal(let value): value.isNaN ? nil : value
    default: nil
    }
  }
}
