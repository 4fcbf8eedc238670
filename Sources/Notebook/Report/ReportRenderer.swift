public import CasebookEngine
import CasebookLanguage
import CasebookRender

/// Renders a script's file: runs it from a clean workspace and writes the report.
public struct ReportRenderer: ScriptRenderer {
  private let version: String

  /// A renderer of a version of the program.
  public init(version: String) { self.version = version }

  /// Runs the script on an engine of its own and writes the report, also when something failed.
  ///
  /// `target` takes the place of the file only when it is whole. An interrupted run writes nothing.
  public func render(
    _ text: String, path: String, on engine: Engine, as format: ReportFormat, to target: NewFile,
    hear: (Cell) throws -> Void = { _ in }
  ) throws -> Report {
    let maker = ReportMaker(
      engine, version: version, key: .standard(makesOne: false), lock: Self.lock(beside: path))
    var wasInterrupted = false
    let report = try maker.report(of: text, name: Self.name(of: path)) { cell in
      if case .interrupted = cell.output { wasInterrupted = true }
      try hear(cell)
    }
    guard !wasInterrupted else { throw ReportInterrupted() }
    try Array(format.text(report).utf8).withUnsafeBytes { try target.write($0) }
    try target.commit()
    return report
  }

  /// What `render "SCRIPT" to "FILE"` does at a prompt: the session is left alone.
  public func render(
    script: String, to out: String, replaces: Bool, configuration: Configuration
  ) throws -> String {
    guard let format = ReportFormat(path: out) else {
      throw SessionIssue(
        "the ending of \(out) says no format of a report", help: "endings: \(ReportFormat.endings)")
    }
    let text = String(decoding: try readFile(script), as: UTF8.self)
    let target = try NewFile(out, replaces: replaces)
    var inner = configuration
    inner.workspacePath = nil
    inner.parameters = [:]
    inner.directory = Self.folder(of: script)
    inner.progress = nil
    let engine = try Engine(inner)
    defer { try? engine.close() }
    let report = try render(text, path: script, on: engine, as: format, to: target)
    let count = formatCount(report.entries.count { $0.statement != nil }, of: "statement")
    guard report.hasFailed else { return "wrote \(out): \(count)" }
    throw SessionIssue(
      "wrote \(out), in which something failed", help: "the report shows it at its place")
  }

  private static func lock(beside path: String) -> ReportLock {
    let file = path + ".lock"
    guard let bytes = try? readFile(file) else { return .none }
    do {
      return .found(try Lock(text: String(decoding: bytes, as: UTF8.self)), name: name(of: file))
    } catch {
      return .unreadable(error.description)
    }
  }

  static func name(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}

/// The person stopped the run, so there is no report.
public struct ReportInterrupted: Error {}
