import CasebookValues

/// Functions of regular expressions.
///
/// A constant pattern is compiled when the call is bound; any other comes from a cache, and one
/// that is wrong gives no answer for its row.
enum PatternFunctions {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "extract", family: "text",
      [
        FunctionParameter("pattern", .string), FunctionParameter("group", .long, "0 for all of it"),
        FunctionParameter("text", .string),
        FunctionParameter("type", .string, "such as typeof(long)", isOptional: true),
      ], returns: .string,
      summary: "What a group of a regular expression matches first in a text.",
      details: "Nothing matched is \"\"; with a type, null.",
      examples: [
        Example("print extract('id=([0-9]+)', 1, 'case id=42')", output: "42"),
        Example(
          "print extract('id=([0-9]+)', 1, 'case id=42', typeof(long))", "as a number", output: "42"
        ),
      ],
      .rows(nulls: .propagate) { values in
        .text(pattern(values.text(0))?.extract(group: values.count(1), from: values.text(2)))
      }
    ).deciding(decideExtract),
    ScalarFunction(
      "extract_all", aliases: ["extractall"], family: "text",
      [
        FunctionParameter("pattern", .string, "with at least one group"),
        FunctionParameter(
          "groups", .any, "which groups, by number or name: an array; may be left out"),
        FunctionParameter("text", .string, isOptional: true),
      ],
      summary: "What a regular expression's groups match everywhere in a text.",
      details:
        "One group gives an array of texts, several give an array of arrays; no match, null.",
      examples: [
        Example(
          "print extract_all('([a-z]+)=([0-9]+)', 'a=1, b=2')",
          output: "\"[[\"\"a\"\",\"\"1\"\"],[\"\"b\"\",\"\"2\"\"]]\"")
      ]
    ) { types in
      let isText = types.count == 2 ? types[1] == .string || types[1] == .dynamic : true
      guard isText, types.count == 2 || types[1] == .dynamic else { return nil }
      return ScalarFunction.Resolution(
        .dynamic,
        .rows(nulls: .propagate) { values in
          pattern(values.text(0)).map { extractAll($0, values) } ?? .null(.dynamic)
        })
    }.deciding { types, constants in
      guard let text = constants.first??.asText else { return nil }
      guard let expression = pattern(text) else { return refusal(constants[0]) }
      guard expression.groupCount > 0 else {
        return .refused("The pattern of `extract_all` needs at least one group in brackets.")
      }
      return nil
    },
    replacing(
      "replace_regex", text: 0, pattern: 1, rewrite: 2,
      "A text in which every match of a regular expression is replaced.",
      "print replace_regex('a1b22', '[0-9]+', '#')", "a#b#"),
    replacing(
      "replace", text: 2, pattern: 0, rewrite: 1,
      "`replace_regex` with its older order of arguments: pattern, rewrite, text.",
      "print replace('[0-9]+', '#', 'a1b22')", "a#b#"),
    ScalarFunction(
      "indexof_regex", family: "text",
      [
        FunctionParameter("text", .string), FunctionParameter("pattern", .string),
        FunctionParameter("start", .long, isOptional: true),
        FunctionParameter("length", .long, "characters looked at; -1 for all", isOptional: true),
        FunctionParameter("occurrence", .long, "which one, from 1", isOptional: true),
      ], returns: .long,
      summary: "The position from 0 of a match of a regular expression; -1 for none.",
      details: "Matches do not overlap.",
      examples: [Example("print indexof_regex('case 42', '[0-9]')", output: "5")],
      .rows(nulls: .propagate) { values in .optional(indexOf(values)) }
    ).deciding { _, constants in refusal(constants[1]) },
    ScalarFunction(
      "regex_quote", family: "text", [FunctionParameter("text", .string)], returns: .string,
      summary: "A regular expression that matches a text and nothing else.",
      examples: [Example("print regex_quote('1.5')", output: "1\\.5")],
      .rows(nulls: .propagate) { .string(RegularExpression.escaped($0.text(0))) }),
  ]

  /// `replace_regex`, whose arguments stand at the places given.
  private static func replacing(
    _ name: String, text: Int, pattern place: Int, rewrite: Int, _ summary: String, _ query: String,
    _ output: String
  ) -> ScalarFunction {
    var parameters = Array(repeating: FunctionParameter("text", .string), count: 3)
    parameters[place] = FunctionParameter("pattern", .string)
    parameters[rewrite] = FunctionParameter(
      "rewrite", .string, "`\\0` is the match, `\\1` its first group")
    return ScalarFunction(
      name, family: "text", parameters, returns: .string, summary: summary,
      examples: [Example(query, output: output)],
      .rows(nulls: .propagate) { values in
        .string(
          pattern(values.text(place))?.replacingMatches(
            in: values.text(text), with: values.text(rewrite)) ?? values.text(text))
      }
    ).deciding { _, constants in
      guard let written = constants[place]?.asText else { return nil }
      guard let expression = pattern(written) else { return refusal(constants[place]) }
      return .resolved(
        ScalarFunction.Resolution(
          .string,
          .rows(nulls: .propagate) { values in
            .string(expression.replacingMatches(in: values.text(text), with: values.text(rewrite)))
          }))
    }
  }

  /// A compiled pattern, nil if it is no regular expression.
  static func pattern(_ text: String) -> RegularExpression? {
    try? RegularExpression.cached(text)
  }

  /// What is wrong with a constant pattern; nil when nothing is.
  static func refusal(_ constant: Scalar?) -> ScalarFunction.Decision? {
    guard let text = constant?.asText else { return nil }
    do {
      _ = try RegularExpression.cached(text)
      return nil
    } catch {
      return .refused("The pattern is not a regular expression: \(error.message).")
    }
  }

  private static let decideExtract:
    @Sendable ([ScalarType], [Scalar?]) -> ScalarFunction.Decision? = { _, constants in
      if let wrong = refusal(constants[0]) { return wrong }
      var named: ScalarType?
      if constants.count > 3 {
        named = constants[3]?.asText.flatMap(ScalarType.init(name:))
        guard named != nil else {
          return .refused("The last argument of `extract` is a type, such as typeof(long).")
        }
      }
      let type = named ?? .string
      let compiled = constants[0]?.asText.flatMap(pattern)
      let body: @Sendable ([Scalar]) -> Scalar = { values in
        let expression = compiled ?? pattern(values.text(0))
        let part = expression?.extract(group: values.count(1), from: values.text(2))
        return part.map { Scalar.string($0).converted(to: type) } ?? .missing(type)
      }
      return .resolved(ScalarFunction.Resolution(type, .rows(nulls: .propagate, body)))
    }

  private static func extractAll(_ expression: RegularExpression, _ values: [Scalar]) -> Scalar {
    let hasGroups = values.count > 2
    let groups =
      hasGroups ? groupNumbers(values[1], expression) : Array(1...max(expression.groupCount, 1))
    guard let groups, expression.groupCount > 0 else { return .null(.dynamic) }
    let text = values.text(hasGroups ? 2 : 1)
    let matches = withBytes(of: text) { bytes in
      expression.allMatches(in: bytes).map { match in
        groups.map { group in
          Dynamic.string(match[group].map { String(decoding: bytes[$0], as: UTF8.self) } ?? "")
        }
      }
    }
    if matches.isEmpty { return .null(.dynamic) }
    return .array(groups.count == 1 ? matches.map { $0[0] } : matches.map(Dynamic.array))
  }

  private static func groupNumbers(_ value: Scalar, _ expression: RegularExpression) -> [Int]? {
    guard case .dynamic(.array(let elements)) = value, !elements.isEmpty else { return nil }
    var numbers: [Int] = []
    for element in elements {
      let number: Int? =
        switch element {
        case .long(let value): Int(clamping: value)
        case .string(let name): expression.groupNumber(named: name)
        default: nil
        }
      guard let number, number >= 0, number <= expression.groupCount else { return nil }
      numbers.append(number)
    }
    return numbers
  }

  private static func indexOf(_ values: [Scalar]) -> Int64? {
    let start = values.count(2, default: 0)
    let length = values.count(3, default: -1)
    var left = values.count(4, default: 1)
    let text = values.text(0)
    let scalars = text.unicodeScalars
    guard let expression = pattern(values.text(1)), start >= 0, length >= -1, left >= 1,
      let lower = scalars.index(
        scalars.startIndex, offsetBy: start, limitedBy: scalars.endIndex)
    else { return nil }
    let upper =
      length < 0
      ? scalars.endIndex
      : scalars.index(lower, offsetBy: length, limitedBy: scalars.endIndex) ?? scalars.endIndex
    let part = String(scalars[lower..<upper])
    var found: Int64 = -1
    withBytes(of: part) { bytes in
      expression.forEachMatch(in: bytes, groups: 0) { match in
        left -= 1
        guard left == 0, let range = match[0] else { return left > 0 }
        let before = String(decoding: bytes[..<range.lowerBound], as: UTF8.self)
        found = Int64(start + before.unicodeScalars.count)
        return false
      }
    }
    return found
  }
}

extension Collection {
  /// An element, nil past the end.
  subscript(safe index: Index) -> Element? { indices.contains(index) ? self[index] : nil }
}
