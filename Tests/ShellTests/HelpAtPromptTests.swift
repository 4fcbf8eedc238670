import Foundation
import Testing

/// Completion, corrections, the pager, cells and the record, as a person at a terminal meets them.
@Suite(.serialized) struct HelpAtPromptTests {
  private static let tab = "\t"
  private static let f1 = "\u{1B}OP"

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func prompt(_ arguments: [String] = []) throws -> PseudoTerminal {
    let terminal = try PseudoTerminal(arguments, in: folder, columns: 80)
    try terminal.expect("casebook> ")
    return terminal
  }

  /// Waits until a text stands on the screen.
  private func shows(_ text: String, _ terminal: PseudoTerminal) throws {
    try terminal.expectScreen(text) { screen in screen.rows.contains { $0.contains(text) } }
  }

  @Test func tabCompletesInTheThirdStage() throws {
    let terminal = try prompt()
    terminal.type("print beta = 6 | extend gamma = beta * 7 | project gam" + Self.tab)
    try shows("gamma", terminal)
    terminal.type("\n")
    try shows("42", terminal)
  }

  @Test func tabListsWhatMayStandThere() throws {
    let terminal = try prompt()
    terminal.type("print beta = 6 | project-" + Self.tab + Self.tab)
    try shows("project-away", terminal)
    try shows("project-rename", terminal)
  }

  @Test func aKeyShowsHelpOnTheWord() throws {
    let terminal = try prompt()
    terminal.type("print strlen" + Self.f1)
    try shows("number of characters", terminal)
  }

  @Test func fixRunsTheCorrection() throws {
    let terminal = try prompt()
    terminal.type("print beta = 6 | where bta == 6\n")
    try shows("did you mean beta?", terminal)
    terminal.type("fix\n")
    try terminal.expectScreen("the corrected answer") { screen in
      screen.rows.contains { $0.hasPrefix("   6") || $0 == "6" }
    }
  }

  @Test func lastShowsTheResultInAnotherForm() throws {
    let terminal = try prompt()
    terminal.type("print beta = 6\n")
    try shows("[1]", terminal)
    terminal.type("last as json\n")
    try shows("\"beta\":6", terminal)
  }

  @Test func longResultsGoThroughThePager() throws {
    let pager = try folder.write("#!/bin/sh\nsed 's/^/paged: /' | head -3\n", to: "pager")
    chmod(pager, 0o755)
    let terminal = try PseudoTerminal([], in: folder, columns: 80, variables: ["PAGER": pager])
    try terminal.expect("casebook> ")
    terminal.type("range n from 1 to 39 step 1\n")
    try shows("paged: ", terminal)
    terminal.type("set pager = off\n")
    terminal.type("range n from 1 to 39 step 1 | extend m = n * 1000\n")
    try shows("39000", terminal)
  }

  @Test func aStatementIsPutAtThePromptAgain() throws {
    let terminal = try prompt()
    terminal.type("print answer = 6 * 7\n")
    try shows("42", terminal)
    terminal.type("edit 1\n")
    try terminal.expectLastRows("*casebook> print answer = 6 * 7")
    terminal.type(" + 1\n")
    try shows("43", terminal)
  }

  @Test func theSessionIsSavedAndProved() throws {
    let terminal = try prompt()
    terminal.type("let n = 6\n")
    terminal.type("range x from 1 to n step 1 | count\n")
    try shows("Count", terminal)
    terminal.type("| extend twice = Count * 2\n")
    try shows("12", terminal)
    let path = folder.path + "/weekly.cb"
    terminal.type("save \"\(path)\"\n")
    try shows("verified, 2 results are the same", terminal)
    let script = try String(contentsOfFile: path, encoding: .utf8)
    #expect(script.contains("let n = 6"))
    #expect(script.contains("| count"))
    #expect(script.contains("extend twice"))
  }
}
