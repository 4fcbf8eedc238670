import CasebookTables
import CasebookValues

/// Rewrites a plan into one that gives the same rows with less work.
///
/// The rules, in the order applied: filters are split into their conditions and sink as near to the
/// stored tables as their columns allow; a sort of which only the first rows are taken becomes a top;
/// columns that nothing reads are not computed; stored tables learn which blocks to skip. Constants are
/// folded by the binder, and common sub-expressions are shared by `Program`.
public enum Optimiser {
  /// The better plan.
  public static func optimised(_ plan: Plan) -> Plan {
    let sunk = FilterSinking.sunk(plan)
    let short = TopRows.rewritten(sunk)
    let needed = Set(short.fields.indices)
    return BlockSkipping.rewritten(ColumnPruning.pruned(short, needed: needed).plan)
  }
}

extension Plan {
  /// The plan with every input replaced.
  func mapInputs(_ change: (Plan) -> Plan) -> Plan {
    switch self {
    case .scan, .values: self
    case .filter(let input, let condition): .filter(change(input), condition)
    case .compute(let input, let outputs): .compute(change(input), outputs)
    case .summarize(let input, let grouping): .summarize(change(input), grouping)
    case .sort(let input, let keys): .sort(change(input), keys)
    case .top(let input, let keys, let count): .top(change(input), keys, count: count)
    case .take(let input, let count): .take(change(input), count: count)
    case .join(let left, let right, let join): .join(change(left), change(right), join)
    case .union(let legs): .union(legs.map(change))
    case .apply(let operation, let inputs): .apply(operation, inputs.map(change))
    case .shared(let input, let id): .shared(change(input), id: id)
    }
  }
}
