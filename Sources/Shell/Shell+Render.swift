import CasebookEngine
import CasebookLanguage
import CasebookNotebook
import CasebookRender
import Glibc

extension Shell {
  /// Runs a script and writes its report; what failed stands in the report, and makes the status 1.
  public func render(file path: String, to out: String) -> ExitStatus {
    guard let format = ReportFormat(path: out) else {
      complain("the ending of \(out) says no format of a report; endings: \(ReportFormat.endings)")
      return .usage
    }
    guard let text = text(ofFile: path) else { return .failed }
    if let status = refuseUnknownParameters(in: text, path) { return status }
    do {
      // The file is begun before the script runs: what cannot be written is known at once.
      let target = try NewFile(out, replaces: true)
      let engine = try makeEngine(directory: folder(of: path))
      defer { try? engine.close() }
      Interrupts.watch(leavesOnSecond: true) { [canceller = engine.canceller] in canceller.cancel()
      }
      return try render(text, path, on: engine, as: format, to: target, out)
    } catch is ReportInterrupted {
      return .interrupted
    } catch let error as CasebookEngine.FileError {
      let help = error.help.map { "; " + $0 } ?? ""
      complain("\(out) cannot be \(error.action): \(error.reason)\(help)")
    } catch {
      complain("\(error)")
    }
    return .failed
  }

  private func render(
    _ text: String, _ path: String, on engine: Engine, as format: ReportFormat, to target: NewFile,
    _ out: String
  ) throws -> ExitStatus {
    let report = try ReportRenderer(version: Shell.version).render(
      text, path: path, on: engine, as: format, to: target
    ) { cell in
      if cell.isFailure { try printer.print(cell, name: path, engine.settings) }
    }
    for problem in report.problems {
      show(problem.diagnostic, problem.source, problem.script ?? path)
    }
    let count = formatCount(report.entries.count { $0.statement != nil }, of: "statement")
    if !options.isQuiet { try errors.write("wrote \(out): \(count)\n") }
    try errors.flush()
    return report.hasFailed ? .failed : .done
  }
}
