import CasebookTables
import CasebookValues

/// A plan as a person reads it: one line a node, with the rows it is guessed to yield and those that
/// it did.
public struct PlanDescription: Sendable {
  /// What the node does: `filter n > 5`.
  public let title: String
  /// Rows of the result, guessed before the run.
  public let estimatedRows: Int
  /// Rows of the result, when it was run.
  public let rows: Int?
  /// Seconds until the result was there, inputs included.
  public let seconds: Double?
  /// The inputs.
  public let inputs: [PlanDescription]

  /// Describes a plan, with what a run saw of it.
  public init(_ plan: Plan, observations: [Execution.Path: Execution.Observation] = [:]) {
    self.init(plan, at: [], observations)
  }

  private init(
    _ plan: Plan, at path: Execution.Path,
    _ observations: [Execution.Path: Execution.Observation]
  ) {
    title = plan.title
    estimatedRows = plan.estimatedRows
    rows = observations[path]?.rows
    seconds = observations[path]?.seconds
    inputs = plan.inputs.enumerated().map {
      PlanDescription($0.element, at: path + [$0.offset], observations)
    }
  }
}

extension Plan {
  /// What the node does, in a line.
  var title: String {
    let below = inputs.first?.fields ?? []
    switch self {
    case .scan(let scan):
      let columns = scan.columns.map { quoted(scan.source.fields[$0].name) }
      let skips = scan.skips.isEmpty ? "" : ", skipping blocks"
      return "scan \(quoted(scan.name)) (\(columns.joined(separator: ", ")))\(skips)"
    case .values(let table):
      return "values (\(table.fields.map { quoted($0.name) }.joined(separator: ", ")))"
    case .filter(_, let condition): return "filter " + condition.described(over: below)
    case .compute(_, let outputs):
      let items = outputs.map { output in
        let text = output.expression.described(over: below)
        let name = quoted(output.field.name)
        return text == name ? name : "\(name) = \(text)"
      }
      return "compute " + items.joined(separator: ", ")
    case .summarize(_, let grouping):
      let aggregates = grouping.aggregates.map { aggregate in
        let arguments = aggregate.arguments.map { $0.described(over: below) }
        return "\(aggregate.name)(\(arguments.joined(separator: ", ")))"
      }
      let keys = grouping.keys.map { $0.expression.described(over: below) }
      return "summarize " + aggregates.joined(separator: ", ")
        + (keys.isEmpty ? "" : " by " + keys.joined(separator: ", "))
    case .sort(_, let keys): return "sort by " + Self.described(keys, over: below)
    case .top(_, let keys, let count):
      return "top \(count) by " + Self.described(keys, over: below)
    case .take(_, let count): return "take \(count)"
    case .join(let left, let right, let join):
      let keys = join.keys.map {
        quoted(left.fields[$0.left].name) + " == " + quoted(right.fields[$0.right].name)
      }
      return "join \(join.kind.rawValue) on \(keys.joined(separator: ", "))"
    case .union(let legs): return "union of \(legs.count)"
    case .apply(let operation, _): return operation.title
    case .shared: return "computed once"
    }
  }

  private static func described(_ keys: [SortKey], over fields: [Field]) -> String {
    keys.map { key in
      key.expression.described(over: fields) + (key.isDescending ? " desc" : " asc")
    }.joined(separator: ", ")
  }

  /// Rows of the result, guessed: a condition keeps a third, an equality a tenth, groups are a tenth
  /// of the rows.
  var estimatedRows: Int {
    switch self {
    case .scan(let scan): return scan.source.rowCount
    case .values(let table): return table.rowCount
    case .filter(let input, let condition):
      let rows = input.estimatedRows
      if case .call(let call) = condition, call.name == "==" || call.name == "in" {
        return max(rows / 10, min(rows, 1))
      }
      return max(rows / 3, min(rows, 1))
    case .compute(let input, _), .sort(let input, _), .shared(let input, _):
      return input.estimatedRows
    case .summarize(let input, let grouping):
      if grouping.keys.isEmpty { return 1 }
      let rows = input.estimatedRows
      return max(rows / 10, min(rows, 1))
    case .top(let input, _, let count), .take(let input, let count):
      return min(input.estimatedRows, max(count, 0))
    case .join(let left, let right, let join):
      switch join.kind {
      case .leftsemi, .leftanti: return max(left.estimatedRows / 2, 1)
      case .rightsemi, .rightanti: return max(right.estimatedRows / 2, 1)
      default: return max(left.estimatedRows, right.estimatedRows)
      }
    case .union(let legs): return legs.reduce(0) { $0 + $1.estimatedRows }
    case .apply(let operation, let inputs):
      return operation.estimatedRows(inputs.map(\.estimatedRows))
    }
  }
}

extension BoundExpression {
  /// The expression as it might be written.
  ///
  /// Its constants are what the statement itself said.
  func described(over fields: [Field]) -> String {
    switch self {
    case .constant(let scalar): return Self.described(scalar)
    case .column(let index, _):
      return fields.indices.contains(index) ? quoted(fields[index].name) : "column \(index)"
    case .scalarQuery: return "toscalar(...)"
    case .listQuery: return "(...)"
    case .call(let call):
      let arguments = call.arguments.map { $0.described(over: fields) }
      if call.name == "element of", arguments.count == 2 {
        return "\(arguments[0])[\(arguments[1])]"
      }
      let isWord = call.name.utf8.allSatisfy {
        $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A || $0 == 0x5F
      }
      if arguments.count == 2, !isWord || call.name == "and" || call.name == "or" {
        return "(\(arguments[0]) \(call.name) \(arguments[1]))"
      }
      return "\(call.name)(\(arguments.joined(separator: ", ")))"
    }
  }

  private static func described(_ scalar: Scalar) -> String {
    switch scalar {
    case .string(let text): "\"" + text + "\""
    case .null(let type): type.name + "(null)"
    case .datetime: "datetime(" + scalar.text + ")"
    default: scalar.text
    }
  }
}
