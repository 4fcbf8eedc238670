public import CasebookTables
import CasebookValues

/// One column of a block of freshly read rows.
public enum BlockColumn: Sendable {
  /// Values; texts with a dictionary of the block's own.
  case values(Column)
  /// Codes of a dictionary that all blocks share, which comes when the load ends.
  case sharedCodes(Codes, validity: Bitmap?)

  /// Rows.
  public var count: Int {
    switch self {
    case .values(let column): column.count
    case .sharedCodes(let codes, _): codes.count
    }
  }
}

/// Takes the blocks of a load, in order, on the thread that called it.
public protocol BlockSink {
  /// The columns to come. Comes again, with wider types, when a later row contradicts the types
  /// inferred: everything accepted before is then void.
  mutating func begin(fields: [Field]) throws
  /// The next block: `blockRowCount` rows, fewer only in the last.
  mutating func accept(_ block: [BlockColumn]) throws
  /// The end: a dictionary for each column whose codes are shared, nil for others.
  mutating func finish(dictionaries: [TextDictionary?]) throws
}

/// Gathers a load into one table in memory.
public struct TableSink: BlockSink {
  /// The table, once the load has ended.
  public private(set) var table = Table(fields: [])
  private var fields: [Field] = []
  private var blocks: [[BlockColumn]] = []

  /// A sink without rows.
  public init() {}

  /// Starts afresh.
  public mutating func begin(fields: [Field]) {
    self.fields = fields
    blocks = []
  }

  /// Keeps a block.
  public mutating func accept(_ block: [BlockColumn]) {
    blocks.append(block)
  }

  /// Joins the blocks.
  public mutating func finish(dictionaries: [TextDictionary?]) {
    let rowCount = blocks.reduce(0) { $0 + ($1.first?.count ?? 0) }
    let columns = fields.indices.map { position in
      joined(
        blocks.map { $0[position] }, fields[position], dictionaries[position], rowCount: rowCount)
    }
    table = Table(fields: fields, columns: columns, rowCount: rowCount)
    blocks = []
  }

  private func joined(
    _ parts: [BlockColumn], _ field: Field, _ dictionary: TextDictionary?, rowCount: Int
  ) -> Column {
    var longs = BufferBuilder<Int64>()
    var reals = BufferBuilder<Double>()
    var bools = BufferBuilder<UInt8>()
    var codes = BufferBuilder<UInt32>()
    var heap = BufferBuilder<UInt8>()
    var offsets = BufferBuilder<Int>()
    offsets.append(0)
    for part in parts {
      switch part {
      case .sharedCodes(let shared, _): append(shared, to: &codes, from: 0)
      case .values(let column):
        switch column.data {
        case .longs(let values): longs.append(from: values.base, count: values.count)
        case .reals(let values): reals.append(from: values.base, count: values.count)
        case .bools(let values): bools.append(from: values.base, count: values.count)
        case .texts(let own, let dictionary):
          append(own, to: &codes, from: offsets.count - 1)
          let start = heap.count
          heap.append(from: dictionary.heap.base, count: dictionary.heap.count)
          for entry in 0..<dictionary.count {
            offsets.append(start + dictionary.offsets[entry + 1])
          }
        }
      }
    }
    let data: ColumnData =
      switch field.type {
      case .bool: .bools(bools.finish())
      case .real, .decimal: .reals(reals.finish())
      case .int, .long, .datetime, .timespan: .longs(longs.finish())
      case .string, .dynamic, .guid:
        Self.texts(
          codes.finish(),
          dictionary
            ?? TextDictionary(heap: heap.finish(), offsets: offsets.finish(), isDistinct: false))
      }
    return Column(field.type, data, validity: Self.joinedValidity(parts, rowCount: rowCount))
  }

  private static func texts(_ codes: Buffer<UInt32>, _ dictionary: TextDictionary) -> ColumnData {
    .texts(Codes(codes, entryCount: dictionary.count), dictionary)
  }

  private func append(_ codes: Codes, to target: inout BufferBuilder<UInt32>, from start: Int) {
    for row in 0..<codes.count { target.append(UInt32(truncatingIfNeeded: codes[row] + start)) }
  }

  private static func joinedValidity(_ parts: [BlockColumn], rowCount: Int) -> Bitmap? {
    let bytes = Buffer<UInt8>(count: rowCount) { target in
      var row = 0
      for part in parts {
        let validity: Bitmap? =
          switch part {
          case .values(let column): column.validity
          case .sharedCodes(_, let validity): validity
          }
        for place in 0..<part.count {
          target[row] = validity.map { $0[place] } ?? true ? 1 : 0
          row += 1
        }
      }
    }
    return Bitmap(unlessAllSet: bytes.pointer)
  }
}
