import CasebookValues

/// IPv4 addresses and networks.
enum IPv4Functions {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "parse_ipv4", family: "network", [ipParameter], returns: .long,
      summary: "An IPv4 address as a number; of a network its first address.",
      examples: [Example("print parse_ipv4('127.0.0.1')", output: "2130706433")],
      .rows(nulls: .propagate) { .optional(IPv4($0.text(0)).map { Int64($0.network) }) }),
    ScalarFunction(
      "parse_ipv4_mask", family: "network", [ipParameter, FunctionParameter("prefix", .long)],
      returns: .long,
      summary: "The first address of an address's network of some prefix, as a number.",
      examples: [Example("print parse_ipv4_mask('127.0.0.1', 24)", output: "2130706432")],
      .rows(nulls: .propagate) { values in
        let network = IPv4(values.text(0))?.networkText(prefix: values.count(1)).flatMap {
          IPv4($0)
        }
        return .optional(network.map { Int64($0.address) })
      }),
    format("format_ipv4", "An address's network of some prefix as text.", "192.168.1.0") {
      $0.networkText(prefix: $1)
    },
    format(
      "format_ipv4_mask", "An address's network of some prefix as text with the prefix.",
      "192.168.1.0/24"
    ) { $0.networkTextWithPrefix(prefix: $1) },
    ScalarFunction(
      "ipv4_compare", family: "network", pairParameters, returns: .long,
      summary: "The order of two IPv4 addresses under the shortest prefix given: -1, 0 or 1.",
      examples: [Example("print ipv4_compare('192.168.1.1/24', '192.168.1.255')", output: "0")],
      .rows(nulls: .propagate) { .optional(compare($0).map(Int64.init)) }),
    ScalarFunction(
      "ipv4_is_match", family: "network", pairParameters, returns: .bool,
      summary: "Whether two IPv4 addresses are equal under the shortest prefix given.",
      examples: [Example("print ipv4_is_match('192.168.1.1/24', '192.168.1.255')", output: "true")],
      .rows(nulls: .propagate) { .optional(compare($0).map { $0 == 0 }) }),
    ScalarFunction(
      "ipv4_is_in_range", family: "network",
      [ipParameter, FunctionParameter("range", .string, "such as 10.0.0.0/8")], returns: .bool,
      summary: "Whether an IPv4 address lies in a network.",
      examples: [Example("print ipv4_is_in_range('10.1.2.3', '10.0.0.0/8')", output: "true")],
      .rows(nulls: .propagate) { values in
        guard let ip = IPv4(values.text(0)), let range = IPv4(values.text(1)) else {
          return .null(.bool)
        }
        return .bool(ip.isIn(range))
      }),
    ScalarFunction(
      "ipv4_is_in_any_range", family: "network", [ipParameter] + manyParameters("range"),
      returns: .bool, summary: "Whether an IPv4 address lies in any of several networks.",
      examples: [
        Example(
          "print ipv4_is_in_any_range('10.1.2.3', '192.168.0.0/16', '10.0.0.0/8')", output: "true")
      ],
      .rows(nulls: .propagate) { values in
        guard let ip = IPv4(values.text(0)) else { return .null(.bool) }
        return .bool(
          texts(values.dropFirst()).contains { text in IPv4(text).map { ip.isIn($0) } ?? false })
      }),
    ScalarFunction(
      "ipv4_is_private", family: "network", [ipParameter], returns: .bool,
      summary: "Whether an IPv4 address is for private use (RFC 1918).",
      examples: [Example("print ipv4_is_private('10.1.2.3')", output: "true")],
      .rows(nulls: .propagate) { .optional(IPv4($0.text(0))?.isPrivate) }),
    ScalarFunction(
      "ipv4_netmask_suffix", family: "network", [ipParameter], returns: .long,
      summary: "The prefix length written behind an IPv4 address, 32 where there is none.",
      examples: [Example("print ipv4_netmask_suffix('10.1.2.3/24')", output: "24")],
      .rows(nulls: .propagate) { .optional(IPv4($0.text(0)).map { Int64($0.prefix) }) }),
    ScalarFunction(
      "ipv4_range_to_cidr_list", family: "network",
      [FunctionParameter("first", .string), FunctionParameter("last", .string)],
      returns: .dynamic,
      summary: "The fewest networks that cover the addresses from one to another.",
      examples: [
        Example(
          "print ipv4_range_to_cidr_list('10.0.0.0', '10.0.0.2')",
          output: "\"[\"\"10.0.0.0/31\"\",\"\"10.0.0.2/32\"\"]\"")
      ],
      .rows(nulls: .propagate) { values in
        guard let first = IPv4(values.text(0)), let last = IPv4(values.text(1)),
          first.address <= last.address
        else { return .null(.dynamic) }
        return .array(networks(UInt64(first.address), UInt64(last.address)).map(Dynamic.string))
      }),
    ScalarFunction(
      "has_ipv4", family: "network",
      [FunctionParameter("text", .string), FunctionParameter("ip", .string)], returns: .bool,
      summary: "Whether a text holds an IPv4 address.",
      examples: [Example("print has_ipv4('GET 127.0.0.1 ok', '127.0.0.1')", output: "true")],
      .rows(nulls: .propagate) { .bool(IPv4.isAddress($0.text(1), in: $0.text(0))) }),
    ScalarFunction(
      "has_any_ipv4", family: "network",
      [FunctionParameter("text", .string)] + manyParameters("ip"), returns: .bool,
      summary: "Whether a text holds any of several IPv4 addresses.",
      examples: [
        Example("print has_any_ipv4('GET 127.0.0.1 ok', '10.0.0.1', '127.0.0.1')", output: "true")
      ],
      .rows(nulls: .propagate) { values in
        .bool(texts(values.dropFirst()).contains { IPv4.isAddress($0, in: values.text(0)) })
      }),
    ScalarFunction(
      "has_ipv4_prefix", family: "network",
      [
        FunctionParameter("text", .string),
        FunctionParameter("prefix", .string, "ends with a point"),
      ],
      returns: .bool, summary: "Whether a text holds an IPv4 address that begins so.",
      examples: [Example("print has_ipv4_prefix('GET 127.0.0.1 ok', '127.0.')", output: "true")],
      .rows(nulls: .propagate) { .bool(IPv4.isPrefix($0.text(1), in: $0.text(0))) }),
    ScalarFunction(
      "has_any_ipv4_prefix", family: "network",
      [FunctionParameter("text", .string)] + manyParameters("prefix"), returns: .bool,
      summary: "Whether a text holds an IPv4 address that begins in any of several ways.",
      examples: [
        Example("print has_any_ipv4_prefix('GET 127.0.0.1 ok', '10.', '127.0.')", output: "true")
      ],
      .rows(nulls: .propagate) { values in
        .bool(texts(values.dropFirst()).contains { IPv4.isPrefix($0, in: values.text(0)) })
      }),
  ]

  private static let ipParameter = FunctionParameter("ip", .string, "such as 192.168.1.1/24")

  private static let pairParameters = [
    FunctionParameter("a", .string), FunctionParameter("b", .string),
    FunctionParameter("prefix", .long, isOptional: true),
  ]

  /// One or more texts, or an array of them.
  static func manyParameters(_ name: String) -> [FunctionParameter] {
    let types = TypeSet.string.union(.dynamic)
    return [
      FunctionParameter(name, types, "or an array of them"),
      FunctionParameter("more", types, isOptional: true, isRepeated: true),
    ]
  }

  /// The texts of arguments and of the arrays among them.
  static func texts(_ values: ArraySlice<Scalar>) -> [String] {
    values.flatMap { value -> [String] in
      if case .dynamic(let value) = value { return (value.elements ?? [value]).map(\.text) }
      return [value.text]
    }
  }

  private static func compare(_ values: [Scalar]) -> Int? {
    guard let left = IPv4(values.text(0)), let right = IPv4(values.text(1)) else { return nil }
    return left.compared(to: right, prefix: values.count(2, default: 32))
  }

  private static func format(
    _ name: String, _ summary: String, _ output: String,
    _ body: @escaping @Sendable (IPv4, Int) -> String?
  ) -> ScalarFunction {
    ScalarFunction(
      name, family: "network",
      [
        FunctionParameter("ip", TypeSet.string.union(.integer), "as text or as a number"),
        FunctionParameter("prefix", .long, isOptional: true),
      ], returns: .string, summary: summary,
      examples: [Example("print \(name)('192.168.1.1', 24)", output: output)],
      .rows(nulls: .propagate) { values in
        let ip: IPv4? =
          if case .string(let text) = values[0] {
            IPv4(text)
          } else {
            UInt32(exactly: values.long(0)).flatMap { IPv4(address: $0) }
          }
        return .text(ip.flatMap { body($0, values.count(1, default: 32)) })
      })
  }

  private static func networks(_ first: UInt64, _ last: UInt64) -> [String] {
    var start = first
    var result: [String] = []
    while start <= last {
      var size: UInt64 = start == 0 ? 1 << 32 : start & (~start &+ 1)
      while start + size - 1 > last { size >>= 1 }
      let prefix = 32 - size.trailingZeroBitCount
      result.append(IPv4.text(UInt32(truncatingIfNeeded: start)) + "/\(prefix)")
      start += size
    }
    return result
  }
}
