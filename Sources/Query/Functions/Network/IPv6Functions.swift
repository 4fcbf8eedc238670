import CasebookValues

/// IPv6 addresses and networks.
///
/// An IPv4 address counts as the IPv6 address that stands for it.
enum IPv6Functions {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "parse_ipv6", family: "network", [ipParameter], returns: .string,
      summary: "An IPv6 or IPv4 address written out in full; of a network its first address.",
      examples: [
        Example("print parse_ipv6('127.0.0.1')", output: "0000:0000:0000:0000:0000:ffff:7f00:0001")
      ],
      .rows(nulls: .propagate) { .text(address($0.text(0))?.networkText) }),
    ScalarFunction(
      "parse_ipv6_mask", family: "network", [ipParameter, FunctionParameter("prefix", .long)],
      returns: .string,
      summary: "The first address of an address's network of some prefix, written out in full.",
      examples: [
        Example(
          "print parse_ipv6_mask('127.0.0.1', 120)",
          output: "0000:0000:0000:0000:0000:ffff:7f00:0000")
      ],
      .rows(nulls: .propagate) { values in
        let network = address(values.text(0)).map { $0.networkText + "/\(values.count(1))" }
        return .text(network.flatMap { IPv6($0)?.networkText })
      }),
    ScalarFunction(
      "ipv6_compare", family: "network", pairParameters, returns: .long,
      summary: "The order of two addresses under the shortest prefix given: -1, 0 or 1.",
      examples: [Example("print ipv6_compare('fe80::1/120', 'fe80::2')", output: "0")],
      .rows(nulls: .propagate) { .optional(compare($0).map(Int64.init)) }),
    ScalarFunction(
      "ipv6_is_match", family: "network", pairParameters, returns: .bool,
      summary: "Whether two addresses are equal under the shortest prefix given.",
      examples: [Example("print ipv6_is_match('fe80::1/120', 'fe80::2')", output: "true")],
      .rows(nulls: .propagate) { .optional(compare($0).map { $0 == 0 }) }),
    ScalarFunction(
      "ipv6_is_in_range", family: "network",
      [ipParameter, FunctionParameter("range", .string, "such as fe80::/10")], returns: .bool,
      summary: "Whether an address lies in a network.",
      examples: [Example("print ipv6_is_in_range('fe80::1', 'fe80::/10')", output: "true")],
      .rows(nulls: .propagate) { values in
        guard let ip = address(values.text(0)), let range = address(values.text(1)) else {
          return .null(.bool)
        }
        return .bool(ip.isIn(range))
      }),
    ScalarFunction(
      "ipv6_is_in_any_range", family: "network",
      [ipParameter] + IPv4Functions.manyParameters("range"), returns: .bool,
      summary: "Whether an address lies in any of several networks.",
      examples: [
        Example("print ipv6_is_in_any_range('fe80::1', '10.0.0.0/8', 'fe80::/10')", output: "true")
      ],
      .rows(nulls: .propagate) { values in
        guard let ip = address(values.text(0)) else { return .null(.bool) }
        return .bool(
          IPv4Functions.texts(values.dropFirst()).contains { text in
            address(text).map { ip.isIn($0) } ?? false
          })
      }),
  ]

  private static let ipParameter = FunctionParameter("ip", .string, "such as fe80::1/64")

  private static let pairParameters = [
    FunctionParameter("a", .string), FunctionParameter("b", .string),
    FunctionParameter("prefix", .long, isOptional: true),
  ]

  /// An address as text; `::a.b.c.d`, with a prefix or not, is the IPv4 address.
  private static func address(_ text: String) -> IPv6? {
    if text.hasPrefix("::"), IPv4(String(text.dropFirst(2))) != nil {
      return IPv6(String(text.dropFirst(2)))
    }
    return IPv6(text)
  }

  private static func compare(_ values: [Scalar]) -> Int? {
    guard let left = address(values.text(0)), let right = address(values.text(1)) else {
      return nil
    }
    return left.compared(to: right, prefix: values.count(2, default: 128))
  }
}
