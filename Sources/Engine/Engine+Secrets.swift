import CasebookLanguage
import CasebookRender

// Values of secret parameters are masked as protected columns are. Plans and messages may quote constants, so
// these are looked through before anybody sees them.

extension Engine {
  /// An output without the values of secret parameters.
  func withoutSecrets(_ output: Cell.Output, _ run: StatementRun) -> Cell.Output {
    guard !session.secrets.isEmpty else { return output }
    switch output {
    case .plan(let plan):
      let readsSecrets = run.reads.names.contains { session.secrets[$0] != nil }
      return .plan(readsSecrets ? withoutConstants(plan) : withoutSecrets(plan))
    case .message(let text): return .message(withoutSecrets(text))
    case .failure(let diagnostic): return .failure(withoutSecrets(diagnostic))
    case .table, .help, .topics, .edit, .nothing, .interrupted, .leave: return output
    }
  }

  /// A plan holds what was computed from a secret before it ran, so where one was read it tells its steps only.
  private func withoutConstants(_ plan: PlanNode) -> PlanNode {
    var plan = plan
    plan.title = (plan.title.split(separator: " ").first.map(String.init) ?? "") + " ***"
    plan.details = []
    plan.children = plan.children.map(withoutConstants)
    return plan
  }

  private func withoutSecrets(_ plan: PlanNode) -> PlanNode {
    var plan = plan
    plan.title = withoutSecrets(plan.title)
    plan.details = plan.details.map(withoutSecrets)
    plan.children = plan.children.map(withoutSecrets)
    return plan
  }

  private func withoutSecrets(_ diagnostic: Diagnostic) -> Diagnostic {
    Diagnostic(
      code: diagnostic.code, severity: diagnostic.severity,
      message: withoutSecrets(diagnostic.message), span: diagnostic.span,
      labels: diagnostic.labels, help: diagnostic.help.map(withoutSecrets), fix: diagnostic.fix)
  }

  private func withoutSecrets(_ text: String) -> String {
    // The longest first: one secret may be part of another.
    session.secrets.values.sorted { $0.utf8.count > $1.utf8.count }.reduce(text) {
      $1.isEmpty ? $0 : $0.replacing($1, with: "***")
    }
  }
}
