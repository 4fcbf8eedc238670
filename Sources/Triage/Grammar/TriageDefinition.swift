public import CasebookLanguage

/// One statement that defines something, as text, clause by clause, so that it can be amended.
public struct TriageDefinition: Sendable, Hashable {
  /// What is defined.
  public enum Kind: String, Sendable, CaseIterable {
    case queue, pool, list, ruleset, rule, test
  }

  /// One clause: what it replaces when it is written again, and its text.
  struct Clause: Sendable, Hashable {
    var key: String
    var text: String
  }

  /// What is defined.
  public let kind: Kind
  /// The ruleset of a rule or test; "" for everything else.
  public let owner: String
  /// The name.
  public let name: String
  private var clauses: [Clause] = []

  /// The definition that a command holds.
  ///
  /// A command that amends holds clauses only: the name is that of the definition before.
  public init?(_ command: Command, source: SourceText, amending earlier: TriageDefinition? = nil) {
    guard let kind = Kind(rawValue: command.name) else { return nil }
    self.kind = kind
    if command.isAmendment {
      guard let earlier, earlier.kind == kind else { return nil }
      owner = earlier.owner
      name = earlier.name
      clauses = earlier.clauses
    } else {
      owner = kind == .rule || kind == .test ? command.name("set")?.text ?? "" : ""
      name = command.name("name")?.text ?? command.string("name") ?? ""
    }
    for clause in Self.clauses(of: command, kind, source) { add(clause) }
  }

  /// The definitions that a text holds, in order; what cannot be read is left out.
  public static func all(in text: String) -> [TriageDefinition] {
    let tree = parse(text, signatures: TriageGrammar.reading)
    return tree.statements.compactMap { statement in
      guard case .command(let command) = statement.kind else { return nil }
      return TriageDefinition(command, source: tree.source)
    }
  }

  /// Whether it is a name without any clause.
  public var isBare: Bool { clauses.isEmpty }

  /// How it is called: `queue general`, `rule hot in intake`, `test "late" in intake`.
  public var label: String { head }

  /// The clauses that are others than in an earlier definition of the same thing: before and after, one of
  /// both empty where the clause came or went.
  public func changes(since earlier: TriageDefinition) -> [(before: String, after: String)] {
    let keys =
      earlier.clauses.map(\.key)
      + clauses.map(\.key).filter { key in
        !earlier.clauses.contains { $0.key == key }
      }
    return keys.compactMap { key in
      let before = earlier.clauses.first { $0.key == key }?.text ?? ""
      let after = clauses.first { $0.key == key }?.text ?? ""
      return before == after ? nil : (before, after)
    }
  }

  private mutating func add(_ clause: Clause) {
    if let index = clauses.firstIndex(where: { $0.key == clause.key }) {
      clauses[index] = clause
    } else {
      clauses.append(clause)
    }
  }

  /// The statement in its canonical form: the name, then a clause a line.
  public var text: String {
    let order = Self.order[kind] ?? []
    let sorted = clauses.enumerated().sorted { left, right in
      (rank(left.element, order), left.offset) < (rank(right.element, order), right.offset)
    }.map(\.element)
    let lines = sorted.map { "\n  " + $0.text }.joined()
    return head + (kind == .list ? " " + (sorted.first?.text ?? "") : lines)
  }

  private func rank(_ clause: Clause, _ order: [String]) -> Int {
    let word = clause.key.split(separator: " ").first.map(String.init) ?? ""
    return order.firstIndex(of: word) ?? order.count
  }

  private var head: String {
    switch kind {
    case .queue, .pool, .list, .ruleset: "\(kind.rawValue) \(spelled(name))"
    case .rule: "rule \(spelled(name)) in \(spelled(owner))"
    case .test: "test \(quotedText(name)) in \(spelled(owner))"
    }
  }

  private static let order: [Kind: [String]] = [
    .queue: ["hours", "staff", "aht", "order", "sla", "escalates"],
    .pool: ["staff", "shrinkage", "serves"],
    .list: ["from"],
    .ruleset: [
      "on", "key", "decided", "handling", "mode", "default", "unknown", "never", "right",
      "overturned", "draws",
    ],
    .rule: ["at", "when", "then", "because", "owner", "from", "to", "state"],
    .test: ["given", "gives"],
  ]
}

// MARK: - Reading the clauses of a command

