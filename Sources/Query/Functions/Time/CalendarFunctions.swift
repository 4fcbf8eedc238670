import CasebookTables
import CasebookValues

/// The starts and ends of days, weeks, months and years; adding and counting them.
enum CalendarFunctions {
  static let all: [ScalarFunction] =
    [
      start(.day, "startofday", "day", "2024-03-15"),
      start(.week, "startofweek", "week, which begins on Sunday,", "2024-03-10"),
      start(.month, "startofmonth", "month", "2024-03-01"),
      start(.year, "startofyear", "year", "2024-01-01"),
      end(.day, "endofday", "day", "2024-03-15"),
      end(.week, "endofweek", "week, which ends on Saturday,", "2024-03-16"),
      end(.month, "endofmonth", "month", "2024-03-31"),
      end(.year, "endofyear", "year", "2024-12-31"),
      ScalarFunction(
        "datetime_add", family: "time",
        [
          unitParameter, FunctionParameter("amount", .long), FunctionParameter("time", .datetime),
        ], returns: .datetime,
        summary: "A time moved by so many years, months, days or other units.",
        details: "A day that the month lacks becomes its last.",
        examples: [
          Example(
            "print datetime_add('month', 1, datetime(2024-01-31))",
            output: "2024-02-29T00:00:00.0000000Z")
        ],
        .rows(nulls: .propagate) { values in
          guard let unit = CalendarUnit(name: values.text(0)),
            let moved = Instant.adding(values.long(1), unit, to: values.long(2))
          else { return .null(.datetime) }
          return .datetime(moved)
        }
      ).deciding { _, constants in decide(constants[0]) { _ in nil } },
      ScalarFunction(
        "datetime_diff", family: "time",
        [unitParameter, FunctionParameter("to", .datetime), FunctionParameter("from", .datetime)],
        returns: .long,
        summary: "How many boundaries of a unit lie between two times.",
        details: "Positive when the first time is the later one.",
        examples: [
          Example(
            "print datetime_diff('day', datetime(2024-03-02), datetime(2024-02-28))", output: "3")
        ],
        .rows(nulls: .propagate) { values in
          guard let unit = CalendarUnit(name: values.text(0)) else { return .null(.long) }
          return .optional(Instant.difference(unit, values.long(1), values.long(2)))
        }
      ).deciding { _, constants in decide(constants[0], difference) },
      around,
    ]

  private static let around = ScalarFunction(
    "around", family: "time",
    [
      FunctionParameter("value", TypeSet.number.union(.time)),
      FunctionParameter("centre", TypeSet.number.union(.time)),
      FunctionParameter("distance", TypeSet.number.union(.timespan)),
    ],
    summary: "Whether a number or time lies within a distance of another, both ends in.",
    examples: [
      Example(
        "print around(datetime(2024-03-15 10:29), datetime(2024-03-15 10:30), 1m)", output: "true")
    ]
  ) { types in
    let isTime = types[0].isTemporal
    guard isTime ? types[1] == types[0] && types[2] == .timespan : types.allSatisfy(\.isNumeric)
    else { return nil }
    return ScalarFunction.Resolution(
      .bool,
      .rows(nulls: .propagate) { values in
        if isTime { return .bool(abs(values.long(0) &- values.long(1)) <= values.long(2)) }
        return .bool(abs(values.real(0) - values.real(1)) <= values.real(2))
      })
  }

  static let unitParameter = FunctionParameter(
    "unit", .string, "year, quarter, month, week, day, hour, minute, second, ...")

  /// Refuses an unknown unit; for a known constant one, what `resolution` makes of it.
  static func decide(
    _ constant: Scalar?, _ resolution: (CalendarUnit) -> ScalarFunction.Resolution?
  ) -> ScalarFunction.Decision? {
    guard let name = constant?.asText else { return nil }
    guard let unit = CalendarUnit(name: name) else {
      return .refused(
        "The unit is one of year, quarter, month, week, day, hour, minute, second, millisecond, "
          + "microsecond, nanosecond.")
    }
    return resolution(unit).map(ScalarFunction.Decision.resolved)
  }

  /// Kusto counts weeks in reals.
  @Sendable private static func difference(_ unit: CalendarUnit) -> ScalarFunction.Resolution? {
    let type: ScalarType = unit == .week ? .real : .long
    return ScalarFunction.Resolution(type, .vector { differences($0, unit, type) })
  }

  private static func differences(
    _ arguments: VectorArguments, _ unit: CalendarUnit, _ type: ScalarType
  ) -> Vector {
    let left = arguments[1].column(rowCount: arguments.rowCount)
    let right = arguments[2].column(rowCount: arguments.rowCount)
    guard case .longs(let to) = left.data, case .longs(let from) = right.data else {
      return .constant(.null(type))
    }
    let validity = Bitmap.intersection(left.validity, right.validity)
    let counts = Kernels.masked(.long, arguments.rowCount, validity) { target, valid in
      for row in 0..<arguments.rowCount {
        if let count = Instant.difference(unit, to.base[row], from.base[row]) {
          target[row] = count
        } else {
          valid[row] = 0
        }
      }
    }
    return .column(type == .long ? counts : Kernels.reals(counts) { $0 })
  }

  private static func start(
    _ unit: CalendarUnit, _ name: String, _ words: String, _ output: String
  ) -> ScalarFunction {
    bound(
      name, "The start of the \(words) that a time lies in.",
      "print \(name)(datetime(2024-03-15 10:30))", output + "T00:00:00.0000000Z",
      // Whole days are the hot case and need no calendar.
      plain: unit == .day
        ? .longToLong { $0 &- $0 % Ticks.perDay }
        : .longToOptional { Instant.start(of: unit, $0) }
    ) { Instant.start(of: unit, $0, offset: $1) }
  }

  private static func end(
    _ unit: CalendarUnit, _ name: String, _ words: String, _ output: String
  ) -> ScalarFunction {
    bound(
      name, "The last tick of the \(words) that a time lies in.",
      "print \(name)(datetime(2024-03-15 10:30))", output + "T23:59:59.9999999Z",
      plain: .longToOptional { Instant.end(of: unit, $0) }
    ) { Instant.end(of: unit, $0, offset: $1) }
  }

  private static func bound(
    _ name: String, _ summary: String, _ query: String, _ output: String, plain: Implementation,
    _ moved: @escaping @Sendable (Int64, Int64) -> Int64?
  ) -> ScalarFunction {
    ScalarFunction(
      name, family: "time",
      [
        FunctionParameter("time", .datetime),
        FunctionParameter("offset", .long, "so many further on", isOptional: true),
      ], summary: summary, examples: [Example(query, output: output)]
    ) { types in
      if types.count == 1 { return ScalarFunction.Resolution(.datetime, plain) }
      return ScalarFunction.Resolution(
        .datetime,
        .rows(nulls: .propagate) { values in
          moved(values.long(0), values.long(1)).map(Scalar.datetime) ?? .null(.datetime)
        })
    }
  }
}
