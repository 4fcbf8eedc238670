import CasebookEngine
import CasebookNotebook
import CasebookRender
import Glibc

extension Shell {
  /// Runs statements without asking anything.
  ///
  /// `name` is what diagnostics call the text; nil when it stood on the command line.
  public func run(_ text: String, name: String?) -> ExitStatus {
    run(text, name: name, directory: nil)
  }

  private func run(
    _ text: String, name: String?, directory: String?, cache: FolderCache? = nil
  ) -> ExitStatus {
    let engine: Engine
    do {
      engine = try makeEngine(directory: directory) { $0.resultCache = cache }
    } catch {
      complain("\(error)")
      return .failed
    }
    Interrupts.watch(leavesOnSecond: true) { [canceller = engine.canceller] in canceller.cancel() }
    let status = run(text, name: name, on: engine)
    do {
      try engine.close()
    } catch {
      complain("\(error)")
      return max(status, .failed)
    }
    return status
  }

  /// Runs the script in a file; its paths start from the script's folder.
  ///
  /// Unless it is to be `isFresh`, results of an earlier run serve where nothing they depend on changed.
  public func run(file path: String, isFresh: Bool = false) -> ExitStatus {
    guard let text = text(ofFile: path) else { return .failed }
    if let status = refuseUnknownParameters(in: text, path) { return status }
    let cache = FolderCache.standard(version: Shell.version)
    let status = run(text, name: path, directory: folder(of: path), cache: isFresh ? nil : cache)
    if let cache { finish(cache) }
    return status
  }

  /// Says what came from the cache, and keeps it within bounds.
  private func finish(_ cache: FolderCache) {
    if cache.servedCount > 0, !options.isQuiet {
      let results = cache.servedCount == 1 ? "1 result" : "\(cache.servedCount) results"
      try? errors.write("\(results) as computed before; --fresh computes them anew\n")
      try? errors.flush()
    }
    cache.shrink()
  }

  /// `casebook cache clear`.
  public func clearCache() -> ExitStatus {
    guard let cache = FolderCache.standard(version: Shell.version) else { return .done }
    let (results, byteCount) = cache.clear()
    do {
      try output.write(
        results == 0
          ? "the cache was empty\n"
          : "dropped \(results) results, \(formatBytes(byteCount))\n")
      try output.flush()
      return .done
    } catch {
      return .failed
    }
  }

  /// Says so where `--set` names a parameter that the script does not declare.
  func refuseUnknownParameters(in text: String, _ path: String) -> ExitStatus? {
    let declared = Engine.parameters(declaredIn: text, directory: folder(of: path))
    guard let name = options.configuration.parameters.keys.filter({ !declared.contains($0) }).min()
    else { return nil }
    complain(
      "--set \(name): \(path) declares no such parameter; "
        + (declared.isEmpty ? "it has none" : "it has " + declared.joined(separator: ", ")))
    return .usage
  }

  /// Runs what standard input holds.
  public func runStandardInput() -> ExitStatus {
    do {
      return run(try readText(STDIN_FILENO, name: "standard input"), name: "<stdin>")
    } catch {
      complain(error.description)
      return .failed
    }
  }

  private func run(_ text: String, name: String?, on engine: Engine) -> ExitStatus {
    var status = ExitStatus.done
    do {
      try runAll(text, on: engine) { cell in
        try printer.print(cell, name: name, engine.settings)
        switch cell.output {
        case .failure: status = .failed
        case .interrupted: status = .interrupted
        default: if Interrupts.isPending { throw OutputError.interrupted }
        }
      }
    } catch OutputError.closed {
      // Whoever read the results has enough of them.
    } catch OutputError.interrupted {
      status = .interrupted
    } catch OutputError.failed(let reason) {
      complain("cannot write the results: \(reason)")
      status = .failed
    } catch {
      complain("\(error)")
      status = .failed
    }
    return status
  }

  /// Runs every statement and shows meanwhile how far it is.
  func runAll(
    _ text: String, on engine: Engine, amending: String? = nil, receive: (Cell) throws -> Void
  ) throws {
    guard let progress else {
      try engine.run(text, amending: amending, receive: receive)
      return
    }
    _ = try progress.during(engine.canceller) {
      try engine.run(text, amending: amending) { cell in try progress.pause { try receive(cell) } }
    }
  }
}

extension ExitStatus: Comparable {
  /// The worse of two is the greater one.
  public static func < (left: ExitStatus, right: ExitStatus) -> Bool {
    left.rawValue < right.rawValue
  }
}
