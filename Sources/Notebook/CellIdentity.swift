import CasebookEngine
import CasebookLanguage

/// By what a cell is known again after edits elsewhere: the name it defines, else the name that `as` gives
/// its rows, else its text without layout and how often that came before.
public struct CellIdentity: Sendable, Hashable, CustomStringConvertible {
  /// The identity as a lock writes it: `let wk`, `as volume`, `rule hot_fraud`, `#9f8e7d6c5b4a3921`.
  public let description: String

  /// The identity that a text writes.
  public init(_ description: String) { self.description = description }

  /// Whether it is a label, or that label met again.
  func isNamed(as label: String) -> Bool {
    description == label || description.hasPrefix(label + " (")
  }

  /// Whether a name says it, so that an edited statement keeps it.
  public var isNamed: Bool { !description.hasPrefix("#") }
}

/// Gives each cell of a run its identity.
struct IdentityCounter {
  private var counts: [String: Int] = [:]

  mutating func identity(of cell: Cell) -> CellIdentity {
    let base = cell.statement.defined?.label ?? "#" + shortHash(cell.canonicalText)
    let count = counts[base, default: 0]
    counts[base] = count + 1
    return CellIdentity(count == 0 ? base : base + " (\(count + 1))")
  }
}

extension Statement {
  /// What a statement defines.
  struct Defined {
    /// The word that defines it: `let`, `as`, `load`, `rule`.
    var word: String
    /// The name.
    var name: String
    /// The ruleset of a rule or test; nil for everything else.
    var owner: String?

    /// As a lock writes it: `let wk`, `rule hot in intake`.
    var label: String { "\(word) \(name)" + (owner.map { " in " + $0 } ?? "") }
  }

  /// The name that the statement defines.
  var defined: Defined? {
    switch kind {
    case .binding(let binding): return Defined(word: "let", name: binding.name.text)
    case .pipeline(let pipeline):
      guard let stage = pipeline.stages.last, stage.name == "as", let name = stage.name("name")
      else { return nil }
      return Defined(word: "as", name: name.text)
    case .command(let command) where Self.definingCommands.contains(command.name):
      guard !command.isAmendment, let name = command.name("name") ?? command.name("as") else {
        return nil
      }
      return Defined(word: command.name, name: name.text, owner: command.name("set")?.text)
    default: return nil
    }
  }

  private static let definingCommands: Set<String> = [
    "load", "log", "param", "queue", "pool", "list", "ruleset", "rule",
  ]
}

/// Whether the order of a statement's rows is asked for, so that it is part of the result.
///
/// A pipeline that goes on with the rows before it has their order; `goesOnOrdered` says whether they have one.
func isOrdered(_ statement: Statement, goesOnOrdered: Bool) -> Bool {
  guard case .pipeline(let pipeline) = statement.kind else { return false }
  // What comes behind a sort and keeps its order.
  let keeping: Set<String> = [
    "where", "project", "project-away", "project-keep", "project-rename", "project-reorder",
    "extend",
    "take", "render", "as", "serialize",
  ]
  for stage in pipeline.stages.reversed() {
    guard let name = stage.name else { return false }
    if name == "sort" || name == "top" { return true }
    guard keeping.contains(name) else { return false }
  }
  switch pipeline.source {
  case .continuation: return goesOnOrdered
  case .expression(let expression): return goesOnOrdered && expression.asName?.text == "_"
  default: return false
  }
}
