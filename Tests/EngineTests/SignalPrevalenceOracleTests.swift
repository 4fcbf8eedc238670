import CasebookTables
import CasebookValues
import Testing

/// `redundancy`, `prevalence`, `estimate` and `bias_check` against statsmodels, scipy and a simulated review of
/// 30,000 credit cases.
@Suite(.enabled(if: SignalOracle.isHere, "../shared/data/credit_default is not here"))
struct SignalPrevalenceOracleTests {
  private let oracle: SignalOracle

  init() throws { oracle = try SignalOracle() }

  @Test func redundancyAgrees() throws {
    let file = try SignalOracle.json("credit_default/oracle/redundancy.json")
    expectFields(
      file, compared: ["spearman", "kendall_tau_b", "incremental", "rule"], "redundancy")
    let names = try #require(file["spearman"]?.keys)
    let rows = try oracle.rows(
      "c | redundancy \(names.joined(separator: ", ")) label=defaulted")
    #expect(rows.count == names.count * (names.count - 1))
    for row in rows {
      let (signal, given) = (row["signal"]?.text ?? "", row["given"]?.text ?? "")
      let what = "\(signal) given \(given)"
      expectFigure(row["spearman"], file["spearman"]?[signal]?[given], "\(what) spearman")
      let tau =
        file["kendall_tau_b"]?["\(signal)|\(given)"] ?? file["kendall_tau_b"]?["\(given)|\(signal)"]
      expectFigure(row["tau"], tau, "\(what) kendall_tau_b")
      let found = file["incremental"]?.elements?.first {
        $0["signal"]?.text == signal && $0["given"]?.text == given
      }
      let wanted = try #require(found, "\(what)")
      expectFields(
        wanted,
        compared: [
          "signal", "given", "n", "auc_given", "auc_both", "delta_auc", "lr_chi2", "lr_p",
          "coef_std",
        ], what)
      for (column, field) in [
        ("n", "n"), ("labelled", "n"), ("auc_given", "auc_given"), ("auc_both", "auc_both"),
      ] {
        expectFigure(row[column], wanted[field], "\(what) \(field)")
      }
      // Differences of the figures above.
      let gain = wanted["delta_auc"]?.asReal ?? .nan
      #expect(abs((row["gain"]?.asReal ?? .nan) - gain) < 1e-9, "\(what) delta_auc")
      expectFigure(row["chi2"], wanted["lr_chi2"], "\(what) lr_chi2", tolerance: 1e-7)
      expectFigure(row["p"], wanted["lr_p"], "\(what) lr_p", tolerance: 1e-6)
      expectFigure(row["coefficient"], wanted["coef_std"], "\(what) coef_std", tolerance: 1e-6)
    }
  }

  @Test func prevalenceAgrees() throws {
    let file = try SignalOracle.json("credit_default/oracle/prevalence.json")
    expectFields(file, compared: ["rule", "scores"], "prevalence")
    let scores = try #require(file["scores"]?.pairs)
    let list = scores.map(\.key).joined(separator: ", ")
    let rows = try oracle.rows(
      "c | prevalence \(list) label=defaulted baseline=(half == \"ref\") samples=20")
    for (name, wanted) in scores {
      expectFields(
        wanted,
        compared: [
          "threshold", "ref_tpr", "ref_fpr", "true_prevalence_cur", "cc", "acc_rogan_gladen", "pcc",
          "pacc", "em_sld", "cbpe", "realised",
        ], unanswered: ["em_iterations": "stops where the prior moves by less than 1e-10"], name)
      #expect(wanted["threshold"]?.asReal == 0.5, "\(name) threshold")
      for (method, field) in [
        ("cc", "cc"), ("acc", "acc_rogan_gladen"), ("pcc", "pcc"), ("pacc", "pacc"),
        ("em", "em_sld"),
      ] {
        let row = rows.first { $0["signal"]?.text == name && $0["method"]?.text == method }
        expectFigure(
          row?["prevalence"], wanted[field], "\(name) \(field)",
          tolerance: method == "em" ? 1e-6 : 1e-9)
        expectFigure(row?["observed"], wanted["true_prevalence_cur"], "\(name) true_prevalence_cur")
        if method == "em" || method == "pcc" {
          #expect(row?["usable"] == .bool(name == "score_gb"), "\(name) \(method) usable")
        }
      }
      let rates = try oracle.rows(
        "c | where half == \"ref\" | thresholds \(name) label=defaulted at=0.5")
      expectFigure(rates.first?["recall"], wanted["ref_tpr"], "\(name) ref_tpr")
      expectFigure(rates.first?["fpr"], wanted["ref_fpr"], "\(name) ref_fpr")
    }
  }

