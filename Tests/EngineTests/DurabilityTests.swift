import CasebookEngine
import CasebookTestSupport
import GRDB
import Glibc
import Testing

/// What a workspace file holds when processes die on it or meet at it.
@Suite struct DurabilityTests {
  private static let killCount = 50
  private static let eventFiles = 3

  @Test(
    .enabled(if: Places.exists(Workbench.program), "the program is not built beside the tests"))
  func killedLoadLeavesTheWorkspaceWhole() throws {
    let seed = DurabilityTests.seed
    var random = RepeatableRandom(seed: seed)
    let bench = Workbench()
    bench.linkEvents(Self.eventFiles)
    bench.folder.link("datasets", to: Places.datasets)
    let first = try bench.engine()
    try #require(first.number("load \"datasets/cases.csv\" as log; log | count") == caseCount)
    try first.close()
    let original = try #require(bench.folder.read("work.casebook"))

    let duration = try measuredLoad(bench)
    var outcomes = [0, 0]
    for trial in 0..<Self.killCount {
      restore(original, bench)
      let process = try #require(load(bench))
      let delay = duration * Double(random.int(0...1000)) / 1000
      usleep(UInt32(delay * 1e6))
      process.kill()
      process.wait()
      let isNew = try checkWhole(bench, "seed \(seed), trial \(trial), after \(delay) s")
      outcomes[isNew ? 1 : 0] += 1
    }
    #expect(outcomes[0] > Self.killCount / 4, "most moments lie within the load: \(outcomes)")
  }

  private static let seed: UInt64 = 20_260_701

  private func load(_ bench: Workbench) -> ChildProcess? {
    bench.process("load \"\(bench.folder.path("events-*.csv"))\" as log")
  }

  /// How long an undisturbed load takes, in seconds.
  private func measuredLoad(_ bench: Workbench) throws -> Double {
    let start = seconds()
    let process = try #require(load(bench))
    try #require(process.wait() == 0, "\(process.errors)")
    return seconds() - start
  }

  private func seconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  private func restore(_ original: [UInt8], _ bench: Workbench) {
    for name in ["work.casebook-wal", "work.casebook-shm"] { unlink(bench.folder.path(name)) }
    bench.folder.write("work.casebook", original)
  }

  /// Checks that there is the old dataset or the new one, all of it; gives whether it is the new one.
  private func checkWhole(_ bench: Workbench, _ moment: String) throws -> Bool {
    let engine = try bench.engine()
    let count = engine.number("log | count")
    let isNew = count == Self.eventFiles * eventCount
    #expect(isNew || count == caseCount, "\(moment): \(count) rows")
    // Every column can be read to its end.
    let column = isNew ? "completed_at" : "decided_at"
    #expect(engine.number("log | where \(column) > ago(100000d) | count") > 0, "\(moment)")
    #expect(engine.number("log | distinct * | count") > 0, "\(moment)")
    #expect(engine.number("datasets | count") == 1, "\(moment)")
    try engine.close()
    let queue = try DatabaseQueue(path: bench.folder.path("work.casebook"))
    let verdict = try queue.read { try String.fetchOne($0, sql: "pragma integrity_check") }
    #expect(verdict == "ok", "\(moment)")
    let orphans = try queue.read { try Row.fetchAll($0, sql: "pragma foreign_key_check").count }
    #expect(orphans == 0, "\(moment)")
    try queue.close()
    return isNew
  }

  // MARK: Two at one file

  @Test(
    .enabled(if: Places.exists(Workbench.program), "the program is not built beside the tests"))
  func readerSeesTheOldStateWhileAnotherProcessLoads() throws {
    let bench = Workbench()
    bench.linkEvents(Self.eventFiles)
    bench.folder.link("datasets", to: Places.datasets)
    let reader = try bench.engine()
    try #require(reader.number("load \"datasets/cases.csv\" as log; log | count") == caseCount)
    let process = try #require(load(bench))
    var seen: Set<Int> = []
    for _ in 0..<10 {
      seen.insert(reader.number("log | count"))
      usleep(20_000)
    }
    #expect(process.wait() == 0, "\(process.errors)")
    #expect(seen.isSubset(of: [caseCount, Self.eventFiles * eventCount]), "\(seen)")
    #expect(reader.number("log | count") == Self.eventFiles * eventCount, "the new state is seen")
    try reader.close()
  }

  @Test func secondWriterWaitsAndThenSaysSo() throws {
    let bench = Workbench()
    bench.folder.link("datasets", to: Places.datasets)
    let engine = try bench.engine()
    try #require(engine.number("load \"datasets/cases.csv\" as log; log | count") == caseCount)
    let other = try DatabaseQueue(path: bench.folder.path("work.casebook"))
    try other.inDatabase { database in
      try database.execute(sql: "begin immediate")
      let start = seconds()
      let answer = engine.answer("drop log")
      let waited = seconds() - start
      #expect(answer.hasPrefix("failed"), "\(answer)")
      #expect(answer.contains("Another casebook is writing"), "\(answer)")
      #expect(waited > 1 && waited < 20, "waited \(waited) s")
      #expect(engine.number("log | count") == caseCount, "a reader is not in the way of a writer")
      try database.execute(sql: "rollback")
    }
    try other.close()
    #expect(engine.answer("drop log") == "")
    try engine.close()
  }

  @Test func reopeningFindsWhatWasStored() throws {
    let bench = Workbench()
    bench.folder.link("datasets", to: Places.datasets)
    let first = try bench.engine()
    let question = "cases | summarize count(), avg(score_a), dcount(country) by vertical"
    let before = first.answer("load \"datasets/cases.csv\" as cases; \(question)")
    try #require(!before.contains("failed"), "\(before)")
    try first.close()
    let second = try bench.engine()
    #expect(second.answer(question) == before)
    try second.close()
  }
}
