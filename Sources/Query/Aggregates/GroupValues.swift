import CasebookTables
import CasebookValues

/// Calls `body` with every row that has a value.
///
/// Inlined, so that the loop is the caller's own.
@inline(__always)
func forEachValid(_ rowCount: Int, _ validity: Bitmap?, _ body: (Int) -> Void) {
  guard let validity else {
    for row in 0..<rowCount { body(row) }
    return
  }
  let words = validity.words.base
  for row in 0..<rowCount where words[row >> 6] & (1 << UInt64(row & 63)) != 0 { body(row) }
}

/// Calls `body` with one stretch of a count after the other, between which the run may be stopped.
@inline(__always)
func inStretches(
  _ count: Int, _ context: RunContext, _ body: (Range<Int>) throws -> Void
) throws {
  var start = 0
  while start < count {
    try context.checkpoint()
    let end = min(start + 1 << 16, count)
    try body(start..<end)
    start = end
  }
}

extension Array {
  /// Makes room for one element a group.
  mutating func grow(to count: Int, with element: Element) {
    if self.count < count { append(contentsOf: repeatElement(element, count: count - self.count)) }
  }
}

/// A column of whole numbers, one a group; nil gives null.
func longColumn(
  _ type: ScalarType, _ count: Int, _ context: RunContext, _ value: (Int) -> Int64?
) throws -> Column {
  var builder = ColumnBuilder(type)
  try inStretches(count, context) { groups in
    for group in groups {
      if let value = value(group) { builder.append(long: value) } else { builder.appendNull() }
    }
  }
  return builder.finish()
}

/// A column of reals, one a group; nil gives null.
func realColumn(
  _ type: ScalarType, _ count: Int, _ context: RunContext, _ value: (Int) -> Double?
) throws -> Column {
  var builder = ColumnBuilder(type)
  try inStretches(count, context) { groups in
    for group in groups {
      if let value = value(group) { builder.append(real: value) } else { builder.appendNull() }
    }
  }
  return builder.finish()
}

/// An argument's values as reals, where it has some.
func realValues(_ vector: Vector, _ rowCount: Int) -> (values: Buffer<Double>, validity: Bitmap?) {
  var vector = vector
  if vector.type == .dynamic { vector = converted(vector, to: .real, rowCount: rowCount) }
  let column = vector.column(rowCount: rowCount)
  switch column.data {
  case .reals(let values): return (values, column.validity)
  case .longs(let values): return (mapped(values) { Double($0) }, column.validity)
  case .bools, .texts:
    return (Buffer(repeating: 0, count: rowCount), Bitmap(repeating: false, count: rowCount))
  }
}

/// An argument's values as whole numbers, ticks, or bools as 0 and 1.
func longValues(_ vector: Vector, _ rowCount: Int) -> (values: Buffer<Int64>, validity: Bitmap?) {
  let column = vector.column(rowCount: rowCount)
  switch column.data {
  case .longs(let values): return (values, column.validity)
  case .bools(let values): return (mapped(values) { Int64($0) }, column.validity)
  case .reals, .texts:
    return (Buffer(repeating: 0, count: rowCount), Bitmap(repeating: false, count: rowCount))
  }
}

/// The name of a result made of an aggregate's prefix and its argument's name.
func named(_ prefix: String, _ arguments: [AggregateArgument]) -> String {
  prefix + "_" + (arguments.first?.name ?? "")
}
