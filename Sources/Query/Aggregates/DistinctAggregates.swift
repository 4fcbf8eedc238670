import CasebookTables
import CasebookValues

/// `dcount` and `count_distinct`, both exact.
enum DistinctAggregates {
  static let all = ["dcount", "count_distinct"].flatMap { name -> [AggregateFunction] in
    let distinct = declaration(name)
    return [
      distinct,
      distinct.filtered(
        name + "if", summary: "The number of different values for which a condition is true.",
        example: Example(
          "datatable(x:long)[1, 2, 2, 3] | summarize \(name)if(x, x > 1)", output: "2"),
        rename: { name + "if" + $0.dropFirst(name.count) }),
    ]
  }

  private static func declaration(_ name: String) -> AggregateFunction {
    AggregateFunction(
      name,
      [
        FunctionParameter("value", .any),
        FunctionParameter("accuracy", .integer, "ignored", isOptional: true, isConstant: true),
      ], summary: "The number of different values.",
      details: "Nulls are left out. The count is exact at any size.",
      examples: [
        Example("datatable(x:long)[1, 2, 2, 3] | summarize \(name)(x)", output: "3")
      ], countsOnly: true
    ) { arguments in
      guard let type = arguments.first?.type else { return nil }
      return .init([(named(name, arguments), .long)]) { DistinctState(type) }
    }
  }
}

/// The different values of each group, each once a block.
///
/// `@unchecked Sendable`: one worker at a time owns a state.
private final class DistinctState: AggregateState, @unchecked Sendable {
  private let type: ScalarType
  private var collected = CollectedRows()

  init(_ type: ScalarType) { self.type = type }

  func update(
    groups: UnsafePointer<Int32>, arguments: [Vector], rowCount: Int, groupCount: Int
  ) {
    let column = arguments[0].column(rowCount: rowCount)
    let rows = distinctPairs(groups, column, rowCount, groupCount: groupCount)
    collected.add(rows: rows, of: groups, [column])
  }

  func merge(
    _ later: any AggregateState, groups: UnsafePointer<Int32>, count: Int, groupCount: Int
  ) {
    guard let later = later as? DistinctState else { return }
    collected.merge(later.collected, groups)
  }

  func finish(groupCount: Int, _ context: RunContext) throws -> [Column] {
    var counts = [Int64](repeating: 0, count: groupCount)
    if let (groups, columns) = try collected.joined([type], context) {
      let ids = groups.base
      if collected.isOneChunk {
        forEachValid(groups.count, columns[0].validity) { row in counts[Int(ids[row])] += 1 }
      } else {
        let rows = distinctPairs(
          ids, columns[0], groups.count, groupCount: groupCount, until: context)
        try inStretches(rows.count, context) { stretch in
          for row in rows.pointer[stretch] where !columns[0].isNull(Int(row)) {
            counts[Int(ids[Int(row)])] += 1
          }
        }
      }
    }
    return [Column(.long, .longs(Buffer(counts)))]
  }
}
