import CasebookTables
import CasebookTestSupport
import CasebookValues
import Glibc
import Testing

@testable import CasebookWorkspace

@Suite struct WorkspaceFileTests {
  private let scratch = TemporaryFolder()

  private func one(_ value: Int64) -> Table { table([Field("n", .long)], [[.long(value)]]) }

  @Test func pathsThatCannotBeOpenedSaySo() throws {
    #expect(
      workspaceError { _ = try Workspace.open(scratch.path) } == .isDirectory(path: scratch.path))
    let lost = scratch.path + "/none/a.casebook"
    #expect(workspaceError { _ = try Workspace.open(lost) } == .folderMissing(path: lost))
    _ = writeFile(scratch.path("a.csv"), Array("a,b\n1,2\n".utf8))
    #expect(
      workspaceError { _ = try Workspace.open(scratch.path("a.csv")) }
        == .notAWorkspace(path: scratch.path("a.csv")))
    // The superuser may write everywhere.
    if getuid() != 0 {
      _ = writeFile(scratch.path("shut"), [])
      chmod(scratch.path("shut"), 0o400)
      #expect(
        workspaceError { _ = try Workspace.open(scratch.path("shut")) }
          == .noPermission(path: scratch.path("shut")))
    }
    for error in [WorkspaceError.busy, .diskFull, .closed, .other("x")] {
      #expect(error.sentence.hasSuffix(".") && !error.help.isEmpty)
    }
  }

  @Test func anotherProgramsDatabaseIsLeftAlone() throws {
    let path = scratch.path("other.db")
    let raw = try RawDatabase(path)
    raw.run("CREATE TABLE t(a)")
    raw.close()
    let before = readFile(path)
    #expect(workspaceError { _ = try Workspace.open(path) } == .foreignDatabase(path: path))
    #expect(readFile(path) == before)
  }

  @Test func aNewerFileIsLeftAlone() throws {
    let path = scratch.path("test.casebook")
    try Workspace.open(path).close()
    let raw = try RawDatabase(path)
    raw.run("INSERT INTO grdb_migrations VALUES ('99 from the future')")
    raw.close()
    #expect(workspaceError { _ = try Workspace.open(path) } == .newerVersion(path: path))
  }

  @Test func damageIsAnErrorAndNeverAWrongAnswer() throws {
    let path = scratch.path("test.casebook")
    var workspace = try Workspace.open(path)
    let numbers = (0..<40_000).map { [Scalar.long(Int64($0 * 7_919 % 65_537))] }
    try workspace.load("a", table([Field("n", .long)], numbers))
    try workspace.close()
    let intact = try #require(readFile(path))
    var random = Seeded(9)
    for _ in 0..<60 {
      var damaged = intact
      for _ in 0..<4 {
        damaged[Int(random.next() % UInt64(damaged.count))] = UInt8(
          truncatingIfNeeded: random.next())
      }
      _ = writeFile(path, damaged)
      do {
        workspace = try Workspace.open(path)
        defer { try? workspace.close() }
        #expect(try rows(try workspace.dataset("a")) == numbers)
      } catch {
        #expect(error is WorkspaceError)
      }
    }
    _ = writeFile(path, Array(intact[0..<(intact.count / 2)]))
    #expect(
      workspaceError {
        _ = try rows(try Workspace.open(path).dataset("a"))
      } != nil)
  }

  @Test(arguments: [
    "UPDATE block SET row_count = 5 WHERE number = 1", "UPDATE segment SET row_count = -1",
    "UPDATE segment SET row_count = row_count + 1", "UPDATE block SET bytes = x'00'",
    "DELETE FROM block WHERE number = 0", "UPDATE field SET type = 'int4'",
    "UPDATE field SET type = 'string'",
  ])
  func aForgedCatalogueIsAnError(sql: String) throws {
    let path = scratch.path("test.casebook")
    var workspace = try Workspace.open(path)
    try workspace.load("a", table([Field("n", .long)], (0..<70_000).map { [.long($0)] }))
    try workspace.close()
    let raw = try RawDatabase(path)
    raw.run(sql)
    raw.close()
    workspace = try Workspace.open(path)
    #expect(workspaceError { _ = try rows(try workspace.dataset("a")) } != nil)
    try workspace.close()
  }

  @Test func aSecondWriterWaitsAndIsToldWhy() throws {
    let first = try Workspace.open(scratch.path("test.casebook"), busySeconds: 0.05)
    let second = try Workspace.open(scratch.path("test.casebook"), busySeconds: 0.05)
    try first.load("a", one(1))
    try first.load("a", context: context()) { writer in
      try writer.append(contentsOf: MemorySource(one(2)))
      #expect(workspaceError { try second.load("b", one(3)) } == .busy)
      #expect(workspaceError { try second.setSetting("x", to: "y") } == .busy)
      // Readers see the old state and never wait, those that come new too.
      #expect(try rows(try second.dataset("a")) == [[.long(1)]])
      let third = try Workspace.open(scratch.path("test.casebook"), busySeconds: 0.05)
      #expect(try rows(try third.dataset("a")) == [[.long(1)]])
      try third.close()
    }
    #expect(try rows(try second.dataset("a")) == [[.long(2)]])
    try second.load("b", one(3))
    #expect(try first.datasetNames() == ["a", "b"])
    try first.close()
    try second.close()
  }

  @Test func aTransientWorkspaceTouchesNothingUntilItIsWrittenTo() throws {
    let parent = scratch.path + "/state/casebook"
    let workspace = Workspace.transient(directory: parent)
    #expect(try workspace.datasets().isEmpty && workspace.path == nil)
    #expect(try workspace.views().isEmpty && workspace.settings().isEmpty)
    #expect(
      workspaceError { try workspace.drop("a") } == .unknownDataset(name: "a", known: []))
    #expect(names(in: scratch.path).isEmpty)
    try workspace.load("a", one(1))
    #expect(mode(of: parent) == 0o700)
    let path = try #require(workspace.path)
    #expect(mode(of: path) == 0o600)
    let another = Workspace.transient(directory: parent)
    try another.load("b", one(2))
    #expect(try workspace.datasetNames() == ["a"])
    try another.close()
    try workspace.close()
    #expect(names(in: parent) == ["lock"])
  }

  @Test func leftoversOfDeadProcessesAreRemoved() throws {
    let leftover = scratch.path + "/transient-1-x"
    mkdir(leftover, 0o700)
    _ = writeFile(leftover + "/workspace.casebook", [1])
    _ = writeFile(leftover + "/lock", [])
    let workspace = Workspace.transient(directory: scratch.path)
    try workspace.load("a", one(1))
    #expect(access(leftover, F_OK) != 0)
    try workspace.close()
  }
}
