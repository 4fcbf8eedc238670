/// How an operator between operands binds: one row a token.
///
/// KQL's text operators bind tighter than arithmetic, its comparisons looser; `in`, `between` and their like
/// stand with `==`.
struct OperatorRow {
  /// What follows the operator.
  enum Right {
    /// An expression that binds tighter.
    case operand
    /// `(a .. b)`.
    case range
    /// A list, a bracketed pipeline or one value.
    case list
  }

  let binary: BinaryOperator
  let precedence: Int
  let right: Right
}

enum OperatorTable {
  static let loosest = 1
  static let equality = 3

  /// The row of a token; nil if it is no operator.
  static func row(_ kind: TokenKind, _ text: String) -> OperatorRow? {
    switch kind {
    case .name, .bangWord, .inTilde: words[text]
    case .equalEqual: row(.equal, 3)
    case .notEqual: row(.notEqual, 3)
    case .less: row(.less, 4)
    case .lessEqual: row(.lessOrEqual, 4)
    case .greater: row(.greater, 4)
    case .greaterEqual: row(.greaterOrEqual, 4)
    case .plus: row(.add, 5)
    case .minus: row(.subtract, 5)
    case .star: row(.multiply, 6)
    case .slash: row(.divide, 6)
    case .percent: row(.remainder, 6)
    case .equalTilde: row(.equalIgnoringCase, 7)
    case .bangTilde: row(.notEqualIgnoringCase, 7)
    case .ampersands: row(.and, 2)
    case .pipes: row(.or, 1)
    default: nil
    }
  }

  private static func row(_ binary: BinaryOperator, _ precedence: Int) -> OperatorRow {
    OperatorRow(binary: binary, precedence: precedence, right: .operand)
  }

  /// The operators that are words; `matches` is followed by `regex`.
  static let words: [String: OperatorRow] = {
    var rows = [
      "or": row(.or, 1), "and": row(.and, 2), "matches": row(.matchesRegex, 7),
      "between": OperatorRow(binary: .between, precedence: 3, right: .range),
      "!between": OperatorRow(binary: .notBetween, precedence: 3, right: .range),
    ]
    for binary in [
      BinaryOperator.in, .notIn, .inIgnoringCase, .notInIgnoringCase, .hasAny, .hasAll,
    ] {
      rows[binary.rawValue] = OperatorRow(binary: binary, precedence: 3, right: .list)
    }
    for binary in BinaryOperator.allCases where binary.isTextOperator {
      rows[binary.rawValue] = row(binary, 7)
    }
    return rows
  }()
}

extension BinaryOperator {
  fileprivate var isTextOperator: Bool {
    ["has", "contains", "startswith", "endswith"].contains { word in
      let name = rawValue.drop { $0 == "!" }
      return name.hasPrefix(word) && self != .hasAny && self != .hasAll
    }
  }
}
