import CasebookTables
import CasebookValues

/// Parts of times, and times from parts.
enum TimePartFunctions {
  static let all: [ScalarFunction] = [
    part("getyear", .year, "The year of a time.", "2024"),
    part("monthofyear", aliases: ["getmonth"], .month, "The month of a time, 1 to 12.", "3"),
    part("dayofmonth", .day, "The day of the month of a time, from 1.", "15"),
    part("dayofyear", .dayOfYear, "The day of the year of a time, from 1.", "75"),
    part("hourofday", .hour, "The hour of a time, 0 to 23.", "10"),
    part(
      "week_of_year", aliases: ["weekofyear"], .week,
      "The number of the week of a time by ISO 8601, 1 to 53.", "11", type: .long),
    ScalarFunction(
      "dayofweek", family: "time", [FunctionParameter("time", .datetime)], returns: .timespan,
      summary: "The days since the Sunday before a time, as a timespan.",
      examples: [Example("print dayofweek(datetime(2024-03-15)) / 1d", "a Friday", output: "5.0")],
      .longToOptional { Instant.dayOfWeek($0) }),
    ScalarFunction(
      "datetime_part", aliases: ["datepart"], family: "time",
      [CalendarFunctions.unitParameter, FunctionParameter("time", .datetime)], returns: .int,
      summary: "A part of a time as a number.",
      examples: [
        Example("print datetime_part('quarter', datetime(2024-03-15))", output: "1")
      ],
      .rows(nulls: .propagate) { values in
        guard let unit = CalendarUnit(name: values.text(0)) else { return .null(.int) }
        return .int(Int32(truncatingIfNeeded: Instant.part(unit, values.long(1))))
      }
    ).deciding { _, constants in
      CalendarFunctions.decide(constants[0]) { unit in
        ScalarFunction.Resolution(
          .int,
          .vector { arguments in
            .column(
              Kernels.longs(arguments[1].column(rowCount: arguments.rowCount), type: .int) {
                Instant.part(unit, $0)
              })
          })
      }
    },
    ScalarFunction(
      "make_datetime", family: "time",
      [
        FunctionParameter("year", .long), FunctionParameter("month", .long),
        FunctionParameter("day", .long), FunctionParameter("hour", .long, isOptional: true),
        FunctionParameter("minute", .long, isOptional: true),
        FunctionParameter("second", .real, isOptional: true),
      ], returns: .datetime,
      summary: "A time from its parts; null where there is no such time.",
      examples: [
        Example("print make_datetime(2024, 3, 15, 10, 30)", output: "2024-03-15T10:30:00.0000000Z")
      ],
      .rows(nulls: .propagate) { values in
        Instant.make(
          year: values.long(0), month: values.long(1), day: values.long(2),
          hour: values.long(3, default: 0), minute: values.long(4, default: 0),
          second: values.real(5, default: 0)
        ).map(Scalar.datetime) ?? .null(.datetime)
      }),
    ScalarFunction(
      "make_timespan", family: "time",
      [
        FunctionParameter("hours", .number, "or days, where four are given"),
        FunctionParameter("minutes", .number),
        FunctionParameter("seconds", .number, isOptional: true),
        FunctionParameter("last", .number, "seconds, where four are given", isOptional: true),
      ],
      summary: "A timespan from hours, minutes and perhaps seconds, with days in front of them.",
      details: "Null for an hour above 23 or a minute or second above 59.",
      examples: [
        Example("print make_timespan(2, 30)", output: "02:30:00"),
        Example("print make_timespan(1, 2, 30, 0)", "with days", output: "1.02:30:00"),
      ]
    ) { types in
      let whole = types.count == 4 ? 3 : 2
      guard types.prefix(whole).allSatisfy(\.isInteger) else { return nil }
      return ScalarFunction.Resolution(.timespan, .rows(nulls: .propagate, timespan))
    },
  ]

  private static func part(
    _ name: String, aliases: [String] = [], _ unit: CalendarUnit, _ summary: String,
    _ output: String, type: ScalarType = .int
  ) -> ScalarFunction {
    ScalarFunction(
      name, aliases: aliases, family: "time", [FunctionParameter("time", .datetime)],
      returns: type, summary: summary,
      examples: [Example("print \(name)(datetime(2024-03-15 10:30))", output: output)],
      .longToLong { Instant.part(unit, $0) })
  }

  @Sendable private static func timespan(_ values: [Scalar]) -> Scalar {
    let offset = values.count == 4 ? 1 : 0
    let days = offset == 1 ? values.long(0) : 0
    let span = Timespan.make(
      days: days, hours: values.long(offset), minutes: values.long(offset + 1),
      seconds: values.real(offset + 2, default: 0))
    return span.map(Scalar.timespan) ?? .null(.timespan)
  }
}
