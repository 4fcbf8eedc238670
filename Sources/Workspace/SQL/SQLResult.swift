import CasebookTables
import CasebookValues
import GRDBSQLite

/// The rows of a statement, a column's type being what its values turn out to be: all whole numbers
/// a `long`, other numbers a `real`, anything else a `string`.
struct SQLResult {
  private let statement: OpaquePointer
  private var columns: [SQLResultColumn]
  private var rowCount = 0

  init(_ statement: OpaquePointer) {
    self.statement = statement
    columns = (0..<sqlite3_column_count(statement)).map { SQLResultColumn(statement, $0) }
  }

  mutating func takeRow(_ context: RunContext) throws {
    if rowCount % 4_096 == 0 { try context.checkpoint() }
    for position in columns.indices { columns[position].take(statement, CInt(position)) }
    rowCount += 1
  }

  mutating func finish() -> Table {
    var names: Set<String> = []
    var fields: [Field] = []
    var results: [Column] = []
    for position in columns.indices {
      let column = columns[position].finish()
      fields.append(Field(Self.unique(columns[position].name, &names), column.type))
      results.append(column)
    }
    return Table(fields: fields, columns: results, rowCount: rowCount)
  }

  /// A name that is there already gets a number, as in `join`.
  private static func unique(_ name: String, _ taken: inout Set<String>) -> String {
    var unique = name
    var number = 1
    while !taken.insert(unique).inserted {
      unique = name + "\(number)"
      number += 1
    }
    return unique
  }
}

/// One column of a result while its rows come in.
struct SQLResultColumn {
  let name: String
  /// For each row SQLite's type of the value.
  private var kinds = BufferBuilder<UInt8>()
  /// For each row a whole number, the bits of a real, or the number of a text.
  private var values = BufferBuilder<Int64>()
  private var texts = TextInterner()
  private var seen: Set<Int32> = []
  private let declared: String

  init(_ statement: OpaquePointer, _ position: CInt) {
    name = sqlite3_column_name(statement, position).map { String(cString: $0) } ?? ""
    declared = sqlite3_column_decltype(statement, position).map { String(cString: $0) } ?? ""
  }

  mutating func take(_ statement: OpaquePointer, _ position: CInt) {
    let kind = sqlite3_column_type(statement, position)
    kinds.append(UInt8(kind))
    if kind != SQLITE_NULL { seen.insert(kind) }
    switch kind {
    case SQLITE_NULL: values.append(0)
    case SQLITE_INTEGER: values.append(sqlite3_column_int64(statement, position))
    case SQLITE_FLOAT:
      let bits = sqlite3_column_double(statement, position).bitPattern
      values.append(Int64(bitPattern: bits))
    default:
      // A blob's bytes are taken as the text that they mostly are.
      let start = sqlite3_column_blob(statement, position)
      let length = Int(sqlite3_column_bytes(statement, position))
      let bytes = start?.assumingMemoryBound(to: UInt8.self)
      values.append(Int64(intern(UnsafeBufferPointer(start: bytes, count: length))))
    }
  }

  private mutating func intern(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
    if let start = bytes.baseAddress { return texts.intern(start, bytes.count) }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1) { empty in
      empty.baseAddress.map { texts.intern($0, 0) } ?? 0
    }
  }

  mutating func finish() -> Column {
    switch type {
    case .long: return finishLongs()
    case .real: return finishReals()
    default: return finishTexts()
    }
  }

  private var type: ScalarType {
    if seen.isEmpty {
      return declared == "INTEGER" ? .long : declared == "REAL" ? .real : .string
    }
    if seen == [SQLITE_INTEGER] { return .long }
    return seen.isSubset(of: [SQLITE_INTEGER, SQLITE_FLOAT]) ? .real : .string
  }

  private var validity: Bitmap? {
    let present = Buffer<UInt8>(count: kinds.count) { target in
      for row in 0..<kinds.count { target[row] = kinds[row] == UInt8(SQLITE_NULL) ? 0 : 1 }
    }
    return Bitmap(unlessAllSet: present.pointer)
  }

  private mutating func finishLongs() -> Column {
    Column(.long, .longs(values.finish()), validity: validity)
  }

  private mutating func finishReals() -> Column {
    let reals = Buffer<Double>(count: values.count) { target in
      for row in 0..<values.count {
        target[row] =
          kinds[row] == UInt8(SQLITE_FLOAT)
          ? Double(bitPattern: UInt64(bitPattern: values[row])) : Double(values[row])
      }
    }
    return Column(.real, .reals(reals), validity: validity)
  }

  private mutating func finishTexts() -> Column {
    let codes = Buffer<UInt32>(count: values.count) { target in
      for row in 0..<values.count { target[row] = textCode(row) }
    }
    let entryCount = max(texts.count, 1)
    return Column(.string, .texts(Codes(codes, entryCount: entryCount), texts.finish()))
  }

  private mutating func textCode(_ row: Int) -> UInt32 {
    var text: String
    switch Int32(kinds[row]) {
    case SQLITE_NULL: text = ""
    case SQLITE_INTEGER: text = CasebookValues.text(ofLong: values[row])
    case SQLITE_FLOAT:
      let bits = UInt64(bitPattern: values[row])
      text = CasebookValues.text(ofReal: Double(bitPattern: bits))
    default: return UInt32(truncatingIfNeeded: values[row])
    }
    return text.withUTF8 { intern($0) }
  }
}
