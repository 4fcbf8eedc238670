import CasebookLanguage
import CasebookTables
import CasebookValues

extension Binder {
  /// `* has "term"`: whether any column, read as text, meets a comparison.
  func anyColumn(
    _ symbol: BinaryOperator, _ right: CasebookLanguage.Expression, over fields: [Field], span: Span
  ) throws(Diagnostic) -> TypedExpression {
    let word = symbol.rawValue
    guard Self.textSymbols.contains(word.replacing("_cs", with: "")) else {
      throw BindIssue.shape(
        "`*` does not go with '\(word)'", help: "* has \"term\", * contains \"text\", * == \"text\""
      ).at(span)
    }
    let wanted = try expression(right, over: fields)
    var result = TypedExpression(.constant(.bool(false)))
    for (index, field) in fields.enumerated() {
      let column = try converted(
        TypedExpression(.column(index: index, type: field.type), isProtected: field.isProtected),
        to: .string, span: span)
      let next = try apply(word, [column, wanted], [right, right], span: span)
      result = index == 0 ? next : try apply("or", [result, next], [right, right], span: span)
    }
    return result
  }

  private static let textSymbols: Set<String> = [
    "==", "=~", "has", "hasprefix", "hassuffix", "contains", "startswith", "endswith",
    "matches regex",
  ]
}
