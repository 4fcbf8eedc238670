/// Turns the first rows of a sort into a top, which keeps only those, and moves `take` below what
/// works row by row.
enum TopRows {
  static func rewritten(_ plan: Plan) -> Plan {
    guard case .take(let input, let count) = plan else { return plan.mapInputs(rewritten) }
    switch rewritten(input) {
    case .sort(let below, let keys): return .top(below, keys, count: count)
    case .compute(let below, let outputs)
    where outputs.allSatisfy({ !$0.expression.needsWholeInput && $0.expression.isPure }):
      return .compute(rewritten(.take(below, count: count)), outputs)
    case let below: return .take(below, count: count)
    }
  }
}
