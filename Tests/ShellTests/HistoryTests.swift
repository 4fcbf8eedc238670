import Foundation
import Testing

@testable import CasebookShell

@Suite struct HistoryTests {
  private let folder: TemporaryFolder
  private let history: History

  init() throws {
    folder = try TemporaryFolder()
    history = History(path: folder.path + "/state/casebook/history")
  }

  @Test func whatIsAddedComesBack() {
    let statements = ["print 1", "range n from 1 to 3 step 1 |\ncount", "print \"ü\\\" \u{1}\""]
    for statement in statements { history.append(statement) }
    #expect(history.entries() == statements)
  }

  @Test func thereMayBeNone() { #expect(history.entries().isEmpty) }

  @Test func otherLinesArePassedOver() throws {
    history.append("print 1")
    let handle = try #require(FileHandle(forWritingAtPath: history.path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("not ours\n[1]\n{\"statement\":2}\n\n".utf8))
    try handle.close()
    history.append("print 2")
    #expect(history.entries() == ["print 1", "print 2"])
  }

  @Test func onlyItsOwnerMayReadIt() throws {
    history.append("print 1")
    let manager = FileManager.default
    #expect(
      try manager.attributesOfItem(atPath: history.path)[.posixPermissions] as? Int == 0o600)
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
