import CasebookTestSupport
import CasebookValues
import Testing

/// Durations, ages and limits of real logs against figures computed by lifelines and pandas.
@Suite(.enabled(if: OracleFolder.isHere, OracleFolder.whereFrom))
struct CaseOracleTests {
  private static let logs = ["helpdesk", "servicenow_incidents", "purchasing"]
  private let day = 86_400.0

  /// `kaplan_meier` and `kaplan_meier_censored_at_80_percent_of_starts`: cases, observed, censored, median,
  /// median_ci95, p25, p75, p90, naive_median_of_completed_only, and survival with lower95 and upper95.
  @Test(
    arguments: logs, ["kaplan_meier", "kaplan_meier_censored_at_80_percent_of_starts"])
  func survival(log: String, key: String) throws {
    let bench = try FlowBench.named(log)
    let oracle = try OracleFolder(log).summary(key)
    let asOf = "as_of=datetime(\(try oracle.name("censor_date").prefix(10)))"
    let summary = try bench.table("events | cycle_time \(asOf)")
    #expect(try summary.number("cases") == oracle.number("cases"))
    #expect(try summary.number("ended") == oracle.number("observed"))
    #expect(try summary.number("open") == oracle.number("censored"))
    for (column, name) in [
      ("median", "median"), ("p25", "p25"), ("p75", "p75"), ("p90", "p90"),
      ("ended_median", "naive_median_of_completed_only"),
    ] {
      expectClose(try summary.number(column) / day, try oracle.number(name), "\(log) \(name)")
    }
    let limits = try oracle.list("median_ci95").compactMap(\.asReal)
    expectClose(try summary.number("median_low") / day, limits[0], "\(log) median_low")
    expectClose(try summary.number("median_high") / day, limits[1], "\(log) median_high")
    try expectCurve(try bench.table("events | cycle_time curve=true \(asOf)"), oracle, log)
  }

  private func expectCurve(_ curve: FlowAnswer, _ oracle: Dynamic, _ log: String) throws {
    let points = try #require(oracle["survival"]?.pairs)
    try #require(points.count > 10)
    let times = try (0..<curve.rowCount).map { try curve.number("after", $0) / day }
    for (days, values) in points {
      let limit = try #require(Double(days))
      let row = try #require(times.lastIndex { $0 <= limit })
      for (column, name) in [("survival", "S"), ("low", "lower95"), ("high", "upper95")] {
        expectClose(
          try curve.number(column, row), try values.number(name), "\(log) \(name) at \(days) days")
      }
    }
  }

