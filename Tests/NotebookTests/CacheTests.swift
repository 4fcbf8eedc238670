import CasebookEngine
import CasebookNotebook
import CasebookTables
import CasebookTestSupport
import CasebookValues
import CasebookWorkspace
import Testing

/// Which results are kept from run to run, and when they serve.
@Suite struct CacheTests {
  private static let script = """
    param least: real = 0.4
    load "cases.csv" as cases
    queue q staff 1
    queue other staff 1
    ruleset set on cases key id default route q
    rule hot in set at 1 when score >= 0.75 then route other
    cases | summarize n = count() by kind | as kinds
    kinds | where n > 1
    let high = cases | where score > least
    high | sort by id asc
    | take 1
    cases | triage set | summarize n = count() by _queue
    print rand()
    print sum = 1 + 1
    """
  private static let cases = "id,kind,score\n1,x,0.5\n2,y,0.25\n3,x,\n4,é,0.75\n"

  private let folder = TemporaryFolder()

  init() { folder.write("cases.csv", Array(Self.cases.utf8)) }

  private var cache: FolderCache { FolderCache(folder.path("cache"), version: "test") }

  /// The rows of every cell, and how many results were served.
  private func run(
    _ script: String = Self.script, _ parameters: [String: String] = [:],
    _ cache: FolderCache? = nil
  ) throws -> (rows: [[String]], served: Int) {
    let cache = cache ?? self.cache
    var configuration = Configuration()
    configuration.directory = folder.path
    configuration.parameters = parameters
    configuration.resultCache = cache
    let engine = try Engine(configuration)
    defer { try? engine.close() }
    var rows: [[String]] = []
    let isWhole = engine.run(script) { cell in
      guard case .table(let table) = cell.output else { return }
      rows += (0..<table.rowCount).map { row in table.columns.map { $0.scalar(row).text } }
    }
    #expect(isWhole)
    return (rows, cache.servedCount)
  }

  @Test func theSameAgainIsServedAndEqual() throws {
    let first = try run()
    let second = try run()
    #expect(first.served == 0 && second.served == 6)
    #expect(first.rows == second.rows)
  }

  @Test func onlyWhatDependsOnAChangeIsComputed() throws {
    _ = try run()
    // Layout and comments do not count.
    #expect(try run("// A title.\n" + Self.script.replacing(" | ", with: "\n| ")).served == 6)
    // What reads the parameter: `high` and the step behind it.
    #expect(try run(Self.script, ["least": "0.3"]).served == 5)
    // One rule: the cell that uses its set.
    #expect(try run(Self.script.replacing("0.75", with: "0.5")).served == 5)
    // Another seed: the cell that draws, and the one behind a `let`, which may.
    #expect(try run("seed 3\n" + Self.script).served == 4)
    // Other rows: all but those without data.
    folder.write("cases.csv", Array((Self.cases + "5,y,1\n").utf8))
    #expect(try run().served == 2)
  }

  @Test func whatIsProtectedSecretOrOfTheMomentIsNotKept() throws {
    let script = """
      load "cases.csv" as cases
      protect cases.kind
      cases | summarize n = count() by kind
      cases | where kind == "x" | summarize n = count()
      secret param home: string from env "HOME"
      print n = 1, home
      print now() > datetime(2020-01-01)
      datasets
      cells
      """.replacing("\ncells", with: "")
    _ = try run(script)
    #expect(try run(script).served == 0)
  }

  @Test func bytesThatWereNotKeptAreNotServed() throws {
    let first = try run()
    let files = names(in: folder.path("cache"))
    for (number, name) in files.enumerated() {
      var bytes = try #require(folder.read("cache/" + name))
      switch number % 4 {
      case 0: bytes = []
      case 1: bytes.removeLast(bytes.count / 2)
      case 2: bytes[bytes.count * 2 / 3] ^= 0x40
      default: bytes = Array("9999999999 1\nnonsense".utf8)
      }
      folder.write("cache/" + name, bytes)
    }
    let second = try run()
    #expect(second.served == 0 && second.rows == first.rows)
    #expect(try run().served == 6)
  }

  @Test func aFolderThatCannotBeWrittenIsNoTrouble() throws {
    folder.write("cache", Array("a file, not a folder".utf8))
    #expect(try run().rows == (try run()).rows)
    #expect(try run().served == 0)
  }

  @Test func theOldestGoFirstAndAllOnRequest() throws {
    _ = try run()
    let small = FolderCache(folder.path("cache"), version: "test", greatestByteCount: 600)
    small.shrink()
    let left = names(in: folder.path("cache"))
    #expect(!left.isEmpty && left.count < 6)
    #expect(small.clear().results == left.count)
    #expect(names(in: folder.path("cache")).isEmpty)
  }

  @Test func everyTypeComesBackAsItWas() throws {
    let text = """
      datatable(b: bool, i: int, l: long, r: real, d: datetime, t: timespan, g: guid, s: string, y: dynamic, c: decimal)[
        true, 1, -9223372036854775807, 0.1, datetime(1601-01-01), 1tick, guid(74be27de-1e4e-49d9-b579-fe0b331d3642), "", dynamic({"a": [1, null, 2.5]}), decimal(1.25),
        bool(null), int(null), long(null), real(nan), datetime(null), timespan(null), guid(null), "\\u0000\\n\\U0001F600", dynamic(null), decimal(null),
        false, 2147483647, 0, real(-inf), datetime(9999-12-31), -1d, guid(null), "x", dynamic("x"), decimal(-0.5)
      ]
      """
    let first = try run(text)
    let second = try run(text)
    #expect(second.served == 1 && first.rows == second.rows)
    // Texts that repeat are kept as a dictionary.
    let long =
      "range n from 1 to 70000 step 1 | extend s = strcat('k', tostring(n % 7)), u = tostring(n)"
      + " | summarize count(), dcount(u) by s"
    #expect(try run(long).rows == (try run(long)).rows)
    let wide = "range n from 1 to 3000 step 1 | extend s = strcat('k', tostring(n % 7))"
    #expect(try run(wide).rows == (try run(wide)).rows)
  }
}
