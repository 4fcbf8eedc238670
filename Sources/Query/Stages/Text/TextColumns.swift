import CasebookTables
import CasebookValues

/// Makes columns of the texts of a column: `body` adds one value to each builder for every text
/// it is given.
///
/// It sees each distinct text once where texts repeat.
func columnsFromTexts(
  _ column: Column, types: [ScalarType], _ context: RunContext,
  _ body: @Sendable (UnsafeBufferPointer<UInt8>, inout [ColumnBuilder]) -> Void
) throws -> [Column] {
  guard case .texts(let codes, let dictionary) = column.data else {
    preconditionFailure("texts are stored with a dictionary")
  }
  let rowCount = column.count
  guard dictionary.count <= rowCount / 2 else {
    return try inChunks(rowCount, types: types, context) { row, builders in
      body(dictionary.bytes(codes[row]), &builders)
    }
  }
  let entries = try inChunks(dictionary.count, types: types, context) { code, builders in
    body(dictionary.bytes(code), &builders)
  }
  let rows = Buffer<Int32>(count: rowCount) { target in
    for row in 0..<rowCount { target[row] = Int32(truncatingIfNeeded: codes[row]) }
  }
  return try context.mapParallel(entries.count) { entries[$0].gathered(by: rows) }
}

private func inChunks(
  _ count: Int, types: [ScalarType], _ context: RunContext,
  _ body: @Sendable (Int, inout [ColumnBuilder]) -> Void
) throws -> [Column] {
  let chunkCount = max((count + 16_383) / 16_384, 1)
  let parts = try context.mapParallel(chunkCount) { chunk in
    var builders = types.map { ColumnBuilder($0) }
    for index in (chunk * 16_384)..<min((chunk + 1) * 16_384, count) { body(index, &builders) }
    return builders.indices.map { builders[$0].finish() }
  }
  return types.indices.map { index in
    Column.concatenated(parts.map { $0[index] }, type: types[index])
  }
}

/// A text read as a value of a type; nil where it is none.
///
/// Texts themselves are not copied here.
func value(of text: UnsafeBufferPointer<UInt8>, as type: ScalarType) -> Scalar? {
  let converted: Scalar
  switch type {
  case .long: converted = parseLong(trimmed(text)).map { .long($0) } ?? .null(.long)
  case .dynamic:
    converted = Scalar.string(String(decoding: text, as: UTF8.self)).converted(to: .dynamic)
  default:
    converted = Scalar.string(String(decoding: trimmed(text), as: UTF8.self)).converted(to: type)
  }
  return converted.isNull ? nil : converted
}
