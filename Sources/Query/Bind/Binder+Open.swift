public import CasebookLanguage
public import CasebookTables
import CasebookValues

/// What reaches a place in a statement that is still being written.
public struct OpenInput: Sendable {
  /// The rows that the place's stage reads; nil where there are none, as at the head of a pipeline.
  public var plan: Plan?
  /// Columns that stand beside those: the right side's of a join.
  public var rightFields: [Field] = []

  /// The columns that the place's stage reads.
  public var fields: [Field] { plan?.fields ?? [] }
}

extension Binder {
  /// What the last stage of the innermost of some unfinished pipelines reads; they are given outermost
  /// first.
  ///
  /// A stage that cannot be bound is passed over, so that one mistake does not end all help.
  public func openInput(of pipelines: [Pipeline]) -> OpenInput {
    var input = OpenInput()
    let outer = surroundingInput
    defer { surroundingInput = outer }
    for (depth, pipeline) in pipelines.enumerated() {
      input = openInput(of: pipeline)
      if depth + 1 < pipelines.count { surroundingInput = rowsWithin(pipeline, input.plan) }
    }
    return input
  }

  private func openInput(of pipeline: Pipeline) -> OpenInput {
    guard let last = pipeline.stages.last else { return OpenInput() }
    guard var plan = try? head(of: pipeline) else { return OpenInput() }
    for stage in pipeline.stages.dropLast() {
      if let next = try? bind(stage, over: plan) { plan = next }
    }
    return OpenInput(plan: plan, rightFields: rightFields(of: last))
  }

  /// What a stage of a finished pipeline reads.
  public func input(ofStage index: Int, in pipeline: Pipeline) throws(Diagnostic) -> Plan {
    var plan = try head(of: pipeline)
    for stage in pipeline.stages[..<index] { plan = try bind(stage, over: plan) }
    return plan
  }

  /// The columns of the tables that the stage names, as `join` does.
  private func rightFields(of stage: Stage) -> [Field] {
    guard let grammar = stage.name.flatMap({ stages.stage($0) })?.signature.grammar else {
      return []
    }
    return grammar.flatMap { element -> [Field] in
      guard case .table(let label) = element, let table = stage.expression(label) else { return [] }
      return (try? self.table(table))?.fields ?? []
    }
  }

  /// What a pipeline in brackets reads from the stage around it: its rows, with the columns that the stage
  /// names before the bracket.
  private func rowsWithin(_ pipeline: Pipeline, _ input: Plan?) -> Plan? {
    guard let input, let stage = pipeline.stages.last else { return input }
    var fields = input.fields
    for part in stage.parts {
      guard case .items(let items) = part.value else { continue }
      for name in items.flatMap(\.names) where !fields.contains(where: { $0.name == name.text }) {
        fields.append(Field(name.text, .dynamic))
      }
    }
    return fields.count == input.fields.count ? input : .values(Table(fields: fields))
  }

  /// Defines what the body of a function sees: its parameters and the `let`s before the place.
  public func enter(_ function: Function) {
    for parameter in function.parameters {
      if let columns = parameter.columns {
        let fields = (try? self.fields(columns)) ?? []
        scope[parameter.name.text] = .table(.values(Table(fields: fields)))
      } else {
        let type = parameter.type.flatMap { try? self.type($0) } ?? .string
        scope[parameter.name.text] = .value(TypedExpression(.constant(.missing(type))))
      }
    }
    for binding in function.bindings {
      if let definition = try? definition(of: binding) { scope[binding.name.text] = definition }
    }
  }
}
