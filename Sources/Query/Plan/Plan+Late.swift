import CasebookTables

extension Plan {
  /// The columns that are known only after the decision: declared `late`, or made of such a column.
  ///
  /// Analyses that look for causes refuse them, since what follows from an outcome always goes with it.
  public var lateColumns: Set<Int> { lateColumns(names: []) }

  /// The same where columns of these names are late as well.
  public func lateColumns(names: Set<String>) -> Set<Int> {
    switch self {
    case .values(let table):
      return Set(table.fields.indices.filter { names.contains(table.fields[$0].name) })
    case .scan(let scan):
      return Set(
        scan.columns.indices.filter { index in
          let name = scan.source.fields[scan.columns[index]].name
          return scan.late.contains(name) || names.contains(name)
        })
    case .filter(let input, _), .sort(let input, _), .top(let input, _, _), .take(let input, _),
      .shared(let input, _):
      return input.lateColumns(names: names)
    case .compute(let input, let outputs):
      return Self.made(of: input.lateColumns(names: names), outputs.map(\.expression.columns))
    case .summarize(let input, let grouping):
      let keys = grouping.keys.map(\.expression.columns)
      let aggregates = grouping.aggregates.flatMap { aggregate in
        aggregate.fields.map { _ in
          aggregate.arguments.reduce(into: Set<Int>()) { $0.formUnion($1.columns) }
        }
      }
      return Self.made(of: input.lateColumns(names: names), keys + aggregates)
    case .join(let left, let right, let join):
      let (first, second) = (left.lateColumns(names: names), right.lateColumns(names: names))
      return Set(
        join.outputs.indices.filter { index in
          let output = join.outputs[index]
          return (output.isRight ? second : first).contains(output.column)
        })
    case .union(let legs):
      return legs.reduce(into: []) { $0.formUnion($1.lateColumns(names: names)) }
    case .apply(let operation, let inputs):
      // What an operation makes of a column is not known here, so columns are followed by name.
      let late = inputs.flatMap { input in
        input.lateColumns(names: names).map { input.fields[$0].name }
      }
      return Set(operation.fields.indices.filter { late.contains(operation.fields[$0].name) })
    }
  }

  private static func made(of late: Set<Int>, _ read: [Set<Int>]) -> Set<Int> {
    late.isEmpty ? [] : Set(read.indices.filter { !read[$0].isDisjoint(with: late) })
  }
}
