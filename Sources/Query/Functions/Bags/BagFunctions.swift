import CasebookValues

/// Bags: JSON objects, keys with values.
enum BagFunctions {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "bag_pack", aliases: ["pack", "pack_dictionary"], family: "bags",
      [
        FunctionParameter("key", .string), FunctionParameter("value", .any),
        FunctionParameter(
          "more", .any, "further keys and values", isOptional: true, isRepeated: true),
      ],
      summary: "A bag of keys and values.",
      examples: [
        Example(
          "print bag_pack('queue', 't1', 'n', 3)",
          output: "\"{\"\"queue\"\":\"\"t1\"\",\"\"n\"\":3}\"")
      ]
    ) { types in
      guard types.count % 2 == 0,
        stride(from: 2, to: types.count, by: 2).allSatisfy({
          types[$0] == .string || types[$0] == .dynamic
        })
      else { return nil }
      return ScalarFunction.Resolution(
        .dynamic, .rows(nulls: .handled) { .dynamic(packed($0[...], skippingMissing: false)) })
    },
    ScalarFunction(
      "pack_all", family: "bags",
      [
        FunctionParameter(
          "ignore_missing", TypeSet.bool.union(.string), "leave out nulls and \"\"",
          isOptional: true),
        FunctionParameter("columns", .any, isOptional: true, isRepeated: true),
      ], returns: .dynamic,
      summary: "A bag of all columns of the row.",
      examples: [
        Example(
          "print a = 1, b = '' | project bag = pack_all(true)", output: "\"{\"\"a\"\":1}\"")
      ],
      .rows(nulls: .handled) { values in
        // The columns follow as names and values, behind the switch where it was given.
        let hasSwitch = values.first?.type == .bool
        return .dynamic(
          packed(
            hasSwitch ? values.dropFirst() : values[...],
            skippingMissing: hasSwitch && values.bool(0)))
      }),
    ScalarFunction(
      "bag_keys", family: "bags", [bagParameter], returns: .dynamic,
      summary: "The keys of a bag, as an array.",
      examples: [
        Example("print bag_keys(dynamic({'a': 1, 'b': 2}))", output: "\"[\"\"a\"\",\"\"b\"\"]\"")
      ],
      .rows(nulls: .propagate) { .optional($0.bag(0).map { .array($0.map { .string($0.key) }) }) }),
    ScalarFunction(
      "bag_has_key", family: "bags",
      [bagParameter, FunctionParameter("key", .string, "or a path such as $.a.b")],
      returns: .bool, summary: "Whether a bag has a key.",
      examples: [Example("print bag_has_key(dynamic({'a': 1}), 'b')", output: "false")],
      .rows(nulls: .propagate) { values in
        let bag = values.dynamic(0)
        guard values.bag(0) != nil else { return .null(.bool) }
        let key = values.text(1)
        if key.hasPrefix("$"), let path = JSONPath(key) { return .bool(bag.value(at: path) != nil) }
        return .bool(bag[key] != nil)
      }),
    ScalarFunction(
      "bag_merge", family: "bags",
      [bagParameter, FunctionParameter("more", .dynamic, isOptional: true, isRepeated: true)],
      returns: .dynamic,
      summary: "One bag of several; of a key that several have, the first value counts.",
      examples: [
        Example(
          "print bag_merge(dynamic({'a': 1}), dynamic({'a': 2, 'b': 3}))",
          output: "\"{\"\"a\"\":1,\"\"b\"\":3}\"")
      ],
      .rows(nulls: .handled) { values in
        .optional(Dynamic.merged(values.indices.map { values.dynamic($0) }))
      }),
    ScalarFunction(
      "bag_remove_keys", family: "bags",
      [bagParameter, FunctionParameter("keys", .dynamic, "keys, or paths such as $.a.b")],
      returns: .dynamic, summary: "A bag without some keys.",
      examples: [
        Example(
          "print bag_remove_keys(dynamic({'a': 1, 'b': 2}), dynamic(['a']))",
          output: "\"{\"\"b\"\":2}\"")
      ],
      .rows(nulls: .propagate) { values in
        guard let keys = values.array(1) else { return .null(.dynamic) }
        return .optional(values.dynamic(0).removingKeys(keys.map(\.text)))
      }),
    ScalarFunction(
      "bag_set_key", family: "bags",
      [
        bagParameter, FunctionParameter("key", .string, "or a path such as $.a.b"),
        FunctionParameter("value", .any),
      ], returns: .dynamic, summary: "A bag with a key set to a value.",
      examples: [
        Example(
          "print bag_set_key(dynamic({'a': 1}), 'b', 2)", output: "\"{\"\"a\"\":1,\"\"b\"\":2}\"")
      ],
      .rows(nulls: .handled) { values in
        guard values.bag(0) != nil else { return .null(.dynamic) }
        let key = values.text(1)
        let steps = key.hasPrefix("$") ? JSONPath(key)?.steps ?? [.key(key)] : [.key(key)]
        return .dynamic(setting(values.dynamic(0), steps[...], to: values[2].element))
      }),
    ScalarFunction(
      "bag_zip", family: "bags",
      [FunctionParameter("keys", .dynamic), FunctionParameter("values", .dynamic)],
      returns: .dynamic, summary: "A bag of an array of keys and an array of values.",
      details: "A key without a value gets null; a value without a key and what is no text as key "
        + "are left out.",
      examples: [
        Example(
          "print bag_zip(dynamic(['a', 'b']), dynamic([1, 2]))",
          output: "\"{\"\"a\"\":1,\"\"b\"\":2}\"")
      ],
      .rows(nulls: .propagate) { values in
        guard let keys = values.array(0) else { return .null(.dynamic) }
        let elements = values.array(1) ?? []
        return .dynamic(
          .bag(
            of: keys.enumerated().compactMap { index, key in
              guard case .string(let key) = key else { return nil }
              return (key, index < elements.count ? elements[index] : .null)
            }))
      }),
  ]

  private static let bagParameter = FunctionParameter("bag", .dynamic)

  private static func packed(
    _ values: ArraySlice<Scalar>, skippingMissing: Bool
  ) -> Dynamic {
    var pairs: [(key: String, value: Dynamic)] = []
    for index in stride(from: values.startIndex, to: values.endIndex - 1, by: 2) {
      let value = values[index + 1]
      if skippingMissing, value.isNull || value == .string("") { continue }
      pairs.append((values[index].text, value.element))
    }
    return .bag(of: pairs)
  }

  /// A bag with the value at a path set; bags on the way are made where they are missing.
  private static func setting(
    _ target: Dynamic, _ path: ArraySlice<JSONPath.Step>, to value: Dynamic
  ) -> Dynamic {
    guard let step = path.first else { return value }
    switch step {
    case .key(let key):
      let inner = setting(target[key] ?? .bag([]), path.dropFirst(), to: value)
      return target.settingKey(key, to: inner) ?? .bag([(key, inner)])
    case .index(let index):
      guard var elements = target.elements, elements.indices.contains(index) else { return target }
      elements[index] = setting(elements[index], path.dropFirst(), to: value)
      return .array(elements)
    }
  }
}
