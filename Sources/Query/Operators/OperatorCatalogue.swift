/// Every operator between, before or after operands, each a function of its operands.
///
/// An operator is found by how it is written; one before its operand as `unary -` and `unary +`.
/// `between` takes three operands, and `in` takes the list's elements one by one.
public enum OperatorCatalogue {
  /// All operators, in the order of help.
  public static let all: [ScalarFunction] =
    ComparisonOperators.all + RangeOperators.all + MembershipOperators.all + TextOperators.all
    + PresenceOperators.all + LogicOperators.all + ArithmeticOperators.all

  /// The operator that is written so, or nil.
  public static func function(_ name: String) -> ScalarFunction? { byName[name] }

  private static let byName: [String: ScalarFunction] = Dictionary(
    all.flatMap { function in ([function.name] + function.aliases).map { ($0, function) } }
  ) { first, _ in first }
}
