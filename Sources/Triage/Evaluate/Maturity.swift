import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// Which cases have an outcome that is final: `mature=(opened_at + 30d) as_of=datetime(2026-03-01)`.
///
/// As for signals, an outcome that may still change counts as none: early ones are mostly the easy cases.
enum Maturity {
  static let parameters = [Parameter("mature"), Parameter("as_of")]

  /// A column that is true where the outcome is final; nil where nothing was said.
  static func output(
    _ arguments: AnalysisArguments, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan.Output? {
    try output(arguments.syntax("mature"), asOf: arguments.syntax("as_of"), input, binder)
  }

  /// The same of the two settings as written, for commands that take them.
  static func output(
    _ mature: CasebookLanguage.Expression?, asOf: CasebookLanguage.Expression?, _ input: Plan,
    _ binder: Binder
  ) throws(Diagnostic) -> Plan.Output? {
    let end = try asOf.map { syntax throws(Diagnostic) in
      guard case .datetime(let ticks) = try binder.constant(syntax, what: "as_of") else {
        throw Diagnostic(
          code: "E0213", message: "as_of has to be a time such as datetime(2026-03-02)",
          span: syntax.span)
      }
      return ticks
    }
    guard let syntax = mature else {
      guard let asOf else { return nil }
      throw problem(
        "as_of= needs mature= beside it", help: "mature=(opened_at + 30d)", at: asOf.span)
    }
    let value = try binder.expression(syntax, over: input.fields)
    let field = Field("mature", .bool, isProtected: value.isProtected)
    if value.type == .bool { return Plan.Output(field, value.expression) }
    guard value.type == .datetime, let isReached = OperatorCatalogue.function("<=") else {
      throw problem(
        "mature says when an outcome is final, and this is \(value.type.name)",
        help: "a time such as mature=(opened_at + 30d), or a condition", at: syntax.span)
    }
    guard let end = end ?? input.logAsOf else {
      throw problem(
        "mature needs the time of the data, which is not the clock's",
        help: "say as_of=datetime(2026-03-01), or declare the log's times with its roles",
        at: syntax.span)
    }
    let reached = try binder.call(
      isReached, [value, TypedExpression(.constant(.datetime(end)))], span: syntax.span)
    return Plan.Output(field, reached.expression)
  }

  private static func problem(_ message: String, help: String, at span: Span) -> Diagnostic {
    Diagnostic(code: "E0227", message: message, span: span, help: help)
  }

  /// Whether the outcome of a row is final.
  @inline(__always)
  static func isFinal(_ column: Column, _ row: Int) -> Bool {
    guard case .bools(let values) = column.data else { return false }
    return values.base[row] != 0 && !column.isNull(row)
  }

  /// Says how many cases have an outcome that is not final.
  static func warn(_ column: Column, _ context: RunContext) {
    let immature = (0..<column.count).count { !isFinal(column, $0) }
    if immature > 0 {
      context.warn("immature: the outcome is not final yet and does not count", rows: immature)
    }
  }
}
