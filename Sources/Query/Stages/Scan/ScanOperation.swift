import CasebookTables
import CasebookValues

/// A step of `scan`.
///
/// Its expressions read columns by number: those of the row, the declared ones, then both for
/// each step; negative numbers are columns that were computed before.
struct ScanStep: Sendable {
  enum Output: String, Sendable {
    case all, last, none
  }

  let condition: BoundExpression
  let assignments: [(column: Int, value: BoundExpression)]
  let output: Output
  let isOptional: Bool
}

/// Holds every row against the steps, in Kusto's order: from the last step to the first; a row first
/// tries to carry on from the step before, then to repeat the step.
struct ScanOperation: TableOperation {
  let fields: [Field]
  let steps: [ScanStep]
  let names: [String]
  let baseCount: Int
  let defaults: [Scalar]
  let hasMatchId: Bool
  var title: String { "scan (\(names.map(quoted).joined(separator: ", ")))" }

  func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
    var machine = ScanMachine(self, inputs[0], context)
    for row in 0..<inputs[0].rowCount {
      if row & 0x3FF == 0 { try context.checkpoint() }
      try machine.take(row)
    }
    return machine.result()
  }
}

/// The sequences under way and the rows given out so far.
private struct ScanMachine {
  /// The row that took a step last.
  struct Taken {
    let row: Int
    let declared: [Scalar]
    /// Where it stands in the output, -1 for nowhere.
    var output: Int
  }

  /// A sequence that has come as far as some step.
  struct Sequence {
    let matchId: Int64
    var taken: [Taken?]
  }

  let operation: ScanOperation
  let table: Table
  let context: RunContext
  var sequences: [Sequence?]
  var nextMatchId: Int64 = 0
  var rows: [(row: Int, declared: [Scalar], matchId: Int64, isKept: Bool)] = []

  init(_ operation: ScanOperation, _ table: Table, _ context: RunContext) {
    self.operation = operation
    self.table = table
    self.context = context
    sequences = operation.steps.map { _ in nil }
  }

  mutating func take(_ row: Int) throws {
    for step in operation.steps.indices.reversed() {
      if let before = stepBefore(step), try holds(step, row, sequences[before]) {
        let sequence = sequences[before]
        sequences[before] = nil
        try advance(step, row, from: sequence, repeating: nil)
      } else if step == 0 || sequences[step] != nil, try holds(step, row, sequences[step]) {
        try advance(step, row, from: sequences[step], repeating: sequences[step]?.taken[step])
      }
    }
  }

  /// The step from which a row may come to this one: the one before, or one before optional steps.
  private func stepBefore(_ step: Int) -> Int? {
    var before = step - 1
    while before >= 0 {
      if sequences[before] != nil { return before }
      guard operation.steps[before].isOptional else { return nil }
      before -= 1
    }
    return nil
  }

  private func holds(_ step: Int, _ row: Int, _ sequence: Sequence?) throws -> Bool {
    let value = try value(
      of: operation.steps[step].condition, row, operation.defaults, sequence)
    if case .bool(true) = value { return true }
    return false
  }

  private mutating func advance(
    _ step: Int, _ row: Int, from sequence: Sequence?, repeating: Taken?
  ) throws {
    var declared = operation.defaults
    for assignment in operation.steps[step].assignments {
      declared[assignment.column] = try value(of: assignment.value, row, declared, sequence)
    }
    let matchId: Int64
    if let sequence {
      matchId = sequence.matchId
    } else {
      matchId = nextMatchId
      nextMatchId += 1
    }
    let output = operation.steps[step].output
    if output == .last, let repeating, repeating.output >= 0 {
      rows[repeating.output].isKept = false
    }
    var place = -1
    if output != .none {
      place = rows.count
      rows.append((row, declared, matchId, true))
    }
    var taken = sequence?.taken ?? operation.steps.map { _ in nil }
    taken[step] = Taken(row: row, declared: declared, output: place)
    sequences[step] = Sequence(matchId: matchId, taken: taken)
  }

  // MARK: Values

  private func value(
    of expression: BoundExpression, _ row: Int, _ declared: [Scalar], _ sequence: Sequence?
  ) throws -> Scalar {
    switch expression {
    case .constant(let scalar): return scalar
    case .column(let index, let type):
      return column(index, type, row, declared, sequence)
    case .call(let call):
      var arguments: [Scalar] = []
      arguments.reserveCapacity(call.arguments.count)
      for argument in call.arguments {
        let value = try value(of: argument, row, declared, sequence)
        if call.name == "and", case .bool(false) = value { return value }
        if call.name == "or", case .bool(true) = value { return value }
        arguments.append(value)
      }
      return try result(of: call, arguments)
    case .scalarQuery(_, let type): return .null(type)
    case .listQuery: return .null(.dynamic)
    }
  }

  private func result(of call: BoundExpression.Call, _ arguments: [Scalar]) throws -> Scalar {
    if case .rows(let nulls, let body) = call.implementation {
      if case .propagate = nulls, arguments.contains(where: \.isNull) { return .missing(call.type) }
      return body(arguments)
    }
    return try call.evaluate(
      arguments.map { .column(Column(repeating: $0, type: $0.type, count: 1)) }, rowCount: 1,
      context: context, firstRow: 0
    ).scalar(0)
  }

  private func column(
    _ index: Int, _ type: ScalarType, _ row: Int, _ declared: [Scalar], _ sequence: Sequence?
  ) -> Scalar {
    let base = operation.baseCount
    let width = base + operation.defaults.count
    if index < 0 { return table.columns[base - index - 1].scalar(row) }
    if index < base { return table.columns[index].scalar(row) }
    if index < width { return declared[index - base] }
    let (step, column) = (index - width).quotientAndRemainder(dividingBy: width)
    guard let taken = sequence?.taken[step] else {
      return column < base ? .missing(type) : operation.defaults[column - base]
    }
    return column < base
      ? table.columns[column].scalar(taken.row) : taken.declared[column - base]
  }

  // MARK: Result

  func result() -> Table {
    let kept = rows.filter(\.isKept)
    let numbers = Buffer(kept.map { Int32(truncatingIfNeeded: $0.row) })
    var columns = (0..<operation.baseCount).map { table.columns[$0].gathered(by: numbers) }
    for index in operation.defaults.indices {
      var builder = ColumnBuilder(operation.fields[operation.baseCount + index].type)
      for row in kept { builder.append(row.declared[index]) }
      columns.append(builder.finish())
    }
    if operation.hasMatchId {
      columns.append(Column(.long, .longs(Buffer(kept.map(\.matchId)))))
    }
    return Table(fields: operation.fields, columns: columns, rowCount: kept.count)
  }
}
