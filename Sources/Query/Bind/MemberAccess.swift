import CasebookValues

/// Properties and elements of `dynamic` values, and conversions: calls that no one writes by name.
enum MemberAccess {
  /// `d.name`, `d["name"]`, `d[0]`; what is not there is null.
  ///
  /// A negative index counts from the end.
  static let element = ScalarFunction(
    "element of", family: "dynamic",
    [
      FunctionParameter("value", .dynamic),
      FunctionParameter("key", [.string, .integer, .dynamic]),
    ],
    returns: .dynamic, summary: "A property or element of a dynamic value.",
    .rows(nulls: .propagate) { arguments in
      guard case .dynamic(let value) = arguments[0] else { return .null(.dynamic) }
      return element(of: value, key: arguments[1]).map { .dynamic($0) } ?? .null(.dynamic)
    })

  private static func element(of value: Dynamic, key: Scalar) -> Dynamic? {
    switch (value, key) {
    case (.bag(let entries), .string(let name)):
      return entries.first { $0.key == name }?.value
    case (.array(let items), .long(let index)): return element(of: items, at: Int(index))
    case (.array(let items), .int(let index)): return element(of: items, at: Int(index))
    case (_, .dynamic(.long(let index))): return element(of: value, key: .long(index))
    case (_, .dynamic(.string(let name))): return element(of: value, key: .string(name))
    default: return nil
    }
  }

  private static func element(of items: [Dynamic], at index: Int) -> Dynamic? {
    let position = index < 0 ? items.count + index : index
    return items.indices.contains(position) ? items[position] : nil
  }
}
