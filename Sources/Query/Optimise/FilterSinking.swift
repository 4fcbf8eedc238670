import CasebookTables
import CasebookValues

/// Moves conditions towards the stored tables, so that fewer rows are read and computed.
enum FilterSinking {
  static func sunk(_ plan: Plan) -> Plan {
    guard case .filter(let input, let condition) = plan else { return plan.mapInputs(sunk) }
    // `prev` and the like see the rows before any part of the condition has left some out.
    if condition.needsWholeInput { return .filter(sunk(input), condition) }
    return conjuncts(condition).reduce(sunk(input)) { below, condition in
      sink(condition, into: below)
    }
  }

  /// The conditions that `and` joins.
  ///
  /// `where` keeps a row only on true, so each may be tested alone.
  static func conjuncts(_ condition: BoundExpression) -> [BoundExpression] {
    guard case .call(let call) = condition, call.name == "and" else { return [condition] }
    return call.arguments.flatMap(conjuncts)
  }

  /// The plan with a condition placed as deep as it may go.
  private static func sink(_ condition: BoundExpression, into plan: Plan) -> Plan {
    guard condition.isPure, !condition.needsWholeInput else { return .filter(plan, condition) }
    return sunkBelow(plan, condition) ?? .filter(plan, condition)
  }

  /// The plan with a condition somewhere below its top node, or nil when it cannot go there.
  private static func sunkBelow(_ plan: Plan, _ condition: BoundExpression) -> Plan? {
    switch plan {
    case .filter(let input, let earlier):
      // Two tests may change places; those that cannot go deeper stay in the order written.
      guard earlier.isPure, !earlier.needsWholeInput else { return nil }
      return sunkBelow(input, condition).map { .filter($0, earlier) }
    case .compute(let input, let outputs):
      guard outputs.allSatisfy({ !$0.expression.needsWholeInput }),
        condition.columns.allSatisfy({ isCheap(outputs[$0].expression) })
      else { return nil }
      return .compute(
        sink(condition.substituting(outputs.map(\.expression)), into: input), outputs)
    case .sort(let input, let keys):
      guard !keys.contains(where: \.expression.needsWholeInput) else { return nil }
      return .sort(sink(condition, into: input), keys)
    case .union(let legs): return .union(legs.map { sink(condition, into: $0) })
    case .summarize(let input, let grouping):
      guard !condition.columns.isEmpty,
        condition.columns.allSatisfy({ $0 < grouping.keys.count }),
        grouping.keys.allSatisfy({ $0.expression.isPure && !$0.expression.needsWholeInput }),
        !grouping.aggregates.flatMap(\.arguments).contains(where: \.needsWholeInput)
      else { return nil }
      return .summarize(
        sink(condition.substituting(grouping.keys.map(\.expression)), into: input), grouping)
    case .join(let left, let right, let join):
      return sunkBelow(left, right, join, condition)
    case .scan, .values, .top, .take, .apply, .shared: return nil
    }
  }

  /// A condition on one side of a join sinks into that side where the kind allows it.
  private static func sunkBelow(
    _ left: Plan, _ right: Plan, _ join: Plan.Join, _ condition: BoundExpression
  ) -> Plan? {
    let used = condition.columns.map { join.outputs[$0] }
    guard !used.isEmpty else { return nil }
    let moved = condition.remapped { join.outputs[$0].column }
    let takesLeft: Set<Plan.Join.Kind> = [.inner, .leftsemi, .leftanti, .leftouter]
    if used.allSatisfy({ !$0.isRight }), takesLeft.contains(join.kind) {
      return .join(sink(moved, into: left), right, join)
    }
    let takesRight: Set<Plan.Join.Kind> = [
      .inner, .innerunique, .rightsemi, .rightanti, .rightouter,
    ]
    if used.allSatisfy(\.isRight), takesRight.contains(join.kind) {
      return .join(left, sink(moved, into: right), join)
    }
    return nil
  }

  /// Whether computing an expression twice costs next to nothing.
  private static func isCheap(_ expression: BoundExpression) -> Bool {
    switch expression {
    case .column, .constant: true
    case .call, .scalarQuery, .listQuery: false
    }
  }
}
