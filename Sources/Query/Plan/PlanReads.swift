import CasebookTables

extension Plan {
  /// The stored tables that the plan reads, also inside expressions, with the columns read of each.
  public var columnsRead: [String: Set<String>] {
    var found: [String: Set<String>] = [:]
    gatherColumns(into: &found)
    return found
  }

  /// What analyses within the plan may go by besides the rows: roles of a log and late columns, in words, by
  /// the dataset.
  public var marksRead: [String: String] {
    var found: [String: String] = [:]
    gatherMarks(into: &found, isBelowOperation: false)
    return found
  }

  private func gatherMarks(into found: inout [String: String], isBelowOperation: Bool) {
    var isOperation = false
    switch self {
    case .scan(let scan) where isBelowOperation:
      var words = scan.roles.map { [$0.written] } ?? []
      if !scan.late.isEmpty { words.append("late " + scan.late.sorted().joined(separator: ", ")) }
      if !words.isEmpty { found[scan.name] = words.joined(separator: "; ") }
    case .apply: isOperation = true
    default: break
    }
    for input in inputs {
      input.gatherMarks(into: &found, isBelowOperation: isBelowOperation || isOperation)
    }
  }

  private func gatherColumns(into found: inout [String: Set<String>]) {
    if case .scan(let scan) = self {
      found[scan.name, default: []].formUnion(scan.columns.map { scan.source.fields[$0].name })
    }
    if case .apply(let operation as any RunsPlans, _) = self {
      for plan in operation.plans { plan.gatherColumns(into: &found) }
    }
    for expression in expressions { expression.gatherColumns(into: &found) }
    for input in inputs { input.gatherColumns(into: &found) }
  }

  /// The expressions of this step alone.
  var expressions: [BoundExpression] {
    switch self {
    case .filter(_, let condition): [condition]
    case .compute(_, let outputs): outputs.map(\.expression)
    case .summarize(_, let grouping):
      grouping.keys.map(\.expression) + grouping.aggregates.flatMap(\.arguments)
    case .sort(_, let keys), .top(_, let keys, _): keys.map(\.expression)
    case .scan, .values, .take, .join, .union, .apply, .shared: []
    }
  }
}

extension BoundExpression {
  fileprivate func gatherColumns(into found: inout [String: Set<String>]) {
    switch self {
    case .scalarQuery(let plan, _), .listQuery(let plan):
      for (table, columns) in plan.columnsRead { found[table, default: []].formUnion(columns) }
    case .call(let call): for argument in call.arguments { argument.gatherColumns(into: &found) }
    case .constant, .column: break
    }
  }
}
