public import CasebookLanguage
import CasebookQuery
public import CasebookValues

/// The parameters that the definitions of a ruleset read, as statements before them.
///
/// A draft gets them with the values that they have in the session; publishing fixes them with the version, whose
/// text tells them from then on.
public enum RuleParameters {
  /// A line for each parameter that some definitions read, `param cut: real = 0.9`, sorted by name.
  ///
  /// A column of the cases comes before a parameter of its name, so `columns`, which gives those of a dataset,
  /// decides what a name means.
  public static func text(
    for definitions: String, among values: [String: Scalar],
    columns: (String) throws -> Set<String>
  ) rethrows -> String {
    guard values.keys.contains(where: { definitions.contains($0) }) else { return "" }
    let tree = parse(definitions, signatures: TriageGrammar.reading)
    let commands = commands(of: tree)
    var hidden: Set<String> = []
    for command in commands where command.name == "ruleset" {
      if let dataset = command.name("on")?.text { hidden.formUnion(try columns(dataset)) }
    }
    let read = commands.reduce(into: Set<String>()) { $0.formUnion(names(in: $1)) }
    return read.subtracting(hidden).sorted().compactMap { name in
      values[name].map { "param \(spelled(name)): \($0.type.name) = \(literal($0))\n" }
    }.joined()
  }

  /// The lines at the beginning of a ruleset's text that tell its parameters, by name.
  public static func lines(of text: String) -> [String: String] {
    guard text.hasPrefix("param ") else { return [:] }
    let head = text.split(separator: "\n").prefix { $0.hasPrefix("param ") }
    let tree = parse(head.joined(separator: "\n"), signatures: TriageGrammar.reading)
    var lines: [String: String] = [:]
    for command in commands(of: tree) {
      if let name = command.name("name") { lines[name.text] = tree.source[command.span] }
    }
    return lines
  }

  /// How to declare a parameter that a draft reads and the session does not have: as the last version had it, where
  /// one did.
  static func declaration(of name: String, in ruleset: String, _ catalog: any Catalog) -> String {
    let versions = (try? catalog.rulesetVersions(named: ruleset)) ?? []
    for version in versions.reversed() {
      if let line = lines(of: version.text)[name] {
        return "\(line) declares it as \(ruleset)@\(version.version ?? 0) has it"
      }
    }
    return "param \(spelled(name)): TYPE = VALUE declares it"
  }

  /// The names that stand where a definition takes a value, columns among them.
  public static func names(in command: Command) -> Set<String> {
    command.name == "list" ? [] : names(in: command.parts)
  }

  private static func commands(of tree: SyntaxTree) -> [Command] {
    tree.statements.compactMap { statement in
      if case .command(let command) = statement.kind { command } else { nil }
    }
  }

  /// Where definitions take values; names of queues, columns and labels stand elsewhere.
  private static let valueLabels: Set<String> = [
    "staff", "aht", "sla", "after", "shrinkage", "draws", "at", "priority", "qa", "when", "right",
    "wrong", "overturned", "until", "from", "to",
  ]

  private static func names(in parts: [Part]) -> Set<String> {
    var found: Set<String> = []
    for part in parts {
      switch part.value {
      case .expression(let expression) where valueLabels.contains(part.label):
        found.formUnion(names(in: expression))
      case .parameters(let arguments):
        for argument in arguments { found.formUnion(names(in: argument.value)) }
      case .groups(let groups): for group in groups { found.formUnion(names(in: group.parts)) }
      default: break
      }
    }
    return found
  }

  /// The names that an expression reads.
  static func names(in expression: Expression) -> Set<String> {
    var found: Set<String> = []
    expression.walk { node in
      if let name = (node as? Expression)?.asName { found.insert(name.text) }
    }
    return found
  }

  /// A value as it is written in a statement.
  static func literal(_ value: Scalar) -> String {
    switch value {
    case .null(let type): return "\(type.name)(null)"
    case .bool(let value): return value ? "true" : "false"
    case .string(let text): return quotedText(text)
    case .real(let number) where number.isFinite: return value.text
    case .long: return value.text
    case .timespan(let ticks) where ticks > 0:
      let text = lengthText(ticks)
      return text.contains(":") ? "timespan(\(text))" : text
    default: return "\(value.type.name)(\(value.text))"
    }
  }
}

extension Ruleset {
  /// The parameters that an expression of the set reads, each with its value: `cut = 0.9`.
  func parameterText(readBy syntax: CasebookLanguage.Expression) -> [String] {
    RuleParameters.names(in: syntax).sorted().compactMap { name in
      parameters[name].map { "\(name) = \($0.text)" }
    }
  }

  /// What the parameters mean, for who binds expressions of the set.
  var parameterScope: Scope {
    var scope = Scope()
    for (name, value) in parameters { scope[name] = .value(TypedExpression(.constant(value))) }
    return scope
  }
}
