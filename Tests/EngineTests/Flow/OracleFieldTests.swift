import CasebookTestSupport
import CasebookValues
import Foundation
import Testing

/// What the oracles say besides the columns of stages, by pipelines over them; and that no field is left out.
@Suite(
  .enabled(
    if: !LogOracle.names.isEmpty, "the shared logs are not beside the package, so they are skipped"
  ))
struct OracleFieldTests {
  private func begin(_ log: LogOracle) -> String {
    log.name == "purchasing" ? "start_timestamp" : "timestamp"
  }

  /// `flow`: span_seconds, arrivals_per_day, mean_interarrival_s, median_interarrival_s, cv_interarrival, max_wip;
  /// middle_half_window lambda_per_s and end.
  @Test(arguments: LogOracle.names) func arrivals(_ name: String) throws {
    let log = try LogOracle(name)
    let flow = try log.part("flow")
    let gaps = log.rows(
      """
      t | per_case | sort by start asc | project gap = start - prev(start) | where isnotnull(gap)
      | sort by gap asc
      """
    ).compactMap { $0["gap"]?.measure }
    let mean = gaps.reduce(0, +) / Double(gaps.count)
    let deviation = (gaps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(gaps.count - 1))
      .squareRoot()
    expect(mean, flow["mean_interarrival_s"], "mean")
    expect(quantile(gaps, 0.5), flow["median_interarrival_s"], "median")
    expect(deviation / mean, flow["cv_interarrival"], "cv")
    // Arrivals and ends at one instant are netted.
    let most = log.rows(
      """
      t | per_case | project at = start, change = 1
      | union (t | per_case | project at = end, change = -1)
      | summarize change = sum(change) by at | sort by at asc | extend open = row_cumsum(change)
      | summarize most = max(open)
      """)
    most[0].expect("most", flow["max_wip"], name)
    let ends = try #require(
      log.rows(
        "t | per_case | summarize span = max(end) - min(start), n = count()"
      ).first)
    ends.expect("span", flow["span_seconds"], name)
    let span = try #require(ends["span"]?.measure)
    let cases = try #require(ends["n"]?.measure)
    expect(cases / (span / 86_400), flow["arrivals_per_day"], "arrivals_per_day")
    let window = try #require(flow["middle_half_window"] as? [String: Any])
    let middle = try #require(log.rows("t | queue_flow per=all window=middle").first)
    let arrivals = try #require(middle["arrivals"]?.measure)
    let rate = try #require((window["lambda_per_s"] as? NSNumber)?.doubleValue)
    #expect(abs(arrivals / (span / 2) - rate) < 1e-5 * rate)
    let last = log.rows(
      "t | per_case | summarize a = min(start), z = max(end) | project latest = a + (z - a) * 3 / 4"
    )
    let end = try #require(window["end"] as? String)
    #expect(last[0].text("latest").prefix(19).replacing("T", with: " ") == end.prefix(19))
  }

  /// `counts`: events_without_resource, first_timestamp, last_timestamp, start_equals_end, end_before_start;
  /// `data_quality`: consecutive_pairs_with_equal_start, cases_whose_source_rows_are_out_of_time_order.
  @Test(arguments: LogOracle.names) func quality(_ name: String) throws {
    let log = try LogOracle(name)
    let counts = try log.part("counts")
    let start = begin(log)
    let facts = try #require(
      log.rows(
        """
        t | summarize nobody = countif(isempty(tostring(resource))), earliest = min(\(start)),
          latest = max(timestamp), instant = countif(\(start) == timestamp),
          inverted = countif(timestamp < \(start))
        """
      ).first)
    facts.expect("nobody", counts["events_without_resource"], name)
    for (column, key) in [("earliest", "first_timestamp"), ("latest", "last_timestamp")] {
      let text = try #require(counts[key] as? String)
      #expect(facts.text(column).prefix(19).replacing("T", with: " ") == text.prefix(19))
    }
    // A log with one time an event has no start that could be told from its end.
    if start != "timestamp" {
      facts.expect("instant", counts["start_equals_end"], name)
      facts.expect("inverted", counts["end_before_start"], name)
    }
    let quality = try log.part("data_quality")
    let pairs = log.rows(
      """
      t | sort by case_id asc, \(start) asc
      | where case_id == prev(case_id) and \(start) == prev(\(start)) | count
      """)
    pairs[0].expect("Count", quality["consecutive_pairs_with_equal_start"], name)
    let backwards = log.rows(
      """
      t | extend n = row_number() | sort by case_id asc, n asc
      | where case_id == prev(case_id) and \(start) < prev(\(start)) | distinct case_id | count
      """)
    backwards[0].expect("Count", quality["cases_whose_source_rows_are_out_of_time_order"], name)
  }

  /// `kaplan_meier*`: naive_median_treating_open_as_done, true_median_uncensored.
  @Test(
    arguments: LogOracle.names,
    ["kaplan_meier", "kaplan_meier_censored_at_80_percent_of_starts"])
  func mediansThatAreWrong(name: String, key: String) throws {
    let log = try LogOracle(name)
    let oracle = try log.part(key)
    let date = try #require(oracle["censor_date"] as? String).prefix(10)
    let known = log.rows(
      """
      t | per_case as_of=datetime(\(date)) | project time = coalesce(duration, age)
      | sort by time asc
      """
    ).compactMap { $0["time"]?.measure }
    expect(
      quantile(known, 0.5) / 86_400, oracle["naive_median_treating_open_as_done"], "open as done")
    let whole = log.rows(
      """
      t | per_case | where start <= datetime(\(date)) | sort by duration asc | project duration
      """
    ).compactMap { $0["duration"]?.measure }
    expect(quantile(whole, 0.5) / 86_400, oracle["true_median_uncensored"], "uncensored")
  }

  /// `shift`: mean_case_duration_before_s, mean_case_duration_after_s; ratio_of_means of its edges.
  @Test(arguments: LogOracle.names) func halves(_ name: String) throws {
    let log = try LogOracle(name)
    let oracle = try log.part("shift")
    let split = try #require(oracle["split_at"] as? String).prefix(19)
    for (key, sign) in [
      ("mean_case_duration_before_s", "<"), ("mean_case_duration_after_s", ">="),
    ] {
      let row = log.rows(
        "t | per_case | where start \(sign) datetime(\(split)) | summarize mean = avg(duration)")
      row[0].expect("mean", oracle[key], name)
    }
    let rows = log.rows("t | shift")
    for edge in try #require(oracle["edges"] as? [[String: Any]]) {
      let row = try #require(
        rows.first {
          $0.text("source") == edge["source"] as? String
            && $0.text("target") == edge["target"] as? String
        })
      guard let before = row["mean_before"]?.measure, let after = row["mean_after"]?.measure,
        let ratio = (edge["ratio_of_means"] as? NSNumber)?.doubleValue
      else { continue }
      #expect(abs(after / before - ratio) <= 1.5e-6 * max(1, ratio), "\(edge["source"] ?? "")")
    }
  }

  /// `handover_*`: cases_with_handover; `rework_total`: share_of_cases; `drilldown`: min_cases;
  /// `dfg` top10_by_total_gap: mean_s, median_s.
  @Test(arguments: LogOracle.names) func shares(_ name: String) throws {
    let log = try LogOracle(name)
    let start = begin(log)
    for key in log.summary.keys.sorted() where key.hasPrefix("handover_") {
      let column = key.dropFirst("handover_".count)
      let rows = log.rows(
        """
        t | extend n = row_number(), who = tostring(\(column))
        | sort by case_id asc, \(start) asc, timestamp asc, n asc
        | where case_id == prev(case_id) and isnotempty(who) and isnotempty(prev(who)) and who != prev(who)
        | distinct case_id | count
        """)
      rows[0].expect("Count", try log.part(key)["cases_with_handover"], key)
    }
    let rework = try log.part("rework_total")
    let again = log.rows(
      "t | summarize n = count() by case_id, activity | summarize most = max(n) by case_id | summarize share = countif(most > 1) / todouble(count())"
    )
    again[0].expect("share", rework["share_of_cases"], name)
    if let drilldown = log.summary["drilldown"] as? [String: Any] {
      let least = try #require(drilldown["min_cases"] as? Int)
      let column = name == "helpdesk" ? "customer" : "category"
      let rows = log.rows("t | drivers across=\(column)")
      #expect(rows.allSatisfy { ($0["cases"]?.asLong ?? 0) >= Int64(least) })
      #expect(log.rows("t | drivers across=\(column) least=\(least)").count == rows.count)
      #expect(log.rows("t | drivers across=\(column) least=\(least - 1)").count >= rows.count)
    }
    let edges = log.rows("t | transitions")
    for wanted in try #require(try log.part("dfg")["top10_by_total_gap"] as? [[String: Any]]) {
      let edge = try #require(
        edges.first {
          $0.text("source") == wanted["source"] as? String
            && $0.text("target") == wanted["target"] as? String
        })
      edge.expect("mean", wanted["mean_s"], name)
      edge.expect("median", wanted["median_s"], name)
    }
  }

  /// Every field of every summary, and the suite whose tests check it; or why none does.
  private static let fields: [(pattern: String, where: String)] = [
    ("counts.*", "LogOracleTests.perCase, OracleFieldTests.quality"),
    ("data_quality.*", "LogOracleTests.perCase, OracleFieldTests.quality"),
    ("activity_counts.*", "LogOracleTests.steps"), ("start_activities.*", "LogOracleTests.steps"),
    ("end_activities.*", "LogOracleTests.steps"), ("variants.*", "LogOracleTests.variants"),
    ("case_duration_seconds.*", "LogOracleTests.perCase, CaseOracleTests.endedDurations"),
    (
      "case_duration_business_seconds_mon_fri_09_17_utc.*",
      "LogOracleTests.perCase, CaseOracleTests.endedDurations"
    ), ("events_per_case.*", "LogOracleTests.perCase"),
    ("sla_breach_share.*", "CaseOracleTests.breaches"),
    ("dfg.*", "LogOracleTests.transitions, OracleFieldTests.shares"),
    ("processing.*", "LogOracleTests.steps"),
    ("rework.*", "LogOracleTests.rework"),
    ("rework_total.*", "LogOracleTests.rework, OracleFieldTests.shares"),
    ("handover_resource.*", "LogOracleTests.handoffs, OracleFieldTests.shares"),
    ("handover_workgroup.*", "LogOracleTests.handoffs, OracleFieldTests.shares"),
    ("handover_assignment_group.*", "LogOracleTests.handoffs, OracleFieldTests.shares"),
    ("flow.max_wip_note", "a sentence about max_wip"),
    ("flow.*", "LogOracleTests.flow, OracleFieldTests.arrivals"),
    ("kaplan_meier.ci_method", "the name of the band's method; the band is checked"),
    ("kaplan_meier.unit", "days, as the checks take them"),
    ("kaplan_meier.*", "CaseOracleTests.survival, OracleFieldTests.mediansThatAreWrong"),
    ("kaplan_meier_censored_at_80_percent_of_starts.*", "the same"),
    ("kaplan_meier_by_service_level.*", "CaseOracleTests.groupsAndLogRank"),
    ("kaplan_meier_by_priority.*", "CaseOracleTests.groupsAndLogRank"),
    ("aging_at_censor_date.*", "CaseOracleTests.ages"),
    ("shift.*", "WaitOracleTests.changes, OracleFieldTests.halves"),
    ("drilldown.*", "WaitOracleTests.drivers, OracleFieldTests.shares"),
    ("waiting_causes_total_s.*", "WaitOracleTests.causesByStep"),
    ("waiting_causes_note", "a sentence about waiting_causes"),
    ("pm4py_agrees.*", "how the oracle compared itself with pm4py, not a figure of the log"),
    ("activity_key", "the name of the column of steps"),
  ]

  /// The fields within each part that the tests named above check.
  private static let known: [String: Set<String>] = [
    "counts": [
      "events", "cases", "activities", "resources", "events_without_resource", "first_timestamp",
      "last_timestamp", "start_equals_end", "end_before_start",
    ],
    "data_quality": [
      "consecutive_pairs", "consecutive_pairs_with_equal_start",
      "exact_duplicates_case_activity_time", "exact_duplicate_rows",
      "cases_whose_source_rows_are_out_of_time_order", "cases_with_one_event",
    ],
    "variants": [
      "count", "singletons", "top10", "coverage_of_top10", "variants_for_80_percent_of_cases",
    ],
    "dfg": ["edges", "total_count", "total_gap_seconds", "top10_by_total_gap"],
    "processing": ["total_service_s", "total_gap_s", "cycle_time_efficiency"],
    "rework_total": [
      "cases_with_any_rework", "share_of_cases", "extra_occurrences", "immediate_repeats",
      "non_immediate_repeats", "repeats_by_first_resource", "repeats_by_other_resource",
    ],
    "flow": [
      "span_seconds", "arrivals_per_day", "mean_interarrival_s", "median_interarrival_s",
      "cv_interarrival", "mean_sojourn_s", "time_average_wip_whole_log", "max_wip",
      "max_wip_note", "middle_half_window",
    ],
    "kaplan_meier": [
      "censor_date", "cases", "observed", "censored", "unit", "median", "median_ci95", "p25",
      "p75", "p90", "naive_median_of_completed_only", "naive_median_treating_open_as_done",
      "true_median_uncensored", "survival", "ci_method",
    ],
    "aging_at_censor_date": [
      "open_cases", "mean_days", "median_days", "p90_days", "max_days", "buckets",
    ],
    "shift": [
      "split_at", "cases_before", "cases_after", "mean_case_duration_before_s",
      "mean_case_duration_after_s", "edges",
    ],
    "drilldown": [
      "slow_threshold_s", "slow_cases", "base_rate", "tests", "min_cases", "top25",
    ],
  ]

  /// Files of the folders that tests read.
  private static let files: Set<String> = [
    "summary.json", "dfg.csv", "activities.csv", "daily_flow.csv", "km_first60.csv",
    "resources.csv", "waiting_causes.csv", "waiting_causes_first200.csv",
  ]

  /// A field that a new oracle brings fails here until a test names it.
  @Test(arguments: LogOracle.names) func noFieldIsLeftOut(_ name: String) throws {
    let log = try LogOracle(name)
    let folder = Places.shared + "/data/\(name)/oracle"
    for file in try FileManager.default.contentsOfDirectory(atPath: folder) {
      #expect(Self.files.contains(file), "no test reads \(name)/oracle/\(file)")
    }
    for (part, value) in log.summary {
      let isNamed = Self.fields.contains { field in
        let head = field.pattern.split(separator: ".").first.map(String.init) ?? ""
        return head == part
      }
      #expect(isNamed, "no test names \(part) of \(name)")
      guard
        let known = Self.known[part]
          ?? Self.known[part.split(separator: "_censored")[0].description],
        let inner = value as? [String: Any]
      else { continue }
      for key in inner.keys { #expect(known.contains(key), "no test names \(part).\(key)") }
    }
  }

  private func expect(
    _ value: Double, _ expected: Any?, _ place: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(
      agrees(value, (expected as? NSNumber)?.doubleValue), "\(place): \(value)",
      sourceLocation: sourceLocation)
  }

  /// Type 7 of ascending values.
  private func quantile(_ sorted: [Double], _ p: Double) -> Double {
    guard !sorted.isEmpty else { return .nan }
    let rank = Double(sorted.count - 1) * p
    let low = Int(rank)
    return sorted[low] + (rank - Double(low))
      * (sorted[min(low + 1, sorted.count - 1)] - sorted[low])
  }
}
