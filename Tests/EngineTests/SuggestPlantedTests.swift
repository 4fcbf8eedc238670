import CasebookEngine
import CasebookLanguage
import CasebookTables
import CasebookTestSupport
import CasebookValues
import Testing

/// What `suggest_rules` says of generated cases: the planted segment, nothing that is known only after the
/// decision, and statements that run as they stand.
@Suite struct SuggestPlantedTests {
  private static let late = [
    "decided_at", "closed_at", "vendor", "reviewer", "decision", "outcome", "appealed",
    "appeal_result", "queue",
  ]
  private static let planted: Set = [
    "prior_strikes >= 3", #"source == "trusted_flagger""#, #"vertical == "fraud""#,
  ]

  /// With the late columns declared, and, harder, without.
  @Test(arguments: [(1, true), (3, false)])
  func findsThePlantedRuleAndNothingLate(_ seed: Int, _ declaresLate: Bool) throws {
    let bench = Workbench()
    let folder = bench.folder.path("g")
    let made = ChildProcess(
      Workbench.program,
      ["generate", "--cases", "30000", "--seed", "\(seed)", "--out", folder, "--quiet"])
    #expect(made?.wait() == 0)
    var configuration = Configuration()
    configuration.directory = folder
    let engine = try Engine(configuration)
    defer { try? engine.close() }
    let late = Self.late.map { "cases." + $0 }.joined(separator: ", ")
    let entered = engine.answer(
      """
      load "cases.csv" as cases
      \(declaresLate ? "late \(late)" : "")
      queue general staff 14 aht 3m
      queue fraud_l2 staff 6 aht 9m
      queue manual_check staff 4 aht 6m
      ruleset intake on cases key case_id decided opened_at default route general unknown route manual_check right route when outcome == "violating" wrong outcome == "benign"
      """)
    #expect(!entered.contains("failed"), "\(entered)")
    let rules = try table(
      #"cases | suggest_rules intake action="route fraud_l2" target=(outcome == "violating")"#
        + " | project when, verdict, statement", engine)
    let found = (0..<rules.rowCount).map { rules.row($0).map(\.text) }
    let planted = try #require(
      found.first { Set($0[0].split(separator: " and ").map(String.init)) == Self.planted },
      "\(found)")
    // About 300 newer cases prove 0.95 in one set and not in another.
    if seed == 1 { #expect(planted[1] == "proved") }
    for rule in found {
      for name in Self.late { #expect(!rule[0].contains(name), "\(rule[0])") }
      let pasted = engine.answer(rule[2])
      #expect(!pasted.contains("failed"), "\(pasted)")
    }
    // What was promised is what a backtest of the pasted rules finds.
    let tested = try table(
      "cases | backtest intake | where rule startswith \"suggested\" | project hits, precision",
      engine)
    #expect(tested.rowCount == found.count)
    for row in 0..<tested.rowCount {
      #expect((tested.row(row)[0].asReal ?? 0) > 0)
      #expect((tested.row(row)[1].asReal ?? 0) >= 0.93)
    }
  }

  private func table(_ text: String, _ engine: Engine) throws -> Table {
    var table: Table?
    engine.run(text) { cell in
      if case .table(let result) = cell.output { table = result }
      if case .failure(let diagnostic) = cell.output {
        Issue.record("\(text): \(diagnostic.message)")
      }
    }
    return try #require(table)
  }
}
