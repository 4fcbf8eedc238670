import CasebookLanguage
import CasebookQuery
import CasebookValues

extension FlagCost {
  /// What `cost=(fp=1, fn=5, review=0)` says; nil without it.
  static func read(_ arguments: AnalysisArguments, _ binder: Binder) throws(Diagnostic) -> FlagCost?
  {
    guard let syntax = arguments.syntax("cost") else { return nil }
    guard case .named(let prices) = syntax.unbracketed.kind else {
      throw arguments.expected("cost", "prices by name, such as (fp=1, fn=5)", at: syntax.span)
    }
    var known: [String: Double] = [:]
    for price in prices {
      guard let name = price.name, ["fp", "fn", "review"].contains(name.text) else {
        throw arguments.expected("cost", "fp=, fn= and perhaps review=", at: price.span)
      }
      guard let value = try binder.constant(price.value, what: name.text).asReal, value.isFinite,
        value >= 0
      else { throw arguments.expected(name.text, "a number from 0", at: price.span) }
      known[name.text] = value
    }
    guard let falsePositive = known["fp"], let falseNegative = known["fn"] else {
      throw arguments.expected("cost", "both fp= and fn=", at: syntax.span)
    }
    return FlagCost(
      falsePositive: falsePositive, falseNegative: falseNegative, review: known["review"] ?? 0)
  }
}

extension AnalysisArguments {
  /// A setting that is a share: above 0 and at most 1.
  func share(_ name: String) throws(Diagnostic) -> Double? {
    try real(name, expected: "above 0 and at most 1", where: { $0 > 0 && $0 <= 1 })
  }
}
