import CasebookTables
public import CasebookValues

/// A typed expression over the columns of one input.
public indirect enum BoundExpression: Sendable {
  /// A value known when the statement was bound. A null keeps its type.
  case constant(Scalar)
  /// Column number `index` of the input.
  case column(index: Int, type: ScalarType)
  /// A function or operator with its arguments.
  case call(Call)
  /// The first cell of a table that is computed before the expression is needed.
  case scalarQuery(Plan, type: ScalarType)
  /// Every value of the first column of a table that is computed before the expression is needed,
  /// as a `dynamic` array.
  case listQuery(Plan)

  /// A function applied to arguments of types that it accepts.
  public struct Call: Sendable {
    /// The function's registered name.
    public let name: String
    /// What computes it for these argument types.
    public let implementation: Implementation
    /// The type of the result.
    public let type: ScalarType
    /// Whether equal arguments always give equal results.
    public let isPure: Bool
    /// The arguments.
    public var arguments: [BoundExpression]

    /// A call.
    public init(
      name: String, implementation: Implementation, type: ScalarType, isPure: Bool,
      arguments: [BoundExpression]
    ) {
      self.name = name
      self.implementation = implementation
      self.type = type
      self.isPure = isPure
      self.arguments = arguments
    }
  }

  /// The type of every value.
  public var type: ScalarType {
    switch self {
    case .constant(let scalar): scalar.type
    case .column(_, let type): type
    case .call(let call): call.type
    case .scalarQuery(_, let type): type
    case .listQuery: .dynamic
    }
  }

  /// The value when it is known without an input.
  public var constantValue: Scalar? {
    if case .constant(let value) = self { value } else { nil }
  }

  /// The arguments of a call; nothing else has children.
  public var children: [BoundExpression] {
    if case .call(let call) = self { call.arguments } else { [] }
  }

  /// Columns that the value depends on.
  public var columns: Set<Int> {
    switch self {
    case .column(let index, _): [index]
    case .call(let call): call.arguments.reduce(into: []) { $0.formUnion($1.columns) }
    default: []
    }
  }

  /// Whether the value depends on other rows, so that the input has to be whole and in order.
  public var needsWholeInput: Bool {
    guard case .call(let call) = self else { return false }
    if case .window = call.implementation { return true }
    return call.arguments.contains { $0.needsWholeInput }
  }

  /// Whether equal inputs always give equal values.
  public var isPure: Bool {
    guard case .call(let call) = self else { return true }
    return call.isPure && call.arguments.allSatisfy { $0.isPure }
  }

  /// The expression with every node replaced, children first.
  public func rewritten(
    _ change: (BoundExpression) throws -> BoundExpression
  ) rethrows -> BoundExpression {
    guard case .call(var call) = self else { return try change(self) }
    call.arguments = try call.arguments.map { try $0.rewritten(change) }
    return try change(.call(call))
  }

  /// The expression reading its columns from other positions.
  public func remapped(_ position: (Int) -> Int) -> BoundExpression {
    rewritten { node in
      if case .column(let index, let type) = node {
        .column(index: position(index), type: type)
      } else {
        node
      }
    }
  }

  /// The expression with its columns replaced by the expressions that compute them.
  public func substituting(_ columns: [BoundExpression]) -> BoundExpression {
    rewritten { node in
      if case .column(let index, _) = node { columns[index] } else { node }
    }
  }
}
