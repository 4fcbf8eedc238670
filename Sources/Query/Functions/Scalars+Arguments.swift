import CasebookValues

/// How bodies read their arguments. Types were settled when the call was bound, so a value of
/// another type can only be a missing one, which reads as zero or empty.
extension [Scalar] {
  /// A text; any other value as `tostring` writes it.
  func text(_ index: Int) -> String {
    if case .string(let value) = self[index] { return value }
    return self[index].text
  }

  /// A whole number, or the ticks of a time.
  func long(_ index: Int) -> Int64 {
    switch self[index] {
    case .long(let value), .datetime(let value), .timespan(let value): value
    case .int(let value): Int64(value)
    default: 0
    }
  }

  /// A whole number as a count or position.
  func count(_ index: Int) -> Int { Int(clamping: long(index)) }

  /// A number.
  func real(_ index: Int) -> Double { self[index].asReal ?? 0 }

  /// A truth value.
  func bool(_ index: Int) -> Bool {
    if case .bool(let value) = self[index] { value } else { false }
  }

  /// A JSON value.
  func dynamic(_ index: Int) -> Dynamic {
    if case .dynamic(let value) = self[index] { value } else { .null }
  }

  /// The elements of an array; nil for any other JSON value.
  func array(_ index: Int) -> [Dynamic]? {
    if case .dynamic(.array(let elements)) = self[index] { elements } else { nil }
  }

  /// The pairs of a bag; nil for any other JSON value.
  func bag(_ index: Int) -> [(key: String, value: Dynamic)]? {
    if case .dynamic(.bag(let pairs)) = self[index] { pairs } else { nil }
  }

  /// An optional whole number, or its default.
  func long(_ index: Int, default value: Int64) -> Int64 {
    index < count && !self[index].isNull ? long(index) : value
  }

  /// An optional count or position, or its default.
  func count(_ index: Int, default value: Int) -> Int {
    index < count && !self[index].isNull ? count(index) : value
  }

  /// An optional number, or its default.
  func real(_ index: Int, default value: Double) -> Double {
    index < count ? self[index].asReal ?? value : value
  }

  /// An optional truth value, or its default.
  func bool(_ index: Int, default value: Bool) -> Bool {
    if index < count, case .bool(let given) = self[index] { given } else { value }
  }
}

extension Scalar {
  /// The value as an element of an array or bag: a text stays a text, times become texts.
  var element: Dynamic {
    switch self {
    case .null: .null
    case .bool(let value): .bool(value)
    case .int(let value): .long(Int64(value))
    case .long(let value): .long(value)
    case .real(let value), .decimal(let value): .real(value)
    case .string(let value): .string(value)
    case .datetime, .timespan, .guid: .string(text)
    case .dynamic(let value): value
    }
  }

  /// A text, or `""` for none.
  static func text(_ value: String?) -> Scalar { .string(value ?? "") }

  /// A long, or null for none.
  static func optional(_ value: Int64?) -> Scalar { value.map(Scalar.long) ?? .null(.long) }

  /// A real, or null for none.
  static func optional(_ value: Double?) -> Scalar { value.map(Scalar.real) ?? .null(.real) }

  /// A truth value, or null for none.
  static func optional(_ value: Bool?) -> Scalar { value.map(Scalar.bool) ?? .null(.bool) }

  /// A JSON value, or null for none.
  static func optional(_ value: Dynamic?) -> Scalar {
    value.map(Scalar.dynamic) ?? .null(.dynamic)
  }

  /// A JSON array.
  static func array(_ elements: [Dynamic]) -> Scalar { .dynamic(.array(elements)) }

  /// The text of a constant; nil for other types and where the argument is not constant.
  var asText: String? {
    if case .string(let value) = self { value } else { nil }
  }
}

extension Dynamic {
  /// Whether two elements are the same for searching and sets: as JSON, but `1` is `1.0`.
  func matches(_ other: Dynamic) -> Bool {
    if let left = asReal, let right = other.asReal { return left == right }
    return self == other
  }
}
