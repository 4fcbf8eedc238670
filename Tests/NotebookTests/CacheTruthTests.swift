import CasebookEngine
import CasebookLanguage
import CasebookNotebook
import CasebookTables
import CasebookTestSupport
import CasebookValues
import Testing

/// That what is served from the cache is what would be computed, wherever a result hangs on something that is not
/// in its own statement.
@Suite struct CacheTruthTests {
  private static let cases = """
    id,queue,score,email
    1,a,0.1,x@a.b
    2,a,0.5,y@a.b
    3,b,0.7,z@a.b
    4,b,0.9,x@a.b
    5,c,0.2,w@a.b

    """
  private static let load = "load \"cases.csv\" as cases\n"

  /// Scripts that are run one after the other with one cache, and the last again without.
  private static let changes: [(first: String, second: String)] = [
    // A name that `as` gives again.
    (
      "",
      """
      cases | where queue == "a" | as x
      x | summarize n = count(), s = sum(id)
      cases | where queue == "c" | as x
      x | summarize n = count(), s = sum(id)
      """
    ),
    // The seed behind `_`.
    (
      "seed 7; range i from 1 to 4 step 1 | extend r = rand(); _ | summarize s = sum(r)",
      "seed 9; range i from 1 to 4 step 1 | extend r = rand(); _ | summarize s = sum(r)"
    ),
    // The same draw twice.
    ("seed 7; print r = rand(); print r = rand()", "seed 7; print r = rand(); print r = rand()"),
    // What SQL or a command showed.
    (
      "cases | where id < 3;\nselect id from cases where queue = 'a';\n_ | summarize s = sum(id)",
      "cases | where id < 3;\nselect id from cases where queue = 'b';\n_ | summarize s = sum(id)"
    ),
    ("describe cases; _ | count", "show settings; _ | count"),
    (
      "cases | where id < 2; let b = 1; cases | where id > 2; undo; _ | summarize sum(id)",
      "cases | where id < 2; let b = 1; cases | where id > 3; undo; _ | summarize sum(id)"
    ),
    // What a function reads.
    (
      "let y = 1; let f = (n: long) { cases | where id > n + y }; let y = 3; f(0) | count",
      "let y = 2; let f = (n: long) { cases | where id > n + y }; let y = 3; f(0) | count"
    ),
    (
      "param p: int = 3\nlet f = (n: int) { n + p }; print a = f(1), b = 1",
      "param p: int = 5\nlet f = (n: int) { n + p }; print a = f(1), b = 1"
    ),
    // The order of rules with one `at`.
    (
      rules("r1", "q1") + rules("r2", "q2") + triage, rules("r2", "q2") + rules("r1", "q1") + triage
    ),
    // A name that draws.
    (
      "seed 1; let v = toint(rand(1000)); print v, 1",
      "seed 2; let v = toint(rand(1000)); print v, 1"
    ),
    // A value fixed when a name was bound.
    (
      "let n = toscalar(cases | where queue == 'a' | count); print n, 5",
      "let n = toscalar(cases | where queue == 'b' or id == 5 | count); print n, 5"
    ),
  ]

  private static let head =
    "queue q1 staff 1; queue q2 staff 1; ruleset s on cases key id default route q1\n"
  private static func rules(_ name: String, _ queue: String) -> String {
    "rule \(name) in s at 5 when id > 0 then route \(queue)\n"
  }
  private static let triage = "cases | triage s | summarize n = count() by _queue"

  private func rows(_ script: String, _ folder: TemporaryFolder, _ cache: FolderCache?) throws
    -> [[String]]
  {
    var configuration = Configuration()
    configuration.directory = folder.path
    configuration.resultCache = cache
    let engine = try Engine(configuration)
    defer { try? engine.close() }
    var rows: [[String]] = []
    let text = Self.load + (script.contains("triage s") ? Self.head : "") + script
    let isWhole = engine.run(text) { cell in
      if case .failure(let diagnostic) = cell.output { Issue.record("\(diagnostic.message)") }
      guard case .table(let table) = cell.output, !cell.tellsOfSitting else { return }
      rows += (0..<table.rowCount).map { row in table.columns.map { $0.scalar(row).text } }
    }
    #expect(isWhole)
    return rows
  }

  @Test(arguments: changes.indices)
  func whatIsServedIsWhatIsComputed(number: Int) throws {
    let folder = TemporaryFolder()
    folder.write("cases.csv", Array(Self.cases.utf8))
    let (first, second) = Self.changes[number]
    let cache = FolderCache(folder.path("cache"), version: "test")
    if !first.isEmpty { _ = try rows(first, folder, cache) }
    let served = try rows(second, folder, cache)
    #expect(served == (try rows(second, folder, nil)))
    // And once more, with everything warm.
    #expect(try rows(second, folder, cache) == served)
  }

  @Test func aMomentIsNotServedLater() throws {
    let folder = TemporaryFolder()
    folder.write("cases.csv", Array(Self.cases.utf8))
    let cache = FolderCache(folder.path("cache"), version: "test")
    for script in [
      "print t = now() | as z\nz | extend u = t", "let c = now()\nprint c = c, d = 1",
      "let v = cases | extend t = now()\nv | take 1",
    ] {
      let first = try rows(script, folder, cache)
      #expect(try rows(script, folder, cache) != first)
    }
  }

  @Test func whatWasRevealedIsNotKept() throws {
    let folder = TemporaryFolder()
    folder.write("cases.csv", Array(Self.cases.utf8))
    let cache = FolderCache(folder.path("cache"), version: "test")
    _ = try rows(
      "protect cases.email\nreveal cases.email because \"audit\"\ncases | summarize n = count() by email",
      folder, cache)
    for name in names(in: folder.path("cache")) {
      let text = String(decoding: folder.read("cache/" + name) ?? [], as: UTF8.self)
      #expect(!text.contains("x@a.b"))
    }
  }

  @Test func aChartComesBack() throws {
    let folder = TemporaryFolder()
    folder.write("cases.csv", Array(Self.cases.utf8))
    let cache = FolderCache(folder.path("cache"), version: "test")
    for _ in 0..<2 {
      var configuration = Configuration()
      configuration.directory = folder.path
      configuration.resultCache = cache
      let engine = try Engine(configuration)
      defer { try? engine.close() }
      var kinds: [String?] = []
      engine.run(
        Self.load
          + "cases | summarize n = count() by queue | render barchart with (title=\"Load\")"
      ) { cell in
        if case .table(let table) = cell.output { kinds.append(table.hint?.kind) }
      }
      #expect(kinds == ["barchart"])
    }
    #expect(cache.servedCount == 1)
  }
}
