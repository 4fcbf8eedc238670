import CasebookValues

/// Arrays as sets: each value once, in first appearance.
enum SetFunctions {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "set_union", family: "sets", arrays, returns: .dynamic,
      summary: "The values of any of several arrays.",
      examples: [Example("print set_union(dynamic([1, 2]), dynamic([2, 3]))", output: "[1,2,3]")],
      .rows(nulls: .handled) { values in
        let present = values.indices.compactMap { values.array($0) }
        return present.isEmpty ? .null(.dynamic) : .array(distinct(present.flatMap { $0 }))
      }),
    ScalarFunction(
      "set_intersect", family: "sets", arrays, returns: .dynamic,
      summary: "The values that all of several arrays have.",
      examples: [Example("print set_intersect(dynamic([1, 2]), dynamic([2, 3]))", output: "[2]")],
      .rows(nulls: .propagate) { values in
        combine(values) { kept, other in kept.filter { other.contains(Key($0)) } }
      }),
    ScalarFunction(
      "set_difference", family: "sets", arrays, returns: .dynamic,
      summary: "The values of the first array that no other has.",
      examples: [Example("print set_difference(dynamic([1, 2]), dynamic([2, 3]))", output: "[1]")],
      .rows(nulls: .propagate) { values in
        combine(values) { kept, other in kept.filter { !other.contains(Key($0)) } }
      }),
    ScalarFunction(
      "set_equals", family: "sets",
      [FunctionParameter("a", .dynamic), FunctionParameter("b", .dynamic)], returns: .bool,
      summary: "Whether two arrays have the same values.",
      examples: [Example("print set_equals(dynamic([1, 2]), dynamic([2, 1, 1]))", output: "true")],
      .rows(nulls: .propagate) { values in
        guard let left = values.array(0), let right = values.array(1) else { return .null(.bool) }
        return .bool(Set(left.map(Key.init)) == Set(right.map(Key.init)))
      }),
    ScalarFunction(
      "set_has_element", family: "sets",
      [ArrayFunctions.arrayParameter, FunctionParameter("value", .any)], returns: .bool,
      summary: "Whether an array has a value.",
      examples: [Example("print set_has_element(dynamic(['a', 'b']), 'b')", output: "true")],
      .rows(nulls: .propagate) { values in
        let wanted = values[1].element
        return .optional(values.array(0).map { $0.contains { $0.matches(wanted) } })
      }),
    ScalarFunction(
      "jaccard_index", family: "sets",
      [FunctionParameter("a", .dynamic), FunctionParameter("b", .dynamic)], returns: .real,
      summary: "How alike two sets are: the share of all their values that both have.",
      examples: [
        Example("print jaccard_index(dynamic([1, 2, 3]), dynamic([2, 3, 4]))", output: "0.5")
      ],
      .rows(nulls: .propagate) { values in
        guard let left = values.array(0), let right = values.array(1) else { return .null(.real) }
        let (a, b) = (Set(left.map(Key.init)), Set(right.map(Key.init)))
        let all = a.union(b).count
        return .real(all == 0 ? .nan : Double(a.intersection(b).count) / Double(all))
      }),
  ]

  private static let arrays = [
    ArrayFunctions.arrayParameter,
    FunctionParameter("more", .dynamic, isRepeated: true),
  ]

  /// An element as a set sees it: 1 and 1.0 are one.
  private struct Key: Hashable {
    let value: Dynamic

    init(_ value: Dynamic) {
      if case .real(let real) = value, let whole = Int64(exactly: real) {
        self.value = .long(whole)
      } else {
        self.value = value
      }
    }
  }

  private static func distinct(_ elements: [Dynamic]) -> [Dynamic] {
    var seen: Set<Key> = []
    return elements.filter { seen.insert(Key($0)).inserted }
  }

  private static func combine(
    _ values: [Scalar], _ keep: ([Dynamic], Set<Key>) -> [Dynamic]
  ) -> Scalar {
    guard let first = values.array(0) else { return .null(.dynamic) }
    var kept = distinct(first)
    for index in values.indices.dropFirst() {
      guard let other = values.array(index) else { return .null(.dynamic) }
      kept = keep(kept, Set(other.map(Key.init)))
    }
    return .array(kept)
  }
}
