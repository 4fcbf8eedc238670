import CasebookTables
import CasebookValues

extension Execution {
  /// What one block found.
  private struct PartialGroups: Sendable {
    let keys: [Column]
    let count: Int
    let states: [any AggregateState]
  }

  /// One row a group, in first appearance.
  ///
  /// Each block is grouped by itself; the blocks' groups are then grouped in turn and their states
  /// merged in block order, so that a result never depends on which worker did what.
  func summarize(_ input: Plan, _ grouping: Plan.Grouping, at path: Path) throws -> Table {
    let keyCount = grouping.keys.count
    var expressions = grouping.keys.map(\.expression)
    var argumentRanges: [Range<Int>] = []
    for aggregate in grouping.aggregates {
      let start = expressions.count
      expressions += aggregate.arguments
      argumentRanges.append(start..<expressions.count)
    }
    let (stream, prepared) = try prepared(expressions, over: input, at: path + [0])
    let program = Program(prepared)
    let aggregates = grouping.aggregates
    let context = context
    let ranges = argumentRanges
    let partials = try forEachBatch(of: stream) { batch in
      let evaluation = Evaluation(program, over: batch, context: context)
      let keys = try (0..<keyCount).map {
        try evaluation.vector(root: $0).column(rowCount: batch.rowCount)
      }
      let groups = group(by: keys, rowCount: batch.rowCount)
      let states = aggregates.map { $0.makeState() }
      for (state, range) in zip(states, ranges) {
        state.update(
          groups: groups.ids.base, arguments: try range.map { try evaluation.vector(root: $0) },
          rowCount: batch.rowCount, groupCount: groups.count)
      }
      return PartialGroups(
        keys: keys.map { $0.gathered(by: groups.firstRows) }, count: groups.count,
        states: states)
    }
    return try merged(partials, grouping)
  }

  private func merged(
    _ partials: [PartialGroups], _ grouping: Plan.Grouping
  ) throws -> Table {
    let context = context
    let fields = grouping.keys.map(\.field) + grouping.aggregates.flatMap(\.fields)
    if let only = partials.first, partials.count == 1 {
      let results = try only.states.flatMap { try $0.finish(groupCount: only.count, context) }
      return Table(fields: fields, columns: only.keys + results, rowCount: only.count)
    }
    let total = partials.reduce(0) { $0 + $1.count }
    let keys = grouping.keys.indices.map { index in
      Column.concatenated(
        partials.map { $0.keys[index] }, type: grouping.keys[index].expression.type,
        until: context)
    }
    try context.checkpoint()
    let groups = group(by: keys, rowCount: total, until: context)
    try context.checkpoint()
    // Without keys there is one group even over no rows.
    let groupCount = grouping.keys.isEmpty ? 1 : groups.count
    let results = try context.mapParallel(grouping.aggregates.count) { index in
      let state = grouping.aggregates[index].makeState()
      var start = 0
      for partial in partials {
        try context.checkpoint()
        state.merge(
          partial.states[index], groups: groups.ids.base + start, count: partial.count,
          groupCount: groupCount)
        start += partial.count
      }
      return try state.finish(groupCount: groupCount, context)
    }
    return Table(
      fields: fields,
      columns: keys.map { $0.gathered(by: groups.firstRows) } + results.flatMap { $0 },
      rowCount: groupCount)
  }
}
