import CasebookTables
import CasebookValues
import GRDB

/// The tables of a world in SQLite.
struct Reference {
  private let database: DatabaseQueue

  init(_ world: SmallWorld) throws {
    database = try DatabaseQueue()
    try database.write { database in
      for table in world.tables {
        let columns = table.fields.map { "\"\($0.name)\" \(Self.type($0.type))" }
        try database.execute(
          sql: "create table \(table.name) (\(columns.joined(separator: ", ")))")
        let marks = table.fields.map { _ in "?" }.joined(separator: ", ")
        for row in table.rows {
          try database.execute(
            sql: "insert into \(table.name) values (\(marks))",
            arguments: StatementArguments(row.map(Self.value)))
        }
      }
    }
  }

  /// The rows that a text asks for.
  func rows(_ sql: String, _ types: [ScalarType]) throws -> Rows {
    try database.read { database in
      var rows: Rows = []
      let cursor = try Row.fetchCursor(database, sql: sql)
      while let row = try cursor.next() {
        rows.append(
          types.indices.map { Self.text(row[$0] as DatabaseValue, types[$0]) }
            .joined(separator: "|"))
      }
      return rows
    }
  }

  private static func text(_ value: DatabaseValue, _ type: ScalarType) -> String {
    switch value.storage {
    case .null: "null"
    case .int64(let value): type == .real ? realText(Double(value)) : "\(value)"
    case .double(let value): realText(value)
    case .string(let value): "'\(value)'"
    case .blob: "blob"
    }
  }

  private static func type(_ type: ScalarType) -> String {
    switch type {
    case .real: "real"
    case .string: "text"
    default: "integer"
    }
  }

  private static func value(_ scalar: Scalar) -> (any DatabaseValueConvertible)? {
    switch scalar {
    case .bool(let value): value ? 1 : 0
    case .long(let value), .datetime(let value), .timespan(let value): value
    case .real(let value): value
    case .string(let value): value
    default: nil
    }
  }
}
