import CasebookFormats
import CasebookLanguage
import CasebookRender
import CasebookTables
import CasebookWorkspace

extension Engine {
  /// The output of a statement that threw.
  static func failure(_ error: any Error, at span: Span) -> Cell.Output {
    if case RunError.cancelled = error { return .interrupted }
    return .failure(diagnostic(error, at: span))
  }

  /// The diagnostic of anything that a statement can throw; errors without a place of their own are
  /// shown at `span`.
  static func diagnostic(_ error: any Error, at span: Span) -> Diagnostic {
    switch error {
    case let diagnostic as Diagnostic: return diagnostic
    case let issue as SessionIssue:
      return Diagnostic(code: "E0712", message: issue.message, span: span, help: issue.help)
    case let error as FileError: return error.at(span)
    case let error as FormatError:
      return Diagnostic(code: "E0404", message: error.message, span: span, help: error.help)
    case let error as WorkspaceError:
      return Diagnostic(code: "E0405", message: error.sentence, span: span, help: error.help)
    case RunError.cancelled:
      return Diagnostic(code: "E0401", message: "it was stopped", span: span)
    case RunError.memory(let limit):
      return Diagnostic(
        code: "E0402", message: "this needs more than the \(formatBytes(limit)) of --memory",
        span: span, help: "filter or project first, or give more memory")
    default:
      return Diagnostic(code: "E0400", message: "\(error)", span: span)
    }
  }
}
