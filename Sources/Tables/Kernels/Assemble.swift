public import CasebookValues

extension Column {
  /// The rows of blocks one after the other, each block asked for when a worker is free and let go of once its rows
  /// are in their place, so that a column of numbers is never held twice.
  ///
  /// `block` gives a column of each type with the rows that `rowCounts` says.
  public static func assembled(
    _ types: [ScalarType], rowCounts: [Int], _ context: RunContext,
    block: @Sendable (Int) throws -> [Column]
  ) throws -> [Column] {
    let runs = types.map { columnRun($0, rowCounts) }
    let rests = try context.mapParallel(rowCounts.count) { number in
      zip(runs, try block(number)).map { $0.place($1, block: number) }
    }
    return try context.mapParallel(runs.count) { index in
      runs[index].column(rests.map { $0[index] })
    }
  }
}

/// What of a block is still to be joined when its numbers are in their place.
private enum BlockRest: Sendable {
  case validity(Bitmap?)
  case texts(Column)
}

/// A column that is filled block by block, by several workers at once.
private protocol ColumnRun: Sendable {
  func place(_ column: Column, block: Int) -> BlockRest
  /// The column, when all blocks are in their place.
  func column(_ rests: [BlockRest]) -> Column
}

private func columnRun(_ type: ScalarType, _ rowCounts: [Int]) -> any ColumnRun {
  switch type {
  case .bool:
    NumberRun(type, rowCounts, ColumnData.bools) {
      if case .bools(let values) = $0 { values } else { nil }
    }
  case .int, .long, .datetime, .timespan:
    NumberRun(type, rowCounts, ColumnData.longs) {
      if case .longs(let values) = $0 { values } else { nil }
    }
  case .real, .decimal:
    NumberRun(type, rowCounts, ColumnData.reals) {
      if case .reals(let values) = $0 { values } else { nil }
    }
  case .string, .dynamic, .guid: TextRun(type: type)
  }
}

/// Numbers: each block is copied to where it belongs.
///
/// `@unchecked Sendable`: each worker writes only the rows of the blocks that it places, and the column is made
/// after all have ended.
private final class NumberRun<Element: BitwiseCopyable & Sendable>: ColumnRun, @unchecked Sendable {
  private let type: ScalarType
  private let buffer: Buffer<Element>
  private let start: UnsafeMutablePointer<Element>
  private let starts: [Int]
  private let data: @Sendable (Buffer<Element>) -> ColumnData
  private let values: @Sendable (ColumnData) -> Buffer<Element>?

  init(
    _ type: ScalarType, _ rowCounts: [Int],
    _ data: @escaping @Sendable (Buffer<Element>) -> ColumnData,
    _ values: @escaping @Sendable (ColumnData) -> Buffer<Element>?
  ) {
    self.type = type
    self.data = data
    self.values = values
    starts = rowCounts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    (buffer, start) = Buffer<Element>.room(count: starts[rowCounts.count])
  }

  func place(_ column: Column, block: Int) -> BlockRest {
    guard let rows = values(column.data) else { preconditionFailure("blocks of one type") }
    precondition(rows.count == starts[block + 1] - starts[block], "blocks as long as was said")
    (start + starts[block]).update(from: rows.base, count: rows.count)
    return .validity(column.validity)
  }

  func column(_ rests: [BlockRest]) -> Column {
    let validities = rests.enumerated().map { block, rest -> (validity: Bitmap?, count: Int) in
      let count = starts[block + 1] - starts[block]
      return if case .validity(let validity) = rest { (validity, count) } else { (nil, count) }
    }
    return Column(type, data(buffer), validity: Bitmap.joined(validities, buffer.count))
  }
}

/// Texts: whether the blocks share a dictionary is known when all are there.
private struct TextRun: ColumnRun {
  let type: ScalarType

  func place(_ column: Column, block: Int) -> BlockRest { .texts(column) }

  func column(_ rests: [BlockRest]) -> Column {
    Column.concatenated(
      rests.compactMap { if case .texts(let column) = $0 { column } else { nil } }, type: type)
  }
}

extension Bitmap {
  /// The bits of parts one after the other, an absent part all set; nil when every row is set.
  static func joined(_ parts: [(validity: Bitmap?, count: Int)], _ rowCount: Int) -> Bitmap? {
    guard parts.contains(where: { $0.validity != nil }) else { return nil }
    let bytes = Buffer<UInt8>(count: rowCount) { target in
      var position = 0
      for part in parts {
        if let validity = part.validity {
          for row in 0..<part.count { target[position + row] = validity[row] ? 1 : 0 }
        } else {
          (target + position).update(repeating: 1, count: part.count)
        }
        position += part.count
      }
    }
    return Bitmap(unlessAllSet: bytes)
  }
}
