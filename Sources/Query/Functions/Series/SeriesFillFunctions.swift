import CasebookValues

/// Filling the gaps of series.
enum SeriesFillFunctions {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "series_fill_const", family: "series",
      [Series.parameter, FunctionParameter("value", .scalar), gapParameter], returns: .dynamic,
      summary: "A series with its gaps filled by one value.",
      examples: [Example("print series_fill_const(dynamic([1, null, 3]), 0)", output: "[1,0,3]")],
      .rows(nulls: .handled) { values in
        guard let elements = values.array(0) else { return .null(.dynamic) }
        let isGap = gapTest(values, 2)
        return .array(elements.map { isGap($0) ? values[1].element : $0 })
      }),
    ScalarFunction(
      "series_fill_forward", family: "series", [Series.parameter, gapParameter],
      returns: .dynamic, summary: "A series with its gaps filled by the value before each.",
      examples: [Example("print series_fill_forward(dynamic([1, null, 3]))", output: "[1,1,3]")],
      .rows(nulls: .handled) { values in
        .optional(values.array(0).map { .array(carried($0, gapTest(values, 1))) })
      }),
    ScalarFunction(
      "series_fill_backward", family: "series", [Series.parameter, gapParameter],
      returns: .dynamic, summary: "A series with its gaps filled by the value after each.",
      examples: [Example("print series_fill_backward(dynamic([1, null, 3]))", output: "[1,3,3]")],
      .rows(nulls: .handled) { values in
        .optional(
          values.array(0).map { .array(carried($0.reversed(), gapTest(values, 1)).reversed()) })
      }),
    ScalarFunction(
      "series_fill_linear", family: "series",
      [
        Series.parameter, gapParameter,
        FunctionParameter("edges", .bool, "whether to fill the ends too, true", isOptional: true),
        FunctionParameter("constant", .number, "where nothing is known, 0", isOptional: true),
      ], returns: .dynamic,
      summary: "A series with its gaps filled along straight lines.",
      details: "A series of whole numbers stays one: what is between is cut.",
      examples: [
        Example("print series_fill_linear(dynamic([1.0, null, 3.0]))", output: "[1.0,2.0,3.0]")
      ],
      .rows(nulls: .handled) { values in
        guard let elements = values.array(0) else { return .null(.dynamic) }
        return .array(
          interpolated(
            elements, gapTest(values, 1), edges: values.bool(2, default: true),
            constant: values.count > 3 ? values[3].element : .real(0)))
      }),
  ]

  private static let gapParameter = FunctionParameter(
    "gap", .scalar, "the value that marks a gap, null", isOptional: true)

  /// What counts as a gap: null, and the given mark.
  private static func gapTest(_ values: [Scalar], _ index: Int) -> (Dynamic) -> Bool {
    guard index < values.count, !values[index].isNull else { return { $0.isNull } }
    let mark = values[index].element
    return { $0.isNull || $0.matches(mark) }
  }

  private static func carried(
    _ elements: some Sequence<Dynamic>, _ isGap: (Dynamic) -> Bool
  ) -> [Dynamic] {
    var last: Dynamic?
    return elements.map { element in
      if isGap(element) { return last ?? element }
      last = element
      return element
    }
  }

  private static func interpolated(
    _ elements: [Dynamic], _ isGap: (Dynamic) -> Bool, edges: Bool, constant: Dynamic
  ) -> [Dynamic] {
    let known = elements.indices.filter { !isGap(elements[$0]) && elements[$0].asReal != nil }
    guard let first = known.first, let last = known.last else {
      return Array(repeating: constant, count: elements.count)
    }
    let isWhole = known.allSatisfy { if case .long = elements[$0] { true } else { false } }
    var result = elements
    for (left, right) in zip(known, known.dropFirst()) where right > left + 1 {
      let start = elements[left].asReal ?? 0
      let rise = ((elements[right].asReal ?? 0) - start) / Double(right - left)
      for index in (left + 1)..<right {
        let value = start + rise * Double(index - left)
        result[index] = isWhole ? .long(Int64(value)) : .real(value)
      }
    }
    for index in 0..<first { result[index] = edges ? elements[first] : .null }
    for index in (last + 1)..<max(elements.count, last + 1) {
      result[index] = edges ? elements[last] : .null
    }
    return result
  }
}
