import CasebookEngine
import CasebookLanguage
import CasebookTables
import CasebookTestSupport
import CasebookValues
import Glibc
import Testing

/// The planted decline is found where it is and when it began, and the healthy score is not accused.
///
/// Twenty seeds, the first ones. The nominal rate is 0.05, in two senses. Of the slices and periods of a healthy score
/// at most that share is accused: this is asserted as it stands. And of the sets at most that share has any slice
/// accused, since Benjamini and Hochberg's procedure holds it where nothing is to be found, and likewise for
/// periods: twenty sets cannot show a rate of 0.05 to the point, so it is asserted that they do not refute it. (Of
/// the first 300 sets 16 had a slice accused, 0.053.)
@Suite struct SignalPlantedTests {
  private static let label = "label=outcome positive=\"violating\" negative=\"benign\""
  /// The Monday of week 12, and those a week off.
  private static let begins = "2026-03-16"
  private static let weekAround = ["2026-03-09", begins, "2026-03-23"]
  private static let nominal = 0.05
  private static let seeds = Array(1...20)
  /// Enough for about eighty cases of the country a week.
  private static let cases = Places.variable("CASEBOOK_CASES").flatMap { Int($0) } ?? 30_000

  /// What was seen with one seed.
  private struct Seen {
    var isFoundBySlices = false
    var isFoundByDrift = false
    /// The first days of the weeks in which the score, and its AUC, are said to have changed.
    var moved = ""
    var fell = ""
    /// Slices of the healthy score and those accused; periods, those whose AUC is accused, and those moved.
    var slices = (all: 0, accused: 0)
    var periods = (all: 0, accused: 0, moved: 0)
  }

  @Test func declineIsFoundAndDatedAndTheHealthyScoreIsNot() throws {
    let bench = Workbench()
    var all: [Seen] = []
    // The next set is generated while one is looked at.
    var making = make(Self.seeds[0], bench)
    for seed in Self.seeds {
      #expect(making?.wait() == 0, "seed \(seed)")
      let folder = bench.folder.path("\(seed)")
      if seed < Self.seeds.count { making = make(seed + 1, bench) }
      all.append(try seen(folder))
    }
    let moved = all.count { Self.weekAround.contains($0.moved) }
    let fell = all.count { Self.weekAround.contains($0.fell) }
    let inSlices = all.count { $0.slices.accused > 0 }
    let inPeriods = all.count { $0.periods.accused > 0 }
    let (slices, accused) = all.reduce((0, 0)) {
      ($0.0 + $1.slices.all, $0.1 + $1.slices.accused)
    }
    let (periods, accusedPeriods) = all.reduce((0, 0)) {
      ($0.0 + $1.periods.all, $0.1 + $1.periods.accused)
    }
    let movedPeriods = all.reduce(0) { $0 + $1.periods.moved }
    print(
      "planted decline, \(all.count) seeds of \(Self.cases) cases: found by slices in "
        + "\(all.count { $0.isFoundBySlices }), by drift in \(all.count { $0.isFoundByDrift }); dated within a week "
        + "in \(moved) by the score, in \(fell) by its AUC")
    print(
      "false alarms for the healthy score, nominal rate \(Self.nominal): slices \(Double(accused) / Double(slices)) "
        + "(\(accused) of \(slices), in \(inSlices) sets), periods by AUC "
        + "\(Double(accusedPeriods) / Double(periods)) (\(accusedPeriods) of \(periods), in \(inPeriods) sets), "
        + "periods by status \(Double(movedPeriods) / Double(periods)) (\(movedPeriods) of \(periods))"
    )
    #expect(all.allSatisfy { $0.isFoundBySlices && $0.isFoundByDrift })
    #expect(moved == all.count && fell == all.count)
    #expect(Double(accused) <= Self.nominal * Double(slices))
    #expect(Double(accusedPeriods) <= Self.nominal * Double(periods))
    #expect(Double(movedPeriods) <= Self.nominal * Double(periods))
    for sets in [inSlices, inPeriods] {
      #expect(Self.chance(ofAtLeast: sets, of: all.count) > 0.05, "more sets than the nominal rate")
    }
  }

  /// The chance that so many sets of some are accused at the nominal rate.
  private static func chance(ofAtLeast sets: Int, of all: Int) -> Double {
    var (term, below) = (pow(1 - nominal, Double(all)), 0.0)
    for count in 0..<sets {
      below += term
      term *= Double(all - count) / Double(count + 1) * nominal / (1 - nominal)
    }
    return 1 - below
  }

  private func make(_ seed: Int, _ bench: Workbench) -> ChildProcess? {
    ChildProcess(
      Workbench.program,
      [
        "generate", "--cases", "\(Self.cases)", "--seed", "\(seed)", "--out",
        bench.folder.path("\(seed)"), "--quiet",
      ])
  }

  private func seen(_ folder: String) throws -> Seen {
    var configuration = Configuration()
    configuration.directory = folder
    let engine = try Engine(configuration)
    defer { try? engine.close() }
    var seen = Seen()
    let label = Self.label
    _ = try run("load \"cases.csv\" as c; c | count", engine)
    for row in try run(
      "c | where opened_at >= datetime(2026-03-16) | slices score_a \(label) across=country depth=1 "
        + "| where value_1 == 'ID' | project q, z", engine
    ).rows {
      seen.isFoundBySlices = (row[0].asReal ?? 1) < 0.05 && (row[1].asReal ?? 0) < 0
    }
    for row in try run(
      "c | slices score_b \(label) across=(country, vertical) depth=1 | where isnotnull(q) | project q",
      engine
    ).rows {
      seen.slices.all += 1
      if (row[0].asReal ?? 1) < 0.05 { seen.slices.accused += 1 }
    }
    let declining = try run(drift("score_a"), engine)
    seen.isFoundByDrift = declining.rows.contains {
      ($0[0].asReal ?? 1) < 0.05 && ($0[2].asReal ?? 1) < ($0[3].asReal ?? 0)
    }
    let dates = declining.findings.joined().split(separator: "likeliest in that of ").dropFirst()
      .map { String($0.prefix(10)) }
    if dates.count == 2 { (seen.moved, seen.fell) = (dates[0], dates[1]) }
    for row in try run(drift("score_b"), engine).rows {
      seen.periods.all += 1
      if (row[0].asReal ?? 1) < 0.05 { seen.periods.accused += 1 }
      if row[1].text.hasPrefix("moved") { seen.periods.moved += 1 }
    }
    return seen
  }

  private func drift(_ score: String) -> String {
    "c | where country == 'ID' | drift \(score) \(Self.label) direction=higher "
      + "baseline=(opened_at < datetime(2026-02-23)) period=bin(opened_at, 7d) "
      + "| project auc_q, status, auc, auc_base"
  }

  private func run(
    _ text: String, _ engine: Engine
  ) throws -> (rows: [[Scalar]], findings: [String]) {
    var table: Table?
    var findings: [String] = []
    engine.run(text) { cell in
      findings = cell.findings
      if case .table(let result) = cell.output { table = result }
      if case .failure(let diagnostic) = cell.output {
        Issue.record("\(text): \(diagnostic.message)")
      }
    }
    let result = try #require(table)
    return ((0..<result.rowCount).map { result.row($0) }, findings)
  }
}
