import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

extension StatementRun {
  /// Notes about conditions of a pipeline without a row that ask for a text which the column does not have, where
  /// it has one that is nearly the same.
  func misspeltValues(_ pipeline: Pipeline) -> [Diagnostic] {
    var notes: [Diagnostic] = []
    for (index, stage) in pipeline.stages.enumerated() where stage.name == "where" {
      stage.walk { node in
        guard let expression = node as? CasebookLanguage.Expression,
          case .binary(.equal, let left, let right) = expression.kind, let name = left.asName,
          let literal = right.asLiteral, literal.kind == .string,
          let note = misspelling(of: name.text, literal.text, right.span, index, pipeline)
        else { return }
        notes.append(note)
      }
    }
    return notes
  }

  private func misspelling(
    of column: String, _ text: String, _ span: Span, _ stage: Int, _ pipeline: Pipeline
  ) -> Diagnostic? {
    guard let plan = try? makeBinder().input(ofStage: stage, in: pipeline),
      let index = plan.fields.firstIndex(where: { $0.name == column }),
      plan.fields[index].type == .string, !plan.fields[index].isProtected
    else { return nil }
    let values = engine.frequentValues(of: index, in: plan, key: "\(stage) \(column)")
    let texts = values.compactMap { if case .string(let text) = $0.value { text } else { nil } }
    guard !texts.contains(text), let near = nearest(to: text, in: texts) else { return nil }
    return Diagnostic(
      code: "N0304", severity: .note, message: "no row has this value in \(spelled(name: column))",
      span: span, help: "did you mean \(spelled(text: near))?",
      fix: Diagnostic.Fix([.init(span, spelled(text: near))]))
  }
}
