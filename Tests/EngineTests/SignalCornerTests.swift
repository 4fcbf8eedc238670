import CasebookEngine
import CasebookTables
import CasebookTestSupport
import CasebookValues
import Testing

/// Corner cases of the AUC, intervals of proportions and adjusted p-values as statsmodels and scikit-learn have
/// them, through the stages.
@Suite(
  .enabled(
    if: Places.exists(Places.shared + "/data/qa_stats/oracle"),
    "../shared/data/qa_stats is not here"))
struct SignalCornerTests {
  private let oracle: SignalOracle

  init() throws { oracle = try SignalOracle() }

  @Test func aucCornerCasesAgree() throws {
    let file = try SignalOracle.json("qa_stats/oracle/auc_corner_cases.json")
    expectFields(file, compared: ["cases", "undefined", "note"], "auc_corner_cases")
    for wanted in (file["cases"]?.elements ?? []) + (file["undefined"]?.elements ?? []) {
      let name = wanted["name"]?.text ?? ""
      expectFields(
        wanted, compared: ["name", "y", "score", "auc", "delong_var", "average_precision", "ks"],
        name)
      let cells = zip(numbers(wanted["score"]), numbers(wanted["y"])).map {
        "\($0.0), \(Int($0.1))"
      }
      let rows = try oracle.rows(
        "datatable(score: real, y: long)[\(cells.joined(separator: ", "))]"
          + " | signals score label=y direction=higher")
      let row = try #require(rows.first)
      expectFigure(row["auc"], wanted["auc"], "\(name) auc")
      if file["undefined"]?.elements?.contains(wanted) ?? false { continue }
      expectFigure(
        row["average_precision"], wanted["average_precision"], "\(name) average_precision")
      expectFigure(row["ks"], wanted["ks"], "\(name) ks")
      guard let variance = wanted["delong_var"]?.asReal, variance > 0 else {
        #expect(row["auc_low"]?.isNull ?? false, "\(name) delong_var")
        continue
      }
      // The wider end may be clipped at 1; the other tells the variance.
      let deviation =
        ((row["auc"]?.asReal ?? 0) - (row["auc_low"]?.asReal ?? 0)) / 1.959963984540054
      expectFigure(.real(deviation * deviation), variance, "\(name) delong_var")
    }
  }

  @Test func intervalsOfProportionsAgree() throws {
    let file = try SignalOracle.json("qa_stats/oracle/proportion_intervals.json")
    expectFields(file, compared: ["rows", "rule"], "proportion_intervals")
    for wanted in try #require(file["rows"]?.elements) {
      expectFields(
        wanted, compared: ["k", "n", "wilson95", "wilson90"],
        unanswered: [
          "clopper_pearson95": "for `golden`", "jeffreys95": "Wilson is the document's",
          "agresti_coull95": "Wilson is the document's", "wald95": "Wilson is the document's",
        ], "proportion")
      let (k, n) = (Int(wanted["k"]?.asReal ?? 0), Int(wanted["n"]?.asReal ?? 0))
      guard n <= 1_000 else { continue }
      for (confidence, field) in [(0.95, "wilson95"), (0.9, "wilson90")] {
        let row = try #require(
          try oracle.rows(
            """
            range i from 1 to \(n) step 1 | extend s = 0.5, y = i <= \(k)
            | signals s label=y direction=higher confidence=\(confidence)
            """
          ).first)
        let bounds = numbers(wanted[field])
        expectFigure(row["prevalence_low"], bounds[0], "\(field) \(k)/\(n) low")
        expectFigure(row["prevalence_high"], bounds[1], "\(field) \(k)/\(n) high")
      }
    }
  }

  @Test func adjustedProbabilitiesAgree() throws {
    let file = try SignalOracle.json("qa_stats/oracle/p_adjust.json")
    expectFields(
      file, compared: ["p", "fdr_bh", "bh_rejected_at_5pct"],
      unanswered: [
        "fdr_by": "false discovery control is Benjamini and Hochberg's", "holm": "as before",
        "bonferroni": "as before",
      ], "p_adjust")
    let adjusted = BenjaminiHochberg.adjust(numbers(file["p"]).map { $0 })
    let wanted = zip(numbers(file["fdr_bh"]), numbers(file["bh_rejected_at_5pct"]))
    for (q, (expected, isRejected)) in zip(adjusted, wanted) {
      expectFigure(.real(q ?? .nan), expected, "fdr_bh")
      #expect(((q ?? 1) <= 0.05) == (isRejected == 1), "bh_rejected_at_5pct")
    }
    // The q of a stage are those of the p in its result.
    let rows = try oracle.rows(
      "c | slices score_gb label=defaulted across=(education, age_band, pay_0) depth=1")
    let qs = BenjaminiHochberg.adjust(rows.map { $0["p"]?.asReal })
    for (row, q) in zip(rows, qs) { #expect(row["q"]?.asReal == q) }
  }
}
