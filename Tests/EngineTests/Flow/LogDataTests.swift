import CasebookEngine
import CasebookTestSupport
import Testing

/// Logs that a script cannot write down: a step's name of 10 kB, very many steps of one case, planted bottlenecks.
@Suite struct LogDataTests {
  private func engine(_ folder: TemporaryFolder) throws -> Engine {
    var configuration = Configuration()
    configuration.directory = folder.path
    configuration.threads = 2
    return try Engine(configuration)
  }

  @Test func aStepNameOfTenKilobytes() throws {
    let folder = TemporaryFolder()
    let name = String(repeating: "step ", count: 2048)
    let text =
      "case_id,step,timestamp\nA,\(name),2026-01-05T08:00:00Z\nA,b,2026-01-05T09:00:00Z\n"
      + "A,\(name),2026-01-05T10:00:00Z\n"
    folder.write("long.csv", Array(text.utf8))
    let engine = try engine(folder)
    _ = engine.answer("load \"long.csv\" as l")
    for stage in [
      "transitions", "steps closed_by=last", "variants", "rework", "bottlenecks closed_by=last",
    ] {
      #expect(
        engine.number("l | \(stage) | where strlen(tostring(pack_all())) > 10000 | count") > 0,
        "\(stage)")
    }
    #expect(
      engine.number("l | transitions | where strlen(source) == \(name.utf8.count) | count") == 1)
  }

  @Test func veryManyStepsOfOneCase() throws {
    let folder = TemporaryFolder()
    var text = "case_id,step,timestamp\n"
    let count = 20_000
    // In the wrong order, so that the one case has to be sorted.
    for number in (0..<count).reversed() {
      let (hour, minute, second) = (number / 3600, number / 60 % 60, number % 60)
      let two = { (value: Int) in value < 10 ? "0\(value)" : "\(value)" }
      text += "A,s\(number % 7),2026-01-05T\(two(hour)):\(two(minute)):\(two(second))Z\n"
    }
    folder.write("many.csv", Array(text.utf8))
    let engine = try engine(folder)
    _ = engine.answer("load \"many.csv\" as m")
    #expect(engine.number("m | transitions | count") == 7)
    #expect(engine.number("m | transitions | summarize sum(n)") == count - 1)
    #expect(engine.number("m | variants | project events") == count)
    #expect(engine.number("m | variants collapse=1 | project cases") == 1)
    #expect(engine.number("m | bottlenecks closed_by=last | count") == 7)
    #expect(engine.number("m | rework | summarize sum(extra)") == count - 7)
  }

  /// The synthetic operation holds back reviews in other languages, above all, from week 9 on.
  @Test func thePlantedBottleneckIsRankedFirst() throws {
    let folder = TemporaryFolder()
    folder.link("events.csv", to: Places.datasets + "/events.csv")
    let engine = try engine(folder)
    _ = engine.answer("load \"events.csv\" as events")
    let first = engine.answer(
      "events | bottlenecks closed_by=(\"Close\") | where rank == 1 | project source, target, rank_kept > 0.9"
    )
    #expect(first.contains("[[\"Route\",\"Language review\",true]]"), "\(first)")
  }
}
