import CasebookTables
import CasebookTestSupport
import CasebookValues
import Glibc
import Testing

@testable import CasebookWorkspace

@Suite struct WorkspaceTests {
  private let scratch = TemporaryFolder()
  private let fields = [Field("id", .string), Field("n", .long), Field("at", .datetime)]

  private func sample(_ range: Range<Int>, prefix: String = "c") -> Table {
    table(
      fields,
      range.map { row in
        [
          .string("\(prefix)\(row % 1_000)"), row % 7 == 0 ? .null(.long) : .long(Int64(row)),
          .datetime(638_000_000_000_000_000 + Int64(row) * 10_000_000),
        ]
      })
  }

  @Test func aNewFileIsForItsOwnerOnly() throws {
    let path = scratch.path("test.casebook")
    let workspace = try Workspace.open(path)
    #expect(mode(of: path) == 0o600)
    #expect(mode(of: path + "-wal") == 0o600)
    try workspace.load("a", sample(0..<10))
    _ = try workspace.dataset("a")
    try workspace.close()
    #expect(names(in: scratch.path) == ["test.casebook"])
    #expect(throws: WorkspaceError.closed) { try workspace.datasets() }
  }

  @Test func rowsComeBackAfterReopening() throws {
    let expected = sample(0..<150_000)
    var workspace = try Workspace.open(scratch.path("test.casebook"))
    let info = try workspace.load("events", expected)
    #expect(info.rowCount == 150_000 && info.blockCount == 3 && !info.hasPrevious)
    try workspace.close()
    workspace = try Workspace.open(scratch.path("test.casebook"))
    let stored = try workspace.dataset("events")
    #expect(stored.fields == fields)
    #expect(stored.blockRowCounts == [65_536, 65_536, 18_928])
    #expect(try rows(stored) == rows(MemorySource(expected)))
    let statistics = stored.statistics(block: 1, column: 2)
    #expect(statistics?.nullCount == 0)
    #expect(statistics?.range?.least == .datetime(638_000_655_360_000_000))
    #expect(stored.statistics(block: 0, column: 0)?.range == nil)
    let first = try stored.read(block: 0, columns: [0])[0]
    let last = try stored.read(block: 2, columns: [0])[0]
    guard case .texts(.medium, let one) = first.data, case .texts(_, let other) = last.data else {
      Issue.record("a thousand texts take 16 bits")
      return
    }
    #expect(one === other && one.isDistinct)
    try workspace.close()
  }

  @Test func threadsDoNotChangeTheFile() throws {
    for threads in [1, 4] {
      let workspace = try Workspace.open(scratch.path("\(threads)"))
      try workspace.load("a", sample(0..<200_000), threads: threads)
      try workspace.close()
    }
    #expect(readFile(scratch.path("1")) == readFile(scratch.path("4")))
  }

  /// Every type, nulls in some blocks only, texts with a dictionary and texts that are nearly all distinct, over
  /// loads that end within a block.
  @Test func wholeColumnsAreTheirBlocksOneAfterTheOther() throws {
    let fields = [
      Field("flag", .bool), Field("n", .long), Field("share", .real), Field("kind", .string),
      Field("name", .string),
    ]
    func sample(_ range: Range<Int>) -> Table {
      table(
        fields,
        range.map { row in
          [
            row % 3 == 0 ? .null(.bool) : .bool(row % 2 == 0),
            row > 70_000 && row % 5 == 0 ? .null(.long) : .long(Int64(row)), .real(Double(row) / 7),
            .string("kind \(row % 11)"), .string("name \(row)"),
          ]
        })
    }
    let workspace = try Workspace.open(scratch.path("test.casebook"))
    try workspace.load("a", sample(0..<70_000))
    try workspace.load("a", sample(70_000..<80_000), mode: .append)
    let expected = try rows(MemorySource(sample(0..<80_000)))
    for threads in [1, 3] {
      workspace.dropCaches()
      let stored = try workspace.dataset("a")
      let all = Array(fields.indices)
      let some = try stored.read(block: 1, columns: all)
      for _ in 0..<2 {
        let whole = try stored.readWhole(columns: all, context(threads: threads))
        let read = Table(fields: fields, columns: whole, rowCount: stored.rowCount)
        #expect(try rows(MemorySource(read)) == expected)
        #expect(whole.map { $0.validity != nil } == [true, true, false, false, false])
      }
      #expect(try rows(stored) == expected)
      #expect(try stored.read(block: 1, columns: all).map(\.count) == some.map(\.count))
    }
    try workspace.close()
  }

