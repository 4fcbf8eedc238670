import CasebookValues

/// `parse_user_agent`.
enum UserAgentFunctions {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "parse_user_agent", family: "network",
      [
        FunctionParameter("text", .string),
        FunctionParameter(
          "look_for", [.string, .dynamic], "\"browser\", \"os\", \"device\", or an array of them"),
      ], returns: .dynamic,
      summary: "The browser, operating system and device that a user agent names, as a bag.",
      details: """
        By rules of our own for the usual browsers, apps and crawlers, in Kusto's form: Browser with Family, MajorVersion, MinorVersion and Patch,
        OperatingSystem with PatchMinor besides, Device with Family, Brand and Model. What no rule knows is of the family `Other`. Kusto
        has rules for thousands of rare devices; the two agree on those that matter, not on every one.
        """,
      examples: [
        Example(
          "print ua = parse_user_agent('Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:121.0) Gecko/20100101 Firefox/121.0', dynamic(['browser', 'os'])) | project ua.Browser.Family, ua.Browser.MajorVersion, ua.OperatingSystem.Family",
          output: "Firefox\t121\tWindows")
      ],
      .rows(nulls: .propagate) { values in
        guard let wanted = wanted(values[1]) else { return .null(.dynamic) }
        return .dynamic(bag(UserAgent(values.text(0)), wanted))
      }
    ).deciding { _, constants in
      guard constants.count == 2, let constant = constants[1], wanted(constant) == nil else {
        return nil
      }
      return .refused("`parse_user_agent` looks for `browser`, `os` and `device`.")
    }
  ]

  private static let known = ["browser", "os", "device"]

  /// What is looked for; nil where it is something else.
  @Sendable private static func wanted(_ value: Scalar) -> Set<String>? {
    let words: [String]
    switch value {
    case .string(let word), .dynamic(.string(let word)): words = [word]
    case .dynamic(.array(let given)): words = given.map(\.text)
    default: return nil
    }
    let lowered = Set(words.map { $0.lowercased() })
    return lowered.isEmpty || !lowered.isSubset(of: known) ? nil : lowered
  }

  private static func bag(_ agent: UserAgent, _ wanted: Set<String>) -> Dynamic {
    var parts: [(key: String, value: Dynamic)] = []
    if wanted.contains("browser") { parts.append(("Browser", product(agent.browser, parts: 3))) }
    if wanted.contains("os") { parts.append(("OperatingSystem", product(agent.system, parts: 4))) }
    if wanted.contains("device") {
      let device = agent.device
      parts.append(
        (
          "Device",
          .bag([
            ("Family", .string(device.family)), ("Brand", .string(device.brand)),
            ("Model", .string(device.model)),
          ])
        ))
    }
    return .bag(parts)
  }

  private static func product(_ product: UserAgent.Product, parts: Int) -> Dynamic {
    let names = ["MajorVersion", "MinorVersion", "Patch", "PatchMinor"].prefix(parts)
    return .bag(
      [(key: "Family", value: .string(product.family))]
        + names.enumerated().map { (key: $0.element, value: .string(product.part($0.offset))) })
  }
}
