import CasebookTables
import CasebookValues

/// The operators that look for a text in a text.
enum TextOperators {
  static let all: [ScalarFunction] =
    equalities + searches.flatMap(family) + [matchesRegex, search]

  private static let sides = [
    FunctionParameter("text", [.string, .dynamic, .guid]),
    FunctionParameter("wanted", [.string, .dynamic]),
  ]

  /// The computation for sides that are texts or are read as texts.
  private static func reading(
    _ body: @escaping @Sendable (VectorArguments) -> Vector
  ) -> @Sendable ([ScalarType]) -> ScalarFunction.Resolution? {
    { types in
      guard types.count == 2, zip(types, sides).allSatisfy({ $1.accepts.accepts($0) }) else {
        return nil
      }
      return ScalarFunction.Resolution(.bool, .vector { body(asTexts($0)) })
    }
  }

  private static func asTexts(_ arguments: VectorArguments) -> VectorArguments {
    VectorArguments(
      vectors: arguments.vectors.map {
        $0.type == .string ? $0 : converted($0, to: .string, rowCount: arguments.rowCount)
      }, rowCount: arguments.rowCount, resultType: .bool, context: arguments.context,
      firstRow: arguments.firstRow)
  }

  private static let equalities = [
    operation(
      "=~", .equal, isCased: false, isNegated: false, "Whether two texts are equal in any case.",
      ("=~ \"SPAM\"", "Spam")),
    operation(
      "!~", .equal, isCased: false, isNegated: true, "Whether two texts differ in any case.",
      ("!~ \"SPAM\"", "Hate speech\nharassment")),
  ]

  private struct Search {
    let match: TextMatch
    let verb: String
    let wanted: String
    let output: String
  }

  private static let searches = [
    Search(
      match: .has, verb: "has the wanted words as whole terms", wanted: "speech",
      output: "Hate speech"),
    Search(
      match: .hasPrefix, verb: "has a term that begins with the wanted text", wanted: "spe",
      output: "Hate speech"),
    Search(
      match: .hasSuffix, verb: "has a term that ends with the wanted text", wanted: "ate",
      output: "Hate speech"),
    Search(
      match: .contains, verb: "contains the wanted text anywhere", wanted: "ass",
      output: "harassment"),
    Search(
      match: .startsWith, verb: "begins with the wanted text", wanted: "har",
      output: "harassment"),
    Search(
      match: .endsWith, verb: "ends with the wanted text", wanted: "ment", output: "harassment"),
  ]

  /// An operator, its opposite, and both with case.
  private static func family(_ search: Search) -> [ScalarFunction] {
    let name = search.match.rawValue
    let shown = ("\(name) \"\(search.wanted)\"", search.output)
    let others = texts.filter { $0 != search.output }.joined(separator: "\n")
    let negated = ("!\(name) \"\(search.wanted)\"", others)
    return [
      operation(
        name, search.match, isCased: false, isNegated: false,
        "Whether a text \(search.verb), in any case.", shown),
      operation(
        "!" + name, search.match, isCased: false, isNegated: true,
        "Whether it is not so that a text \(search.verb), in any case.", negated),
      operation(
        name + "_cs", search.match, isCased: true, isNegated: false,
        "Whether a text \(search.verb), to the letter.",
        ("\(name)_cs \"\(search.wanted)\"", search.output)),
      operation(
        "!\(name)_cs", search.match, isCased: true, isNegated: true,
        "Whether it is not so that a text \(search.verb), to the letter.",
        ("!\(name)_cs \"\(search.wanted)\"", others)),
    ]
  }

  private static let texts = ["Hate speech", "harassment", "Spam"]

  private static func example(_ condition: String, _ output: String) -> Example {
    let rows = texts.map { "\"\($0)\"" }.joined(separator: ", ")
    return Example("datatable(policy:string)[\(rows)] | where policy \(condition)", output: output)
  }

  private static func operation(
    _ name: String, _ match: TextMatch, isCased: Bool, isNegated: Bool, _ summary: String,
    _ shown: (condition: String, output: String)
  ) -> ScalarFunction {
    ScalarFunction(
      name, family: "text", sides, summary: summary,
      details: match == .has || match == .hasPrefix || match == .hasSuffix
        ? "A term is a run of letters and digits." : "",
      examples: [example(shown.condition, shown.output)],
      resolve: reading { matched($0, match, isCased: isCased, isNegated: isNegated) })
  }

  private static func matched(
    _ arguments: VectorArguments, _ match: TextMatch, isCased: Bool, isNegated: Bool
  ) -> Vector {
    matched(arguments, isNegated: isNegated) { wanted in
      let needle = Needle(wanted, match, isCased: isCased)
      return { needle.matches($0) }
    }
  }

  /// `make` turns the wanted text into a test, once for all rows where it is constant.
  private static func matched(
    _ arguments: VectorArguments, isNegated: Bool,
    _ make: (String) -> (UnsafeBufferPointer<UInt8>) -> Bool
  ) -> Vector {
    let count = arguments.rowCount
    let texts = arguments[0].column(rowCount: count)
    if case .constant(let wanted) = arguments[1] {
      let test = make(wanted.text)
      return .column(
        Column(.bool, .bools(tested(texts, count) { test($0) != isNegated })))
    }
    let answers = Buffer<UInt8>(count: count) { target in
      for row in 0..<count {
        let test = make(arguments[1].scalar(row).text)
        let found = withBytes(of: texts.text(row), test)
        target[row] = found != isNegated ? 1 : 0
      }
    }
    return .column(Column(.bool, .bools(answers)))
  }

  private static let matchesRegex = ScalarFunction(
    "matches regex", family: "text", sides,
    summary: "Whether a regular expression (RE2) matches anywhere in a text.",
    details: "An expression that is not well formed matches nothing.",
    examples: [example("matches regex \"^[A-Z]\"", "Hate speech\nSpam")],
    resolve: reading { arguments in
      matched(arguments, isNegated: false) { pattern in
        guard let expression = try? RegularExpression.cached(pattern) else { return { _ in false } }
        return { expression.matches($0) }
      }
    }
  ).deciding { _, constants in
    guard constants.count == 2, case .string(let pattern)? = constants[1] else { return nil }
    do throws(RegularExpression.Failure) {
      _ = try RegularExpression.cached(pattern)
      return nil
    } catch {
      return .refused("this regular expression is not well formed: \(error.message)")
    }
  }

  /// What `search` means by `column : "term"`; any type is read as text.
  private static let search = ScalarFunction(
    ":", family: "text",
    [FunctionParameter("value", .any), FunctionParameter("wanted", .string)],
    returns: .bool, summary: "Whether a value, read as text, has the wanted term, in any case.",
    details: "A `*` at an end of the term stands for anything.",
    examples: [Example("datatable(n:long)[12, 345] | search n : \"345\"")],
    .vector { matched(asTexts($0), isNegated: false, searchTest) })
}

/// The test for a search term: stars at its ends loosen what has to be a whole term.
func searchTest(_ term: String) -> (UnsafeBufferPointer<UInt8>) -> Bool {
  let opens = term.hasPrefix("*")
  let closes = term.count > 1 && term.hasSuffix("*")
  let body = String(term.dropFirst(opens ? 1 : 0).dropLast(closes ? 1 : 0))
  let match: TextMatch =
    switch (opens, closes) {
    case (false, false): .has
    case (false, true): .hasPrefix
    case (true, false): .hasSuffix
    case (true, true): .contains
    }
  let needle = Needle(body, match, isCased: false)
  return { needle.matches($0) }
}
