import CasebookTables
import CasebookValues

/// Leaves out columns that nothing reads, down to what is read from stored tables.
enum ColumnPruning {
  /// The plan with at least the needed columns, and where each old column stands in it (nil: gone).
  static func pruned(_ plan: Plan, needed: Set<Int>) -> (plan: Plan, positions: [Int?]) {
    switch plan {
    case .scan(var scan):
      let kept = scan.columns.indices.filter(needed.contains)
      let positions = positions(of: kept, width: scan.columns.count)
      scan.columns = kept.map { scan.columns[$0] }
      return (.scan(scan), positions)
    case .filter(let input, let condition):
      let below = pruned(input, needed: needed.union(condition.columns))
      return (.filter(below.plan, condition.moved(below.positions)), below.positions)
    case .compute(let input, let outputs):
      let kept = outputs.indices.filter(needed.contains)
      let read = kept.reduce(into: Set<Int>()) { $0.formUnion(outputs[$1].expression.columns) }
      let below = pruned(input, needed: read)
      let moved = kept.map { outputs[$0].moved(below.positions) }
      return (.compute(below.plan, moved), positions(of: kept, width: outputs.count))
    case .summarize(let input, let grouping): return summarize(plan, input, grouping, needed)
    case .sort(let input, let keys):
      let below = pruned(input, needed: needed.union(columns(of: keys)))
      return (.sort(below.plan, keys.map { $0.moved(below.positions) }), below.positions)
    case .top(let input, let keys, let count):
      let below = pruned(input, needed: needed.union(columns(of: keys)))
      return (
        .top(below.plan, keys.map { $0.moved(below.positions) }, count: count), below.positions
      )
    case .take(let input, let count):
      let below = pruned(input, needed: needed)
      return (.take(below.plan, count: count), below.positions)
    case .join(let left, let right, let join): return self.join(left, right, join, needed)
    case .union, .apply, .shared, .values:
      // These fix the columns of their inputs; below them everything is needed.
      let whole = plan.mapInputs { input in
        exactly(input)
      }
      return (whole, plan.fields.indices.map { $0 })
    }
  }

  /// The input pruned inside, with all its columns where they were.
  private static func exactly(_ plan: Plan) -> Plan {
    pruned(plan, needed: Set(plan.fields.indices)).plan
  }

  private static func summarize(
    _ plan: Plan, _ input: Plan, _ grouping: Plan.Grouping, _ needed: Set<Int>
  ) -> (plan: Plan, positions: [Int?]) {
    let keyCount = grouping.keys.count
    var kept = Array(0..<keyCount)
    var aggregates: [Plan.Aggregate] = []
    var start = keyCount
    for aggregate in grouping.aggregates {
      let range = start..<(start + aggregate.fields.count)
      if range.contains(where: needed.contains) {
        aggregates.append(aggregate)
        kept += range
      }
      start = range.upperBound
    }
    var read = Set<Int>()
    for key in grouping.keys { read.formUnion(key.expression.columns) }
    for argument in aggregates.flatMap(\.arguments) { read.formUnion(argument.columns) }
    let below = pruned(input, needed: read)
    let moved = Plan.Grouping(
      keys: grouping.keys.map { $0.moved(below.positions) },
      aggregates: aggregates.map { aggregate in
        var aggregate = aggregate
        aggregate.arguments = aggregate.arguments.map { $0.moved(below.positions) }
        return aggregate
      })
    return (.summarize(below.plan, moved), positions(of: kept, width: start))
  }

  private static func join(
    _ left: Plan, _ right: Plan, _ join: Plan.Join, _ needed: Set<Int>
  ) -> (plan: Plan, positions: [Int?]) {
    let kept = join.outputs.indices.filter(needed.contains)
    var read = (left: Set(join.keys.map(\.left)), right: Set(join.keys.map(\.right)))
    for output in kept.map({ join.outputs[$0] }) {
      if output.isRight {
        read.right.insert(output.column)
      } else {
        read.left.insert(output.column)
      }
    }
    let sides = (left: pruned(left, needed: read.left), right: pruned(right, needed: read.right))
    var moved = join
    moved.keys = join.keys.map {
      (sides.left.positions[$0.left] ?? 0, sides.right.positions[$0.right] ?? 0)
    }
    moved.outputs = kept.map { index in
      let output = join.outputs[index]
      let positions = output.isRight ? sides.right.positions : sides.left.positions
      return (output.isRight, positions[output.column] ?? 0, output.field)
    }
    return (
      .join(sides.left.plan, sides.right.plan, moved),
      positions(of: kept, width: join.outputs.count)
    )
  }

  private static func positions(of kept: [Int], width: Int) -> [Int?] {
    var positions = [Int?](repeating: nil, count: width)
    for (position, column) in kept.enumerated() { positions[column] = position }
    return positions
  }

  private static func columns(of keys: [Plan.SortKey]) -> Set<Int> {
    keys.reduce(into: []) { $0.formUnion($1.expression.columns) }
  }
}

extension BoundExpression {
  /// The expression over an input that was pruned; every column that it reads was kept.
  fileprivate func moved(_ positions: [Int?]) -> BoundExpression {
    remapped { positions[$0] ?? $0 }
  }
}

extension Plan.Output {
  fileprivate func moved(_ positions: [Int?]) -> Plan.Output {
    Plan.Output(field, expression.moved(positions))
  }
}

extension Plan.SortKey {
  fileprivate func moved(_ positions: [Int?]) -> Plan.SortKey {
    var key = self
    key.expression = key.expression.moved(positions)
    return key
  }
}
