import CasebookEngine
import CasebookTables
import CasebookTestSupport
import CasebookWorkspace
import Testing

/// The case index is kept in the workspace, serves the next program, and never makes an answer differ.
@Suite struct KeptIndexTests {
  private let bench = Workbench()
  private static let questions = [
    "events | transitions ends=true", "events | steps", "events | variants", "events | per_case",
    "events | bottlenecks samples=20 by queue", "events | cycle_time by vendor", "events | rework",
    "events | handoffs", "events | batching", "events | queue_flow per=30d", "events | aging",
    "events | sla limit=2d", "events | sla limit=2d list=true", "events | shift",
    "events | drivers across=queue", "events | waits", "events | utilisation",
    "events | spectrum | count", "events | paths source=\"Route\" target=\"Close\" | count",
    "events | transitions order=completion",
  ]

  private func load(_ rows: String = Places.datasets + "/events.csv") throws {
    let engine = try bench.engine()
    defer { try? engine.close() }
    let answer = engine.answer(
      """
      load "\(rows)" as events
      log events (case=case_id, step=step, at=completed_at, start=started_at, resource=agent, closed_by=("Close"))
      """)
    #expect(!answer.contains("failed"), "\(answer)")
  }

  private func answers() throws -> [String] {
    let engine = try bench.engine()
    defer { try? engine.close() }
    return Self.questions.map { engine.answer($0) }
  }

  /// The index of the log under its roles, as the file has it.
  private func kept() throws -> (key: DerivedKey, numbers: DerivedNumbers?) {
    let workspace = try Workspace.open(bench.folder.path("work.casebook"))
    defer { try? workspace.close() }
    let stored = try workspace.dataset("events")
    let place = { (name: String) in
      try #require(stored.fields.firstIndex { $0.name == name })
    }
    let (id, step, start, at) = try (
      place("case_id"), place("step"), place("started_at"), place("completed_at")
    )
    let key = DerivedKey(
      rows: try #require(stored.identity),
      content: "index 1 case=\(id) step=\(step) start=\(start) at=\(at) start none",
      columns: [id, step, start, at])
    return (key, workspace.derived.kept(key))
  }

  private func replace(_ numbers: DerivedNumbers) throws {
    let key = try kept().key
    let workspace = try Workspace.open(bench.folder.path("work.casebook"))
    workspace.derived.distrust(key)
    workspace.derived.offer(numbers, for: key)
    workspace.keepDerived(RunContext(clock: 0, threads: 2))
    try workspace.close()
  }

  @Test func theNextProgramAnswersAlike() throws {
    try load()
    let first = try answers()
    #expect(!first.contains { $0.hasPrefix("failed") }, "\(first)")
    let numbers = try #require(try kept().numbers)
    #expect(numbers.lists.map(\.count) == [caseCount, eventCount])
    let isAlike = try answers() == first
    #expect(isAlike)
  }

  /// Whatever is wrong with it, the answer is what it would be without it, and the index is mended.
  @Test(arguments: [
    "row that is not there", "row twice", "out of order", "case without events", "too few",
    "count of another table", "too many facts", "rows beyond", "negative",
  ])
  func aWrongIndexChangesNothing(fault: String) throws {
    try load()
    let first = try answers()
    let right = try #require(try kept().numbers)
    var (sizes, rows) = (right.lists[0].array, right.lists[1].array)
    var facts = right.facts
    switch fault {
    case "row that is not there": rows[5] = UInt32(eventCount)
    case "row twice": rows[5] = rows[6]
    case "out of order": rows.swapAt(0, 1)
    case "case without events":
      sizes[0] += sizes[1]
      sizes[1] = 0
    case "too few": (sizes, rows) = ([2], Array(rows.prefix(2)))
    case "count of another table": facts[0] += 1
    case "too many facts": facts.append(1)
    case "rows beyond": sizes[0] = .max
    default: facts[1] = -1
    }
    try replace(DerivedNumbers(facts: facts, lists: [Buffer(sizes), Buffer(rows)]))
    // Thousands of numbers are no message: only whether they are equal is told.
    let isAlike = try answers() == first
    #expect(isAlike)
    let mended = try #require(try kept().numbers)
    #expect(mended.facts == right.facts)
    let isMended = mended.lists.map(\.array) == right.lists.map(\.array)
    #expect(isMended)
  }

  /// Rows without a case, a step or a time are left out as well when the index was read.
  @Test func rejectsAreToldAgain() throws {
    bench.folder.write(
      "poor.csv",
      Array(
        """
        case_id,step,started_at,completed_at,agent
        A,Open,2026-01-05T08:00:00Z,2026-01-05T09:00:00Z,x
        ,Open,2026-01-05T08:00:00Z,2026-01-05T09:00:00Z,x
        ,,,,
        A,,2026-01-05T08:00:00Z,2026-01-05T09:00:00Z,x
        B,Open,,,x
        A,Close,2026-01-05T10:00:00Z,2026-01-05T09:00:00Z,x

        """.utf8))
    try load(bench.folder.path("poor.csv"))
    var told: [[String]] = []
    for _ in 0..<3 {
      let engine = try bench.engine()
      var sentences: [String] = []
      engine.run("events | transitions") { cell in
        sentences += cell.warnings.map { "\($0.text) \($0.rows)" }
        if case .table(let table) = cell.output { sentences.append("\(table.rowCount)") }
      }
      told.append(sentences)
      try engine.close()
    }
    #expect(try kept().numbers?.lists[1].array == [0, 5])
    #expect(told[0].contains { $0.hasPrefix("no case") && $0.hasSuffix(" 2") }, "\(told[0])")
    #expect(told[1] == told[0] && told[2] == told[0])
  }

  /// A stage's own end of observation serves one question and is not kept.
  @Test func oneOffQuestionsAreNotKept() throws {
    try load()
    let engine = try bench.engine()
    _ = engine.answer("events | transitions as_of=datetime(2026-02-01)")
    try engine.close()
    #expect(try kept().numbers == nil)
  }
}
