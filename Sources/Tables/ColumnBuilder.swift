public import CasebookValues

/// Collects values of one type into a column, a value at a time.
public struct ColumnBuilder {
  /// The type of the column to be.
  public let type: ScalarType
  private var longs = BufferBuilder<Int64>(capacity: 8)
  private var reals = BufferBuilder<Double>(capacity: 8)
  private var bools = BufferBuilder<UInt8>(capacity: 8)
  private var codes = BufferBuilder<UInt32>(capacity: 8)
  private var interner = TextInterner()
  private var valid = BufferBuilder<UInt8>(capacity: 8)
  private var nullCount = 0

  /// An empty builder.
  public init(_ type: ScalarType) {
    self.type = type
  }

  /// Rows so far.
  public var count: Int { valid.count }

  /// Adds a value; one that is not of the builder's type is added as null.
  public mutating func append(_ scalar: Scalar) {
    switch (type, scalar) {
    case (.bool, .bool(let value)): append(bool: value)
    case (.int, .int(let value)): append(long: Int64(value))
    case (.long, .int(let value)): append(long: Int64(value))
    case (.long, .long(let value)), (.datetime, .datetime(let value)),
      (.timespan, .timespan(let value)):
      append(long: value)
    case (.int, .long(let value)) where Int32(exactly: value) != nil: append(long: value)
    case (.real, .real(let value)), (.decimal, .decimal(let value)), (.real, .decimal(let value)),
      (.decimal, .real(let value)):
      append(real: value)
    case (.real, .long(let value)), (.decimal, .long(let value)): append(real: Double(value))
    case (.real, .int(let value)), (.decimal, .int(let value)): append(real: Double(value))
    case (.string, .string(let value)), (.guid, .guid(let value)): append(text: value)
    case (.dynamic, .dynamic(.null)): appendNull()
    case (.dynamic, .dynamic(let value)): append(text: value.jsonText)
    default: appendNull()
    }
  }

  /// Adds to a `bool` column.
  public mutating func append(bool value: Bool) {
    bools.append(value ? 1 : 0)
    valid.append(1)
  }

  /// Adds to an `int`, `long`, `datetime` or `timespan` column.
  public mutating func append(long value: Int64) {
    longs.append(value)
    valid.append(1)
  }

  /// Adds to a `real` or `decimal` column.
  public mutating func append(real value: Double) {
    reals.append(value)
    valid.append(1)
  }

  /// Adds to a `string`, `dynamic` (JSON text) or `guid` column.
  public mutating func append(text value: String) {
    codes.append(interner.intern(value))
    valid.append(1)
  }

  /// Adds UTF-8 bytes to a `string`, `dynamic` (JSON text) or `guid` column.
  public mutating func append(utf8 value: UnsafeBufferPointer<UInt8>) {
    codes.append(interner.intern(value))
    valid.append(1)
  }

  /// Adds a missing value: null, or `""` for a string.
  public mutating func appendNull() {
    switch type {
    case .string:
      append(text: "")
      return
    case .bool: bools.append(0)
    case .int, .long, .datetime, .timespan: longs.append(0)
    case .real, .decimal: reals.append(0)
    case .dynamic, .guid: codes.append(interner.intern(""))
    }
    valid.append(0)
    nullCount += 1
  }

  /// The column.
  ///
  /// The builder starts afresh.
  public mutating func finish() -> Column {
    let validity = nullCount == 0 ? nil : Bitmap(unlessAllSet: valid.pointer)
    let data: ColumnData
    switch type {
    case .bool: data = .bools(bools.finish())
    case .int, .long, .datetime, .timespan: data = .longs(longs.finish())
    case .real, .decimal: data = .reals(reals.finish())
    case .string, .dynamic, .guid:
      let entryCount = max(interner.count, 1)
      data = .texts(Codes(codes.finish(), entryCount: entryCount), interner.finish())
    }
    self = ColumnBuilder(type)
    return Column(type, data, validity: validity)
  }
}
