import CasebookFormats
public import CasebookTables
import CasebookValues

/// What a result was: its columns, its rows by hash, and the rows themselves where they are few.
public struct ResultDigest: Sendable, Equatable {
  /// Results of at most so many rows are kept whole.
  public static let inlineRowCount = 40

  /// Names and types of the columns, in order.
  public var columns: [Column]
  /// How many rows there were.
  public var rowCount: Int
  /// The rows without protected columns; in their order only where the statement orders them.
  public var content: Digest
  /// The rows as JSON arrays, one a row, reals at full precision; nil where they are many or must not be
  /// kept.
  public var rows: [String]?

  /// A column of a result.
  public struct Column: Sendable, Equatable {
    /// The name.
    public var name: String
    /// The type's name.
    public var type: String
    /// Whether the values are masked.
    public var isProtected: Bool
    /// The column's values by hash, whatever their order; nil where they are protected and no key was at
    /// hand.
    public var content: String?

    /// Whether name, type and values are the same; values that one of both does not tell are let be.
    func agrees(with other: Column) -> Bool {
      guard name == other.name, type == other.type, isProtected == other.isProtected else {
        return false
      }
      guard isProtected, content != nil, other.content != nil else { return true }
      return content == other.content
    }
  }

  /// The digest of a table.
  ///
  /// What protected columns hold is hashed with the key alone, and not at all without one.
  public init(_ table: Table, isOrdered: Bool, key: ProtectionKey?, context: RunContext) throws {
    let source = MemorySource(table)
    let open = table.fields.indices.filter { !table.fields[$0].isProtected }
    let print = try fingerprint(
      of: source, columns: open, precision: .significant, context: context)
    let whole =
      open.count == table.fields.count
      ? print : try fingerprint(of: source, precision: .significant, context: context)
    columns = whole.columns.map { column in
      Column(
        name: column.name, type: column.type.name, isProtected: column.isProtected,
        content: column.isProtected
          ? key.map { $0.hash(column.name + "=" + column.content.description) }
          : column.content.description)
    }
    rowCount = table.rowCount
    content = isOrdered ? print.order : print.content
    if table.rowCount <= Self.inlineRowCount {
      rows = (0..<table.rowCount).map { Self.line(table, $0) }
    }
  }

  /// A digest that was read from a lock.
  public init(columns: [Column], rowCount: Int, content: Digest, rows: [String]?) {
    self.columns = columns
    self.rowCount = rowCount
    self.content = content
    self.rows = rows
  }

  /// Whether another result is the same; what is kept of the rows does not count.
  public func agrees(with other: ResultDigest) -> Bool {
    rowCount == other.rowCount && content == other.content
      && columns.count == other.columns.count
      && zip(columns, other.columns).allSatisfy { $0.agrees(with: $1) }
  }

  /// Whether some column could not be compared with that of another result for want of a key.
  public func isPartlyCompared(with other: ResultDigest) -> Bool {
    zip(columns, other.columns).contains {
      $0.isProtected && ($0.content == nil || $1.content == nil)
    }
  }

  private static func line(_ table: Table, _ row: Int) -> String {
    let cells = zip(table.fields, table.columns).map { field, column -> String in
      if field.isProtected { return "\"***\"" }
      return json(column.scalar(row))
    }
    return "[" + cells.joined(separator: ",") + "]"
  }

  /// A value as JSON: numbers and bools as they are, what JSON has no number for and times as texts.
  private static func json(_ value: Scalar) -> String {
    switch value {
    case _ where value.isNull: return "null"
    case .bool(let value): return value ? "true" : "false"
    case .int(let value): return String(value)
    case .long(let value): return String(value)
    case .real(let value), .decimal(let value):
      return value.isFinite ? Dynamic.real(value).jsonText : "\"\(value)\""
    case .dynamic(let value): return value.jsonText
    default:
      var bytes: [UInt8] = []
      writeJSONString(value.text, to: &bytes)
      return String(decoding: bytes, as: UTF8.self)
    }
  }
}
