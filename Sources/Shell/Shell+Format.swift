import CasebookEngine
import CasebookLanguage
import Glibc

extension Shell {
  /// What `format` does with a script that is not in the canonical layout.
  public enum Layout: Sendable {
    /// Rewrites the file.
    case rewrite
    /// Names the file and fails.
    case check
  }

  /// Lays scripts out in the canonical way, for `casebook fmt`.
  ///
  /// `-` is standard input, laid out on standard output. A script with errors in its syntax is left as it is.
  public func format(_ paths: [String], _ layout: Layout) -> ExitStatus {
    paths.reduce(.done) { status, path in max(status, format(path, layout)) }
  }

  private func format(_ path: String, _ layout: Layout) -> ExitStatus {
    do {
      let text = path == "-" ? try readText(STDIN_FILENO, name: path) : try readText(path)
      let tree = parse(text, signatures: Engine.signatures)
      let problems = tree.diagnostics.filter { $0.severity == .error }
      for problem in problems { show(problem, tree.source, displayName(path)) }
      guard problems.isEmpty else { return .failed }
      return try finish(path, text, CasebookLanguage.format(tree), layout)
    } catch let error as FileError {
      complain(error.description)
    } catch OutputError.failed(let reason) {
      complain("cannot write: \(reason)")
    } catch {
      // The reader has gone.
    }
    return .failed
  }

  private func finish(
    _ path: String, _ text: String, _ formatted: String, _ layout: Layout
  ) throws -> ExitStatus {
    switch layout {
    case .check:
      if formatted == text { return .done }
      complain("\(displayName(path)) is not in the canonical layout")
      return .failed
    case .rewrite:
      if path == "-" {
        try output.write(formatted)
        try output.flush()
      } else if formatted != text {
        try replaceFile(path, with: formatted)
      }
      return .done
    }
  }

  func displayName(_ path: String) -> String { path == "-" ? "<stdin>" : path }
}
