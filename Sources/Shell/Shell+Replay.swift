import CasebookEngine
import CasebookFormats
import CasebookNotebook
import CasebookRender
import Glibc

/// What `casebook run` is to do with the lock beside a script.
public struct ReplayOptions: Sendable {
  /// Writes the lock.
  public var writesLock = false
  /// Compares with the lock, cell by cell.
  public var verifies = false
  /// Says besides which cause moved a figure by how much.
  public var blames = false
  /// Writes new results of cells into the lock: all, or the one named.
  public var accepts: Acceptance?
  /// Whether a lock keeps small results whole.
  public var keepsValues = true
  /// Writes the verdicts as JSON to standard output.
  public var writesJSON = false
  /// Writes the verdicts as JUnit's XML to a file.
  public var junitPath: String?
  /// Files of an earlier time, which stand for inputs when a change of data is put back.
  public var formerFiles: [String] = []

  /// Which results are accepted, and why.
  public struct Acceptance: Sendable {
    /// The cell; nil for all.
    public var cell: String?
    /// The reason, which the lock keeps.
    public var reason: String

    /// An acceptance.
    public init(cell: String?, reason: String) {
      self.cell = cell
      self.reason = reason
    }
  }

  /// Nothing is done with a lock.
  public init() {}

  /// Computes every cell, whatever is kept of an earlier run.
  public var isFresh = false

  var comparesWithLock: Bool { verifies || blames || accepts != nil }
  var needsLock: Bool { writesLock || comparesWithLock }
}

extension Shell {
  /// Runs the script in a file and writes, or compares with, the lock beside it.
  public func run(file path: String, _ replay: ReplayOptions) -> ExitStatus {
    guard replay.needsLock else { return run(file: path, isFresh: replay.isFresh) }
    guard let text = text(ofFile: path) else { return .failed }
    if replay.blames, options.configuration.workspacePath != nil {
      complain(
        "--blame runs the script several times, which would change the workspace each time; run it without "
          + "--workspace")
      return .usage
    }
    if let status = refuseUnknownParameters(in: text, path) { return status }
    do {
      let old = replay.comparesWithLock ? try readLock(beside: path) : nil
      let engine = try makeEngine(directory: folder(of: path))
      defer { try? engine.close() }
      Interrupts.watch(leavesOnSecond: true) { [canceller = engine.canceller] in canceller.cancel()
      }
      let run = ScriptRun(
        engine, version: Shell.version, key: .standard(makesOne: replay.writesLock),
        keepsValues: replay.keepsValues)
      let status = try play(text, name: path, run, printsResults: !replay.comparesWithLock)
      guard status == .done else { return status }
      if replay.writesLock { try writeAnew(run.lock, beside: path) }
      guard let old else { return .done }
      var verdicts = run.verdicts(against: old)
      if replay.blames { verdicts = try blamed(verdicts, run, old, path, replay) }
      return try report(verdicts, run, old, path, text, replay)
    } catch let error as NotebookError {
      complain(error.description + (error.help.map { "; " + $0 } ?? ""))
      return .failed
    } catch {
      complain("\(error)")
      return .failed
    }
  }

  /// Runs a script's cells; results are shown only where nothing is compared.
  private func play(
    _ text: String, name: String, _ run: ScriptRun, printsResults: Bool
  ) throws -> ExitStatus {
    var status = ExitStatus.done
    try run.run(text) { cell, _ in
      if printsResults || cell.isFailure {
        try printer.print(cell, name: name, run.engine.settings)
      }
      switch cell.output {
      case .failure: status = .failed
      case .interrupted: status = .interrupted
      default: break
      }
    }
    return status
  }

  /// The verdicts with the share that each cause has in what moved.
  private func blamed(
    _ verdicts: [Verdict], _ run: ScriptRun, _ old: Lock, _ path: String, _ replay: ReplayOptions
  ) throws -> [Verdict] {
    let former = try FormerFiles(replay.formerFiles)
    let blame = Blame(run, against: old, verdicts, former: former) { [self] change in
      let engine = try makeEngine(directory: folder(of: path)) { configuration in
        configuration.parameters.merge(change.parameters) { $1 }
        configuration.standIns = change.standIns
      }
      Interrupts.watch(leavesOnSecond: true) { [canceller = engine.canceller] in canceller.cancel()
      }
      return ScriptRun(engine, version: Shell.version, key: nil, keepsLock: false)
    }
    return try blame.verdictsWithShares()
  }

  // MARK: The lock's file

  private func readLock(beside path: String) throws -> Lock {
    let file = path + ".lock"
    guard let text = try? readText(file) else {
      throw NotebookError(
        "there is no lock \(file)", help: "write one with: casebook run \(path) --lock")
    }
    return try Lock(text: text)
  }

  private func writeLock(_ lock: Lock, beside path: String) throws {
    let file = path + ".lock"
    try replaceFile(file, with: lock.text)
    try errors.write(
      "wrote \(file): \(formatCount(lock.cells.count, of: "cell")), "
        + "\(formatCount(lock.inputs.count, of: "input"))\n")
    try errors.flush()
  }

  /// Writes a lock where there may be one: reasons given for results that still hold stay, and that others
  /// differ is said.
  private func writeAnew(_ lock: Lock, beside path: String) throws {
    guard let before = try? readLock(beside: path) else {
      try writeLock(lock, beside: path)
      return
    }
    let (renewed, differing) = lock.keepingReasons(of: before)
    try writeLock(renewed, beside: path)
    if differing > 0 {
      try errors.write(
        "\(differing == 1 ? "1 result is another" : "\(differing) results are others") than in the lock that "
          + "was there; --accept writes them with a reason\n")
      try errors.flush()
    }
  }

  // MARK: Verdicts

  private func report(
    _ verdicts: [Verdict], _ run: ScriptRun, _ old: Lock, _ path: String, _ text: String,
    _ replay: ReplayOptions
  ) throws -> ExitStatus {
    if let accepted = replay.accepts {
      let lock = try old.accepting(run.lock, verdicts, cell: accepted.cell, reason: accepted.reason)
      try writeLock(lock, beside: path)
      return .done
    }
    let report = VerdictReport(verdicts)
    if replay.writesJSON {
      try output.write(report.json + "\n")
    } else {
      try output.write(report.text)
    }
    try output.flush()
    if let junit = replay.junitPath { try replaceFile(junit, with: report.junit(name: path)) }
    return verdicts.allSatisfy(\.agrees) ? .done : .differs
  }

  func folder(of path: String) -> String? {
    guard let slash = path.lastIndex(of: "/") else { return nil }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
