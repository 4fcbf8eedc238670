import CasebookTables
import CasebookValues

/// An aggregate over the rows for which its last argument is true: what makes `sumif` of `sum`.
///
/// `@unchecked Sendable`: one worker at a time owns a state.
final class FilteredState: AggregateState, @unchecked Sendable {
  private let inner: any AggregateState
  private let position: Int

  /// The condition is the argument at `position`; the others go to `inner`.
  init(_ inner: any AggregateState, condition position: Int) {
    self.inner = inner
    self.position = position
  }

  func update(
    groups: UnsafePointer<Int32>, arguments: [Vector], rowCount: Int, groupCount: Int
  ) {
    let rows = selection(where: arguments[position].column(rowCount: rowCount))
    let kept = Buffer<Int32>(count: rows.count) { target in
      for index in 0..<rows.count { target[index] = groups[Int(rows.base[index])] }
    }
    var others = arguments
    others.remove(at: position)
    let gathered = others.map { vector -> Vector in
      switch vector {
      case .constant: vector
      case .column(let column): .column(column.gathered(by: rows))
      }
    }
    inner.update(
      groups: kept.base, arguments: gathered, rowCount: rows.count, groupCount: groupCount)
  }

  func merge(
    _ later: any AggregateState, groups: UnsafePointer<Int32>, count: Int, groupCount: Int
  ) {
    guard let later = later as? FilteredState else { return }
    inner.merge(later.inner, groups: groups, count: count, groupCount: groupCount)
  }

  func finish(groupCount: Int, _ context: RunContext) throws -> [Column] {
    try inner.finish(groupCount: groupCount, context)
  }
}

extension AggregateFunction {
  /// The same aggregate over the rows for which a condition is true, which is the argument after
  /// the first `position` ones.
  func filtered(
    _ name: String, aliases: [String] = [], condition position: Int = 1, summary: String,
    example: Example, rename: (@Sendable (String) -> String)? = nil
  ) -> AggregateFunction {
    var parameters = parameters
    parameters.insert(FunctionParameter("condition", .bool), at: position)
    let resolve = self.resolve
    return AggregateFunction(
      name, aliases: aliases, parameters, summary: summary, details: details,
      examples: [example], countsOnly: countsOnly
    ) { arguments in
      guard arguments.count > position, arguments[position].type == .bool else { return nil }
      var others = arguments
      others.remove(at: position)
      guard let inner = resolve(others) else { return nil }
      let outputs = inner.outputs.map { (rename?($0.name) ?? $0.name, $0.type) }
      return Resolution(outputs) { FilteredState(inner.makeState(), condition: position) }
    }
  }
}
