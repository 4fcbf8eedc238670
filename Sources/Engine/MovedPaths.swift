import CasebookLanguage

extension Engine {
  /// A text with the paths of files in it written as they are seen from another folder.
  public static func text(_ text: String, movingPaths move: (String) -> String) -> String {
    let tree = parse(text, signatures: signatures)
    let edits = tree.statements.flatMap(pathLiterals).compactMap { literal in
      literal.asLiteral.map { Diagnostic.Fix.Edit(literal.span, spelled(text: move($0.text))) }
    }
    return edits.isEmpty ? text : Diagnostic.Fix(edits).applied(to: tree.source)
  }

  /// The literals of a statement that say where a file is.
  private static func pathLiterals(_ statement: Statement) -> [Expression] {
    var literals: [Expression] = []
    if case .command(let command) = statement.kind {
      literals += [command.expression("script"), command.expression("path")].compactMap { $0 }
    }
    statement.walk { node in
      guard let stage = node as? Stage, stage.name == "externaldata" else { return }
      literals += stage.expressions("files")
    }
    return literals.filter { $0.asLiteral?.kind == .string }
  }
}
