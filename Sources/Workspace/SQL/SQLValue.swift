import CasebookTables
import CasebookValues
import GRDBSQLite

/// How a column's values stand in SQL.
enum SQLValue {
  /// SQLite's word for a copy being made at once.
  static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

  /// The type that gives a column its affinity.
  static func declaredType(_ field: Field) -> String {
    if field.isProtected { return "TEXT" }
    return switch field.type {
    case .bool, .int, .long, .timespan: "INTEGER"
    case .real, .decimal: "REAL"
    case .string, .datetime, .dynamic, .guid: "TEXT"
    }
  }

  /// Gives SQLite the value of one cell.
  static func set(_ result: OpaquePointer, _ column: Column, row: Int, isProtected: Bool) {
    if column.isNull(row) {
      sqlite3_result_null(result)
      return
    }
    if isProtected {
      sqlite3_result_text(result, SQLDoor.mask, -1, transient)
      return
    }
    switch column.data {
    case .bools(let values): sqlite3_result_int(result, CInt(values[row]))
    case .reals(let values): sqlite3_result_double(result, values[row])
    case .longs(let values):
      switch column.type {
      case .datetime: setInstant(result, values[row])
      case .timespan: sqlite3_result_int64(result, values[row] / Ticks.perMicrosecond)
      default: sqlite3_result_int64(result, values[row])
      }
    case .texts(let codes, let dictionary):
      let text = dictionary.bytes(codes[row])
      text.withMemoryRebound(to: CChar.self) { bytes in
        sqlite3_result_text64(
          result, bytes.baseAddress, UInt64(bytes.count), transient, UInt8(SQLITE_UTF8))
      }
    }
  }

  private static func setInstant(_ result: OpaquePointer, _ ticks: Int64) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Instant.textCapacity) { text in
      guard let start = text.baseAddress else { return }
      let length = Instant.write(ticks, start)
      text.withMemoryRebound(to: CChar.self) { bytes in
        sqlite3_result_text(result, bytes.baseAddress, CInt(length), transient)
      }
    }
  }

  /// A hash that equal values share, whatever type SQLite compares them as.
  static func hash(_ number: Double) -> UInt64 { mixHash(1, (number + 0).bitPattern) }

  static func hash(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
    guard let start = text.baseAddress else { return mixHash(0, 0) }
    return hashBytes(start, text.count)
  }
}
