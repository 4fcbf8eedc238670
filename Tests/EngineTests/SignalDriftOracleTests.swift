import CasebookTables
import CasebookValues
import Testing

/// `drift` and `slices` against scipy, pROC and optbinning on 30,000 credit cases.
@Suite(.enabled(if: SignalOracle.isHere, "../shared/data/credit_default is not here"))
struct SignalDriftOracleTests {
  private let oracle: SignalOracle

  init() throws { oracle = try SignalOracle() }

  @Test func driftAgrees() throws {
    let file = try SignalOracle.json("credit_default/oracle/drift.json")
    expectFields(file, compared: ["ref", "cur", "signals"], "drift")
    let signals = try #require(file["signals"]?.pairs)
    let list = signals.map(\.key).joined(separator: ", ")
    let rows = try oracle.rows("c | drift \(list) baseline=(half == \"ref\") period=half")
    #expect(rows.count == signals.count)
    for (row, (name, wanted)) in zip(rows, signals) {
      expectFields(
        wanted,
        compared: [
          "ref_n", "cur_n", "edges", "ref_counts", "cur_counts", "psi", "psi_floor_1e4",
          "psi_terms",
          "js_divergence_bits", "js_divergence_nats", "js_distance_bits", "ks", "wasserstein",
          "wasserstein_over_ref_sd", "chi2_p", "psi_null_95", "rule",
        ],
        unanswered: [
          "kl_cur_ref": "js is both ways at once", "kl_ref_cur": "js is both ways at once",
          "ks_p_asymp": "ks_null in place of a p that only measures size",
        ], name)
      #expect(row["period"]?.text == "cur")
      for (column, field) in [
        ("n_base", "ref_n"), ("n", "cur_n"), ("psi", "psi_floor_1e4"), ("js", "js_divergence_bits"),
        ("ks", "ks"), ("shift", "wasserstein_over_ref_sd"), ("psi_null", "psi_null_95"),
      ] {
        expectFigure(row[column], wanted[field], "\(name) \(field)")
      }
      if wanted["psi"]?.isNull == false, wanted["psi"] == wanted["psi_floor_1e4"] {
        expectFigure(row["psi"], wanted["psi"], "\(name) psi")
      }
      expectFigure(
        .real(numbers(wanted["psi_terms"]).reduce(0, +)), row["psi"]?.asReal ?? .nan,
        "\(name) psi_terms", tolerance: 1e-9)
      let js = row["js"]?.asReal ?? .nan
      expectFigure(
        .real(js * 0.6931471805599453), wanted["js_divergence_nats"], "\(name) js_divergence_nats")
      expectFigure(.real(js.squareRoot()), wanted["js_distance_bits"], "\(name) js_distance_bits")
      try checkBins(row, wanted, name)
    }
  }

  private func checkBins(_ row: [String: Scalar], _ wanted: Dynamic, _ name: String) throws {
    let edges = numbers(wanted["edges"])
    #expect(row["bins"]?.asLong == Int64(edges.count + 1), "\(name) edges")
    // The same edges as `calibration` finds for the baseline alone.
    let bins = try oracle.rows(
      "c | where half == \"ref\" | calibration \(name) label=defaulted interval=none")
    for (bin, edge) in zip(bins, edges) { expectFigure(bin["high"], edge, "\(name) edges") }
    for (bin, count) in zip(bins, numbers(wanted["ref_counts"])) {
      expectFigure(bin["n"], count, "\(name) ref_counts")
    }
    let list = edges.map { "\($0)" }.joined(separator: ", ")
    let current = try oracle.rows(
      "c | where half == \"cur\" | calibration \(name) label=defaulted interval=none edges=(\(list))"
    )
    for (bin, count) in zip(current, numbers(wanted["cur_counts"])) {
      expectFigure(bin["n"], count, "\(name) cur_counts")
    }
    // The probability of a value above the statistic is the oracle's p.
    let chi2 = try #require(row["chi2"]?.asReal)
    let p = ChiSquared.upperTail(chi2, degrees: Double(edges.count))
    expectFigure(.real(p), wanted["chi2_p"], "\(name) chi2_p", tolerance: 1e-6)
    let null = try #require(row["chi2_null"]?.asReal)
    expectFigure(.real(ChiSquared.upperTail(null, degrees: Double(edges.count))), 0.05, "chi2_null")
    let deviation =
      (wanted["wasserstein"]?.asReal ?? .nan) / (wanted["wasserstein_over_ref_sd"]?.asReal ?? .nan)
    expectFigure(
      row["shift"]?.asReal.map { .real($0 * deviation) }, wanted["wasserstein"],
      "\(name) wasserstein")
  }

  @Test func slicesAgree() throws {
    let file = try SignalOracle.json("credit_default/oracle/slices_score_gb.json")
    expectFields(file, compared: ["rows", "rule"], "slices")
    let wanted = try #require(file["rows"]?.elements)
    let rows = try oracle.rows(
      "c | slices score_gb label=defaulted across=(education, age_band) depth=1")
    #expect(rows.count == wanted.count)
    for wanted in wanted {
      expectFields(
        wanted,
        compared: [
          "column", "value", "n", "positives", "prevalence", "auc", "se", "ci_lo", "ci_hi",
          "auc_rest", "z", "p", "p_bh",
        ],
        unanswered: [
          "average_precision": "prevalence moves it, so it says little of a slice",
          "p_holm": "false discovery control is the document's",
        ], "slice")
      let (column, value) = (wanted["column"]?.text ?? "", wanted["value"]?.text ?? "")
      let found = rows.first { row in
        // The oracle reads the text nan as empty.
        row["column_1"]?.text == column
          && row["value_1"]?.text == (column == "age_band" && value.isEmpty ? "nan" : value)
      }
      let row = try #require(found, "\(column) \(value)")
      let what = "\(column)=\(value)"
      expectFigure(row["n"], wanted["n"], "\(what) n")
      expectFigure(row["positives"], wanted["positives"], "\(what) positives")
      guard wanted["auc"]?.isNull == false else {
        #expect(row["auc"]?.isNull ?? false, "\(what) auc")
        continue
      }
      for field in ["prevalence", "auc", "auc_rest", "z"] {
        expectFigure(row[field], wanted[field], "\(what) \(field)")
      }
      expectFigure(row["p"], wanted["p"], "\(what) p", tolerance: 1e-6)
      expectFigure(row["q"], wanted["p_bh"], "\(what) p_bh", tolerance: 1e-6)
      expectFigure(row["auc_low"], wanted["ci_lo"], "\(what) ci_lo")
      expectFigure(row["auc_high"], wanted["ci_hi"], "\(what) ci_hi")
      let error =
        ((row["auc_high"]?.asReal ?? 0) - (row["auc_low"]?.asReal ?? 0)) / (2 * 1.959963984540054)
      expectFigure(.real(error), wanted["se"], "\(what) se")
    }
    let zs = rows.map { $0["z"]?.asReal ?? .infinity }
    #expect(zs == zs.sorted(), "the weakest first, nulls last")
  }
}
