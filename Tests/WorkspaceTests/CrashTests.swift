import CasebookTables
import CasebookTestSupport
import CasebookValues
import Glibc
import Testing

@testable import CasebookWorkspace

/// What a load leaves when its process is killed or its disk is full, in processes of their own.
@Suite(.serialized) struct CrashTests {
  private static let pathVariable = "CASEBOOK_CRASH_TEST_FILE"
  private static let delayVariable = "CASEBOOK_CRASH_TEST_DELAY"

  /// A dataset whose every value says which load it comes from.
  private static func load(_ workspace: Workspace, _ value: Int64, blocks: Int) throws {
    var random = Seeded(UInt64(value))
    let noise = Buffer((0..<blockRowCount).map { _ in Int64(bitPattern: random.next()) })
    try workspace.load("a", context: context()) { writer in
      try writer.begin(fields: [Field("load", .long), Field("noise", .long)])
      for _ in 0..<blocks {
        try writer.append(block: [
          Column(.long, .longs(Buffer(repeating: value, count: blockRowCount))),
          Column(.long, .longs(noise)),
        ])
      }
    }
  }

  /// Checks that the rows are those of one load and counts blocks.
  private static func check(_ path: String) throws {
    let workspace = try Workspace.open(path)
    defer { try? workspace.close() }
    let stored = try workspace.dataset("a")
    #expect(stored.rowCount == 4 * blockRowCount)
    var loads: Set<Int64> = []
    for block in stored.blockRowCounts.indices {
      let columns = try stored.read(block: block, columns: [0, 1])
      guard case .longs(let values) = columns[0].data else { return }
      loads.formUnion(values.array)
    }
    #expect(loads.count == 1)
  }

  @Test func aKilledLoadLeavesTheOldStateOrTheNew() async throws {
    let scratch = TemporaryFolder()
    let path = scratch.path("test.casebook")
    let first = try Workspace.open(path)
    try Self.load(first, 0, blocks: 4)
    try first.close()
    setenv(Self.pathVariable, path, 1)
    for round in 0..<50 {
      var random = Seeded(UInt64(round))
      setenv(Self.delayVariable, String(random.next() % 60_000), 1)
      await #expect(processExitsWith: .signal(SIGKILL)) {
        let path = getenv(Self.pathVariable).map { String(cString: $0) } ?? ""
        let delay = getenv(Self.delayVariable).flatMap { UInt32(String(cString: $0)) } ?? 0
        let workspace = try Workspace.open(path)
        var timer = pthread_t()
        let argument = UnsafeMutableRawPointer(bitPattern: UInt(delay) + 1)
        pthread_create(
          &timer, nil,
          { argument in
            usleep(UInt32(UInt(bitPattern: argument)))
            kill(getpid(), SIGKILL)
            return nil
          }, argument)
        for value in 1... { try Self.load(workspace, Int64(value), blocks: 4) }
      }
      try Self.check(path)
    }
    let raw = try RawDatabase(path)
    #expect(raw.run("PRAGMA integrity_check") == [["ok"]])
    raw.close()
  }

  @Test func aFullDiskIsAnErrorAndLosesNothing() async throws {
    let scratch = TemporaryFolder()
    let path = scratch.path("test.casebook")
    let first = try Workspace.open(path)
    try Self.load(first, 0, blocks: 4)
    try first.close()
    setenv(Self.pathVariable, path, 1)
    await #expect(processExitsWith: .success) {
      let path = getenv(Self.pathVariable).map { String(cString: $0) } ?? ""
      signal(SIGXFSZ, SIG_IGN)
      let workspace = try Workspace.open(path)
      var limit = rlimit()
      getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      limit.rlim_cur = 6 << 20
      setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      let error = workspaceError { try Self.load(workspace, 1, blocks: 60) }
      guard error == .diskFull else { exit(3) }
      try Self.check(path)
      try workspace.close()
    }
    try Self.check(path)
  }

  @Test func withAFullDiskWhatWasDerivedIsNotKept() async throws {
    let scratch = TemporaryFolder()
    let path = scratch.path("test.casebook")
    let first = try Workspace.open(path)
    try Self.load(first, 0, blocks: 4)
    try first.close()
    setenv(Self.pathVariable, path, 1)
    await #expect(processExitsWith: .success) {
      let path = getenv(Self.pathVariable).map { String(cString: $0) } ?? ""
      signal(SIGXFSZ, SIG_IGN)
      let workspace = try Workspace.open(path)
      var limit = rlimit()
      getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      // The log of the file cannot grow to what is to be written.
      limit.rlim_cur = 400_000
      setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      let name = try workspace.datasetNames()[0]
      let rows = try workspace.dataset(name).identity ?? ""
      let key = DerivedKey(rows: rows, content: "thing", columns: [0])
      var random = Seeded(1)
      let noise = Buffer((0..<200_000).map { _ in UInt32(truncatingIfNeeded: random.next()) })
      workspace.derived.offer(DerivedNumbers(facts: [], lists: [noise]), for: key)
      workspace.keepDerived(context())
      guard workspace.derived.kept(key) == nil else { exit(3) }
      let stored = try workspace.dataset(name)
      guard stored.rowCount == 4 * blockRowCount else { exit(4) }
    }
    try Self.check(path)
  }
}