  @Test func appendedRowsShareTheDictionary() throws {
    let workspace = try Workspace.open(scratch.path("test.casebook"))
    try workspace.load("a", sample(0..<70_000))
    let before = try workspace.dataset("a")
    try workspace.load("a", sample(70_000..<80_000, prefix: "d"), mode: .append)
    let info = try #require(try workspace.info("a"))
    #expect(info.rowCount == 80_000 && info.loads.count == 2)
    let stored = try workspace.dataset("a")
    #expect(stored.blockRowCounts == [65_536, 4_464, 10_000])
    let expected =
      try rows(MemorySource(sample(0..<70_000)))
      + rows(MemorySource(sample(70_000..<80_000, prefix: "d")))
    #expect(try rows(stored) == expected)
    #expect(try rows(before).count == 70_000)
    try workspace.close()
  }

  @Test func appendedColumnsMustBeTheSame() throws {
    let workspace = try Workspace.open(scratch.path("test.casebook"))
    try workspace.load("a", sample(0..<10))
    let other = table([Field("id", .string), Field("n", .real), Field("extra", .bool)], [])
    #expect(
      workspaceError { try workspace.load("a", other, mode: .append) }
        == .columnsDiffer(
          dataset: "a",
          differences: ["`n` is real, not long", "`extra` is new", "`at` is missing"]))
    let turned = table(
      [fields[2], fields[0], fields[1]], [[.datetime(5), .string("x"), .long(1)]])
    try workspace.load("a", turned, mode: .append)
    #expect(try rows(try workspace.dataset("a")).last == [.string("x"), .long(1), .datetime(5)])
    try workspace.close()
  }

  @Test func sharedCodesGetTheirDictionaryAtTheEnd() throws {
    let workspace = try Workspace.open(scratch.path("test.casebook"))
    let texts = Field("t", .string)
    func load(_ codes: [UInt32], _ entries: [String], _ mode: LoadMode) throws {
      try workspace.load("a", mode: mode, context: context()) { writer in
        try writer.begin(fields: [texts])
        let buffer = Buffer(codes)
        try writer.append([
          .sharedCodes(Codes(buffer, entryCount: entries.count), validity: nil)
        ])
        writer.finish(dictionaries: [TextDictionary(entries, isDistinct: true)])
      }
    }
    try load([0, 1, 0], ["x", "y"], .replace)
    try load([0, 1, 2], ["z", "y", ""], .append)
    let stored = try workspace.dataset("a")
    #expect(try rows(stored).map { $0[0] } == ["x", "y", "x", "z", "y", ""].map { .string($0) })
    let column = try stored.read(block: 1, columns: [0])[0]
    guard case .texts(_, let dictionary) = column.data else { return }
    #expect(dictionary.count == 4)
    try workspace.close()
  }

  @Test func aSecondBeginVoidsTheFirst() throws {
    let workspace = try Workspace.open(scratch.path("test.casebook"))
    try workspace.load("a", context: context()) { writer in
      try writer.begin(fields: [Field("n", .long)])
      for _ in 0..<9 {
        try writer.append(block: [Column(.long, .longs(Buffer(repeating: 1, count: blockRowCount)))]
        )
      }
      try writer.begin(fields: [Field("n", .string)])
      try writer.append(block: [column(.string, [.string("007")])])
    }
    let stored = try workspace.dataset("a")
    #expect(stored.fields.map(\.type) == [.string])
    #expect(try rows(stored) == [[.string("007")]])
    try workspace.close()
  }

  @Test func mostlyDistinctTextsAreKeptInRowOrder() throws {
    let workspace = try Workspace.open(scratch.path("test.casebook"))
    let count = 20 * blockRowCount
    try workspace.load("a", context: context()) { writer in
      try writer.begin(fields: [Field("id", .string), Field("own", .string)])
      for block in 0..<20 {
        let texts = (0..<blockRowCount).map { "id-\(block * blockRowCount + $0)" }
        let codes = Codes(
          Buffer((0..<blockRowCount).map { UInt32($0) }), entryCount: blockRowCount)
        try writer.append(block: [
          Column(.string, .texts(codes, TextDictionary(texts, isDistinct: true))),
          Column(.string, .texts(codes, TextDictionary(texts, isDistinct: false))),
        ])
      }
    }
    let stored = try workspace.dataset("a")
    #expect(stored.rowCount == count)
    for block in [0, 15, 19] {
      for column in try stored.read(block: block, columns: [0, 1]) {
        guard case .texts(_, let dictionary) = column.data else { return }
        #expect(!dictionary.isDistinct)
        #expect(column.text(77) == "id-\(block * blockRowCount + 77)")
      }
    }
    try workspace.close()
  }

  @Test func aReplacedVersionCanBeHadBack() throws {
    let workspace = try Workspace.open(scratch.path("test.casebook"))
    try workspace.load("a", sample(0..<10))
    #expect(
      workspaceError { try workspace.restorePrevious("a") } == .noPreviousVersion(name: "a"))
    try workspace.load("a", sample(0..<20))
    #expect(try workspace.restorePrevious("a").rowCount == 10)
    #expect(try workspace.restorePrevious("a").rowCount == 20)
    try workspace.restorePrevious("a")
    try workspace.load("a", sample(20..<50, prefix: "e"), mode: .append)
    #expect(try rows(try workspace.dataset("a")).count == 40)
    #expect(try rows(try workspace.dataset("a")).last?[0] == .string("e49"))
    try workspace.close()
  }

  @Test func aVersionThatIsGoneIsNotMixedWithTheNext() throws {
    let workspace = try Workspace.open(scratch.path("test.casebook"))
    try workspace.load("a", sample(0..<10))
    let old = try workspace.dataset("a")
    for _ in 0..<2 { try workspace.load("a", sample(5..<25)) }
    #expect(workspaceError { _ = try rows(old) } == .datasetChanged(name: "a"))
    try workspace.close()
  }

  @Test func aFailedLoadLeavesNoTrace() throws {
    let workspace = try Workspace.open(scratch.path("test.casebook"))
    try workspace.load("a", sample(0..<10))
    struct Stop: Error {}
    for blocks in 0..<6 {
      #expect(throws: Stop.self) {
        try workspace.load("a", context: context()) { writer in
          try writer.begin(fields: [Field("n", .long)])
          for _ in 0..<blocks {
            try writer.append(block: [
              Column(.long, .longs(Buffer(repeating: 1, count: blockRowCount)))
            ])
          }
          throw Stop()
        }
      }
    }
    let cancelled = context()
    cancelled.cancel()
    #expect(throws: RunError.cancelled) {
      try workspace.load("b", context: cancelled) { writer in
        try writer.append(contentsOf: MemorySource(sample(0..<5)))
      }
    }
    #expect(try workspace.datasetNames() == ["a"])
    #expect(try rows(try workspace.dataset("a")).count == 10)
    try workspace.close()
  }

  @Test func provenanceAndRejectsAreKept() throws {
    let workspace = try Workspace.open(scratch.path("test.casebook"))
    let source = Provenance.Source(path: "in.csv", byteCount: 12, sha256: "ab")
    let rejects = table(
      [Field("line", .long), Field("reason", .string)], [[.long(7), .string("quote")]])
    try workspace.load("a", context: context()) { writer in
      try writer.append(contentsOf: MemorySource(sample(0..<3)))
      writer.provenance = Provenance(sources: [source], options: "with (x=1)", rejectCount: 1)
      writer.rejects = rejects
    }
    let load = try #require(try workspace.info("a")?.loads.first)
    #expect(load.provenance.sources == [source] && load.provenance.options == "with (x=1)")
    #expect(load.rowCount == 3 && load.loadedAt == 638_000_000_000_000_000)
    let kept = try #require(try workspace.rejects(of: "a"))
    #expect(try rows(kept) == [[.long(7), .string("quote")]])
    try workspace.load("a", sample(0..<3))
    #expect(try workspace.rejects(of: "a") == nil)
    try workspace.close()
  }

  @Test func namesAndMarksCanBeChanged() throws {
    let workspace = try Workspace.open(scratch.path("test.casebook"))
    try workspace.load("cases", sample(0..<3))
    #expect(
      workspaceError { try workspace.load("Cases", sample(0..<3)) }
        == .nameTaken(name: "Cases", by: "cases"))
    try workspace.setProtected(true, column: "id", of: "cases")
    try workspace.setLate(true, column: "n", of: "cases")
    try workspace.load("cases", sample(0..<5))
    let info = try #require(try workspace.info("cases"))
    #expect(info.fields.map(\.field.isProtected) == [true, false, false])
    #expect(info.fields.map(\.isLate) == [false, true, false])
    #expect(try workspace.dataset("cases").fields[0].isProtected)
    try workspace.rename("cases", to: "Cases")
    #expect(try workspace.datasetNames() == ["Cases"])
    #expect(
      workspaceError { try workspace.setLate(true, column: "x", of: "Cases") }
        == .unknownColumn(name: "x", dataset: "Cases", known: ["id", "n", "at"]))
    #expect(
      workspaceError { try workspace.drop("cases") }
        == .unknownDataset(name: "cases", known: ["Cases"]))
    try workspace.close()
  }

  @Test func droppingGivesSpaceBack() throws {
    let workspace = try Workspace.open(scratch.path("test.casebook"))
    var random = Seeded(1)
    let noise = Column(
      .long, .longs(Buffer((0..<blockRowCount).map { _ in Int64(bitPattern: random.next()) })))
    try workspace.load("a", context: context()) { writer in
      try writer.begin(fields: [Field("n", .long)])
      for _ in 0..<8 { try writer.append(block: [noise]) }
    }
    #expect(size(of: scratch.path("test.casebook")) > 4_000_000)
    try workspace.drop("a")
    // It may come back until the workspace is closed.
    try workspace.close()
    #expect(size(of: scratch.path("test.casebook")) < 1_000_000)
  }

  @Test func viewsSettingsAndAuditAreKept() throws {
    var workspace = try Workspace.open(scratch.path("test.casebook"))
    try workspace.saveView("open", text: "cases | take 1", clock: 1)
    try workspace.saveView("open", text: "cases | take 2", clock: 2)
    try workspace.setSetting("timing", to: "on")
    try workspace.setSetting("gone", to: "x")
    try workspace.setSetting("gone", to: nil)
    let reveal = AuditRecord(at: 5, action: "reveal", subject: "cases.id", reason: "appeal")
    try workspace.recordAudit(reveal)
    #expect(
      workspaceError { try workspace.load("Open", sample(0..<1)) }
        == .nameTaken(name: "Open", by: "open"))
    try workspace.close()
    workspace = try Workspace.open(scratch.path("test.casebook"))
    #expect(
      try workspace.views() == [StoredView(name: "open", text: "cases | take 2", created: 2)])
    #expect(try workspace.settings() == ["timing": "on"])
    #expect(try workspace.audit() == [reveal])
    try workspace.dropView("open")
    #expect(
      workspaceError { try workspace.dropView("open") } == .unknownView(name: "open", known: []))
    try workspace.close()
  }

  @Test func cachedColumnsStayWithinTheirBound() throws {
    let cache = ColumnCache()
    cache.bound(limit: 1_000, ceiling: .max)
    for block in Int64(0)..<50 {
      cache.insert(Column(.long, .longs(Buffer(repeating: 1, count: 25))), for: .block(block))
    }
    #expect((0..<50).filter { cache.column(.block($0)) != nil }.count == 5)
    cache.bound(limit: 1_000, ceiling: 0)
    cache.insert(Column(.long, .longs(Buffer(repeating: 1, count: 25))), for: .block(99))
    #expect((0..<100).allSatisfy { cache.column(.block($0)) == nil })
  }

  @Test func aWholeColumnIsKeptInPlaceOfItsBlocks() throws {
    let cache = ColumnCache()
    cache.bound(limit: 1_000, ceiling: .max)
    let block = Column(.long, .longs(Buffer(repeating: 1, count: 25)))
    for number in Int64(0)..<4 { cache.insert(block, for: .block(number)) }
    let whole = Column(.long, .longs(Buffer(repeating: 1, count: 75)))
    cache.insert(whole, for: .whole(version: 1, column: 0), insteadOf: [0, 1, 2])
    #expect((0..<4).map { cache.column(.block($0)) != nil } == [false, false, false, true])
    #expect(cache.column(.whole(version: 1, column: 0))?.count == 75)
    // Room for one block more, and not for two.
    cache.insert(block, for: .block(5))
    #expect(cache.column(.block(5)) != nil)
    #expect(cache.column(.whole(version: 1, column: 0)) != nil)
  }
}
