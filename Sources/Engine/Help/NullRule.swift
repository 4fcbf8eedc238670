import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// What help says about missing values, found by asking the function itself.
enum NullRule {
  /// What a function gives when every argument is missing; nil where its own text says it, or where there is
  /// no telling.
  static func sentence(for function: ScalarFunction) -> String? {
    guard !saysIt(function.details), function.isPure else { return nil }
    let parameters = function.parameters.filter { !$0.isOptional }
    guard !parameters.isEmpty, !parameters.contains(where: \.isConstant) else { return nil }
    for type in candidates(parameters[0].accepts) {
      let types = parameters.map {
        $0.accepts.accepts(type) ? type : $0.accepts.types.first ?? type
      }
      guard let value = value(of: function, types) else { continue }
      return sentence(given: types, value)
    }
    return nil
  }

  private static func saysIt(_ text: String) -> Bool {
    ["null", "missing", "empty"].contains { text.lowercased().contains($0) }
  }

  /// Types that have a null before text, which has none.
  private static func candidates(_ accepted: TypeSet) -> [ScalarType] {
    let types = accepted.types
    return types.filter { $0 != .string } + types.filter { $0 == .string }
  }

  private static func value(of function: ScalarFunction, _ types: [ScalarType]) -> Scalar? {
    let binder = Binder(
      catalog: EmptyCatalog(), scope: Scope(),
      context: RunContext(clock: Instant.unixEpoch, seed: 0, threads: 1), source: SourceText(""))
    let arguments = types.map { TypedExpression(.constant(.missing($0))) }
    let span = Span(0, 0)
    return try? binder.call(function, arguments, span: span).expression.constantValue
  }

  private static func sentence(given types: [ScalarType], _ value: Scalar) -> String {
    let isText = types.allSatisfy { $0 == .string }
    let given = isText ? "An empty text" : "Null"
    if value.isNull { return "\(given) gives null." }
    if case .string(let text) = value, text.isEmpty { return "\(given) gives an empty text." }
    if case .bool(let isTrue) = value { return "\(given) gives \(isTrue)." }
    return "\(given) gives \(value.text)."
  }
}
