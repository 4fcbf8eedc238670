extension Dynamic {
  /// A bag's value for a key; nil for a missing key and for what is no bag.
  public subscript(key: String) -> Dynamic? {
    guard case .bag(let pairs) = self else { return nil }
    return pairs.first { isSameText($0.key, key) }?.value
  }

  /// An array's element; a negative index counts from the end; nil outside and for what is no
  /// array.
  public subscript(index: Int) -> Dynamic? {
    guard case .array(let elements) = self else { return nil }
    let place = index < 0 ? elements.count + index : index
    return elements.indices.contains(place) ? elements[place] : nil
  }

  /// The elements of an array; nil for anything else.
  public var elements: [Dynamic]? {
    if case .array(let elements) = self { return elements }
    return nil
  }

  /// The pairs of a bag; nil for anything else.
  public var pairs: [(key: String, value: Dynamic)]? {
    if case .bag(let pairs) = self { return pairs }
    return nil
  }

  /// A number as a double; nil for anything else.
  public var asReal: Double? {
    switch self {
    case .long(let value): Double(value)
    case .real(let value): value
    default: nil
    }
  }

  /// The keys of a bag, in order; nil for anything else.
  public var keys: [String]? {
    pairs?.map(\.key)
  }

  /// The value at a path; nil where a step is missing.
  public func value(at path: JSONPath) -> Dynamic? {
    var value = self
    for step in path.steps {
      let next: Dynamic?
      switch step {
      case .key(let key): next = value[key]
      case .index(let index): next = value[index]
      }
      guard let next else { return nil }
      value = next
    }
    return value
  }

  /// Elements from one index to another, both included; negative ones count from the end.
  public func slice(from start: Int, through end: Int) -> Dynamic? {
    guard let elements else { return nil }
    let first = max(0, start < 0 ? elements.count + start : start)
    let last = min(elements.count - 1, end < 0 ? elements.count + end : end)
    return .array(first <= last ? Array(elements[first...last]) : [])
  }
}

extension Dynamic {
  /// Orders two values for `array_sort`: negative, zero or positive.
  ///
  /// Numbers by size (not-a-number first), texts by their bytes, and different kinds as null, truth
  /// value, number, text, array, bag; the caller places nulls.
  public static func compare(_ left: Dynamic, _ right: Dynamic) -> Int {
    switch (left, right) {
    case (.long(let a), .long(let b)): return sign(a, b)
    case (.string(let a), .string(let b)): return compareText(a, b)
    case (.bool(let a), .bool(let b)): return sign(a ? 1 : 0, b ? 1 : 0)
    default: break
    }
    if let a = left.asReal, let b = right.asReal {
      if a.isNaN || b.isNaN { return sign(a.isNaN ? 0 : 1, b.isNaN ? 0 : 1) }
      return sign(a, b)
    }
    if left.rank != right.rank { return sign(left.rank, right.rank) }
    return left.rank < 4 ? 0 : compareText(left.jsonText, right.jsonText)
  }

  private var rank: Int {
    switch self {
    case .null: 0
    case .bool: 1
    case .long, .real: 2
    case .string: 3
    case .array: 4
    case .bag: 5
    }
  }

  private static func sign<Value: Comparable>(_ left: Value, _ right: Value) -> Int {
    left < right ? -1 : left > right ? 1 : 0
  }
}

/// Orders two texts by their UTF-8 bytes, which is the order of their scalars: negative, zero or
/// positive.
public func compareText(_ left: String, _ right: String) -> Int {
  withBytes(of: left) { a in withBytes(of: right) { b in compareBytes(a, b) } }
}
