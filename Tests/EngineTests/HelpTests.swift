import CasebookEngine
import CasebookLanguage
import CasebookRender
import CasebookTables
import CasebookTestSupport
import CasebookValues
import Foundation
import Testing

/// Help says what is true, and about everything.
@Suite struct HelpTests {
  /// The codes that stand in the sources as texts of their own.
  private static func codesInSources() throws -> Set<String> {
    let sources = URL(fileURLWithPath: Places.repository + "/Sources")
    guard let files = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)
    else { return [] }
    var codes: Set<String> = []
    for case let file as URL in files where file.pathExtension == "swift" {
      // The pages themselves prove nothing.
      if file.lastPathComponent.hasPrefix("DiagnosticPage") { continue }
      let text = try String(contentsOf: file, encoding: .utf8)
      for match in text.matches(of: /"([EWN]0\d{3})"/) { codes.insert(String(match.1)) }
    }
    return codes
  }

  @Test func everyCodeHasAPage() throws {
    let known = Help.codePages.map(\.code)
    let missing = try Self.codesInSources().subtracting(known).sorted()
    #expect(
      missing.isEmpty,
      """
      No page of help explains \(missing.joined(separator: ", ")). Add a line each to the list of its family in \
      Sources/Engine/Help/DiagnosticPage+*.swift, then record docs/reference.md again.
      """)
    #expect(Set(known).count == known.count, "a code has two pages")
  }

  @Test(arguments: Help.codePages.filter { $0.wrong != nil }.map(\.code))
  func statementsOfACodeShowIt(_ code: String) throws {
    let page = try #require(Help.codePages.first { $0.code == code })
    let wrong = try codes(of: page.wrong ?? "")
    #expect(wrong.contains(code), "\(page.wrong ?? "") gets \(wrong)")
    if let right = page.right, !right.hasPrefix("load") {
      let found = try codes(of: right)
      #expect(!found.contains(code), "\(right) gets \(found)")
    }
  }

  /// The codes that a text gets on an empty workspace.
  private func codes(of text: String) throws -> [String] {
    let engine = try Engine()
    var codes: [String] = []
    engine.run(text) { cell in
      codes += cell.notes.map(\.code)
      if case .failure(let diagnostic) = cell.output { codes.append(diagnostic.code) }
    }
    return codes
  }

  @Test func examplesOfTopicsRun() throws {
    for example in Help.topicPages.flatMap(\.examples) {
      let engine = try Engine()
      engine.run(example.input) { cell in
        guard case .table(let table) = cell.output else {
          Issue.record("\(example.input) gives no table")
          return
        }
        guard let output = example.output else { return }
        let rows = (0..<table.rowCount).map { row in
          table.columns.map { column in
            if case .bool(let value) = column.scalar(row) { return "\(value)" }
            return column.scalar(row).text
          }.joined(separator: "\t")
        }
        #expect(rows.joined(separator: "\n") == output, "\(example.input)")
      }
    }
  }

  @Test func oneScreen() {
    let screen = Screen(width: 80, colour: false)
    let lines = ListDrawing(screen).text(Help.contents).split(
      separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count <= 30)
  }

  @Test func answersEveryWordListTopicAndCode() throws {
    let engine = try Engine()
    for word in Help.words + ["nulls", "missing", "stages", "codes", "E0201", "e0201"] {
      engine.run("help " + word) { cell in
        switch cell.output {
        case .help, .topics: break
        default: Issue.record("no help about \(word)")
        }
      }
    }
  }

  @Test func saysWhatNullGives() throws {
    let abs = try #require(Help.page("abs"))
    #expect(abs.details.contains("Null gives null."))
  }

  @Test func findsExamples() throws {
    let engine = try Engine()
    var inputs: [String] = []
    engine.run("examples make_list") { cell in
      if case .help(let page) = cell.output { inputs = page.examples.map(\.input) }
    }
    #expect(!inputs.isEmpty && inputs.allSatisfy { $0.contains("make_list") })
  }

  // MARK: fix

  private func outputs(_ texts: [String]) throws -> [String] {
    let engine = try Engine()
    var seen: [String] = []
    for text in texts {
      engine.run(text) { cell in
        switch cell.output {
        case .table(let table): seen.append("\(table.rowCount) rows")
        case .message(let message): seen.append(message)
        case .failure(let diagnostic): seen.append(diagnostic.code)
        default: seen.append("something else")
        }
      }
    }
    return seen
  }

  @Test func fixRunsWhatTheErrorProposed() throws {
    #expect(
      try outputs(["print score = 1 | where scor > 0", "help nulls", "fix"])
        == ["E0201", "something else", "print score = 1 | where score > 0", "1 rows"])
    #expect(try outputs(["fix"]) == ["E0329"])
    #expect(try outputs(["print 1", "fix"]) == ["1 rows", "E0329"])
    // What stood behind the statement in the same text has not run, and runs too.
    #expect(
      try outputs(["print 2; print n = 1 | filtr n > 0\nprint 3", "fix"]).suffix(2)
        == ["1 rows", "1 rows"])
    // Two mistakes take two.
    #expect(
      try outputs(["print n = 1 | wher strlne(\"a\") > 0", "fix", "fix"]).last == "1 rows")
  }

  @Test func lastShowsTheResultAgain() throws {
    let engine = try Engine()
    var views: [ResultView?] = []
    engine.run("print a = 1; last; last wide; last full as json; last as csv") { cell in
      views.append(cell.view)
    }
    #expect(views.map { $0?.isWide } == [nil, false, true, true, false])
    #expect(views.map { $0?.format } == [nil, nil, nil, "json", "csv"])
    #expect(try outputs(["last"]) == ["E0328"])
    #expect(try outputs(["print a = 1", "last | extend b = 2"]).last == "1 rows")
  }
}
