import CasebookTables
import CasebookValues
import GRDBSQLite

/// The rows of a table by the hash of one column: without it SQLite would join by going through one
/// table for every row of the other.
///
/// SQLite checks each row again, so hashes may collide.
final class SQLKeyIndex {
  private let mask: Int
  /// The first row of each bucket plus one, and for each row the next plus one; 0 ends a chain.
  private let heads: Buffer<UInt32>
  private let next: Buffer<UInt32>

  /// Whether a column's values can be looked up by hash.
  static func serves(_ field: Field, rowCount: Int) -> Bool {
    !field.isProtected && field.type != .datetime && rowCount < Int(UInt32.max)
  }

  init(_ table: SQLTableState, column: Int, _ context: RunContext) throws {
    var capacity = 16
    while capacity < table.rowCount { capacity *= 2 }
    let mask = capacity - 1
    self.mask = mask
    let hashes = try Buffer<UInt64>(count: table.rowCount) { target in
      for block in table.source.blockRowCounts.indices {
        try context.checkpoint()
        let values = try table.source.read(block: block, columns: [column])[0]
        Self.hash(values, into: target + table.starts[block])
      }
    }
    var heads: Buffer<UInt32>?
    next = Buffer<UInt32>(count: table.rowCount) { next in
      heads = Buffer<UInt32>(count: capacity) { heads in
        // From the last row on, so that each chain goes forward.
        for row in stride(from: hashes.count - 1, through: 0, by: -1) {
          let bucket = Int(truncatingIfNeeded: hashes.base[row]) & mask
          next[row] = heads[bucket]
          heads[bucket] = UInt32(row + 1)
        }
      }
    }
    self.heads = heads ?? Buffer(count: capacity) { _ in }
  }

  private static func hash(_ column: Column, into target: UnsafeMutablePointer<UInt64>) {
    switch column.data {
    case .bools(let values):
      for row in 0..<values.count { target[row] = SQLValue.hash(Double(values.base[row])) }
    case .reals(let values):
      for row in 0..<values.count { target[row] = SQLValue.hash(values.base[row]) }
    case .longs(let values):
      let unit = column.type == .timespan ? Ticks.perMicrosecond : 1
      for row in 0..<values.count {
        target[row] = SQLValue.hash(Double(values.base[row] / unit))
      }
    case .texts(let codes, let dictionary):
      for row in 0..<codes.count { target[row] = SQLValue.hash(dictionary.bytes(codes[row])) }
    }
  }

  /// The first row that may hold a value of that hash.
  func first(_ hash: UInt64) -> Int? {
    let head = heads.base[Int(truncatingIfNeeded: hash) & mask]
    return head == 0 ? nil : Int(head) - 1
  }

  /// The next row after one that was given.
  func following(_ row: Int) -> Int? {
    let following = next.base[row]
    return following == 0 ? nil : Int(following) - 1
  }

  /// The hash to look for; nil when only a scan can tell what SQLite takes as equal.
  static func hash(of value: OpaquePointer, for field: Field) -> UInt64? {
    switch field.type {
    case .string, .dynamic, .guid:
      guard sqlite3_value_type(value) != SQLITE_BLOB, let text = sqlite3_value_text(value) else {
        return nil
      }
      let length = Int(sqlite3_value_bytes(value))
      return SQLValue.hash(UnsafeBufferPointer(start: text, count: length))
    default:
      switch sqlite3_value_numeric_type(value) {
      case SQLITE_INTEGER, SQLITE_FLOAT: return SQLValue.hash(sqlite3_value_double(value))
      default: return nil
      }
    }
  }
}
