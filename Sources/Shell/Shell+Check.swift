import CasebookEngine
import CasebookLanguage
import Glibc

extension Shell {
  /// `casebook check`: says everything that is wrong with scripts, and runs nothing.
  public func check(_ paths: [String]) -> ExitStatus {
    paths.reduce(.done) { status, path in max(status, check(path)) }
  }

  private func check(_ path: String) -> ExitStatus {
    let text: String
    do {
      text = path == "-" ? try readText(STDIN_FILENO, name: path) : try readText(path)
    } catch {
      complain(error.description)
      return .failed
    }
    let tree = parse(text, signatures: Engine.signatures)
    for diagnostic in tree.diagnostics where diagnostic.severity == .error || !options.isQuiet {
      show(diagnostic, tree.source, displayName(path))
    }
    return tree.diagnostics.contains { $0.severity == .error } ? .failed : .done
  }
}
