import CasebookValues

/// Times as texts of a given form, and counts of seconds as times.
enum TimeFormatFunctions {
  static let all: [ScalarFunction] =
    [
      ScalarFunction(
        "format_datetime", family: "time",
        [FunctionParameter("time", .datetime), FunctionParameter("format", .string)],
        returns: .string,
        summary: "A time as text in a form such as `yyyy-MM-dd HH:mm`.",
        details: "Letters: y M d, H (0 to 23), h (1 to 12), m, s, f (fractions), F (without zeros "
          + "at the end), tt (AM, PM); delimiters: blank / - : , . _ [ ]. Anything else is refused.",
        examples: [
          Example(
            "print format_datetime(datetime(2024-03-15 14:05), 'd/M/yy h:mm tt')",
            output: "15/3/24 2:05 PM")
        ],
        .rows(nulls: .propagate) { values in
          .text(TimeFormat(datetime: values.text(1))?.text(datetime: values.long(0)))
        }
      ).deciding { _, constants in
        guard let text = constants[1]?.asText else { return nil }
        guard let format = TimeFormat(datetime: text) else {
          return .refused(
            "The format may hold the letters y M d H h m s f F tt and the delimiters "
              + "blank / - : , . _ [ ].")
        }
        return .resolved(
          ScalarFunction.Resolution(
            .string, .rows(nulls: .propagate) { .string(format.text(datetime: $0.long(0))) }))
      },
      ScalarFunction(
        "format_timespan", family: "time",
        [FunctionParameter("span", .timespan), FunctionParameter("format", .string)],
        returns: .string,
        summary: "A timespan as text in a form such as `d.hh:mm:ss`.",
        details: "Letters: d, H or h, m, s, f (fractions), F (without zeros at the end); "
          + "delimiters: blank / - : , . _ [ ]. Anything else is refused.",
        examples: [
          Example("print format_timespan(25h + 90s, 'd.hh:mm:ss')", output: "1.01:01:30")
        ],
        .rows(nulls: .propagate) { values in
          .text(TimeFormat(timespan: values.text(1))?.text(timespan: values.long(0)))
        }
      ).deciding { _, constants in
        guard let text = constants[1]?.asText else { return nil }
        guard let format = TimeFormat(timespan: text) else {
          return .refused(
            "The format may hold the letters d H h m s f F and the delimiters blank / - : , . _ [ ]."
          )
        }
        return .resolved(
          ScalarFunction.Resolution(
            .string, .rows(nulls: .propagate) { .string(format.text(timespan: $0.long(0))) }))
      },
      unix("seconds", Ticks.perSecond),
      unix("milliseconds", Ticks.perMillisecond),
      unix("microseconds", Ticks.perMicrosecond),
      unix("nanoseconds", nil),
    ]

  /// A count of units since 1970; a nanosecond is a hundredth of a tick.
  private static func unix(_ word: String, _ ticks: Int64?) -> ScalarFunction {
    ScalarFunction(
      "unixtime_\(word)_todatetime", family: "time",
      [FunctionParameter(word, .number, "since 1970-01-01 UTC")],
      summary: "The time that many \(word) after 1970-01-01 UTC.",
      examples: [
        Example("print unixtime_\(word)_todatetime(0)", output: "1970-01-01T00:00:00.0000000Z")
      ]
    ) { types in
      if types[0].isInteger {
        return ScalarFunction.Resolution(
          .datetime,
          .longToOptional { count in
            guard let ticks else { return Instant.fromUnix(count: count / 100, ticksEach: 1) }
            return Instant.fromUnix(count: count, ticksEach: ticks)
          })
      }
      return ScalarFunction.Resolution(
        .datetime,
        .rows(nulls: .propagate) { values in
          Instant.fromUnix(count: values.real(0), ticksEach: ticks.map(Double.init) ?? 0.01)
            .map(Scalar.datetime) ?? .null(.datetime)
        })
    }
  }
}
