/// Tells stored tables which conditions their rows will be tested by, so that blocks whose statistics
/// rule them out are not read.
enum BlockSkipping {
  static func rewritten(_ plan: Plan) -> Plan {
    guard case .filter(let input, let condition) = plan else {
      return plan.mapInputs(rewritten)
    }
    return .filter(rewritten(hinted(input, condition)), condition)
  }

  private static func hinted(_ plan: Plan, _ condition: BoundExpression) -> Plan {
    switch plan {
    case .scan(var scan):
      scan.skips.append(condition)
      return .scan(scan)
    case .filter(let input, let earlier): return .filter(hinted(input, condition), earlier)
    default: return plan
    }
  }
}
