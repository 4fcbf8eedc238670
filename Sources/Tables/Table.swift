public import CasebookValues

/// A column's name and type, and whether its values may be shown.
public struct Field: Sendable, Hashable {
  /// The name, unique within its table.
  public var name: String
  /// The type of every value.
  public var type: ScalarType
  /// Whether the values are masked in everything that leaves the program.
  public var isProtected: Bool

  /// A field.
  public init(_ name: String, _ type: ScalarType, isProtected: Bool = false) {
    self.name = name
    self.type = type
    self.isProtected = isProtected
  }
}

/// An immutable table in memory: named columns of one length.
public struct Table: Sendable {
  /// Names and types, in order.
  public var fields: [Field]
  /// One column a field.
  public var columns: [Column]
  /// Rows of every column.
  public let rowCount: Int
  /// How the result would like to be drawn.
  public var hint: RenderHint?
  /// How `render` without a kind would draw it, where the analysis that made it says so.
  public var drawing: RenderHint?
  /// The columns that a screen with no room for all shows, the most telling first; the first ones where none are
  /// named.
  public var mainColumns: [String] = []

  /// A table of columns that all have `rowCount` rows.
  public init(fields: [Field], columns: [Column], rowCount: Int, hint: RenderHint? = nil) {
    precondition(fields.count == columns.count, "a column for every field")
    precondition(columns.allSatisfy { $0.count == rowCount }, "columns of one length")
    self.fields = fields
    self.columns = columns
    self.rowCount = rowCount
    self.hint = hint
  }

  /// A table without rows.
  public init(fields: [Field]) {
    self.init(
      fields: fields,
      columns: fields.map { field in
        var builder = ColumnBuilder(field.type)
        return builder.finish()
      }, rowCount: 0)
  }

  /// A table from rows of values, for small results such as listings.
  public init(fields: [Field], rows: [[Scalar]]) {
    var builders = fields.map { ColumnBuilder($0.type) }
    for row in rows {
      precondition(row.count == fields.count, "a value for every field")
      for (position, value) in row.enumerated() { builders[position].append(value) }
    }
    self.init(
      fields: fields, columns: builders.indices.map { builders[$0].finish() },
      rowCount: rows.count)
  }

  /// The values of one row.
  public func row(_ index: Int) -> [Scalar] { columns.map { $0.scalar(index) } }

  /// Where a field of that name stands.
  public func index(of name: String) -> Int? { fields.firstIndex { $0.name == name } }

  /// The rows of `range`, sharing memory.
  public func slice(_ range: Range<Int>) -> Table {
    var part = Table(
      fields: fields, columns: columns.map { $0.slice(range) }, rowCount: range.count, hint: hint)
    part.drawing = drawing
    part.mainColumns = mainColumns
    return part
  }
}

/// What `render` asked for: a kind of chart and its properties, kept with the result.
public struct RenderHint: Sendable, Hashable {
  /// The kind: `table`, `timechart`, `barchart`, ...
  public var kind: String
  /// Properties such as `title` or `xcolumn`, in the order given.
  public var properties: [Property]

  /// One property of a chart.
  public struct Property: Sendable, Hashable {
    /// The property's name.
    public var name: String
    /// Its value as text.
    public var value: String

    /// A property.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// A hint.
  public init(kind: String, properties: [Property] = []) {
    self.kind = kind
    self.properties = properties
  }
}
