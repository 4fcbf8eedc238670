import CasebookTables
import CasebookValues

/// Stands in the plan of a bracketed pipeline for the rows that the stage around it gives it.
struct InputPlaceholder: TableOperation {
  let fields: [Field]
  var title: String { "rows of the group" }

  func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
    throw StageFailure("a bracketed pipeline has no rows of its own")
  }
}

/// An operation that passes columns of its first input on as they are.
protocol KeepsColumns: TableOperation {
  /// The column of the first input that a column of the result is.
  func keptColumn(_ column: Int) -> Int?
}

extension Plan {
  /// A plan to bind a bracketed pipeline over.
  static func placeholder(_ fields: [Field]) -> Plan {
    .apply(InputPlaceholder(fields: fields), [])
  }

  /// Whether the plan reads the rows of the stage around it.
  var readsPlaceholder: Bool {
    if case .apply(let operation, _) = self, operation is InputPlaceholder { return true }
    return inputs.contains { $0.readsPlaceholder }
  }

  /// The placeholder's column that a column of the plan is, if it is one as it was.
  func placeholderColumn(_ column: Int) -> Int? {
    switch self {
    case .apply(let operation, let inputs):
      if let kept = (operation as? any KeepsColumns)?.keptColumn(column) {
        inputs.first?.placeholderColumn(kept)
      } else {
        operation is InputPlaceholder ? column : nil
      }
    case .filter(let input, _), .sort(let input, _), .top(let input, _, _), .take(let input, _),
      .shared(let input, _):
      input.placeholderColumn(column)
    case .compute(let input, let outputs): input.placeholderColumn(of: outputs[column])
    case .summarize(let input, let grouping):
      column < grouping.keys.count ? input.placeholderColumn(of: grouping.keys[column]) : nil
    case .scan, .values, .join, .union: nil
    }
  }

  private func placeholderColumn(of output: Output) -> Int? {
    guard case .column(let index, _) = output.expression else { return nil }
    return placeholderColumn(index)
  }

  /// The plan with rows in place of the placeholder.
  ///
  /// What was to be computed once is computed once for these rows.
  func replacingPlaceholder(with rows: Plan) -> Plan {
    var ids: [Int: Plan] = [:]
    return replacingPlaceholder(with: rows, &ids)
  }

  private func replacingPlaceholder(with rows: Plan, _ ids: inout [Int: Plan]) -> Plan {
    if case .apply(let operation, _) = self, operation is InputPlaceholder { return rows }
    if case .shared(let input, let id) = self {
      if let known = ids[id] { return known }
      let fresh =
        input.readsPlaceholder
        ? Binder.shared(input.replacingPlaceholder(with: rows, &ids)) : self
      ids[id] = fresh
      return fresh
    }
    return mapInputs { $0.replacingPlaceholder(with: rows, &ids) }
  }
}
