import CasebookEngine
import CasebookLanguage
import Glibc

extension Shell {
  /// Says everything that is wrong with scripts and runs nothing, for `casebook check`.
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
    do {
      let engine = try makeEngine(directory: path == "-" ? nil : folder(of: path))
      let result = engine.check(text)
      for diagnostic in result.diagnostics where diagnostic.severity == .error || !options.isQuiet {
        show(diagnostic, result.source, displayName(path))
      }
      try engine.close()
      return result.hasErrors ? .failed : .done
    } catch {
      complain("\(error)")
      return .failed
    }
  }
}
