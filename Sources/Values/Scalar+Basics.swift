extension Scalar {
  /// The value's type.
  public var type: ScalarType {
    switch self {
    case .null(let type): type
    case .bool: .bool
    case .int: .int
    case .long: .long
    case .real: .real
    case .decimal: .decimal
    case .string: .string
    case .datetime: .datetime
    case .timespan: .timespan
    case .dynamic: .dynamic
    case .guid: .guid
    }
  }

  /// Whether the value is absent; a dynamic null counts, an empty string does not.
  public var isNull: Bool {
    switch self {
    case .null(let type): type != .string
    case .dynamic(let value): value.isNull
    default: false
    }
  }

  /// The missing value of a type: null, or the empty string.
  public static func missing(_ type: ScalarType) -> Scalar {
    type == .string ? .string("") : .null(type)
  }

  /// A number as a double, whatever its type; nil for other types and for null.
  public var asReal: Double? {
    switch self {
    case .int(let value): Double(value)
    case .long(let value): Double(value)
    case .real(let value), .decimal(let value): value
    default: nil
    }
  }

  /// A whole number, whatever its width; nil for other types and for null.
  public var asLong: Int64? {
    switch self {
    case .int(let value): Int64(value)
    case .long(let value): value
    default: nil
    }
  }
}

/// Equality here tells values apart, for tests and hash tables: the types must agree, not-a-number
/// equals itself and so does null. The language's `==` is another thing.
extension Scalar: Hashable {
  /// Whether two scalars are the same value of the same type.
  public static func == (left: Scalar, right: Scalar) -> Bool {
    switch (left, right) {
    case (.null(let a), .null(let b)): a == b
    case (.null(.string), .string(let text)), (.string(let text), .null(.string)): text.isEmpty
    case (.bool(let a), .bool(let b)): a == b
    case (.int(let a), .int(let b)): a == b
    case (.long(let a), .long(let b)): a == b
    case (.real(let a), .real(let b)): isSameReal(a, b)
    case (.decimal(let a), .decimal(let b)): isSameReal(a, b)
    case (.string(let a), .string(let b)): isSameText(a, b)
    case (.datetime(let a), .datetime(let b)): a == b
    case (.timespan(let a), .timespan(let b)): a == b
    case (.dynamic(let a), .dynamic(let b)): a == b
    case (.guid(let a), .guid(let b)): a == b
    default: false
    }
  }

  /// Feeds the value to a hasher.
  public func hash(into hasher: inout Hasher) {
    if case .null(.string) = self { return Scalar.string("").hash(into: &hasher) }
    hasher.combine(type)
    switch self {
    case .null: break
    case .bool(let value): hasher.combine(value)
    case .int(let value): hasher.combine(value)
    case .long(let value), .datetime(let value), .timespan(let value): hasher.combine(value)
    case .real(let value), .decimal(let value): hashReal(value, into: &hasher)
    case .string(let value), .guid(let value): hashText(value, into: &hasher)
    case .dynamic(let value): hasher.combine(value)
    }
  }
}

/// Whether two doubles are equal or both not a number.
func isSameReal(_ left: Double, _ right: Double) -> Bool {
  left == right || (left.isNaN && right.isNaN)
}

func hashReal(_ value: Double, into hasher: inout Hasher) {
  hasher.combine(value.isNaN ? .nan : value)
}

/// Whether two texts have the same bytes; Swift's own `==` also takes composed and decomposed
/// accents for one.
func isSameText(_ left: String, _ right: String) -> Bool {
  left.utf8.elementsEqual(right.utf8)
}

func hashText(_ value: String, into hasher: inout Hasher) {
  withBytes(of: value) { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  hasher.combine(value.utf8.count)
}
