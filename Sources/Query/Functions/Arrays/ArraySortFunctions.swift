import CasebookTables
import CasebookValues

/// Arrays put in order, and arrays of steps.
enum ArraySortFunctions {
  static let all: [ScalarFunction] = [
    sort("array_sort_asc", "least first", descending: false, "[1,2,3]"),
    sort("array_sort_desc", "greatest first", descending: true, "[3,2,1]"),
    ScalarFunction(
      "range", family: "arrays",
      [
        FunctionParameter("start", TypeSet.number.union(.time)),
        FunctionParameter("stop", TypeSet.number.union(.time), "included when it is hit"),
        FunctionParameter(
          "step", TypeSet.number.union(.timespan), "1, of times 1h", isOptional: true),
      ],
      summary: "An array of values from a start to a stop in equal steps.",
      details: "At most 1,048,576 elements.",
      examples: [Example("print range(1, 8, 3)", output: "[1,4,7]")], resolve: resolveRange),
  ]

  private static func sort(
    _ name: String, _ words: String, descending: Bool, _ output: String
  ) -> ScalarFunction {
    ScalarFunction(
      name, family: "arrays",
      [
        ArrayFunctions.arrayParameter,
        FunctionParameter(
          "more", TypeSet.dynamic.union(.bool),
          "arrays put in the first one's order; at the end, whether nulls come last",
          isOptional: true, isRepeated: true),
      ],
      summary: "An array's elements in order, \(words), nulls last.",
      details: "Further arrays of the same length follow the first one's order, each as a column.",
      examples: [Example("print \(name)(dynamic([3, 1, 2]))", output: output)]
    ) { types in
      let arrays = types.last == .bool ? types.count - 1 : types.count
      guard arrays > 0, types.prefix(arrays).allSatisfy({ $0 == .dynamic }) else { return nil }
      return ScalarFunction.Resolution(
        .dynamic,
        .rows(nulls: .handled) { values in
          let sorted = sortedArrays(
            values, count: arrays, descending: descending,
            nullsLast: values.bool(arrays, default: true))
          return arrays == 1 ? .optional(sorted.first) : .array(sorted)
        })
    }.yielding { types, names in
      let arrays = zip(types, names).filter { $0.0 == .dynamic }
      return arrays.map { ($0.1.isEmpty ? "array_sorted" : $0.1 + "_sorted", .dynamic) }
    }
  }

  /// All arrays in the order of the first; one of another length becomes null.
  private static func sortedArrays(
    _ values: [Scalar], count: Int, descending: Bool, nullsLast: Bool
  ) -> [Dynamic] {
    guard let keys = values.array(0) else { return Array(repeating: .null, count: count) }
    let order = keys.indices.sorted { left, right in
      let (a, b) = (keys[left], keys[right])
      if a.isNull || b.isNull {
        return a.isNull == b.isNull ? left < right : a.isNull != nullsLast
      }
      let comparison = Dynamic.compare(a, b)
      return comparison == 0 ? left < right : (comparison < 0) != descending
    }
    return (0..<count).map { index in
      guard let elements = values.array(index), elements.count == keys.count else { return .null }
      return .array(order.map { elements[$0] })
    }
  }

  @Sendable private static func resolveRange(_ types: [ScalarType]) -> ScalarFunction.Resolution? {
    let (start, stop) = (types[0], types[1])
    let step = types.count > 2 ? types[2] : nil
    if start.isTemporal {
      guard start == stop, step == nil || step == .timespan else { return nil }
      return ScalarFunction.Resolution(
        .dynamic,
        .rows(nulls: .propagate) { values in
          longs(values.long(0), values.long(1), values.long(2, default: Ticks.perHour)) { ticks in
            (start == .datetime ? Scalar.datetime(ticks) : .timespan(ticks)).element
          }
        })
    }
    guard stop.isNumeric, step?.isNumeric ?? true else { return nil }
    if types.allSatisfy(\.isInteger) {
      return ScalarFunction.Resolution(
        .dynamic,
        .rows(nulls: .propagate) {
          longs($0.long(0), $0.long(1), $0.long(2, default: 1)) { .long($0) }
        })
    }
    return ScalarFunction.Resolution(
      .dynamic,
      .rows(nulls: .propagate) { reals($0.real(0), $0.real(1), $0.real(2, default: 1)) })
  }

  private static func longs(
    _ start: Int64, _ stop: Int64, _ step: Int64, _ element: (Int64) -> Dynamic
  ) -> Scalar {
    guard step != 0 else { return .null(.dynamic) }
    var elements: [Dynamic] = []
    var value = start
    while step > 0 ? value <= stop : value >= stop {
      elements.append(element(value))
      let (next, overflow) = value.addingReportingOverflow(step)
      if overflow || elements.count == ArrayFunctions.rangeLimit { break }
      value = next
    }
    return .array(elements)
  }

  private static func reals(_ start: Double, _ stop: Double, _ step: Double) -> Scalar {
    guard step != 0, start.isFinite, stop.isFinite, step.isFinite else { return .null(.dynamic) }
    let steps = ((stop - start) / step + 1e-9).rounded(.down)
    guard steps >= 0 else { return .array([]) }
    let count = min(Int(saturating: steps), ArrayFunctions.rangeLimit - 1) + 1
    return .array((0..<count).map { .real(start + Double($0) * step) })
  }
}