extension TriageDefinition {
  private static func clauses(
    of command: Command, _ kind: Kind, _ source: SourceText
  ) -> [Clause] {
    let reader = ClauseReader(command: command, source: source)
    switch kind {
    case .queue: return reader.queue
    case .pool: return reader.pool
    case .list: return reader.plain(["from"])
    case .ruleset: return reader.ruleset
    case .rule: return reader.rule
    case .test: return reader.test
    }
  }
}

private struct ClauseReader {
  typealias Clause = TriageDefinition.Clause

  let command: Command
  let source: SourceText

  func text(_ label: String) -> String? { command.part(label).map { source[$0.span] } }

  /// Clauses that are their word and one part of that label.
  func plain(_ labels: [String]) -> [Clause] {
    labels.compactMap { label in
      text(label).map { Clause(key: label, text: label + " " + $0) }
    }
  }

  func groups(_ label: String) -> [PartGroup] {
    command.parts.filter { $0.label == label }.flatMap { part -> [PartGroup] in
      if case .groups(let groups) = part.value { return groups }
      return []
    }
  }

  var queue: [Clause] {
    var clauses = plain(["hours", "staff", "aht", "order"])
    if let limit = text("sla") {
      let open = command.has("open") ? " open" : ""
      clauses.append(Clause(key: "sla", text: "sla \(limit)\(open)"))
    }
    if let target = text("escalates"), let after = text("after") {
      clauses.append(Clause(key: "escalates", text: "escalates \(target) after \(after)"))
    }
    return clauses
  }

  var pool: [Clause] {
    var clauses = plain(["staff"])
    if let share = text("shrinkage") {
      clauses.append(Clause(key: "shrinkage", text: "shrinkage \(share)%"))
    }
    let served = groups("serves").map { source[$0.span] }
    if !served.isEmpty {
      clauses.append(
        Clause(key: "serves", text: "serves (" + served.joined(separator: ", ") + ")"))
    }
    return clauses
  }

  var ruleset: [Clause] {
    var clauses = plain(["on", "key", "decided", "handling", "mode"])
    for word in ["default", "unknown"] {
      if let action = text(word), let queue = text(word + " queue") {
        clauses.append(Clause(key: word, text: "\(word) \(action) \(queue)"))
      }
    }
    for group in groups("never") {
      // Another condition is another promise; it does not take the first one's place.
      clauses.append(Clause(key: "never " + source[group.span], text: source[group.span]))
    }
    for group in groups("right") {
      clauses.append(
        Clause(key: "right " + (group.word("action") ?? ""), text: source[group.span]))
    }
    if let overturned = text("overturned") {
      clauses.append(Clause(key: "overturned", text: "overturned when " + overturned))
    }
    if let seed = text("draws") {
      clauses.append(Clause(key: "draws", text: "draws from " + seed))
    }
    return clauses
  }

  var rule: [Clause] {
    var clauses = plain(["at", "when", "because", "owner", "from", "to", "state"])
    let actions = groups("then").map { source[$0.span] }
    if !actions.isEmpty {
      clauses.append(Clause(key: "then", text: "then " + actions.joined(separator: ", ")))
    }
    return clauses
  }

  var test: [Clause] {
    var clauses: [Clause] = []
    // Without a label of its own, the bracket's part is the one that holds settings.
    for part in command.parts {
      if case .parameters(let arguments) = part.value {
        let values = arguments.map { argument in
          let name = argument.name.map { spelled($0.text) } ?? ""
          return "\(name) = \(source[argument.value.span])"
        }
        clauses.append(
          Clause(key: "given", text: "given (" + values.joined(separator: ", ") + ")"))
      }
    }
    let expected = groups("gives").map { source[$0.span] }
    if !expected.isEmpty {
      clauses.append(Clause(key: "gives", text: "gives " + expected.joined(separator: ", ")))
    }
    return clauses
  }
}

/// A name as it is written in a statement.
public func spelled(_ name: String) -> String {
  let isPlain = name.utf8.enumerated().allSatisfy { index, byte in
    byte == UInt8(ascii: "_")
      || (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
      || (index > 0 && byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
  }
  return isPlain && !name.isEmpty ? name : "['" + escaped(name, quote: "'") + "']"
}

/// A text as it is written in a statement.
public func quotedText(_ text: String) -> String { "\"" + escaped(text, quote: "\"") + "\"" }

private func escaped(_ text: String, quote: Character) -> String {
  var result = ""
  for character in text {
    switch character {
    case quote, "\\": result += "\\" + String(character)
    case "\n": result += "\\n"
    case "\r": result += "\\r"
    case "\r\n": result += "\\r\\n"
    case "\t": result += "\\t"
    default: result.append(character)
    }
  }
  return result
}
