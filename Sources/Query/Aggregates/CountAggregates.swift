import CasebookTables
import CasebookValues

/// `count` and `countif`.
enum CountAggregates {
  static let all = [
    AggregateFunction(
      "count", [FunctionParameter("value", .any, isOptional: true)],
      summary: "The number of rows.",
      details: "With an argument it counts the rows all the same, also those where it is null.",
      examples: [
        Example(
          "datatable(queue:string)[\"fraud\", \"spam\", \"fraud\"] | summarize count() by queue",
          output: "fraud\t2\nspam\t1")
      ], countsOnly: true
    ) { arguments in
      .init([(named("count", arguments), .long)]) { CountState(isConditional: false) }
    },
    AggregateFunction(
      "countif", [FunctionParameter("condition", .bool)],
      summary: "The number of rows for which a condition is true.",
      examples: [
        Example("range x from 1 to 5 step 1 | summarize countif(x > 2)", output: "3")
      ], countsOnly: true
    ) { arguments in
      .init([(named("countif", arguments), .long)]) { CountState(isConditional: true) }
    },
  ]
}

/// Rows of each group, or those for which the first argument is true.
///
/// `@unchecked Sendable`: one worker at a time owns a state.
private final class CountState: AggregateState, @unchecked Sendable {
  private let isConditional: Bool
  private var counts: [Int64] = []

  init(isConditional: Bool) { self.isConditional = isConditional }

  func update(
    groups: UnsafePointer<Int32>, arguments: [Vector], rowCount: Int, groupCount: Int
  ) {
    counts.grow(to: groupCount, with: 0)
    counts.withUnsafeMutableBufferPointer { counts in
      if isConditional {
        let condition = Operand(bools: arguments[0])
        forEachValid(rowCount, condition.valid(rowCount: rowCount)) { row in
          let isTrue = condition.buffer?.base[row] ?? condition.constant
          counts[Int(groups[row])] &+= Int64(isTrue)
        }
      } else if groupCount == 1 {
        counts[0] += Int64(rowCount)
      } else {
        for row in 0..<rowCount { counts[Int(groups[row])] &+= 1 }
      }
    }
  }

  func merge(
    _ later: any AggregateState, groups: UnsafePointer<Int32>, count: Int, groupCount: Int
  ) {
    guard let later = later as? CountState else { return }
    counts.grow(to: groupCount, with: 0)
    for group in 0..<min(count, later.counts.count) {
      counts[Int(groups[group])] += later.counts[group]
    }
  }

  func finish(groupCount: Int, _ context: RunContext) throws -> [Column] {
    counts.grow(to: groupCount, with: 0)
    return [Column(.long, .longs(Buffer(Array(counts.prefix(groupCount)))))]
  }
}
