import CasebookTables
import CasebookTestSupport
import CasebookValues
import Testing

@testable import CasebookWorkspace

/// What was derived from a dataset is kept beside it, goes with it, and is believed only as it was written.
@Suite struct DerivedTests {
  private let scratch = TemporaryFolder()
  private var path: String { scratch.path("test.casebook") }

  private func opened(_ rowCount: Int = 40) throws -> Workspace {
    let workspace = try Workspace.open(path, busySeconds: 0.05)
    if try workspace.datasetNames().isEmpty {
      try workspace.load("a", numbers(rowCount))
    }
    return workspace
  }

  private func numbers(_ count: Int) -> Table {
    table(
      [Field("n", .long), Field("m", .long)],
      (0..<count).map { [.long(Int64($0)), .long(Int64($0 * 7 % 13))] })
  }

  private func key(_ workspace: Workspace, _ content: String = "thing") throws -> DerivedKey {
    let rows = try #require(try workspace.dataset("a").identity)
    return DerivedKey(rows: rows, content: content, columns: [0])
  }

  private func sample(_ count: Int = 40) -> DerivedNumbers {
    DerivedNumbers(
      facts: [Int64(count), -3, .max],
      lists: [Buffer((0..<count).map { UInt32($0 * 31 % 40) }), Buffer([]), Buffer([.max])])
  }

  private func keep(_ numbers: DerivedNumbers, _ workspace: Workspace, _ key: DerivedKey) {
    workspace.derived.offer(numbers, for: key)
    workspace.keepDerived(context())
  }

  private func isSample(_ numbers: DerivedNumbers?, _ count: Int = 40) -> Bool {
    let expected = sample(count)
    return numbers?.facts == expected.facts
      && numbers?.lists.map(\.array) == expected.lists.map(\.array)
  }

  @Test func comesBackInAnotherProgram() throws {
    let first = try opened()
    let name = try key(first)
    #expect(first.derived.kept(name) == nil)
    keep(sample(), first, name)
    try first.close()
    let second = try opened()
    #expect(isSample(second.derived.kept(name)))
    #expect(second.derived.kept(try key(second, "another thing")) == nil)
    try second.close()
  }

