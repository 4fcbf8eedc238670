import CasebookTables
import CasebookValues

/// `==`, `!=`, `<`, `<=`, `>`, `>=`.
enum ComparisonOperators {
  static let all: [ScalarFunction] = Comparison.allCases.map { comparison in
    ScalarFunction(
      comparison.rawValue, family: "comparison",
      [FunctionParameter("left", .any), FunctionParameter("right", .any)],
      summary: comparison.summary, details: comparison.details, examples: [comparison.example]
    ) { types in
      implementation(of: comparison, types[0], types[1]).map {
        ScalarFunction.Resolution(.bool, $0)
      }
    }
  }

  /// What compares values of these types; nil when they cannot be compared.
  static func implementation(
    of comparison: Comparison, _ left: ScalarType, _ right: ScalarType
  ) -> Implementation? {
    // KQL has no equality of two dynamic values; one of a known type says what is meant.
    if left == .dynamic, right == .dynamic { return nil }
    if left == .dynamic || right == .dynamic {
      // Which order or equality would be meant is not plain, so a side has to be converted.
      if left == right { return nil }
      return .rows(nulls: .handled) { comparedScalars(comparison, $0[0], $0[1], dynamicOrder) }
    }
    if left.isNumeric, right.isNumeric {
      return left.isInteger && right.isInteger
        ? .vector { comparedLongs(comparison, $0) } : .vector { comparedReals(comparison, $0) }
    }
    switch (left, right) {
    case (.bool, .bool), (.datetime, .datetime), (.timespan, .timespan):
      return .vector { comparedLongs(comparison, $0) }
    case (.string, .string), (.guid, .guid):
      return .vector { comparedTexts(comparison, $0) }
    case (.guid, .string), (.string, .guid):
      return .rows(nulls: .handled) { arguments in
        comparedScalars(
          comparison, arguments[0].converted(to: .guid), arguments[1].converted(to: .guid)
        ) { $0 == $1 ? 0 : $0.text < $1.text ? -1 : 1 }
      }
    default: return nil
    }
  }
}

extension Comparison {
  fileprivate var summary: String {
    switch self {
    case .equal: "Whether both sides are equal; texts to the letter."
    case .notEqual: "Whether both sides differ."
    case .less: "Whether the left side is less."
    case .lessOrEqual: "Whether the left side is less or equal."
    case .greater: "Whether the left side is greater."
    case .greaterOrEqual: "Whether the left side is greater or equal."
    }
  }

  fileprivate var details: String {
    isEquality
      ? "With one null side `==` is false and `!=` true; with two null sides both are null."
      : "Null when a side is null. Texts compare by their UTF-8 bytes."
  }

  fileprivate var example: Example {
    let rows = "datatable(queue:string, n:long)[\"fraud\", 3, \"spam\", 5, \"general\", 8]"
    let (condition, output) =
      switch self {
      case .equal: ("queue == \"spam\"", "spam\t5")
      case .notEqual: ("queue != \"spam\"", "fraud\t3\ngeneral\t8")
      case .less: ("n < 5", "fraud\t3")
      case .lessOrEqual: ("n <= 5", "fraud\t3\nspam\t5")
      case .greater: ("n > 5", "general\t8")
      case .greaterOrEqual: ("n >= 5", "spam\t5\ngeneral\t8")
      }
    return Example("\(rows) | where \(condition)", output: output)
  }
}