  /// `km_first60.csv`: event_at, observed, censored, at_risk, S; removed and entrance follow from these.
  @Test(arguments: logs)
  func firstPointsOfTheCurve(log: String) throws {
    let bench = try FlowBench.named(log)
    let oracle = OracleFolder(log)
    let date = try oracle.summary("kaplan_meier").name("censor_date").prefix(10)
    let curve = try bench.table("events | cycle_time curve=true as_of=datetime(\(date)) | take 60")
    let rows = try oracle.rows("km_first60.csv")
    try #require(rows.count == 60)
    for (index, row) in rows.enumerated() {
      let value = { (name: String) in try #require(row[name].flatMap { Double($0) }) }
      expectClose(
        try curve.number("after", index) / day, try value("event_at"), digit: 1e-8,
        "\(log) event_at")
      #expect(try curve.number("at_risk", index) == value("at_risk"))
      #expect(try curve.number("ended", index) == value("observed"))
      #expect(try curve.number("censored", index) == value("censored"))
      expectClose(try curve.number("survival", index), try value("S"), digit: 1e-8, "\(log) S")
      #expect(try value("removed") == value("observed") + value("censored"))
      #expect(try value("entrance") == (index == 0 ? value("at_risk") : 0))
    }
  }

  /// `kaplan_meier_by_*`: n, observed and median_days of each group, logrank_chi2, df, p.
  @Test(arguments: [("helpdesk", "service_level"), ("servicenow_incidents", "priority")])
  func groupsAndLogRank(log: String, column: String) throws {
    let bench = try FlowBench.named(log)
    let oracle = OracleFolder(log)
    let date = try oracle.summary("kaplan_meier").name("censor_date").prefix(10)
    let answer = try bench.table("events | cycle_time as_of=datetime(\(date)) by \(column)")
    let test = try oracle.summary("kaplan_meier_by_" + column)
    let groups = try #require(test["groups"]?.pairs)
    #expect(answer.rowCount == groups.count)
    for (name, group) in groups {
      let row = try #require(answer.row([column: name]))
      #expect(try answer.number("cases", row) == group.number("n"))
      #expect(try answer.number("ended", row) == group.number("observed"))
      // Half of the 64 incidents of priority 4 had ended after 5.175 days; the oracle summed logarithms, got
      // 0.5000000000000002 for that half, and took the next time.
      let isRounded = log == "servicenow_incidents" && name == "4"
      expectClose(
        try answer.number("median", row) / day,
        isRounded ? 5.175 : try group.number("median_days"), "\(log) \(name)")
      expectSixDigits(try answer.number("chi2", row), try test.number("logrank_chi2"), "chi2")
      #expect(try answer.number("df", row) == test.number("df"))
      expectSixDigits(try answer.number("p", row), try test.number("p"), "p")
    }
  }

  /// `aging_at_censor_date`: open_cases, mean_days, median_days, p90_days, max_days, buckets.
  @Test(arguments: logs)
  func ages(log: String) throws {
    let bench = try FlowBench.named(log)
    let oracle = OracleFolder(log)
    let date = try oracle.summary("kaplan_meier").name("censor_date").prefix(10)
    let expected = try oracle.summary("aging_at_censor_date")
    let all = try bench.table("events | aging buckets=none as_of=datetime(\(date))")
    #expect(try all.number("cases") == expected.number("open_cases"))
    for (column, name) in [
      ("mean", "mean_days"), ("median", "median_days"), ("p90", "p90_days"), ("oldest", "max_days"),
    ] {
      expectClose(try all.number(column) / day, try expected.number(name), "\(log) \(name)")
    }
    let buckets = try bench.table("events | aging as_of=datetime(\(date))")
    let counts = try #require(expected["buckets"]?.pairs)
    #expect(buckets.rowCount == counts.count)
    for (row, bucket) in counts.enumerated() {
      #expect(try buckets.text("bucket", row) == bucket.key)
      #expect(try buckets.number("cases", row) == bucket.value.asReal)
    }
  }

  /// `sla_breach_share`: over_1d to over_60d, of cases that all have ended.
  @Test(arguments: logs)
  func breaches(log: String) throws {
    let bench = try FlowBench.named(log)
    let shares = try #require(try OracleFolder(log).summary("sla_breach_share").pairs)
    try #require(shares.count == 5)
    for (name, share) in shares {
      let days = name.dropFirst("over_".count)
      let answer = try bench.table("events | sla limit=\(days)")
      let cases = try answer.number("cases")
      expectClose(
        try answer.number("breached") / cases, try #require(share.asReal), "\(log) \(name)")
      #expect(try answer.number("undecided") == 0)
      expectClose(
        try answer.number("late_share_km"), try #require(share.asReal), "\(log) \(name) by survival"
      )
    }
  }

  /// `case_duration_seconds` and `case_duration_business_seconds_mon_fri_09_17_utc`: mean, median, p25, p75, p90.
  ///
  /// The percentiles of a log without open cases are those of survival, so only close to type 7.
  @Test(
    arguments: logs,
    [
      ("case_duration_seconds", ""),
      ("case_duration_business_seconds_mon_fri_09_17_utc", "calendar=\"mon-fri 09:00-17:00 UTC\""),
    ])
  func endedDurations(log: String, form: (key: String, calendar: String)) throws {
    let bench = try FlowBench.named(log)
    let oracle = try OracleFolder(log).summary(form.key)
    let answer = try bench.table("events | cycle_time \(form.calendar)")
    #expect(try answer.number("open") == 0)
    expectClose(try answer.number("ended_mean"), try oracle.number("mean"), "\(log) mean")
    expectClose(try answer.number("ended_median"), try oracle.number("median"), "\(log) median")
    expectClose(try answer.number("restricted_mean"), try oracle.number("mean"), "\(log) area")
    for name in ["p25", "p75", "p90"] {
      let (actual, expected) = (try answer.number(name), try oracle.number(name))
      #expect(abs(actual - expected) <= 0.02 * expected, "\(log) \(name)")
    }
  }
}
