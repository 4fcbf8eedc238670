import CasebookTables
import CasebookValues
import Testing

/// `qa_plan` against published formulas worked in scipy, and a stratified plan over 30,000 credit cases.
@Suite(.enabled(if: SignalOracle.isHere, "../shared/data/credit_default is not here"))
struct QualityPlanOracleTests {
  private let oracle: SignalOracle

  init() throws { oracle = try SignalOracle() }

  @Test func strataAgree() throws {
    let wanted = try SignalOracle.json("credit_default/oracle/stratified_plan.json")
    expectFields(
      wanted,
      compared: [
        "strata", "N", "p", "total_n", "proportional", "neyman", "equal_alloc",
        "se_proportional_fpc", "se_neyman_fpc", "se_srs_fpc", "se_equal_fpc",
      ], "stratified_plan")
    #expect(wanted["strata"]?.text == "score_gb <0.1, [0.1,0.3), [0.3,0.6), >=0.6")
    let total = try #require(wanted["total_n"]?.asReal.map { Int($0) })
    let rows = try oracle.rows(
      """
      c | extend band = case(score_gb < 0.1, 1, score_gb < 0.3, 2, score_gb < 0.6, 3, 4)
      | qa_plan total=\(total) rate=defaulted strata=band
      """)
    #expect(rows.count == wanted["N"]?.elements?.count)
    for (place, row) in rows.enumerated() {
      for field in ["N", "p", "proportional", "neyman", "equal_alloc"] {
        expectFigure(row[field], wanted[field]?.elements?[place], "\(field) \(place)")
      }
      for field in ["se_proportional_fpc", "se_neyman_fpc", "se_srs_fpc", "se_equal_fpc"] {
        expectFigure(row[field], wanted[field], "\(field) \(place)")
      }
    }
    for column in ["n_proportional", "n_neyman", "n_equal"] {
      #expect(rows.reduce(0) { $0 + ($1[column]?.asLong ?? 0) } == Int64(total), "\(column)")
    }
  }

  @Test func sampleSizesAgree() throws {
    let file = try SignalOracle.json("qa_stats/oracle/sample_sizes.json")
    expectFields(
      file,
      compared: [
        "margin", "zero_defect_binomial", "zero_defect_hypergeometric",
        "two_proportions_normal_pooled",
      ], "sample_sizes")
    for wanted in try #require(file["margin"]?["rows"]?.elements) {
      let (margin, expected) = (real(wanted["margin"]), real(wanted["expected"]))
      let population = wanted["population"]?.asReal
      let rows = try oracle.rows(
        "range i from 1 to \(Int(population ?? 1)) step 1 | qa_plan margin=\(margin) expected=\(expected)"
      )
      let row = try #require(rows.first { $0["population"]?.isNull == (population == nil) })
      for field in ["n_raw", "n"] {
        expectFigure(row[field], wanted[field], "margin \(margin) \(expected) \(field)")
      }
    }
    for wanted in try #require(file["zero_defect_binomial"]?.elements) {
      let (rate, confidence) = (real(wanted["defect_rate"]), real(wanted["confidence"]))
      let row = try #require(
        try oracle.rows("print 1 | qa_plan zero=\(rate) confidence=\(confidence)").first)
      for field in ["n_binomial", "rule_of_three"] {
        expectFigure(row[field], wanted[field], "zero \(rate) \(confidence) \(field)")
      }
    }
    for wanted in try #require(file["zero_defect_hypergeometric"]?.elements) {
      let (lot, defects) = (real(wanted["lot"]), real(wanted["defects"]))
      let row = try #require(
        try oracle.rows(
          """
          range i from 1 to \(Int(lot)) step 1
          | qa_plan zero=\(defects / lot) confidence=\(real(wanted["confidence"]))
          """
        ).first)
      for field in ["lot", "defects", "n"] {
        expectFigure(row[field], wanted[field], "lot \(lot) \(defects) \(field)")
      }
    }
    for wanted in try #require(file["two_proportions_normal_pooled"]?.elements) {
      let (p1, p2) = (real(wanted["p1"]), real(wanted["p2"]))
      let row = try #require(
        try oracle.rows("print 1 | qa_plan compare=(\(p1), \(p2)) power=\(real(wanted["power"]))")
          .first)
      for field in ["p1", "p2", "alpha", "power", "n_per_group", "n_raw"] {
        expectFigure(row[field], wanted[field], "\(p1) \(p2) \(field)")
      }
    }
  }

  @Test func acceptancePlansAgree() throws {
    let file = try SignalOracle.json("qa_stats/oracle/acceptance_plans.json")
    expectFields(file, compared: ["rule", "plans", "oc_of_given_plans"], "acceptance_plans")
    for wanted in try #require(file["plans"]?.elements) {
      let plan = "aql=\(real(wanted["aql"])) ltpd=\(real(wanted["ltpd"]))"
      let row = try #require(try oracle.rows("print 1 | qa_plan \(plan)").first)
      for field in ["alpha", "beta", "n", "accept", "producer_risk", "consumer_risk"] {
        expectFigure(row[field], wanted[field], "\(plan) \(field)")
      }
      try expectCurve(plan + " of=curve", wanted["oc"])
    }
    for wanted in try #require(file["oc_of_given_plans"]?.elements) {
      try expectCurve("n=\(Int(real(wanted["n"]))) accept=\(Int(real(wanted["c"])))", wanted["oc"])
    }
  }

  private func expectCurve(_ plan: String, _ wanted: Dynamic?) throws {
    let rates = try #require(wanted?.keys)
    let rows = try oracle.rows("print 1 | qa_plan \(plan) at=(\(rates.joined(separator: ", ")))")
    #expect(rows.count == rates.count)
    for (rate, row) in zip(rates, rows) {
      expectFigure(row["accepted"], wanted?[rate], "\(plan) at \(rate)")
    }
  }

  private func real(_ value: Dynamic?) -> Double { value?.asReal ?? .nan }
}
