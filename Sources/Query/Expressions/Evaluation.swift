import CasebookTables
import CasebookValues

/// One run of a program over one batch.
///
/// Steps are computed when asked for, once.
///
/// Belongs to the worker that made it.
final class Evaluation {
  private let program: Program
  private let input: Batch
  private let context: RunContext
  private var values: [Vector?]

  init(_ program: Program, over input: Batch, context: RunContext) {
    self.program = program
    self.input = input
    self.context = context
    values = Array(repeating: nil, count: program.steps.count)
  }

  /// The value of the program's expression number `root`.
  func vector(root: Int) throws -> Vector { try vector(step: program.roots[root]) }

  private func vector(step index: Int) throws -> Vector {
    if let known = values[index] { return known }
    let result: Vector =
      switch program.steps[index] {
      case .constant(let scalar): .constant(scalar)
      case .column(let column): .column(try input.column(column))
      case .call(let call, let arguments): try value(of: call, arguments, step: index)
      }
    values[index] = result
    return result
  }

  private func value(
    of call: BoundExpression.Call, _ arguments: [Int], step: Int
  ) throws -> Vector {
    let vectors = try arguments.map { try vector(step: $0) }
    if let text = program.textArguments[step],
      let position = arguments.firstIndex(of: text),
      case .column(let column) = vectors[position],
      case .texts(let codes, let dictionary) = column.data,
      // A dictionary in row order is one block's own: nothing of it is met again.
      dictionary.isDistinct, dictionary.count <= max(input.rowCount, input.sourceRowCount / 2)
    {
      let entries = try program.results(step: step, for: dictionary) {
        try perEntry(
          call, vectors, text: column.type, at: arguments.indices.filter { arguments[$0] == text },
          dictionary)
      }
      return .column(
        entries.spread(
          over: codes, of: column, type: call.type,
          nulls: nullResult(
            call, vectors, at: arguments.indices.filter { arguments[$0] == text },
            type: column.type)))
    }
    return try call.evaluate(
      vectors, rowCount: input.rowCount, context: context, firstRow: input.firstRow)
  }

  /// The call's value for every entry of a dictionary.
  private func perEntry(
    _ call: BoundExpression.Call, _ vectors: [Vector], text type: ScalarType, at positions: [Int],
    _ dictionary: TextDictionary
  ) throws -> Column {
    let all = Column(
      type,
      .texts(
        .wide(
          Buffer(count: dictionary.count) { target in
            for code in 0..<dictionary.count { target[code] = UInt32(truncatingIfNeeded: code) }
          }), dictionary))
    var arguments = vectors
    for position in positions { arguments[position] = .column(all) }
    return try call.evaluate(arguments, rowCount: dictionary.count, context: context, firstRow: 0)
      .column(rowCount: dictionary.count)
  }

  /// What the call gives where its text (a `dynamic` or `guid`) is null.
  private func nullResult(
    _ call: BoundExpression.Call, _ vectors: [Vector], at positions: [Int], type: ScalarType
  ) -> Scalar {
    guard case .rows(.handled, let body) = call.implementation, type != .string else {
      return call.type == .string ? .string("") : .null(call.type)
    }
    return body(
      vectors.enumerated().map { index, vector in
        if case .constant(let scalar) = vector { scalar } else { .null(vector.type) }
      })
  }
}

extension BoundExpression.Call {
  /// The call's value over vectors of its arguments.
  func evaluate(
    _ vectors: [Vector], rowCount: Int, context: RunContext, firstRow: Int
  ) throws -> Vector {
    if isPure, rowCount != 1, vectors.allSatisfy({ $0.isConstant }), !implementation.isWindow {
      return .constant(
        try evaluate(
          vectors.map { .column($0.column(rowCount: 1)) }, rowCount: 1, context: context,
          firstRow: firstRow
        ).scalar(0))
    }
    switch implementation {
    case .vector(let body), .window(let body):
      return try body(
        VectorArguments(
          vectors: vectors, rowCount: rowCount, resultType: type, context: context,
          firstRow: firstRow))
    case .rows(let nulls, let body):
      return .column(mapRows(vectors, rowCount: rowCount, type: type, nulls: nulls, body))
    case .realToReal(let body):
      return .column(mapReals(vectors[0].column(rowCount: rowCount), type: type, body))
    case .longToLong(let body):
      return .column(mapLongs(vectors[0].column(rowCount: rowCount), type: type, body))
    }
  }
}

extension Vector {
  var isConstant: Bool {
    if case .constant = self { true } else { false }
  }
}

extension Implementation {
  var isWindow: Bool {
    if case .window = self { true } else { false }
  }
}

private func mapRows(
  _ vectors: [Vector], rowCount: Int, type: ScalarType, nulls: Implementation.NullRule,
  _ body: ([Scalar]) -> Scalar
) -> Column {
  var builder = ColumnBuilder(type)
  var arguments = vectors.map { vector -> Scalar in
    if case .constant(let scalar) = vector { scalar } else { .null(vector.type) }
  }
  let columns = vectors.enumerated().compactMap { position, vector -> (Int, Column)? in
    if case .column(let column) = vector { (position, column) } else { nil }
  }
  let hasNullConstant = vectors.contains { vector in
    if case .constant(.null) = vector { true } else { false }
  }
  for row in 0..<rowCount {
    var hasNull = hasNullConstant
    for (position, column) in columns {
      let value = column.scalar(row)
      if value.isNull { hasNull = true }
      arguments[position] = value
    }
    if hasNull, case .propagate = nulls {
      builder.appendNull()
    } else {
      builder.append(body(arguments))
    }
  }
  return builder.finish()
}

private func mapReals(_ column: Column, type: ScalarType, _ body: (Double) -> Double) -> Column {
  let count = column.count
  let values = Buffer<Double>(count: count) { target in
    switch column.data {
    case .reals(let source): for row in 0..<count { target[row] = body(source.base[row]) }
    case .longs(let source): for row in 0..<count { target[row] = body(Double(source.base[row])) }
    case .bools, .texts: break
    }
  }
  return Column(type, .reals(values), validity: column.validity)
}

private func mapLongs(_ column: Column, type: ScalarType, _ body: (Int64) -> Int64) -> Column {
  guard case .longs(let source) = column.data else { return column }
  let values = Buffer<Int64>(count: column.count) { target in
    for row in 0..<source.count { target[row] = body(source.base[row]) }
  }
  return Column(type, .longs(values), validity: column.validity)
}

extension Column {
  /// For values of every entry of a dictionary: the values of the rows with these codes.
  ///
  /// `nulls` is what rows without a text get.
  func spread(
    over codes: Codes, of rows: Column, type: ScalarType, nulls: Scalar
  ) -> Column {
    if rows.validity == nil {
      return codes.withIndices { gathered(by: $0) }
    }
    // Rows without a value read one more entry, which stands for null.
    let last = Int32(truncatingIfNeeded: count)
    let extended = Column.concatenated(
      [self, Column(repeating: nulls, type: type, count: 1)], type: type)
    let indices = Buffer<Int32>(count: codes.count) { target in
      for row in 0..<codes.count {
        target[row] = rows.isNull(row) ? last : Int32(truncatingIfNeeded: codes[row])
      }
    }
    return extended.gathered(by: indices)
  }
}

extension Codes {
  fileprivate func withIndices<Result>(
    _ body: (UnsafeBufferPointer<Int32>) -> Result
  ) -> Result {
    let wide = widened
    return withExtendedLifetime(wide) {
      wide.pointer.withMemoryRebound(to: Int32.self) { body($0) }
    }
  }
}
