public import CasebookTables
public import CasebookValues

/// The value of an expression over the rows of a batch: one for all, or one a row.
public enum Vector: Sendable {
  case constant(Scalar)
  case column(Column)

  /// The type of every value.
  public var type: ScalarType {
    switch self {
    case .constant(let scalar): scalar.type
    case .column(let column): column.type
    }
  }

  /// One value a row.
  public func column(rowCount: Int) -> Column {
    switch self {
    case .constant(let scalar): Column(repeating: scalar, type: scalar.type, count: rowCount)
    case .column(let column): column
    }
  }

  /// The value of a row.
  public func scalar(_ row: Int) -> Scalar {
    switch self {
    case .constant(let scalar): scalar
    case .column(let column): column.scalar(row)
    }
  }
}

/// What an implementation is given: its arguments over one batch, and what it may know besides.
public struct VectorArguments: Sendable {
  /// One vector an argument.
  public let vectors: [Vector]
  /// Rows of the batch.
  public let rowCount: Int
  /// The type that the result must have.
  public let resultType: ScalarType
  /// Clock, seed and the counter of warnings.
  public let context: RunContext
  /// The number of the batch's first row within the input.
  public let firstRow: Int

  /// Arguments of a call.
  public init(
    vectors: [Vector], rowCount: Int, resultType: ScalarType, context: RunContext, firstRow: Int
  ) {
    self.vectors = vectors
    self.rowCount = rowCount
    self.resultType = resultType
    self.context = context
    self.firstRow = firstRow
  }

  /// An argument's vector.
  public subscript(index: Int) -> Vector { vectors[index] }
}

/// How a function computes its result.
///
/// Data never makes it fail: what cannot be computed is null.
public enum Implementation: Sendable {
  /// A value at a time. With `nulls: .propagate` the body never sees a null argument. When all
  /// arguments but one text are constant, it runs once per distinct text.
  case rows(nulls: NullRule, @Sendable ([Scalar]) -> Scalar)
  /// A real from a real (integers are converted); null gives null, and nil too.
  case realToReal(@Sendable (Double) -> Double)
  /// A stored integer (long, ticks) from a stored integer; null gives null.
  case longToLong(@Sendable (Int64) -> Int64)
  /// All rows of a batch at once.
  case vector(@Sendable (VectorArguments) throws -> Vector)
  /// All rows of the whole input, in order; the input is serialised first.
  case window(@Sendable (VectorArguments) throws -> Vector)

  /// What a null argument means.
  public enum NullRule: Sendable {
    /// The result is null (`""` for a string).
    case propagate
    /// The body decides.
    case handled
  }
}