  @Test func longListsAreCutIntoParts() throws {
    let count = DerivedCodec.partCount + 3
    let long = DerivedNumbers(
      facts: [],
      lists: [Buffer(count: count) { for index in 0..<count { $0[index] = UInt32(index) } }])
    let bytes = try DerivedCodec.encode(long, fingerprint: 5, context())
    #expect(bytes.count == 3)
    let head = try bytes[0].withUnsafeBytes {
      try DerivedCodec.head($0, fingerprint: 5, rowCount: count)
    }
    #expect(head.counts == [count] && head.checksums.count == 2)
    // A list longer than the rows is refused before memory is taken for it.
    #expect(throws: Damage.self) {
      try bytes[0].withUnsafeBytes {
        try DerivedCodec.head($0, fingerprint: 5, rowCount: count - 1)
      }
    }
  }

  /// Dropped when the data changes: a load, an append, a drop; going back finds nothing either.
  @Test func goesWithTheVersion() throws {
    let workspace = try opened()
    keep(sample(), workspace, try key(workspace))
    #expect(isSample(workspace.derived.kept(try key(workspace))))
    try workspace.load("a", numbers(3), mode: .append)
    #expect(workspace.derived.kept(try key(workspace)) == nil)
    try workspace.restorePrevious("a")
    #expect(workspace.derived.kept(try key(workspace)) == nil)
    keep(sample(), workspace, try key(workspace))
    try workspace.drop("a")
    try workspace.close()
    let raw = try RawDatabase(path)
    #expect(raw.run("SELECT count(*) FROM derived") == [["0"]])
    #expect(raw.run("SELECT count(*) FROM derived_part") == [["0"]])
    raw.close()
  }

  /// What is offered for rows that are no longer current is not kept.
  @Test func staysAwayFromOldVersions() throws {
    let workspace = try opened()
    let old = try key(workspace)
    try workspace.load("a", numbers(4))
    keep(sample(4), workspace, old)
    #expect(workspace.derived.kept(old) == nil)
    try workspace.close()
  }

  @Test func theOldestGoesFirst() throws {
    let workspace = try opened()
    for number in 1...6 { keep(sample(), workspace, try key(workspace, "thing \(number)")) }
    let kept = try (1...6).filter {
      workspace.derived.kept(try key(workspace, "thing \($0)")) != nil
    }
    #expect(kept == [3, 4, 5, 6])
    try workspace.close()
  }

  @Test(arguments: [
    "UPDATE derived_part SET bytes = x'00' WHERE number = 0",
    "UPDATE derived_part SET bytes = zeroblob(100) WHERE number = 1",
    "UPDATE derived_part SET bytes = substr(bytes, 1, 24) WHERE number = 1",
    "UPDATE derived_part SET bytes = CAST(bytes || x'00' AS BLOB) WHERE number = 1",
    "DELETE FROM derived_part WHERE number = 1", "DELETE FROM derived_part WHERE number = 0",
    "UPDATE derived_part SET number = 9 WHERE number = 1",
    // A part of another value, whole in itself.
    "UPDATE derived_part SET bytes = (SELECT bytes FROM derived_part WHERE derived = 2 AND number = 1) WHERE derived = 1 AND number = 1",
    // The whole of another version's.
    "UPDATE derived SET version = version + 1 WHERE id = 1",
    // The rows were changed under it.
    "UPDATE block SET bytes = (SELECT bytes FROM block WHERE field = 1) WHERE field = 0",
    "UPDATE block SET row_count = 39", "DELETE FROM block WHERE field = 0",
  ])
  func whatWasForgedIsNotBelieved(sql: String) throws {
    let first = try opened()
    let name = try key(first)
    keep(sample(), first, name)
    keep(
      DerivedNumbers(facts: [1, 2, 3], lists: [Buffer([UInt32](repeating: 3, count: 40))]), first,
      try key(first, "other"))
    try first.close()
    let raw = try RawDatabase(path)
    raw.run("PRAGMA foreign_keys = OFF")
    raw.run(sql)
    raw.close()
    let second = try opened()
    let isBelieved = second.derived.kept(name) != nil
    #expect(!isBelieved)
    try second.close()
  }

  @Test func decayIsNoticed() throws {
    let first = try opened()
    let name = try key(first)
    keep(sample(), first, name)
    try first.close()
    let intact = try #require(readFile(path))
    var random = Seeded(4)
    for _ in 0..<80 {
      var damaged = intact
      for _ in 0..<4 {
        damaged[Int(random.next() % UInt64(damaged.count))] = UInt8(
          truncatingIfNeeded: random.next())
      }
      _ = writeFile(path, damaged)
      guard let workspace = try? Workspace.open(path) else { continue }
      let kept = workspace.derived.kept(name)
      #expect(kept == nil || isSample(kept))
      try? workspace.close()
    }
  }

  /// What does not fit is written anew, once.
  @Test func whatIsDistrustedIsReplaced() throws {
    let workspace = try opened()
    let name = try key(workspace)
    keep(DerivedNumbers(facts: [7], lists: []), workspace, name)
    workspace.derived.distrust(name)
    #expect(workspace.derived.kept(name) == nil)
    keep(sample(), workspace, name)
    #expect(isSample(workspace.derived.kept(name)))
    // What is there and is believed stays.
    keep(DerivedNumbers(facts: [7], lists: []), workspace, name)
    #expect(isSample(workspace.derived.kept(name)))
    try workspace.close()
  }

  @Test func anotherWriterOnlyMeansThatItIsNotKept() throws {
    let first = try opened()
    let second = try opened()
    let name = try key(first)
    try first.load("b", context: context()) { writer in
      try writer.append(contentsOf: MemorySource(numbers(2)))
      keep(sample(), second, name)
      #expect(second.derived.kept(name) == nil)
    }
    keep(sample(), second, name)
    #expect(isSample(first.derived.kept(name)))
    // Both of two that derive the same at the same time are content.
    keep(sample(), first, name)
    #expect(isSample(second.derived.kept(name)))
    #expect(workspaceError { try first.setSetting("x", to: "y") } == nil)
    try first.close()
    try second.close()
  }

  @Test func aTransientWorkspaceHasItInMemoryOnly() throws {
    let workspace = Workspace.transient(directory: scratch.path)
    try workspace.load("a", numbers(40))
    let name = try key(workspace)
    keep(sample(), workspace, name)
    #expect(workspace.derived.kept(name) == nil)
    workspace.derived.keep(5, for: name, byteCount: 8)
    #expect(workspace.derived.value(name, as: Int.self) == 5)
    try workspace.close()
  }
}
