import CasebookEngine
import CasebookNotebook
import CasebookTestSupport
import Testing

/// A folder in which a script is rendered.
struct Reporting {
  let folder = TemporaryFolder()

  init() { folder.link("datasets", to: Places.datasets) }

  /// The report of a script as one of the formats has it.
  func text(
    _ script: String, as format: ReportFormat = .html, _ parameters: [String: String] = [:],
    threads: Int = 2, lock: ReportLock = .none
  ) throws -> String {
    format.text(try report(script, parameters, threads: threads, lock: lock))
  }

  /// The report of a script.
  func report(
    _ script: String, _ parameters: [String: String] = [:], threads: Int = 2,
    lock: ReportLock = .none
  ) throws -> Report {
    var configuration = Configuration()
    configuration.directory = folder.path
    configuration.parameters = parameters
    configuration.threads = threads
    let engine = try Engine(configuration)
    defer { try? engine.close() }
    return try ReportMaker(
      engine, version: "test", key: ProtectionKey(Array("of the tests".utf8)), lock: lock
    ).report(of: script, name: "weekly.cb")
  }

  /// The body of the page without what stands below `How this was made`.
  func body(_ script: String) throws -> String {
    let page = try text(script)
    let start = try #require(page.firstRange(of: "<main>\n")).upperBound
    let end = try #require(page.firstRange(of: "</main>")).lowerBound
    return String(page[start..<end])
  }
}
