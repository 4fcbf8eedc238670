public import CasebookValues

/// What a column's rows are stored as.
///
/// The slot of a null row holds zero (or any valid code).
public enum ColumnData: Sendable {
  /// `bool`: 0 or 1 a row.
  case bools(Buffer<UInt8>)
  /// `int`, `long`, and ticks of `datetime` and `timespan`.
  case longs(Buffer<Int64>)
  /// `real` and `decimal`.
  case reals(Buffer<Double>)
  /// `string`, `dynamic` (compact JSON text) and `guid` (canonical text).
  case texts(Codes, TextDictionary)
}

/// An immutable column: one type, one value or null a row.
///
/// A `string` column has no nulls.
public struct Column: Sendable {
  /// The type of every value.
  public let type: ScalarType
  /// The values.
  public let data: ColumnData
  /// Where there is a value; absent when there are no nulls.
  public let validity: Bitmap?

  /// Wraps stored values.
  public init(_ type: ScalarType, _ data: ColumnData, validity: Bitmap? = nil) {
    self.type = type
    self.data = data
    self.validity = type == .string ? nil : validity
  }

  /// Rows.
  public var count: Int {
    switch data {
    case .bools(let values): values.count
    case .longs(let values): values.count
    case .reals(let values): values.count
    case .texts(let codes, _): codes.count
    }
  }

  /// Whether a row has no value.
  @inlinable
  public func isNull(_ row: Int) -> Bool {
    if let validity { !validity[row] } else { false }
  }

  /// How many rows have no value.
  public var nullCount: Int { validity.map { count - $0.setCount } ?? 0 }

  /// The rows of `range`; values share memory.
  public func slice(_ range: Range<Int>) -> Column {
    if range == 0..<count { return self }
    let part: ColumnData =
      switch data {
      case .bools(let values): .bools(values.slice(range))
      case .longs(let values): .longs(values.slice(range))
      case .reals(let values): .reals(values.slice(range))
      case .texts(let codes, let dictionary): .texts(codes.slice(range), dictionary)
      }
    return Column(type, part, validity: validity?.slice(range))
  }

  /// One value.
  ///
  /// For single cells, not for loops over many rows.
  public func scalar(_ row: Int) -> Scalar {
    if isNull(row) { return .null(type) }
    switch data {
    case .bools(let values): return .bool(values[row] != 0)
    case .reals(let values): return type == .decimal ? .decimal(values[row]) : .real(values[row])
    case .longs(let values):
      let value = values[row]
      return switch type {
      case .int: .int(Int32(truncatingIfNeeded: value))
      case .datetime: .datetime(value)
      case .timespan: .timespan(value)
      default: .long(value)
      }
    case .texts(let codes, let dictionary):
      return Self.scalar(type, text: dictionary, codes[row])
    }
  }

  /// The value that a dictionary entry stands for in a column of `type`.
  public static func scalar(_ type: ScalarType, text: TextDictionary, _ code: Int) -> Scalar {
    switch type {
    case .dynamic:
      guard let value = Dynamic(json: text.bytes(code)) else { return .null(.dynamic) }
      return .dynamic(value)
    case .guid: return .guid(text.string(code))
    default: return .string(text.string(code))
    }
  }

  /// The text of a row of a text column; empty where null.
  public func text(_ row: Int) -> String {
    guard case .texts(let codes, let dictionary) = data, !isNull(row) else { return "" }
    return dictionary.string(codes[row])
  }

  /// A column of `count` equal values.
  public init(repeating scalar: Scalar, type: ScalarType, count: Int) {
    var builder = ColumnBuilder(type)
    builder.append(scalar)
    let one = builder.finish()
    let validity = one.validity.map { _ in Bitmap(repeating: false, count: count) }
    switch one.data {
    case .bools(let values):
      self.init(type, .bools(.init(repeating: values[0], count: count)), validity: validity)
    case .longs(let values):
      self.init(type, .longs(.init(repeating: values[0], count: count)), validity: validity)
    case .reals(let values):
      self.init(type, .reals(.init(repeating: values[0], count: count)), validity: validity)
    case .texts(_, let dictionary):
      self.init(
        type, .texts(.narrow(.init(repeating: 0, count: count)), dictionary), validity: validity)
    }
  }
}
