/// Two dynamic values are equal when they are the same JSON: `1` and `1.0` differ, the order of a
/// bag's keys does not count.
extension Dynamic: Hashable {
  /// Whether two values are the same JSON.
  public static func == (left: Dynamic, right: Dynamic) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.bool(let a), .bool(let b)): a == b
    case (.long(let a), .long(let b)): a == b
    case (.real(let a), .real(let b)): isSameReal(a, b)
    case (.string(let a), .string(let b)): isSameText(a, b)
    case (.array(let a), .array(let b)): a == b
    case (.bag(let a), .bag(let b)): a.count == b.count && isSameBag(a, b)
    default: false
    }
  }

  private static func isSameBag(
    _ left: [(key: String, value: Dynamic)], _ right: [(key: String, value: Dynamic)]
  ) -> Bool {
    var inOrder = true
    for (a, b) in zip(left, right) where a.key != b.key {
      inOrder = false
      break
    }
    if inOrder { return zip(left, right).allSatisfy { $0.value == $1.value } }
    let values = Dictionary(right.map { ($0.key, $0.value) }) { _, last in last }
    return left.allSatisfy { values[$0.key] == $0.value }
  }

  /// Feeds the value to a hasher.
  public func hash(into hasher: inout Hasher) {
    switch self {
    case .null: hasher.combine(0)
    case .bool(let value): hasher.combine(value)
    case .long(let value): hasher.combine(value)
    case .real(let value): hashReal(value, into: &hasher)
    case .string(let value): hashText(value, into: &hasher)
    case .array(let elements): hasher.combine(elements)
    case .bag(let pairs):
      // Keys may stand in any order, so only what does not depend on it is hashed.
      hasher.combine(pairs.count)
      var keys = 0
      for pair in pairs { keys ^= pair.key.hashValue }
      hasher.combine(keys)
    }
  }
}

extension Dynamic {
  /// Whether the value is JSON's null.
  public var isNull: Bool {
    if case .null = self { return true }
    return false
  }

  /// The name that `gettype` gives: `long`, `real`, `string`, `bool`, `array`, `dictionary`, `null`.
  public var typeName: String {
    switch self {
    case .null: "null"
    case .bool: "bool"
    case .long: "long"
    case .real: "real"
    case .string: "string"
    case .array: "array"
    case .bag: "dictionary"
    }
  }
}
