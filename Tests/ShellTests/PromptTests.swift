import Foundation
import Testing

/// The prompt at a pseudo-terminal.
@Suite(.serialized) struct PromptTests {
  private static let controlC = "\u{3}"
  private static let controlD = "\u{4}"
  private static let up = "\u{1B}[A"

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func terminal(_ arguments: [String] = [], columns: UInt16 = 80) throws -> PseudoTerminal {
    try PseudoTerminal(arguments, in: folder, columns: columns)
  }

  @Test func aStatementAnswersAndControlDLeaves() throws {
    let terminal = try terminal()
    try terminal.expect("Casebook ")
    try terminal.expect("casebook> ")
    terminal.type("print answer = 6 * 7\n")
    try terminal.expect("answer")
    try terminal.expect("42")
    try terminal.expect("casebook> ")
    terminal.type(Self.controlD)
    #expect(try terminal.exitStatus() == 0)
  }

  @Test func controlCStopsACommandLine() throws {
    let statements =
      "range n from 1 to 9000000 step 1 | summarize dcount(strcat('a', tostring(n))); print 7 * 7"
    let terminal = try terminal(["-c", statements])
    try terminal.expect("running")
    terminal.send(Self.controlC)
    #expect(try terminal.exitStatus() == 130)
    #expect(terminal.text.contains("interrupted"))
    #expect(!terminal.text.contains("49"))
  }

  @Test func exitLeaves() throws {
    let terminal = try terminal()
    try terminal.expect("casebook> ")
    terminal.type("exit\n")
    #expect(try terminal.exitStatus() == 0)
  }

  @Test func aStatementMayGoOnOverLines() throws {
    let terminal = try terminal()
    try terminal.expect("casebook> ")
    terminal.type("range n from 1 to 10 step 1 |\n")
    try terminal.expect("-> ")
    terminal.type("summarize total = sum(\n")
    try terminal.expect("-> ")
    terminal.type("n)\n")
    try terminal.expect("total")
    try terminal.expect("55")
    try terminal.expect("casebook> ")
    // A line that begins with a pipe carries on from the last result.
    terminal.type("| extend twice = total * 2\n")
    try terminal.expect("110")
  }

  @Test func anErrorPointsAndThePromptComesBack() throws {
    let terminal = try terminal()
    try terminal.expect("casebook> ")
    terminal.type("print nosuch + 1\n")
    try terminal.expect("error ")
    try terminal.expect("^^^^^^")
    try terminal.expect("casebook> ")
    terminal.type("print 1 + 1\n")
    try terminal.expect("2")
  }

  @Test func controlCDiscardsWhatWasTyped() throws {
    let terminal = try terminal()
    try terminal.expect("casebook> ")
    terminal.type("print (1 +\n")
    try terminal.expect("-> ")
    terminal.type("half a li" + Self.controlC)
    try terminal.expect("casebook> ")
    terminal.type("print 5 * 5\n")
    try terminal.expect("25")
    terminal.type(Self.controlD)
    #expect(try terminal.exitStatus() == 0)
  }

  @Test func controlCStopsAStatementThatRuns() throws {
    let terminal = try terminal()
    try terminal.expect("casebook> ")
    terminal.type(
      "range n from 1 to 9000000 step 1 | summarize dcount(strcat('a', tostring(n)))\n")
    // It runs for so long that the progress line appears.
    try terminal.expect("running")
    let start = Date()
    terminal.send(Self.controlC)
    try terminal.expect("interrupted")
    try terminal.expect("casebook> ")
    // Fifty milliseconds on an idle machine; tests share theirs.
    #expect(Date().timeIntervalSince(start) < 2)
    terminal.type("print 3 * 3\n")
    try terminal.expect("9")
  }

  @Test func tablesFitTheTerminal() throws {
    let terminal = try terminal(columns: 40)
    try terminal.expect("casebook> ")
    terminal.type("print wide = strcat_array(repeat('word', 30), ' ')\n")
    try terminal.expect("…")
    try terminal.expect("casebook> ")
    let lines = terminal.text.split(whereSeparator: \.isNewline)
    let result = try #require(lines.first { $0.hasPrefix("word word") })
    #expect(result.count <= 40)
  }

  @Test func textIsKeptWhateverTheLocale() throws {
    let terminal = try PseudoTerminal(in: folder, locale: "C")
    try terminal.expect("casebook> ")
    terminal.type("print strlen('wö漢')\n")
    try terminal.expect("      3\r\n")
  }

  @Test func historyOutlivesTheShell() throws {
    let first = try terminal()
    try first.expect("casebook> ")
    first.type("print remembered = 'ü'\n")
    try first.expect("ü\r\n")
    try first.expect("casebook> ")
    first.type(" print secret = 1\n")
    try first.expect("casebook> ")
    first.type(Self.controlD)
    #expect(try first.exitStatus() == 0)

    let file = try folder.read("state/casebook/history")
    #expect(file.contains("remembered"))
    #expect(!file.contains("secret"))
    let attributes = try FileManager.default.attributesOfItem(
      atPath: folder.path + "/state/casebook/history")
    #expect(attributes[.posixPermissions] as? Int == 0o600)

    let second = try terminal()
    try second.expect("casebook> ")
    second.type(Self.up)
    try second.expectLastRows("casebook> print remembered = 'ü'")
    second.type("\n")
    try second.expect("ü\r\n")
  }

  @Test func theStartupFileRunsFirst() throws {
    _ = try folder.write("let greeting = 'hello from the file'\n", to: "config/casebook/init.cb")
    let terminal = try terminal(["--quiet"])
    try terminal.expect("casebook> ")
    terminal.type("print greeting\n")
    try terminal.expect("hello from the file")
    #expect(!terminal.text.contains("Casebook 0"))
  }

  @Test func anIntroductionIsShownWithItsProse() throws {
    let script = try folder.write(
      "// # Sums\n// One and one.\nlet one = 1;\nprint one + one\n\n// Your turn.\n",
      to: "first.cb")
    let terminal = try terminal(["--introduction", script])
    try terminal.expect("One and one.")
    try terminal.expect("casebook> print one + one")
    try terminal.expect("2")
    try terminal.expect("Your turn.")
    try terminal.expect("casebook> ")
  }

  @Test func anIntroductionWaitsBeforeNewProse() throws {
    let script = try folder.write(
      "// One.\nlet one = 1;\nprint one\n\n// Two.\nprint one + 1\n\n// Three.\nlet three = 3\n\n// Yours.\n",
      to: "first.cb")
    let slow = try terminal(["--introduction", script])
    try slow.expect("casebook> print one")
    try slow.expect("Enter goes on")
    #expect(!slow.text.contains("Two."))
    slow.send("\n")
    try slow.expect("Two.")
    try slow.expect("Enter goes on")
    // Who has seen enough has the rest run all the same.
    slow.send("q\n")
    try slow.expect("Yours.")
    #expect(!slow.text.contains("Three."))
    try slow.expect("casebook> ")
    slow.type("print three + 39\n")
    try slow.expect("42")
    let stopped = try terminal(["--introduction", script])
    try stopped.expect("Enter goes on")
    stopped.send("\u{3}")
    try stopped.expect("casebook> ")
    stopped.type("print one + 41\n")
    try stopped.expect("42")
  }

  @Test func aNamedWorkspaceIsInThePrompt() throws {
    let terminal = try terminal([folder.path + "/fraud.casebook"])
    try terminal.expect("fraud> ")
    terminal.type(Self.controlD)
    #expect(try terminal.exitStatus() == 0)
  }
}
