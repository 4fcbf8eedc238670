import CasebookEngine
import CasebookLanguage
import CasebookTables
import CasebookTestSupport
import CasebookValues
import Testing

/// The planted decline is found where it is and when it began, and the healthy score is not accused.
///
/// Three seeds in an ordinary run; `CASEBOOK_SEEDS=20` takes the first twenty, in which one alarm in twenty is
/// what the level of the tests allows.
@Suite struct SignalPlantedTests {
  private static let label = "label=outcome positive=\"violating\" negative=\"benign\""
  /// The Monday of week 12.
  private static let begins = "2026-03-16"
  private static let seeds =
    Places.variable("CASEBOOK_SEEDS").flatMap { Int($0) }.map { Array(1...max($0, 1)) } ?? [
      2, 4, 5,
    ]

  /// What was seen with one seed.
  private struct Seen {
    var isFound = false
    var movedFirst = ""
    var fellFirst = ""
    var accused = 0
    var tests = 0
    var fallAccused = 0
  }

  @Test func declineIsFoundAndDatedAndTheHealthyScoreIsNot() throws {
    let bench = Workbench()
    var all: [Seen] = []
    for seed in Self.seeds {
      let folder = bench.folder.path("g")
      let made = ChildProcess(
        Workbench.program,
        [
          "generate", "--cases", "60000", "--seed", "\(seed)", "--out", folder, "--replace",
          "--quiet",
        ])
      #expect(made?.wait() == 0)
      all.append(try seen(folder))
    }
    let found = all.count { $0.isFound }
    let dated = all.count { $0.movedFirst.hasPrefix(Self.begins) }
    let fell = all.count {
      ["2026-03-09", Self.begins, "2026-03-23"].contains(String($0.fellFirst.prefix(10)))
    }
    let accused = all.count { $0.accused > 0 }
    let fallAccused = all.count { $0.fallAccused > 0 }
    print(
      "planted decline, \(all.count) seeds: found in \(found), the score dated exactly in \(dated), the fall of the "
        + "AUC within a week in \(fell); healthy score accused by slices in \(accused) and by drift in "
        + "\(fallAccused) seeds, \(all.reduce(0) { $0 + $1.accused }) of "
        + "\(all.reduce(0) { $0 + $1.tests }) slices")
    #expect(found == all.count)
    #expect(dated == all.count)
    // One alarm in twenty before the decline is what q < 0.05 allows.
    #expect(Double(fell) >= 0.95 * Double(all.count))
    #expect(Double(accused) <= 0.05 * Double(all.count))
    #expect(Double(fallAccused) <= 0.05 * Double(all.count))
  }

  private func seen(_ folder: String) throws -> Seen {
    var configuration = Configuration()
    configuration.directory = folder
    let engine = try Engine(configuration)
    defer { try? engine.close() }
    var seen = Seen()
    let label = Self.label
    _ = try rows("load \"cases.csv\" as c; c | count", engine)
    for row in try rows(
      "c | where opened_at >= datetime(2026-03-16) | slices score_a \(label) across=country depth=1 "
        + "| where value_1 == 'ID' | project q, z", engine)
    {
      seen.isFound = (row[0].asReal ?? 1) < 0.05 && (row[1].asReal ?? 0) < 0
    }
    for row in try rows(
      "c | slices score_b \(label) across=(country, vertical) depth=1 | where isnotnull(q) | project q",
      engine)
    {
      seen.tests += 1
      if (row[0].asReal ?? 1) < 0.05 { seen.accused += 1 }
    }
    for score in ["score_a", "score_b"] {
      for row in try rows(
        "c | where country == 'ID' | drift \(score) \(label) direction=higher "
          + "baseline=(opened_at < datetime(2026-02-23)) period=bin(opened_at, 7d) "
          + "| project tostring(period), auc_q, status", engine)
      {
        let fell = (row[1].asReal ?? 1) < 0.05
        if score == "score_b" {
          if fell { seen.fallAccused += 1 }
          continue
        }
        if fell, seen.fellFirst.isEmpty { seen.fellFirst = row[0].text }
        if row[2].text.hasPrefix("moved"), seen.movedFirst.isEmpty { seen.movedFirst = row[0].text }
      }
    }
    return seen
  }

  private func rows(_ text: String, _ engine: Engine) throws -> [[Scalar]] {
    var table: Table?
    engine.run(text) { cell in
      if case .table(let result) = cell.output { table = result }
      if case .failure(let diagnostic) = cell.output {
        Issue.record("\(text): \(diagnostic.message)")
      }
    }
    let result = try #require(table)
    return (0..<result.rowCount).map { result.row($0) }
  }
}