  @Test func estimateAgrees() throws {
    let scores = try #require(
      try SignalOracle.json("credit_default/oracle/prevalence.json")["scores"]?.pairs)
    let list = scores.map(\.key).joined(separator: ", ")
    let rows = try oracle.rows(
      """
      c | estimate \(list) label=defaulted baseline=(half == \"ref\") force=true interval=none
      """)
    for (name, wanted) in scores {
      let row = rows.first { $0["signal"]?.text == name }
      let cbpe = wanted["cbpe"]
      expectFields(
        cbpe, compared: ["tp", "fp", "fn", "tn", "accuracy", "precision", "recall", "auc"], name)
      for field in ["tp", "fp", "fn", "tn", "accuracy", "precision", "recall", "auc"] {
        expectFigure(row?[field], cbpe?[field], "\(name) cbpe \(field)")
      }
      let realised = wanted["realised"]
      expectFields(
        realised, compared: ["tp", "fp", "accuracy", "precision", "recall", "auc"], name)
      for field in ["precision", "recall", "auc"] {
        expectFigure(row?["realised_" + field], realised?[field], "\(name) realised \(field)")
      }
      let counts = try oracle.rows(
        "c | where half == \"cur\" | thresholds \(name) label=defaulted at=0.5"
      ).first
      for field in ["tp", "fp"] {
        expectFigure(counts?[field], realised?[field], "\(name) realised \(field)")
      }
      let right = (counts?["tp"]?.asReal ?? 0) + (counts?["tn"]?.asReal ?? 0)
      expectFigure(.real(right / 15_000), realised?["accuracy"], "\(name) realised accuracy")
    }
    // Without force only the calibrated baseline says anything.
    let honest = try oracle.rows(
      "c | estimate \(list) label=defaulted baseline=(half == \"ref\") interval=none")
    for row in honest {
      let isCalibrated = row["signal"]?.text == "score_gb"
      #expect(row["precision"]?.isNull == !isCalibrated)
      #expect(row["usable"] == .bool(isCalibrated))
    }
  }

  /// A tenth of the low scores is reviewed: the naive rate is far off, the corrected ones are not.
  @Test func simulatedReviewIsUndone() throws {
    let rows = try oracle.rows(
      """
      c | extend r = iff(score_gb < 0.15, 0.1, 1.0)
      | extend y = iff(score_gb < 0.15 and hash(case_id, 10) != 3, long(null), defaulted)
      | bias_check score_gb label=y review_probability=r threshold=0.5 samples=60
      """)
    let truth = 0.2212
    let prevalences = rows.map { $0["prevalence"]?.asReal ?? .nan }
    #expect(prevalences[0] > truth + 0.08, "naive: \(prevalences[0])")
    for (row, name) in zip(rows[1...2], ["weighted", "estimated"]) {
      #expect(row["method"]?.text == name)
      let (low, high) = (row["prevalence_low"]?.asReal ?? 1, row["prevalence_high"]?.asReal ?? 0)
      #expect(low - 0.005 < truth && truth < high + 0.005, "\(name): \(low) to \(high)")
      #expect(abs((row["auc"]?.asReal ?? 0) - 0.7815785) < 0.02, "\(name) auc")
      #expect((row["effective_n"]?.asReal ?? 0) < 10_000)
    }
    // With every case reviewed all methods are the plain figures.
    let plain = try oracle.rows(
      "c | bias_check score_gb label=defaulted review_probability=1.0 threshold=0.5 interval=none")
    for row in plain {
      expectFigure(row["prevalence"], truth, "prevalence")
      expectFigure(row["precision"], plain[0]["precision"]?.asReal ?? .nan, "precision")
      expectFigure(row["recall"], plain[0]["recall"]?.asReal ?? .nan, "recall")
      expectFigure(row["fpr"], plain[0]["fpr"]?.asReal ?? .nan, "fpr")
    }
    expectFigure(plain[0]["average_precision"], 0.5570451362877508, "average_precision")
  }
}
