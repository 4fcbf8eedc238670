import CasebookTables
import CasebookValues

/// `binary_all_and`, `binary_all_or`, `binary_all_xor`.
enum BitAggregates {
  static let all = [
    declaration("binary_all_and", "The bits that all values have.", "4", start: -1, .and),
    declaration("binary_all_or", "The bits that any value has.", "15", start: 0, .or),
    declaration(
      "binary_all_xor", "The bits that an odd number of values has.", "15", start: 0, .xor),
  ]

  fileprivate enum Operation { case and, or, xor }

  private static func declaration(
    _ name: String, _ summary: String, _ output: String, start: Int64, _ operation: Operation
  ) -> AggregateFunction {
    AggregateFunction(
      name, [FunctionParameter("value", .integer)], summary: summary,
      details: "Nulls are left out; without values it is null.",
      examples: [
        Example("datatable(x:long)[13, 6, 4] | summarize \(name)(x)", output: output)
      ]
    ) { arguments in
      .init([(arguments.first?.name ?? "", .long)]) { BitState(operation, start: start) }
    }
  }
}

/// The bits of each group.
///
/// `@unchecked Sendable`: one worker at a time owns a state.
private final class BitState: AggregateState, @unchecked Sendable {
  private let operation: BitAggregates.Operation
  private let start: Int64
  private var bits: [Int64] = []
  private var found: [Bool] = []

  init(_ operation: BitAggregates.Operation, start: Int64) {
    self.operation = operation
    self.start = start
  }

  func update(
    groups: UnsafePointer<Int32>, arguments: [Vector], rowCount: Int, groupCount: Int
  ) {
    grow(to: groupCount)
    let (values, validity) = longValues(arguments[0], rowCount)
    forEachValid(rowCount, validity) { row in add(values.base[row], to: Int(groups[row])) }
  }

  private func grow(to groupCount: Int) {
    bits.grow(to: groupCount, with: start)
    found.grow(to: groupCount, with: false)
  }

  private func add(_ value: Int64, to group: Int) {
    found[group] = true
    switch operation {
    case .and: bits[group] &= value
    case .or: bits[group] |= value
    case .xor: bits[group] ^= value
    }
  }

  func merge(
    _ later: any AggregateState, groups: UnsafePointer<Int32>, count: Int, groupCount: Int
  ) {
    guard let later = later as? BitState else { return }
    grow(to: groupCount)
    for group in 0..<min(count, later.bits.count) where later.found[group] {
      add(later.bits[group], to: Int(groups[group]))
    }
  }

  func finish(groupCount: Int, _ context: RunContext) throws -> [Column] {
    grow(to: groupCount)
    return [
      try longColumn(.long, groupCount, context) { found[$0] ? bits[$0] : nil }
    ]
  }
}
