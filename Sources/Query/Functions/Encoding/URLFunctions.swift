import CasebookValues

/// Web addresses.
enum URLFunctions {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "parse_url", aliases: ["parseurl"], family: "network", [FunctionParameter("url", .string)],
      returns: .dynamic,
      summary: "The parts of a web address, as a bag.",
      examples: [
        Example("print tostring(parse_url('https://example.org:8080/a?b=1').Port)", output: "8080")
      ],
      .rows(nulls: .propagate) { .dynamic(URLText.parse($0.text(0)) ?? noParts) }),
    ScalarFunction(
      "parse_urlquery", aliases: ["parseurlquery"], family: "network",
      [FunctionParameter("query", .string)],
      returns: .dynamic, summary: "The parameters of a web address's query, as a bag.",
      examples: [
        Example(
          "print parse_urlquery('a=1&b=2')",
          output: "\"{\"\"Query Parameters\"\":{\"\"a\"\":\"\"1\"\",\"\"b\"\":\"\"2\"\"}}\"")
      ],
      .rows(nulls: .propagate) {
        .dynamic(.bag([("Query Parameters", URLText.parameters($0.text(0)))]))
      }),
    ScalarFunction(
      "url_encode", family: "network", [FunctionParameter("text", .string)], returns: .string,
      summary: "A text with its special characters escaped for an address, a blank as +.",
      examples: [Example("print url_encode('a b/c')", output: "a+b%2fc")],
      .rows(nulls: .propagate) { .string(URLText.encode($0.text(0))) }),
    ScalarFunction(
      "url_encode_component", family: "network", [FunctionParameter("text", .string)],
      returns: .string,
      summary: "A text with its special characters escaped for part of an address, a blank as %20.",
      examples: [Example("print url_encode_component('a b/c')", output: "a%20b%2fc")],
      .rows(nulls: .propagate) { .string(URLText.encodeComponent($0.text(0))) }),
    ScalarFunction(
      "url_decode", family: "network", [FunctionParameter("text", .string)], returns: .string,
      summary: "A text with an address's escapes undone.",
      examples: [Example("print url_decode('a%20b%2fc')", output: "a b/c")],
      .rows(nulls: .propagate) { .string(URLText.decode($0.text(0))) }),
  ]

  /// What a text that is no address comes to.
  private static let noParts = Dynamic.bag(
    ["Scheme", "Host", "Port", "Path", "Username", "Password"].map { ($0, .string("")) }
      + [("Query Parameters", .bag([])), ("Fragment", .string(""))])
}
