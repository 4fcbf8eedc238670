import CasebookValues
import Glibc

/// Periods, seasons and anomalies of series.
enum SeriesSeasonFunctions {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "series_periods_detect", family: "series",
      [
        Series.parameter, FunctionParameter("min", .real, "shortest period"),
        FunctionParameter("max", .real, "longest period"),
        FunctionParameter("count", .long, "periods wanted"),
      ], returns: .dynamic,
      summary: "The most significant periods of a series and their scores from 0 to 1.",
      details: "A period scores by how well the series, less its trend, repeats after it.",
      examples: [
        Example(
          "print series_periods_detect(dynamic([1, 5, 2, 1, 5, 2, 1, 5, 2]), 2.0, 4.0, 1)",
          output: "[3.0]\t[1.0]")
      ],
      .rows(nulls: .handled) { values in
        guard let series = Series.numbers(values[0]) else { return .array([.null, .null]) }
        let numbers = filled(series)
        let found = Season.periods(
          numbers, from: values.real(1), through: values.real(2), count: values.count(3))
        return .array([
          Series.array(found.map(\.period)), Series.array(found.map(\.score)),
        ])
      }
    ).yielding(
      Series.columns("series_periods_detect", [("periods", .dynamic), ("scores", .dynamic)])),
    ScalarFunction(
      "series_periods_validate", family: "series",
      [
        Series.parameter, FunctionParameter("period", .number),
        FunctionParameter("more", .number, isOptional: true, isRepeated: true),
      ], returns: .dynamic, summary: "How well given periods fit a series, from 0 to 1.",
      examples: [
        Example(
          "print series_periods_validate(dynamic([1, 2, 3, 1, 2, 3, 1, 2, 3]), 3)",
          output: "[3.0]\t[1.0]")
      ],
      .rows(nulls: .handled) { values in
        guard let series = Series.numbers(values[0]) else { return .array([.null, .null]) }
        let numbers = filled(series)
        let periods = values.indices.dropFirst().map { values.real($0) }
        return .array([
          Series.array(periods),
          Series.array(periods.map { Season.score(numbers, period: Int($0.rounded())) }),
        ])
      }
    ).yielding(
      Series.columns("series_periods_validate", [("periods", .dynamic), ("scores", .dynamic)])),
    ScalarFunction(
      "series_seasonal", family: "series",
      [Series.parameter, FunctionParameter("period", .long, "-1 finds it", isOptional: true)],
      returns: .dynamic,
      summary: "The part of a series that repeats: the median of each place of its period.",
      details: "Zeros where no period is found.",
      examples: [
        Example(
          "print series_seasonal(dynamic([1, 2, 3, 1, 2, 3, 1, 2, 3]), 3)",
          output: "[1.0,2.0,3.0,1.0,2.0,3.0,1.0,2.0,3.0]")
      ],
      .rows(nulls: .propagate) { values in
        guard let series = Series.numbers(values[0]) else { return .null(.dynamic) }
        let numbers = filled(series)
        let period = values.count(1, default: -1)
        return .dynamic(
          Series.array(
            Season.medians(numbers, period: period > 0 ? period : Season.period(of: numbers))))
      }),
    ScalarFunction(
      "series_decompose", family: "series",
      [Series.parameter] + decomposition, returns: .dynamic,
      summary: "A series as baseline (season and trend), season, trend and what is left.",
      examples: [
        Example(
          "print array_length(series_decompose(dynamic([1, 2, 3, 1, 2, 3, 1, 2, 3]), 3))",
          "one array a column")
      ],
      .rows(nulls: .handled) { values in
        guard let parts = decomposed(values, 1) else {
          return .array(Array(repeating: .null, count: 4))
        }
        return .array([
          Series.array(parts.baseline), Series.array(parts.seasonal), Series.array(parts.trend),
          Series.array(parts.residual),
        ])
      }
    ).yielding(
      Series.columns(
        "series_decompose",
        [
          ("baseline", .dynamic), ("seasonal", .dynamic), ("trend", .dynamic),
          ("residual", .dynamic),
        ])),
    ScalarFunction(
      "series_decompose_anomalies", family: "series",
      [
        Series.parameter,
        FunctionParameter(
          "threshold", .real, "scores beyond it are flagged, 1.5", isOptional: true),
      ] + decomposition, returns: .dynamic,
      summary: "Where a series departs from its season and trend: flags, scores and the baseline.",
      details: "Flags are 1 above, -1 below and 0 within the threshold. Scores are those of "
        + "`series_outliers` (ctukey) on what season and trend leave.",
      examples: [
        Example(
          "print series_decompose_anomalies(dynamic([1, 2, 1, 2, 1, 9, 1, 2, 1, 2]), 1.5, 0, 'avg')"
        )
      ],
      .rows(nulls: .handled) { values in
        guard let parts = decomposed(values, 2) else {
          return .array(Array(repeating: .null, count: 3))
        }
        let threshold = values.real(1, default: 1.5)
        let scores = SeriesFilterFunctions.outlierScores(parts.residual, lower: 0.1, upper: 0.9)
        return .array([
          .array(
            scores.map { score in
              .long((score ?? 0) > threshold ? 1 : (score ?? 0) < -threshold ? -1 : 0)
            }),
          Series.array(scores), Series.array(parts.baseline),
        ])
      }
    ).yielding(
      Series.columns(
        "series_decompose_anomalies",
        [("ad_flag", .dynamic), ("ad_score", .dynamic), ("baseline", .dynamic)])),
    ScalarFunction(
      "series_decompose_forecast", family: "series",
      [Series.parameter, FunctionParameter("points", .long, "at the end, to forecast")]
        + decomposition.filter { $0.name != "test_points" }, returns: .dynamic,
      summary: "A series with its last points forecast from season and trend.",
      examples: [
        Example("print series_decompose_forecast(dynamic([1, 2, 3, 4, 5, 0, 0]), 2, 0)")
      ],
      .rows(nulls: .handled) { values in
        let points = max(values.count(1), 0)
        guard let series = Series.numbers(values[0]),
          let parts = Season.decompose(
            filled(series), period: seasonality(values, 2), trend: trend(values, 3, "linefit"),
            testPoints: points)
        else { return .array(Array(repeating: .null, count: 4)) }
        return .array([
          Series.array(parts.baseline), Series.array(parts.seasonal), Series.array(parts.trend),
          Series.array(parts.residual),
        ])
      }
    ).yielding(
      Series.columns(
        "series_decompose_forecast",
        [
          ("forecast", .dynamic), ("seasonal", .dynamic), ("trend", .dynamic),
          ("residual", .dynamic),
        ])),
  ]

  private static let decomposition = [
    FunctionParameter(
      "seasonality", TypeSet.number.union(.timespan), "a period, 0 for none, -1 finds it",
      isOptional: true),
    FunctionParameter("trend", .string, "`avg`, `linefit` or `none`", isOptional: true),
    FunctionParameter(
      "test_points", .long, "at the end, left out of the fit", isOptional: true),
    FunctionParameter("method", TypeSet.string.union(.number), isOptional: true),
    FunctionParameter("seasonality_threshold", .number, isOptional: true),
  ]

  private static func decomposed(_ values: [Scalar], _ first: Int) -> Season.Parts? {
    guard let series = Series.numbers(values[0]) else { return nil }
    return Season.decompose(
      filled(series), period: seasonality(values, first), trend: trend(values, first + 1, "avg"),
      testPoints: max(values.count(first + 2, default: 0), 0))
  }

  /// A given period, 0 for none, nil where it is to be found.
  private static func seasonality(_ values: [Scalar], _ index: Int) -> Int? {
    let period = values.real(index, default: -1)
    return period < 0 ? nil : Int(saturating: period.rounded())
  }

  private static func trend(_ values: [Scalar], _ index: Int, _ standard: String) -> Season.Trend {
    let name = index < values.count && !values[index].isNull ? values.text(index) : standard
    return Season.Trend(rawValue: name) ?? .avg
  }

  /// Gaps count as zeros here; the `series_fill` functions do better.
  private static func filled(_ series: [Double?]) -> [Double] { series.map { $0 ?? 0 } }
}
