import CasebookTables
import CasebookValues
import Testing

@testable import CasebookQuery

/// What an operator gives for operands of one row; nil when it does not take their types.
func apply(_ name: String, _ operands: Scalar...) throws -> Scalar? {
  try apply(name, operands)
}

func apply(_ name: String, _ operands: [Scalar]) throws -> Scalar? {
  let columns = operands.map { Vector.column(Column(repeating: $0, type: $0.type, count: 1)) }
  return try evaluated(name, columns, rowCount: 1)?.scalar(0)
}

/// An operator over whole vectors.
func evaluated(_ name: String, _ vectors: [Vector], rowCount: Int) throws -> Vector? {
  let function = try #require(OperatorCatalogue.function(name))
  guard let resolution = function.resolve(vectors.map(\.type)) else { return nil }
  let call = BoundExpression.Call(
    name: name, implementation: resolution.implementation, type: resolution.type, isPure: false,
    arguments: [])
  return try call.evaluate(
    vectors, rowCount: rowCount, context: RunContext(clock: 0, threads: 1), firstRow: 0)
}

func builtColumn(_ type: ScalarType, _ values: [Scalar]) -> Column {
  var builder = ColumnBuilder(type)
  for value in values { builder.append(value) }
  return builder.finish()
}
