import Foundation
import Testing

@testable import CasebookShell

@Suite struct HistoryTests {
  private let folder: TemporaryFolder
  private let path: String
  private let history: History

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path + "/state/casebook/history"
    history = History(path: path)
  }

  /// All entries, the oldest first.
  private func entries(_ history: History) -> [String] {
    var entries: [String] = []
    while let entry = history.entry(entries.count) { entries.append(entry) }
    return entries.reversed()
  }

  @Test func whatIsAddedComesBack() {
    let statements = ["print 1", "range n from 1 to 3 step 1 |\ncount", "print \"ü\\\" \u{1}\""]
    for statement in statements { history.append(statement) }
    #expect(entries(history) == statements)
    #expect(entries(History(path: path)) == statements)
  }

  @Test func thereMayBeNone() { #expect(entries(history).isEmpty) }

  @Test func otherLinesArePassedOver() throws {
    history.append("print 1")
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("not ours\n[1]\n{\"statement\":2}\n\n".utf8))
    try handle.close()
    history.append("print 2")
    #expect(entries(History(path: path)) == ["print 1", "print 2"])
  }

  @Test func shellsSeeWhatTheOthersAdd() {
    history.append("print 1")
    let other = History(path: path)
    #expect(other.entry(0) == "print 1")
    history.append("print 2")
    other.append("print 3")
    history.refresh()
    #expect(entries(history) == ["print 1", "print 2", "print 3"])
    #expect(entries(other) == ["print 1", "print 2", "print 3"])
  }

  @Test func aFileMadeAnewIsReadAnew() throws {
    history.append("print 1")
    try FileManager.default.removeItem(atPath: path)
    History(path: path).append("print 2")
    history.refresh()
    #expect(history.entry(0) == "print 2")
  }

  @Test func whatIsTypedTwiceIsKeptOnce() {
    for statement in ["print 1", "print 1", "print 2", "print 1"] { history.append(statement) }
    #expect(entries(history) == ["print 1", "print 2", "print 1"])
  }

  @Test func whatIsNotKeptCanBeRecalledUntilTheNext() throws {
    history.append("print 1")
    history.remember(" print 2", untilNext: true)
    #expect(entries(history) == ["print 1", " print 2"])
    history.append("print 3")
    #expect(entries(history) == ["print 1", "print 3"])
    #expect(try !folder.read("state/casebook/history").contains("print 2"))
  }

  @Test func whatIsMaskedIsRecalledAsItWas() throws {
    history.append("print 1")
    history.append("where email == 'a@b.c'", kept: "where email == '***'")
    history.append("print 2")
    #expect(entries(history) == ["print 1", "where email == 'a@b.c'", "print 2"])
    #expect(entries(History(path: path)) == ["print 1", "where email == '***'", "print 2"])
  }

  @Test func aLineCutShortSpoilsNoOther() throws {
    history.append("print 1")
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("{\"at\":\"2026".utf8))
    try handle.close()
    history.append("print 2")
    #expect(entries(History(path: path)) == ["print 1", "print 2"])
  }

  /// More than is read at once, with entries longer than that.
  @Test func aLongFileIsReadFromItsEnd() throws {
    let long = "print '" + String(repeating: "ä", count: 300_000) + "'"
    var lines = (0..<3000).map { "{\"at\":\"2026-01-01T00:00:00Z\",\"statement\":\"print \($0)\"}" }
    lines.insert("{\"at\":\"2026-01-01T00:00:00Z\",\"statement\":\"\(long)\"}", at: 2000)
    _ = try folder.write(lines.joined(separator: "\n") + "\n", to: "state/casebook/history")
    let all = entries(history)
    #expect(all.count == 3001)
    #expect(all.first == "print 0")
    #expect(all[2000] == long)
    #expect(all.last == "print 2999")
  }

  @Test func onlyItsOwnerMayReadIt() throws {
    history.append("print 1")
    let manager = FileManager.default
    #expect(
      try manager.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
    #expect(
      try manager.attributesOfItem(atPath: folder.path + "/state")[.posixPermissions] as? Int
        == 0o700)
  }
}

@Suite struct SizeTests {
  @Test(arguments: [
    ("2G", 2 << 30), ("512M", 512 << 20), ("1.5 GiB", 3 << 29), ("64kb", 64 << 10), ("10", 10),
    ("7B", 7),
  ])
  func sizesAreRead(text: String, expected: Int) { #expect(bytes(ofSize: text) == expected) }

  @Test(arguments: ["", "G", "-1G", "0", "2X", "1e3", "2GG", "99999999T", "nan"])
  func otherTextsAreNone(text: String) { #expect(bytes(ofSize: text) == nil) }
}

@Suite struct TypedStatementTests {
  private func added(_ lines: [String]) -> [String?] {
    var typed = TypedStatement()
    return lines.map { typed.add($0) }
  }

  @Test func aWholeLineIsRunAtOnce() {
    #expect(added(["print 1", "", "print 2"]) == ["print 1", nil, "print 2"])
  }

  @Test func anOpenLineWaitsForMore() {
    #expect(added(["print 1 |", "count"]) == [nil, "print 1 |\ncount"])
    #expect(added(["print (1", "", ")"]) == [nil, nil, "print (1\n\n)"])
  }

  @Test func aBlankLineEndsWhatIsNotWhole() {
    #expect(added(["print 1 |", ""]) == [nil, "print 1 |\n"])
  }
}
