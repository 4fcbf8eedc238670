import CasebookTestSupport
import CasebookValues
import Foundation
import Testing

/// The flow stages against what pm4py and others say of three real logs.
///
/// Each test names the oracle's file and the fields that it checks. Without the shared data they do not run.
@Suite(
  .enabled(
    if: !LogOracle.names.isEmpty, "the shared logs are not beside the package, so they are skipped"
  ))
struct LogOracleTests {
  /// `dfg.csv`: source, target, count, cases, mean_s, median_s, p90_s, min_s, max_s, sum_s, share_of_all_waiting;
  /// `summary.json` dfg: edges, total_count, total_gap_seconds, top10_by_total_gap.
  @Test(arguments: LogOracle.names) func transitions(_ name: String) throws {
    let log = try LogOracle(name)
    let rows = log.rows("t | transitions")
    let edges = Dictionary(
      uniqueKeysWithValues: rows.map { ([$0.text("source"), $0.text("target")], $0) })
    let oracle = log.file("dfg")
    #expect(oracle.count == rows.count)
    for wanted in oracle {
      let key = [wanted.text("source"), wanted.text("target")]
      let row = try #require(edges[key], "\(key)")
      row.expect("n", wanted["count"], "\(key)")
      row.expect("cases", wanted["cases"], "\(key)")
      for column in ["mean", "median", "p90", "min", "max"] {
        row.expect(column, wanted[column + "_s"], "\(key)")
      }
      row.expect("total_hours", wanted["sum_s"], "\(key)", times: 3600)
      row.expect("share", wanted["share_of_all_waiting"], "\(key)")
    }
    let dfg = try log.part("dfg")
    #expect(rows.count == (dfg["edges"] as? Int))
    #expect(
      rows.reduce(0) { $0 + ($1["n"]?.asLong ?? 0) }
        == (dfg["total_count"] as? NSNumber)?.int64Value)
    let hours = rows.reduce(0) { $0 + ($1["total_hours"]?.asReal ?? 0) }
    #expect(agrees(hours * 3600, (dfg["total_gap_seconds"] as? NSNumber)?.doubleValue))
    // The same edges head the ranking of bottlenecks.
    let top = try #require(dfg["top10_by_total_gap"] as? [[String: Any]])
    let ranked = log.rows("t | bottlenecks samples=20 | take 10")
    for (wanted, row) in zip(top, ranked) {
      #expect(row.text("source") == wanted["source"] as? String)
      #expect(row.text("target") == wanted["target"] as? String)
      row.expect("n", wanted["count"], row.text("source"))
      row.expect("hours", wanted["sum_s"], row.text("source"), times: 3600)
      row.expect("share", wanted["share_of_all_waiting"], row.text("source"))
    }
  }

  /// `activities.csv`: count, cases, wait_*, service_*, until_next_* (mean, median, sum); `summary.json` start_activities,
  /// end_activities, activity_counts, processing: total_service_s, total_gap_s, cycle_time_efficiency.
  @Test(arguments: LogOracle.names) func steps(_ name: String) throws {
    let log = try LogOracle(name)
    let completed = byStep(log.rows("t | steps meaning=completion"))
    let entered = byStep(
      log.rows("t | steps meaning=state_entry"))
    let hasStart = name == "purchasing"
    for wanted in log.file("activities") {
      let step = wanted.text("activity")
      let row = try #require(completed[step])
      row.expect("n", wanted["count"], step)
      row.expect("cases", wanted["cases"], step)
      // A step without a wait has a sum of 0 in the oracle and none here.
      let waits = hasStart ? "wait_" : "spent_"
      let hasWait = wanted["wait_sum_s"]?.asReal != 0 || row[waits + "hours"]?.isNull == false
      if hasWait {
        row.expect(waits + "mean", wanted["wait_mean_s"], step)
        row.expect(waits + "median", wanted["wait_median_s"], step)
        row.expect(waits + "hours", wanted["wait_sum_s"], step, times: 3600)
      }
      if hasStart {
        row.expect("service_mean", wanted["service_mean_s"], step)
        row.expect("service_median", wanted["service_median_s"], step)
        row.expect("service_hours", wanted["service_sum_s"], step, times: 3600)
      } else {
        #expect(row["service_hours"]?.isNull == true)
        let state = try #require(entered[step])
        if state["spent_hours"]?.isNull == false {
          state.expect("spent_mean", wanted["until_next_mean_s"], step)
          state.expect("spent_median", wanted["until_next_median_s"], step)
          state.expect("spent_hours", wanted["until_next_sum_s"], step, times: 3600)
        }
      }
    }
    for (key, column) in [
      ("start_activities", "starts"), ("end_activities", "ends"), ("activity_counts", "n"),
    ] {
      let wanted = try log.part(key)
      for (step, row) in completed { row.expect(column, wanted[step] ?? NSNumber(0), step) }
    }
    let processing = try log.part("processing")
    let service = completed.values.reduce(0) { $0 + ($1["service_hours"]?.asReal ?? 0) } * 3600
    #expect(agrees(service, (processing["total_service_s"] as? NSNumber)?.doubleValue))
    guard let efficiency = (processing["cycle_time_efficiency"] as? NSNumber)?.doubleValue,
      let gaps = (processing["total_gap_s"] as? NSNumber)?.doubleValue
    else { return }
    #expect(abs(service / (service + gaps) - efficiency) < 1e-6)
    // The gain of a wait is what it would leave less what there is.
    let first = try #require(log.rows("t | bottlenecks samples=20 | take 1").first)
    let wait = (first["hours"]?.asReal ?? 0) * 3600
    let gain = service / (service + gaps - wait) - efficiency
    #expect(abs((first["efficiency_gain"]?.asReal ?? 0) - gain) < 1e-6)
  }

  private func byStep(_ rows: [[String: Scalar]]) -> [String: [String: Scalar]] {
    Dictionary(uniqueKeysWithValues: rows.map { ($0.text("step"), $0) })
  }

  /// `summary.json` case_duration_seconds and events_per_case: mean, median, p25, p75, p90, p95, min, max, sum;
  /// case_duration_business_seconds_mon_fri_09_17_utc; counts: events, cases, activities, resources; data_quality.
  @Test(arguments: LogOracle.names) func perCase(_ name: String) throws {
    let log = try LogOracle(name)
    let cases = log.rows("t | per_case")
    let counts = try log.part("counts")
    #expect(cases.count == counts["cases"] as? Int)
    let events = cases.compactMap { $0["events"]?.measure }
    #expect(events.reduce(0, +) == (counts["events"] as? NSNumber)?.doubleValue)
    check(events, try log.part("events_per_case"), "events")
    check(
      cases.compactMap { $0["duration"]?.measure }, try log.part("case_duration_seconds"),
      "duration")
    let business = log.rows("t | per_case calendar=\"mon-fri 09:00-17:00\"")
    check(
      business.compactMap { $0["duration"]?.measure },
      try log.part("case_duration_business_seconds_mon_fri_09_17_utc"), "business")
    let once = events.count { $0 == 1 }
    let quality = try log.part("data_quality")
    #expect(once == quality["cases_with_one_event"] as? Int)
    #expect(
      log.rows("t | steps").count == counts["activities"] as? Int
        && log.rows("t | utilisation").count == counts["resources"] as? Int)
    let pairs = log.rows("t | transitions").reduce(0) { $0 + ($1["n"]?.asLong ?? 0) }
    #expect(pairs == (quality["consecutive_pairs"] as? NSNumber)?.int64Value)
    let distinct = log.rows("t | transitions dedupe=exact").reduce(0) {
      $0 + ($1["n"]?.asLong ?? 0)
    }
    #expect(pairs - distinct == (quality["exact_duplicate_rows"] as? NSNumber)?.int64Value)
    let different = log.rows("t | transitions dedupe=repeated").reduce(0) {
      $0 + ($1["n"]?.asLong ?? 0)
    }
    #expect(
      pairs - different
        == (quality["exact_duplicates_case_activity_time"] as? NSNumber)?.int64Value)
  }

  /// Mean, quantiles of type 7, ends and sum of some values.
  private func check(_ values: [Double], _ wanted: [String: Any], _ place: String) {
    guard !values.isEmpty else {
      Issue.record("\(place): no values")
      return
    }
    let sorted = values.sorted()
    func quantile(_ p: Double) -> Double {
      let rank = Double(sorted.count - 1) * p
      let low = Int(rank)
      let high = min(low + 1, sorted.count - 1)
      return sorted[low] + (rank - Double(low)) * (sorted[high] - sorted[low])
    }
    let sum = values.reduce(0, +)
    let found: [String: Double] = [
      "mean": sum / Double(values.count), "median": quantile(0.5), "p25": quantile(0.25),
      "p75": quantile(0.75), "p90": quantile(0.9), "p95": quantile(0.95), "min": sorted[0],
      "max": sorted[sorted.count - 1], "sum": sum,
    ]
    for (key, value) in found {
      #expect(agrees(value, (wanted[key] as? NSNumber)?.doubleValue), "\(place) \(key): \(value)")
    }
  }

  /// `summary.json` variants: count, singletons, top10 (cases, share, trace), coverage_of_top10, variants_for_80_percent_of_cases.
  @Test(arguments: LogOracle.names) func variants(_ name: String) throws {
    let log = try LogOracle(name)
    let rows = log.rows("t | variants")
    let wanted = try log.part("variants")
    #expect(rows.count == wanted["count"] as? Int)
    #expect(rows.count { $0["cases"]?.asLong == 1 } == wanted["singletons"] as? Int)
    rows[9].expect("cumulative_share", wanted["coverage_of_top10"], "ten")
    let needed = (rows.firstIndex { ($0["cumulative_share"]?.asReal ?? 0) >= 0.8 } ?? 0) + 1
    #expect(needed == wanted["variants_for_80_percent_of_cases"] as? Int)
    let byPath = Dictionary(uniqueKeysWithValues: rows.map { ($0.text("path"), $0) })
    for variant in try #require(wanted["top10"] as? [[String: Any]]) {
      let steps = try #require(variant["trace"] as? [String])
      let path = "[" + steps.map { "\"\($0)\"" }.joined(separator: ",") + "]"
      let row = try #require(byPath[path], "\(path)")
      row.expect("cases", variant["cases"], path)
      row.expect("share", variant["share"], path)
      row.expect("events", NSNumber(value: steps.count), path)
    }
  }

  /// `daily_flow.csv`: date, arrivals, completions, wip_end_of_day; `summary.json` flow: span_seconds, arrivals_per_day,
  /// mean_sojourn_s, time_average_wip_whole_log, mean and median interarrival, middle_half_window.
  @Test(arguments: LogOracle.names) func flow(_ name: String) throws {
    let log = try LogOracle(name)
    let rows = log.rows("t | queue_flow | extend date = format_datetime(period, 'yyyy-MM-dd')")
    let days = Dictionary(uniqueKeysWithValues: rows.map { ($0.text("date"), $0) })
    let oracle = log.file("daily_flow")
    #expect(rows.count == oracle.count)
    for wanted in oracle {
      let date = String(wanted.text("date").prefix(10))
      let row = try #require(days[date], "\(date)")
      row.expect("arrivals", wanted["arrivals"], date)
      row.expect("completions", wanted["completions"], date)
      row.expect("wip_end", wanted["wip_end_of_day"], date)
    }
    let flow = try log.part("flow")
    let whole = try #require(log.rows("t | queue_flow per=all").first)
    whole.expect("wip_mean", flow["time_average_wip_whole_log"], "whole")
    whole.expect("sojourn_mean", flow["mean_sojourn_s"], "whole")
    let middle = try #require(log.rows("t | queue_flow per=all window=middle").first)
    let window = try #require(flow["middle_half_window"] as? [String: Any])
    middle.expect("arrivals", window["arrivals"], "middle")
    middle.expect("completions", window["completions"], "middle")
    middle.expect("wip_mean", window["L_time_average"], "middle")
    middle.expect("sojourn_mean", window["W_of_arrivals_s"], "middle")
    middle.expect("little_ratio", window["L_over_lambdaW"], "middle")
    let begin = try #require(window["begin"] as? String).prefix(19)
    #expect(middle.text("period").replacing("T", with: " ").hasPrefix(begin))
    let gaps = log.rows(
      """
      t | per_case | sort by start asc | extend gap = start - prev(start) | where isnotnull(gap)
      | summarize mean = avg(gap), median = percentile(gap, 50), n = count(), span = max(start) - min(start)
      """)
    gaps[0].expect("mean", flow["mean_interarrival_s"], "interarrival")
  }

  /// `summary.json` rework: cases_with_rework, extra_occurrences, immediate_repeats, immediate_same_resource;
  /// rework_total: cases_with_any_rework, share_of_cases, extra_occurrences, immediate_repeats, non_immediate_repeats,
  /// repeats_by_first_resource, repeats_by_other_resource.
  @Test(arguments: LogOracle.names) func rework(_ name: String) throws {
    let log = try LogOracle(name)
    let rows = log.rows("t | rework")
    let wanted = try log.part("rework")
    for row in rows {
      let step = row.text("step")
      let oracle = wanted[step] as? [String: Any] ?? [:]
      for (column, key) in [
        ("rework_cases", "cases_with_rework"), ("extra", "extra_occurrences"),
        ("self_loops", "immediate_repeats"), ("self_loops_same", "immediate_same_resource"),
      ] {
        row.expect(column, oracle[key] ?? NSNumber(0), step)
      }
    }
    let total = try log.part("rework_total")
    for (column, key) in [
      ("extra", "extra_occurrences"), ("self_loops", "immediate_repeats"),
      ("later", "non_immediate_repeats"), ("repeat", "repeats_by_first_resource"),
      ("redo", "repeats_by_other_resource"),
    ] {
      let sum = rows.reduce(0) { $0 + ($1[column]?.asLong ?? 0) }
      #expect(sum == (total[key] as? NSNumber)?.int64Value, "\(column)")
    }
    let cases = log.rows(
      "t | summarize n = count() by case_id, activity | where n > 1 | distinct case_id | count")
    #expect(cases[0]["Count"]?.asLong == (total["cases_with_any_rework"] as? NSNumber)?.int64Value)
  }

  /// `summary.json` handover_resource and handover_*: pairs, self_pairs, handovers, cases_with_handover,
  /// handovers_per_case_mean, ping_pong_ABA, top20 (source, target, count, cases, share_of_pairs).
  @Test(arguments: LogOracle.names) func handoffs(_ name: String) throws {
    let log = try LogOracle(name)
    for key in log.summary.keys.sorted() where key.hasPrefix("handover_") {
      let wanted = try log.part(key)
      let column = key.dropFirst("handover_".count)
      let rows = log.rows("t | handoffs of=\(column)")
      let sum = { (name: String) in rows.reduce(0) { $0 + ($1[name]?.asReal ?? 0) } }
      let value = { (name: String) in (wanted[name] as? NSNumber)?.doubleValue ?? -1 }
      #expect(sum("n") == value("handovers"))
      #expect(abs(sum("share") - value("handovers") / value("pairs")) < 1e-9)
      #expect(value("pairs") - value("self_pairs") == sum("n"))
      #expect(sum("ping_pong") == value("ping_pong_ABA"))
      let cases = log.rows("t | per_case | count")[0]["Count"]?.asReal ?? 1
      #expect(abs(sum("n") / cases - value("handovers_per_case_mean")) < 1e-6)
      let edges = Dictionary(
        uniqueKeysWithValues: rows.map { ([$0.text("source"), $0.text("target")], $0) })
      for pair in try #require(wanted["top20"] as? [[String: Any]]) {
        let place = ["\(pair["source"] ?? "")", "\(pair["target"] ?? "")"]
        let row = try #require(edges[place], "\(place)")
        row.expect("n", pair["count"], "\(place)")
        row.expect("cases", pair["cases"], "\(place)")
        row.expect("share", pair["share_of_pairs"], "\(place)")
      }
    }
  }

  /// `resources.csv`: events, cases, busy_union_s, service_sum_s, span_s, utilisation_of_span, max_parallel.
  @Test(.enabled(if: LogOracle.names.contains("purchasing"))) func utilisation() throws {
    let log = try LogOracle("purchasing")
    let rows = log.rows("t | utilisation")
    let resources = Dictionary(uniqueKeysWithValues: rows.map { ($0.text("resource"), $0) })
    let oracle = log.file("resources")
    #expect(rows.count == oracle.count)
    for wanted in oracle {
      let name = wanted.text("resource")
      let row = try #require(resources[name], "\(name)")
      row.expect("n", wanted["events"], name)
      row.expect("cases", wanted["cases"], name)
      row.expect("busy_hours", wanted["busy_union_s"], name, times: 3600)
      row.expect("service_hours", wanted["service_sum_s"], name, times: 3600)
      row.expect("available_hours", wanted["span_s"], name, times: 3600)
      row.expect("rate", wanted["utilisation_of_span"], name)
      row.expect("parallel", wanted["max_parallel"], name)
    }
  }

  /// One thread and several give the same bits, the bootstrap included.
  @Test(arguments: LogOracle.names) func threadsChangeNothing(_ name: String) throws {
    let one = try LogOracle(name, threads: 1)
    let four = try LogOracle(name, threads: 4)
    for stage in [
      "transitions ends=true", "bottlenecks samples=50", "variants", "steps", "rework", "handoffs",
      "queue_flow per=7d", "spectrum | count", "utilisation",
    ] {
      #expect(one.engine.answer("t | \(stage)") == four.engine.answer("t | \(stage)"), "\(stage)")
    }
  }
}
