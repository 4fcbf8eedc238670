import CasebookTables
import CasebookValues

/// One side of an operator over a batch: a run of stored values, or one value for all rows.
struct Operand<Value: BitwiseCopyable & Sendable> {
  /// The values; nil when `constant` stands for all.
  let buffer: Buffer<Value>?
  /// The value of every row where there is no buffer.
  let constant: Value
  /// Where there is a value; nil when everywhere.
  let validity: Bitmap?
  /// Whether every row is null.
  let isNull: Bool

  private init(buffer: Buffer<Value>?, constant: Value, validity: Bitmap?, isNull: Bool = false) {
    self.buffer = buffer
    self.constant = constant
    self.validity = validity
    self.isNull = isNull
  }

  /// Rows that have a value.
  func valid(rowCount: Int) -> Bitmap? {
    isNull ? Bitmap(repeating: false, count: rowCount) : validity
  }
}

extension Operand<Int64> {
  /// Whole numbers, ticks, and bools as 0 and 1.
  init(longs vector: Vector) {
    switch vector {
    case .constant(let scalar):
      let value = scalar.storedLong
      self.init(buffer: nil, constant: value ?? 0, validity: nil, isNull: value == nil)
    case .column(let column):
      switch column.data {
      case .longs(let values):
        self.init(buffer: values, constant: 0, validity: column.validity)
      case .bools(let values):
        self.init(buffer: mapped(values) { Int64($0) }, constant: 0, validity: column.validity)
      case .reals(let values):
        self.init(
          buffer: mapped(values) { Int64(exactly: $0.rounded(.towardZero)) ?? 0 }, constant: 0,
          validity: column.validity)
      case .texts:
        self.init(buffer: nil, constant: 0, validity: nil, isNull: true)
      }
    }
  }
}

extension Operand<Double> {
  /// Numbers as reals.
  init(reals vector: Vector) {
    switch vector {
    case .constant(let scalar):
      let value = scalar.asReal ?? scalar.storedLong.map(Double.init)
      self.init(buffer: nil, constant: value ?? 0, validity: nil, isNull: value == nil)
    case .column(let column):
      switch column.data {
      case .reals(let values):
        self.init(buffer: values, constant: 0, validity: column.validity)
      case .longs(let values):
        self.init(buffer: mapped(values) { Double($0) }, constant: 0, validity: column.validity)
      case .bools(let values):
        self.init(buffer: mapped(values) { Double($0) }, constant: 0, validity: column.validity)
      case .texts:
        self.init(buffer: nil, constant: 0, validity: nil, isNull: true)
      }
    }
  }
}

extension Operand<UInt8> {
  /// Truth values.
  init(bools vector: Vector) {
    switch vector {
    case .constant(.bool(let value)):
      self.init(buffer: nil, constant: value ? 1 : 0, validity: nil)
    case .constant:
      self.init(buffer: nil, constant: 0, validity: nil, isNull: true)
    case .column(let column):
      if case .bools(let values) = column.data {
        self.init(buffer: values, constant: 0, validity: column.validity)
      } else {
        self.init(buffer: nil, constant: 0, validity: nil, isNull: true)
      }
    }
  }
}

extension Scalar {
  /// What a column would store for the value, for everything that is stored as a whole number.
  var storedLong: Int64? {
    switch self {
    case .long(let value), .datetime(let value), .timespan(let value): value
    case .int(let value): Int64(value)
    case .bool(let value): value ? 1 : 0
    default: nil
    }
  }
}

/// Every value of a buffer, changed.
@inline(__always)
func mapped<Value: BitwiseCopyable & Sendable, Result: BitwiseCopyable & Sendable>(
  _ values: Buffer<Value>, _ body: (Value) -> Result
) -> Buffer<Result> {
  let source = values.base
  return Buffer(count: values.count) { target in
    for row in 0..<values.count { target[row] = body(source[row]) }
  }
}

/// The results of a body over two operands, row by row.
///
/// Inlined, so that each use is a loop of its own with the body inside.
@inline(__always)
func combined<Left, Right, Result: BitwiseCopyable & Sendable>(
  _ left: Operand<Left>, _ right: Operand<Right>, _ rowCount: Int,
  _ body: (Left, Right) -> Result
) -> Buffer<Result> {
  Buffer(count: rowCount) { target in
    switch (left.buffer?.base, right.buffer?.base) {
    case (let a?, let b?):
      for row in 0..<rowCount { target[row] = body(a[row], b[row]) }
    case (let a?, nil):
      let b = right.constant
      for row in 0..<rowCount { target[row] = body(a[row], b) }
    case (nil, let b?):
      let a = left.constant
      for row in 0..<rowCount { target[row] = body(a, b[row]) }
    case (nil, nil):
      target.update(repeating: body(left.constant, right.constant), count: rowCount)
    }
  }
}

/// A vector as another type, value by value; texts are converted once per distinct entry where that
/// is less work.
func converted(_ vector: Vector, to type: ScalarType, rowCount: Int) -> Vector {
  switch vector {
  case .constant(let scalar): return .constant(scalar.converted(to: type))
  case .column(let column):
    var builder = ColumnBuilder(type)
    if case .texts(let codes, let dictionary) = column.data, dictionary.count <= rowCount {
      for code in 0..<dictionary.count {
        builder.append(Column.scalar(column.type, text: dictionary, code).converted(to: type))
      }
      builder.appendNull()
      let nullCode = Int32(truncatingIfNeeded: dictionary.count)
      let rows = Buffer<Int32>(count: rowCount) { target in
        for row in 0..<rowCount {
          target[row] = column.isNull(row) ? nullCode : Int32(truncatingIfNeeded: codes[row])
        }
      }
      return .column(builder.finish().gathered(by: rows))
    }
    for row in 0..<rowCount { builder.append(column.scalar(row).converted(to: type)) }
    return .column(builder.finish())
  }
}
