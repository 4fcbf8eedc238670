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
    let result: Engine.CheckResult
    do {
      result = try Engine(Configuration()).check(text)
    } catch {
      complain("\(error)")
      return .failed
    }
    for diagnostic in result.diagnostics where diagnostic.severity == .error || !options.isQuiet {
      show(diagnostic, result.source, displayName(path))
    }
    return result.hasErrors ? .failed : .done
  }
}
