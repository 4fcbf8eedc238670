import CasebookValues

/// Arrays: making, cutting, joining, searching.
enum ArrayFunctions {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "pack_array", family: "arrays",
      [FunctionParameter("value", .any, isOptional: true, isRepeated: true)], returns: .dynamic,
      summary: "An array of values.",
      examples: [Example("print pack_array(1, 'a', true)", output: "\"[1,\"\"a\"\",true]\"")],
      .rows(nulls: .handled) { .array($0.map(\.element)) }),
    ScalarFunction(
      "array_length", aliases: ["arraylength"], family: "arrays", [arrayParameter], returns: .long,
      summary: "The number of an array's elements; null for what is no array.",
      examples: [Example("print array_length(dynamic([1, 2, 'x']))", output: "3")],
      .rows(nulls: .propagate) { .optional($0.array(0).map { Int64($0.count) }) }),
    ScalarFunction(
      "array_concat", family: "arrays",
      [arrayParameter, FunctionParameter("more", .dynamic, isOptional: true, isRepeated: true)],
      returns: .dynamic, summary: "The elements of several arrays, one array after the other.",
      details: "What is no array is left out.",
      examples: [Example("print array_concat(dynamic([1]), dynamic([2, 3]))", output: "[1,2,3]")],
      .rows(nulls: .handled) { values in
        let arrays = values.indices.compactMap { values.array($0) }
        return arrays.isEmpty ? .null(.dynamic) : .array(arrays.flatMap { $0 })
      }),
    ScalarFunction(
      "array_slice", family: "arrays",
      [
        arrayParameter, FunctionParameter("start", .long, "from 0; negative counts from the end"),
        FunctionParameter("end", .long, "included"),
      ], returns: .dynamic, summary: "The elements from one position to another, both included.",
      examples: [Example("print array_slice(dynamic([1, 2, 3, 4]), 1, -2)", output: "[2,3]")],
      .rows(nulls: .propagate) {
        .optional($0.dynamic(0).slice(from: $0.count(1), through: $0.count(2)))
      }),
    ScalarFunction(
      "array_split", family: "arrays",
      [
        arrayParameter,
        FunctionParameter("positions", TypeSet.integer.union(.dynamic), "where a part begins"),
      ], returns: .dynamic, summary: "An array cut into an array of arrays at some positions.",
      details: "Negative positions count from the end.",
      examples: [
        Example("print array_split(dynamic([1, 2, 3, 4]), 1)", output: "[[1],[2,3,4]]")
      ],
      .rows(nulls: .propagate) { values in
        guard let elements = values.array(0) else { return .null(.dynamic) }
        return .array(split(elements, at: positions(values)).map(Dynamic.array))
      }),
    ScalarFunction(
      "array_index_of", family: "arrays",
      [
        arrayParameter, FunctionParameter("value", .any),
        FunctionParameter("start", .long, isOptional: true),
        FunctionParameter("length", .long, "elements looked at; -1 for all", isOptional: true),
        FunctionParameter("occurrence", .long, "which one, from 1", isOptional: true),
      ], returns: .long, summary: "The position from 0 of a value in an array; -1 for none.",
      examples: [Example("print array_index_of(dynamic(['a', 'b']), 'b')", output: "1")],
      .rows(nulls: .propagate) { .optional(indexOf($0)) }),
    ScalarFunction(
      "array_reverse", family: "arrays", [arrayParameter], returns: .dynamic,
      summary: "An array's elements, last first.",
      examples: [Example("print array_reverse(dynamic([1, 2, 3]))", output: "[3,2,1]")],
      .rows(nulls: .propagate) { .optional($0.array(0).map { .array($0.reversed()) }) }),
    rotate("array_rotate_left", "start", 1, "[2,3,1]"),
    rotate("array_rotate_right", "end", -1, "[3,1,2]"),
    shift("array_shift_left", "start", 1, "[2,3,null]"),
    shift("array_shift_right", "end", -1, "[null,1,2]"),
    ScalarFunction(
      "array_iff", aliases: ["array_iif"], family: "arrays",
      [
        FunctionParameter("conditions", .dynamic, "an array of truth values"),
        FunctionParameter("then", .any, "an array, or a value for all"),
        FunctionParameter("else", .any, "an array, or a value for all"),
      ], returns: .dynamic,
      summary: "For each condition an element of one array or of another.",
      examples: [
        Example(
          "print array_iff(dynamic([true, false]), dynamic([1, 2]), dynamic([8, 9]))",
          output: "[1,9]")
      ],
      .rows(nulls: .handled) { values in
        guard let conditions = values.array(0) else { return .null(.dynamic) }
        return .array(
          conditions.enumerated().map { index, condition in
            guard let holds = truth(condition) else { return .null }
            return element(of: values[holds ? 1 : 2], index)
          })
      }),
    ScalarFunction(
      "array_sum", family: "arrays", [arrayParameter], returns: .real,
      summary: "The sum of an array's numbers; null if it holds anything else but nulls.",
      examples: [Example("print array_sum(dynamic([1, 2, 3]))", output: "6.0")],
      .rows(nulls: .propagate) { .optional($0.array(0).flatMap(sum)) }),
    ScalarFunction(
      "strcat_array", aliases: ["array_strcat"], family: "arrays",
      [arrayParameter, FunctionParameter("delimiter", .string)], returns: .string,
      summary: "An array's elements as one text, with a delimiter between them.",
      examples: [Example("print strcat_array(dynamic([1, 2, 3]), '-')", output: "1-2-3")],
      .rows(nulls: .propagate) { values in
        .text(values.array(0)?.map(\.text).joined(separator: values.text(1)))
      }),
    ScalarFunction(
      "zip", family: "arrays",
      [
        arrayParameter, FunctionParameter("other", .dynamic),
        FunctionParameter("more", .dynamic, isOptional: true, isRepeated: true),
      ], returns: .dynamic,
      summary: "An array of arrays: the first elements of several arrays, the second ones, ...",
      details: "Shorter arrays are filled up with null.",
      examples: [
        Example(
          "print zip(dynamic([1, 2]), dynamic(['a', 'b']))",
          output: "\"[[1,\"\"a\"\"],[2,\"\"b\"\"]]\"")
      ],
      .rows(nulls: .propagate) { values in
        let arrays = values.indices.compactMap { values.array($0) }
        guard arrays.count == values.count else { return .null(.dynamic) }
        let length = arrays.map(\.count).max() ?? 0
        return .array(
          (0..<length).map { index in
            .array(arrays.map { index < $0.count ? $0[index] : .null })
          })
      }),
    ScalarFunction(
      "repeat", family: "arrays",
      [FunctionParameter("value", .any), FunctionParameter("count", .long)],
      summary: "An array of one value so many times.",
      examples: [Example("print repeat(0, 3)", output: "[0,0,0]")]
    ) { types in
      guard types[0] != .dynamic else { return nil }
      return ScalarFunction.Resolution(
        .dynamic,
        .rows(nulls: .handled) { values in
          guard !values[1].isNull, values.count(1) >= 0 else { return .null(.dynamic) }
          return .array(
            Array(repeating: values[0].element, count: min(values.count(1), rangeLimit)))
        })
    },
  ]

  /// The most elements that one call makes.
  static let rangeLimit = 1_048_576

  static let arrayParameter = FunctionParameter("array", .dynamic)

  private static func rotate(
    _ name: String, _ place: String, _ sign: Int, _ output: String
  ) -> ScalarFunction {
    ScalarFunction(
      name, family: "arrays", [arrayParameter, FunctionParameter("count", .long)],
      returns: .dynamic, summary: "An array turned by so many places towards its \(place).",
      examples: [Example("print \(name)(dynamic([1, 2, 3]), 1)", output: output)],
      .rows(nulls: .propagate) { values in
        guard let elements = values.array(0) else { return .null(.dynamic) }
        guard !elements.isEmpty else { return values[0] }
        let count = elements.count
        let turn = ((sign * (values.count(1) % count)) % count + count) % count
        return .array(Array(elements[turn...] + elements[..<turn]))
      })
  }

  private static func shift(
    _ name: String, _ place: String, _ sign: Int, _ output: String
  ) -> ScalarFunction {
    ScalarFunction(
      name, family: "arrays",
      [
        arrayParameter, FunctionParameter("count", .long),
        FunctionParameter("filler", .any, "for the places that become free", isOptional: true),
      ], returns: .dynamic,
      summary: "An array moved by so many places towards its \(place).",
      examples: [Example("print \(name)(dynamic([1, 2, 3]), 1)", output: output)],
      .rows(nulls: .handled) { values in
        guard let elements = values.array(0), !values[1].isNull else { return .null(.dynamic) }
        let filler = values.count > 2 ? values[2].element : .null
        let distance = sign * min(max(values.count(1), -elements.count), elements.count)
        return .array(
          elements.indices.map { index in
            let source = index + distance
            return elements.indices.contains(source) ? elements[source] : filler
          })
      })
  }

  private static func positions(_ values: [Scalar]) -> [Int] {
    if case .dynamic(let value) = values[1] {
      return (value.elements ?? [value]).compactMap {
        if case .long(let position) = $0 { Int(clamping: position) } else { nil }
      }
    }
    return [values.count(1)]
  }

  private static func split(_ elements: [Dynamic], at positions: [Int]) -> [[Dynamic]] {
    let cuts = positions.map { position in
      min(max(position < 0 ? elements.count + position : position, 0), elements.count)
    }
    var parts: [[Dynamic]] = []
    var start = 0
    for cut in cuts {
      parts.append(cut > start ? Array(elements[start..<cut]) : [])
      start = max(start, cut)
    }
    return parts + [Array(elements[start...])]
  }

  private static func indexOf(_ values: [Scalar]) -> Int64? {
    guard let elements = values.array(0) else { return nil }
    let wanted = values[1].element
    let start = values.count(2, default: 0)
    let first = start < 0 ? max(elements.count + start, 0) : min(start, elements.count)
    let length = values.count(3, default: -1)
    let last =
      length < 0 ? elements.count : min(elements.count, first + min(length, elements.count))
    var left = values.count(4, default: 1)
    guard length >= -1, left >= 1 else { return nil }
    for index in first..<last where elements[index].matches(wanted) {
      left -= 1
      if left == 0 { return Int64(index) }
    }
    return -1
  }

  private static func truth(_ value: Dynamic) -> Bool? {
    switch value {
    case .bool(let value): value
    default: value.asReal.map { $0 != 0 }
    }
  }

  private static func element(of value: Scalar, _ index: Int) -> Dynamic {
    guard case .dynamic(.array(let elements)) = value else { return value.element }
    return index < elements.count ? elements[index] : .null
  }

  private static func sum(_ elements: [Dynamic]) -> Double? {
    var total = 0.0
    for element in elements where !element.isNull {
      guard let number = element.asReal else { return nil }
      total += number
    }
    return total
  }
}
