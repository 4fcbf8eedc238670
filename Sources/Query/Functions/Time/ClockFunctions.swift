import CasebookTables
import CasebookValues

/// The session's clock.
enum ClockFunctions {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "now", family: "time",
      [FunctionParameter("offset", .timespan, "added to it", isOptional: true)],
      returns: .datetime, summary: "The time of the session's clock.",
      details: "The clock is part of a script's record, so a replay sees the same time.",
      examples: [Example("print now() > datetime(2000-01-01)", output: "true")],
      .vector { arguments in
        guard arguments.vectors.count > 0 else {
          return .constant(.datetime(arguments.context.readClock()))
        }
        return shifted(arguments) { Instant.adding($0, to: $1) }
      }),
    ScalarFunction(
      "ago", family: "time", [FunctionParameter("span", .timespan)], returns: .datetime,
      summary: "The time a span before the session's clock.",
      examples: [Example("print ago(1d) < now()", output: "true")],
      .vector { shifted($0) { Instant.adding(0 &- $0, to: $1) } }),
  ]

  private static func shifted(
    _ arguments: VectorArguments, _ body: (Int64, Int64) -> Int64?
  ) -> Vector {
    let clock = arguments.context.readClock()
    if case .constant(let span) = arguments[0] {
      guard case .timespan(let ticks) = span, let result = body(ticks, clock) else {
        return .constant(.null(.datetime))
      }
      return .constant(.datetime(result))
    }
    return .column(
      Kernels.longs(arguments[0].column(rowCount: arguments.rowCount), type: .datetime) {
        body($0, clock)
      })
  }
}
