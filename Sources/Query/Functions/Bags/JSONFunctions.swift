import CasebookValues

/// JSON as text and as paths.
enum JSONFunctions {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "extract_json", aliases: ["extractjson"], family: "bags",
      [
        FunctionParameter("path", .string, "such as $.cases[0].id"),
        FunctionParameter("json", .string),
        FunctionParameter("type", .string, "such as typeof(long)", isOptional: true),
      ], returns: .string,
      summary: "The value at a path of a JSON text, as text or as a given type.",
      examples: [
        Example("print extract_json('$.a[1]', '{\"a\":[7,8]}', typeof(long))", output: "8")
      ],
      .rows(nulls: .propagate) { values in
        .text(JSONPath(values.text(0)).flatMap { value(at: $0, in: values.text(1)) }?.text)
      }
    ).deciding(decideExtract),
    ScalarFunction(
      "dynamic_to_json", family: "bags", [FunctionParameter("value", .dynamic)],
      returns: .string, summary: "A dynamic value as JSON text, its keys in order.",
      examples: [
        Example(
          "print dynamic_to_json(dynamic({'b': 2, 'a': 1}))",
          output: "\"{\"\"a\"\":1,\"\"b\"\":2}\"")
      ],
      .rows(nulls: .handled) { values in
        if case .dynamic(let value) = values[0] { return .string(value.withSortedKeys.jsonText) }
        return .string("null")
      }),
    ScalarFunction(
      "parse_xml", family: "bags", [FunctionParameter("text", .string)], returns: .dynamic,
      summary: "What an XML text holds, as a bag.",
      details: """
        A bag of the outermost element's name. An element without attributes and elements is its text, or null; another one a bag of its
        attributes, named with `@`, its elements, several of one name as an array, and its text, named `#text`. Texts lose the
        spaces around them, and one that is written like a JSON number is a number. Comments, CDATA and entities of the
        document's own are left out. What is no XML or longer than 1 MB gives null.
        """,
      examples: [
        Example(
          "print d = parse_xml('<case id=\"a7\"><queue>fraud</queue><n>3</n></case>') | project d.case.queue, d.case.n, d.case['@id']",
          output: "fraud\t3\ta7")
      ],
      .rows(nulls: .propagate) { values in
        Dynamic(xml: values.text(0)).map(Scalar.dynamic) ?? .null(.dynamic)
      }),
    ScalarFunction(
      "treepath", family: "bags", [FunctionParameter("value", .dynamic)], returns: .dynamic,
      summary: "All paths within a dynamic value that lead to something, as an array.",
      details: "`[0]` stands for all elements of an array.",
      examples: [
        Example(
          "print treepath(parse_json('{\"a\":[1,{\"b\":2}]}'))",
          output: "\"[\"\"['a']\"\",\"\"['a'][0]\"\",\"\"['a'][0]['b']\"\"]\"")
      ],
      .rows(nulls: .propagate) { values in
        var paths: [String] = []
        collectPaths(values.dynamic(0), "", &paths)
        var seen: Set<String> = []
        return .array(paths.filter { seen.insert($0).inserted }.map(Dynamic.string))
      }),
  ]

  private static let decideExtract:
    @Sendable ([ScalarType], [Scalar?]) -> ScalarFunction.Decision? = { _, constants in
      var named: ScalarType?
      if constants.count > 2 {
        named = constants[2]?.asText.flatMap(ScalarType.init(name:))
        guard named != nil else {
          return .refused("The last argument of `extract_json` is a type, such as typeof(long).")
        }
      }
      let type = named ?? .string
      let constantPath = constants[0]?.asText.flatMap(JSONPath.init)
      let body: @Sendable ([Scalar]) -> Scalar = { values in
        guard let path = constantPath ?? JSONPath(values.text(0)),
          let found = value(at: path, in: values.text(1))
        else { return .missing(type) }
        return Scalar.dynamic(found).converted(to: type)
      }
      return .resolved(ScalarFunction.Resolution(type, .rows(nulls: .propagate, body)))
    }

  private static func value(at path: JSONPath, in json: String) -> Dynamic? {
    Dynamic(json: json)?.value(at: path)
  }

  private static func collectPaths(_ value: Dynamic, _ prefix: String, _ paths: inout [String]) {
    switch value {
    case .bag(let pairs):
      for pair in pairs {
        let path = prefix + "['\(pair.key)']"
        paths.append(path)
        collectPaths(pair.value, path, &paths)
      }
    case .array(let elements):
      let path = prefix + "[0]"
      for element in elements {
        paths.append(path)
        collectPaths(element, path, &paths)
      }
    default: break
    }
  }
}
