import CasebookLanguage

extension Engine {
  /// Whether a statement defines something that lives in the session and not in the workspace.
  public func isOfSession(_ text: String) -> Bool {
    let tree = parse(text, signatures: Self.signatures)
    guard let statement = tree.statements.first else { return false }
    switch statement.kind {
    case .binding, .setting, .parameters, .pipeline: return true
    case .command(let command):
      return ["clock", "seed", "param", "timing"].contains(command.name)
    case .sql, .foreign, .unsupported, .empty, .error: return false
    }
  }
}
