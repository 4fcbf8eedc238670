import CasebookEngine
import CasebookLanguage
import CasebookTestSupport
import Glibc
import Testing

/// How statements may go on at a cursor, which `^` marks.
@Suite struct CompletionTests {
  /// Holds the folder for as long as the test., a view, a protected column and odd names.
  private let bench = Workbench()

  private func makeEngine() throws -> Engine {
    bench.write(
      "cases.csv",
      #"""
      case_id,queue,score,risk_score,reporter,opened at
      c1,fraud,0.9,1,ann,2026-01-01
      c2,fraud,0.4,2,bob,2026-01-02
      c3,spam,0.5,3,cy,2026-01-03
      c4,"say ""no""",0.6,3,dee,2026-01-04
      """#)
    bench.write("agents.csv", "agent,queue,level\na,fraud,1\n")
    let engine = try bench.engine()
    engine.run(
      """
      load "cases.csv" as cases
      load "agents.csv" as agents
      protect cases.reporter
      let open = cases | where score > 0.4
      let limit = 0.5
      save view open
      """
    ) { if case .failure(let diagnostic) = $0.output { Issue.record("\(diagnostic.message)") } }
    return engine
  }

  private func names(_ marked: String, _ engine: Engine) -> [String] {
    completions(marked, engine).all.map(\.name)
  }

  private func completions(_ marked: String, _ engine: Engine) -> Suggestions {
    let parts = marked.split(separator: "^", omittingEmptySubsequences: false)
    return engine.completions(at: parts[0].utf8.count, in: parts.joined())
  }

  /// The text after the only completion was put in.
  private func completed(_ marked: String, _ engine: Engine) -> String {
    let parts = marked.split(separator: "^", omittingEmptySubsequences: false)
    let completions = completions(marked, engine)
    guard completions.isUnique, let only = completions.likely.first else { return "not unique" }
    let text = Array(parts.joined().utf8)
    return String(decoding: text[..<completions.replaced.lower], as: UTF8.self) + only.text
      + String(decoding: text[completions.replaced.upper...], as: UTF8.self)
  }

  @Test func statements() throws {
    let engine = try makeEngine()
    #expect(completed("loa^", engine) == "load")
    #expect(names("^", engine).prefix(3) == ["open", "agents", "cases"])
    #expect(names("ca^", engine).first == "cases")
    #expect(completed("describe ag^", engine) == "describe agents")
    #expect(completed("drop op^", engine) == "drop open")
    #expect(names("save view ^", engine).contains("open"))
    #expect(names("load \"cases.csv\" ^", engine).contains("append"))
  }

  @Test func stagesAndColumns() throws {
    let engine = try makeEngine()
    #expect(completed("cases | proje^", engine) == "not unique")
    #expect(completed("cases | mv-ex^", engine) == "cases | mv-expand")
    #expect(completed("cases |\n  mv-ex^", engine) == "cases |\n  mv-expand")
    #expect(completed("cases | where que^", engine) == "cases | where queue")
    #expect(
      names("cases | where ^", engine).prefix(7)
        == ["case_id", "queue", "score", "risk_score", "reporter", "opened at", "limit"])
    // What was typed begins one name and is a part of another.
    #expect(names("cases | where sco^", engine).prefix(2) == ["score", "risk_score"])
    #expect(names("cases | where quue^", engine) == ["queue"])
    #expect(
      completions("cases | where repo^", engine).all.first?.detail == "string, protected")
  }

  @Test func thirdStageSeesWhatTheSecondYields() throws {
    let engine = try makeEngine()
    let text =
      "cases | extend twice = score * 2 | summarize n = count(), m = max(twice) by queue | where ^"
    #expect(names(text, engine).prefix(3) == ["queue", "n", "m"])
    #expect(names("cases | nonsense x | where que^", engine).contains("queue"))
    #expect(
      names("cases\n| where score > 0.1\n| project queue, s = score\n| where ^", engine).prefix(2)
        == ["queue", "s"])
  }

  @Test func insideLetsAndBrackets() throws {
    let engine = try makeEngine()
    #expect(completed("let a = cases | where que^", engine) == "let a = cases | where queue")
    #expect(names("let f = (lowest: real) { cases | where score > low^", engine).first == "lowest")
    #expect(names("let b = cases | project q = queue; b | where ^", engine).first == "q")
    #expect(names("cases | where tolower(que^", engine).first == "queue")
    #expect(completions("cases | extend x = round(^", engine).hint == "round(value, [digits])")
    #expect(names("cases | join (agents | where ^", engine).first == "agent")
    #expect(names("cases | join (ag^", engine).first == "agents")
    #expect(names("cases | join (agents) on ^", engine).first == "queue")
    #expect(names("cases | join (agents) on $left.queue == $right.^", engine).first == "agent")
    #expect(names("cases | where queue in (agents | project ^", engine).first == "agent")
  }

  @Test func rulesetsQueuesAndRules() throws {
    let engine = try makeEngine()
    engine.run("queue manual_check staff 4 aht 6m; queue general staff 9 aht 3m") { _ in }
    engine.run(
      "ruleset intake on cases key case_id default route general unknown route manual_check"
    ) { _ in }
    engine.run("rule high_score in intake at 10 when score > 0.9 then route manual_check") { _ in }
    #expect(names("cases | triage ^", engine).first == "intake")
    #expect(completed("cases | backtest int^", engine) == "cases | backtest intake")
    #expect(completed("check int^", engine) == "check intake")
    #expect(
      names("rule x in ^", engine).first == "intake", "\(names("rule x in ^", engine).prefix(4))")
    #expect(names("rule x in intake when score > 0.5 then route man^", engine) == ["manual_check"])
    #expect(names("whynot \"T-1\" hig^", engine).first == "high_score")
  }

  @Test func continuesTheLastResult() throws {
    let engine = try makeEngine()
    engine.run("cases | summarize n = count() by queue") { _ in }
    #expect(names("| where ^", engine).prefix(2) == ["queue", "n"])
    #expect(names("_ | where ^", engine).prefix(2) == ["queue", "n"])
  }

  @Test func valuesOfAColumn() throws {
    let engine = try makeEngine()
    let values = completions("cases | where queue == ^", engine).all.filter { $0.kind == .data }
    #expect(values.map(\.text) == ["\"fraud\"", "\"spam\"", "\"say \\\"no\\\"\""])
    #expect(values.first?.detail == "2 rows")
    #expect(completed("cases | where queue == \"sp^", engine) == "cases | where queue == \"spam\"")
    #expect(completed("cases | where queue == 'sp^'", engine) == "cases | where queue == 'spam'")
    #expect(completed("cases | where queue in (\"fraud\", \"sp^", engine).hasSuffix("\"spam\""))
    #expect(names("cases | where queue !in (^", engine).prefix(2) == ["fraud", "spam"])
    #expect(names("cases | where risk_score == ^", engine).first == "3")
    #expect(names("cases | where ['opened at'] == ^", engine).first?.hasPrefix("2026-01-0") == true)
    // Of the rows that reach the stage.
    #expect(
      completions("cases | where score < 0.45 | where queue == \"^", engine).all.map(\.name)
        == ["fraud"])
  }

  @Test func neverTheValuesOfAProtectedColumn() throws {
    let engine = try makeEngine()
    for text in [
      "cases | where reporter == ^", "cases | where reporter == \"^",
      "cases | extend r = strcat(reporter, \"!\") | where r == \"^",
      "cases | where reporter in (\"ann\", ^",
    ] {
      #expect(!completions(text, engine).all.contains { $0.kind == .data })
    }
  }

  @Test func oddNamesAreQuoted() throws {
    let engine = try makeEngine()
    #expect(completed("cases | where opene^", engine) == "cases | where ['opened at']")
    #expect(completed("cases | where ['open^", engine) == "cases | where ['opened at']")
  }

  @Test func filesInsideQuotes() throws {
    let engine = try makeEngine()
    mkdir(bench.folder.path("more"), 0o700)
    bench.write("more/jan uary.csv", "a\n1\n")
    #expect(completed("load \"ag^", engine) == "load \"agents.csv\"")
    #expect(completed("load \"mo^", engine) == "load \"more/")
    #expect(completed("load \"more/ja^", engine) == "load \"more/jan uary.csv\"")
    #expect(names("load ^", engine).contains("cases.csv"))
    #expect(names("export cases to \"^", engine).contains("agents.csv"))
  }

  @Test func wordsOfTheGrammar() throws {
    let engine = try makeEngine()
    #expect(names("cases | join kind=left^", engine).contains("leftouter"))
    #expect(names("set ^", engine).contains("pager"))
    #expect(names("set pager = ^", engine) == ["on", "off"])
    #expect(completed("help project-aw^", engine) == "help project-away")
    #expect(names("param a: ^", engine).contains("datetime"))
    #expect(names("late ca^", engine) == ["cases"])
    #expect(names("late cases.^", engine).contains("score"))
    #expect(names("cases | summarize ^", engine).first == "count")
    #expect(names("cases | summarize count() by ^", engine).first == "case_id")
    #expect(names("cases | where queue ^", engine).contains("startswith"))
    #expect(!names("cases | where score ^", engine).contains("startswith"))
    #expect(names("cases // no^", engine).isEmpty)
  }

  @Test func helpIsAboutTheWordOrWhatSurroundsIt() throws {
    let engine = try makeEngine()
    func word(_ marked: String) -> String? {
      let parts = marked.split(separator: "^", omittingEmptySubsequences: false)
      return engine.helpWord(at: parts[0].utf8.count, in: parts.joined())
    }
    #expect(word("cases | summ^arize n = count()") == "summarize")
    #expect(word("cases | project-away^") == "project-away")
    #expect(word("cases | extend a = round(score, ^") == "round")
    #expect(word("cases | where ^") == "where")
    #expect(word("nothing^") == nil)
  }

  @Test func changesNothing() throws {
    let engine = try makeEngine()
    _ = completions("let other = cases; other | where ^", engine)
    #expect(engine.answer("other").contains("E0202"))
  }
}

extension Workbench {
  fileprivate func write(_ name: String, _ text: String) { folder.write(name, Array(text.utf8)) }
}
