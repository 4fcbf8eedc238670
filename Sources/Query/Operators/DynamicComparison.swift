import CasebookValues

/// How a `dynamic` value stands to another value: 0 when equal, nil when the two cannot be put in
/// an order.
///
/// The other value decides what the `dynamic` one is read as.
func dynamicOrder(_ left: Scalar, _ right: Scalar) -> Int? {
  switch (left, right) {
  case (.dynamic(let a), .dynamic(let b)): return order(a, b)
  case (.dynamic(let a), let b): return order(a, asScalar: b)
  case (let a, .dynamic(let b)): return order(b, asScalar: a).map { -$0 }
  default: return nil
  }
}

private func order(_ left: Dynamic, _ right: Dynamic) -> Int? {
  switch (left, right) {
  case (.string(let a), .string(let b)): return order(a, b)
  case (.bool(let a), .bool(let b)): return order(a ? 1 : 0, b ? 1 : 0)
  case (.long(let a), .long(let b)): return order(a, b)
  default:
    if let a = left.number, let b = right.number { return order(a, b) }
    // Arrays, bags and values of different kinds are equal or not, and in no order.
    return left == right ? 0 : nil
  }
}

private func order(_ left: Dynamic, asScalar right: Scalar) -> Int? {
  switch right {
  case .string(let text): return order(Scalar.dynamic(left).text, text)
  case .bool(let value):
    guard case .bool(let known)? = left.scalar else { return nil }
    return order(known ? 1 : 0, value ? 1 : 0)
  case .long, .int:
    if case .long(let known) = left, let value = right.asLong { return order(known, value) }
    return realOrder(left, right)
  case .real, .decimal: return realOrder(left, right)
  case .datetime, .timespan:
    guard let known = Scalar.dynamic(left).converted(to: right.type).storedLong,
      let value = right.storedLong
    else { return nil }
    return order(known, value)
  case .guid(let value):
    guard case .guid(let known) = Scalar.dynamic(left).converted(to: .guid) else { return nil }
    return order(known, value)
  case .null, .dynamic: return nil
  }
}

private func realOrder(_ left: Dynamic, _ right: Scalar) -> Int? {
  guard let known = left.number, let value = right.asReal else { return nil }
  return order(known, value)
}

private func order<Value: Comparable>(_ a: Value, _ b: Value) -> Int? {
  a < b ? -1 : a > b ? 1 : a == b ? 0 : nil
}

private func order(_ a: String, _ b: String) -> Int {
  withBytes(of: a) { first in withBytes(of: b) { ordered(first, $0) } }
}

extension Dynamic {
  /// A number as a real; nil for everything else.
  var number: Double? {
    switch self {
    case .long(let value): Double(value)
    case .real(let value): value
    default: nil
    }
  }
}
