import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// One case with every condition of a ruleset evaluated by itself.
struct ExplainedCase {
  /// One comparison of a rule: its text, what it reads, whether it holds.
  struct Leaf {
    var syntax: CasebookLanguage.Expression
    var text: String
    var reads: [Int]
    var truth: Truth
  }

  /// A condition that has to change for the rule to be true, and what it would have to be.
  struct Flip {
    var leaf: Leaf
    var wanted: Bool
  }

  let ruleset: Ruleset
  let decided: DecidedCase
  private let fields: [Field]
  private let known: [String: [Leaf]]
  private let binder: Binder

  /// Finds a case of the ruleset's dataset; nil in a script that is only checked.
  init?(
    _ id: CasebookLanguage.Expression, in reference: RulesetReference, _ binder: Binder,
    at span: Span
  ) throws {
    let versions = try reference.resolved(binder, at: span)
    guard var stored = versions.last, binder.runNow != nil else { return nil }
    let newest = try RulesetCompiler.read(stored, binder, at: span)
    let cases = try CaseTable(newest, binder, at: span)
    let row = try cases.row(of: id)
    if versions.count > 1, let decided = newest.decidedColumn(of: row.fields),
      case .datetime(let time) = row.columns[decided].scalar(0),
      let inForce = versions.last(where: { ($0.effective ?? .min) <= time })
    {
      stored = inForce
    }
    let ruleset = try RulesetCompiler.read(stored, binder, at: span)
    let leaves = ruleset.rules.map { $0.when.leaves }
    let (set, nodes) = try RulesetCompiler.explained(
      stored, leaves: leaves, over: row.fields, binder, at: span)
    self.ruleset = set.ruleset
    self.binder = Binder(
      catalog: binder.catalog, stages: binder.stages, scope: set.ruleset.parameterScope,
      context: binder.context, source: set.ruleset.source, runNow: binder.runNow)
    fields = row.fields
    decided = try DecidedCase(set, row: row, hasWindows: true, binder.context)
    let decided = decided
    known = Dictionary(
      uniqueKeysWithValues: zip(ruleset.rules, zip(leaves, nodes)).map { rule, pair in
        let found = zip(pair.0, pair.1).map { syntax, compiled in
          Leaf(
            syntax: syntax, text: ruleset.text(syntax), reads: compiled.reads,
            truth: decided.truth(compiled.node))
        }
        return (rule.name, found)
      })
  }

  /// The place of a rule among those that are not off.
  func index(of rule: Rule) -> Int? {
    decided.set.rules.firstIndex { $0.rule.name == rule.name }
  }

  func leaves(of rule: Rule) -> [Leaf] { known[rule.name] ?? [] }

  /// Whether the case lies within the rule's days.
  func isThere(_ rule: Rule) -> Bool {
    guard let index = index(of: rule) else { return false }
    guard rule.from != nil || rule.to != nil else { return true }
    let node = decided.set.rules[index].node
    switch decided.truth(node) {
    case .yes: return decided.state.yes[index][0] & 1 != 0
    case .unknown: return decided.state.open[index][0] & 1 != 0
    case .no:
      guard let column = ruleset.decidedColumn(of: fields),
        case .datetime(let time) = decided.cases[column].scalar(0)
      else { return false }
      return time >= rule.from ?? .min && time < rule.to ?? .max
    }
  }

  /// What became of a rule.
  func result(_ rule: Rule) -> String {
    guard let index = index(of: rule) else { return "off" }
    let state = decided.state
    if decided.winner == rule.name { return "won" }
    if rule.state == .shadow { return "shadow" }
    if !isThere(rule) { return "not there" }
    if state.yes[index][0] & 1 != 0 {
      if state.outrankedWord(index, 0) & 1 != 0 { return "outranked" }
      return decided.set.rules[index].closes && state.blocked[0] & 1 != 0 ? "blocked" : "true"
    }
    return decided.truth(decided.set.rules[index].node).word
  }

  /// Who took the case, in words.
  var winnerText: String {
    switch decided.winner {
    case "": "two rules want different things"
    case "default", "unknown": "it may not close the case, since an earlier rule is unknown"
    default: "\(decided.winner) won before it"
    }
  }

  /// The columns and parameters of a condition with their values; those of protected columns are masked.
  func values(_ leaf: Leaf) -> String {
    let columns = leaf.reads.map { column in
      let value = decided.cases[column].scalar(0)
      if fields[column].isProtected { return "\(fields[column].name) = ***" }
      return value.isMissing
        ? "\(fields[column].name) is missing" : "\(fields[column].name) = \(value.text)"
    }
    return (columns + ruleset.parameterText(readBy: leaf.syntax)).joined(separator: ", ")
  }

  // MARK: What would have to change

  /// The fewest conditions that have to change for a rule to be true, in the order written.
  func flips(of rule: Rule) -> [Flip] {
    var rest = leaves(of: rule)[...]
    return flips(rule.when, wanted: true, &rest)
  }

  /// Goes through the condition as `leaves` does, so that each leaf is met in its turn.
  private func flips(
    _ syntax: CasebookLanguage.Expression, wanted: Bool, _ rest: inout ArraySlice<Leaf>
  ) -> [Flip] {
    switch syntax.kind {
    case .bracketed(let inner): return flips(inner, wanted: wanted, &rest)
    case .binary(.and, let left, let right), .binary(.or, let left, let right):
      let first = flips(left, wanted: wanted, &rest)
      let second = flips(right, wanted: wanted, &rest)
      let needsBoth = isConjunction(syntax) == wanted
      if needsBoth { return first + second }
      return second.count < first.count ? second : first
    default:
      if let inner = syntax.negated { return flips(inner, wanted: !wanted, &rest) }
      guard let leaf = rest.popFirst() else { return [] }
      return leaf.truth == (wanted ? .yes : .no) ? [] : [Flip(leaf: leaf, wanted: wanted)]
    }
  }

  private func isConjunction(_ syntax: CasebookLanguage.Expression) -> Bool {
    if case .binary(.and, _, _) = syntax.kind { true } else { false }
  }

  /// The smallest change of a value that makes a condition what it would have to be.
  func change(_ flip: Flip) -> String {
    guard case .binary(let symbol, let left, let right) = flip.leaf.syntax.unbracketed.kind,
      let column = flip.leaf.reads.first, flip.leaf.reads.count == 1,
      left.asName?.text == fields[column].name
    else { return "make it \(flip.wanted): \(flip.leaf.text)" }
    let name = fields[column].name
    let bound = right.asName.flatMap { ruleset.parameters[$0.text]?.text } ?? ruleset.text(right)
    let symbolWanted = flip.wanted ? symbol : symbol.opposite
    switch symbolWanted {
    case .equal: return "\(name) to \(bound)"
    case .notEqual: return "\(name) to anything but \(bound)"
    case .in: return "\(name) to one of \(bound)"
    case .notIn: return "\(name) to none of \(bound)"
    case .greaterOrEqual: return "\(name) to \(bound)" + distance(column, right, flip)
    case .greater: return "\(name) above \(bound)" + distance(column, right, flip)
    case .lessOrEqual: return "\(name) to \(bound)" + distance(column, right, flip)
    case .less: return "\(name) below \(bound)" + distance(column, right, flip)
    default: return "make it \(flip.wanted): \(flip.leaf.text)"
    }
  }

  /// How far a number is from its bound; nothing for a value that must not be seen.
  private func distance(
    _ column: Int, _ bound: CasebookLanguage.Expression, _ flip: Flip
  ) -> String {
    let value = decided.cases[column].scalar(0)
    if fields[column].isProtected { return "" }
    if value.isMissing { return " (it is missing)" }
    guard let now = value.asReal, let limit = try? binder.constant(bound, what: "a bound").asReal
    else { return "" }
    let off = ((limit - now) * 1e9).rounded() / 1e9
    let isWhole = value.asLong != nil && off == off.rounded() && abs(off) < 1e15
    let text = isWhole ? "\(Int64(off))" : Scalar.real(off).text
    return " (\(off >= 0 ? "+" : "")\(text))"
  }
}

extension CasebookLanguage.Expression {
  /// The comparisons that a condition is made of, in the order written.
  var leaves: [CasebookLanguage.Expression] {
    switch kind {
    case .bracketed(let inner): return inner.leaves
    case .binary(.and, let left, let right), .binary(.or, let left, let right):
      return left.leaves + right.leaves
    default:
      return negated.map(\.leaves) ?? [self]
    }
  }

  /// What `not(...)` is about.
  var negated: CasebookLanguage.Expression? {
    guard case .call(let call) = kind, call.name.text == "not", call.arguments.count == 1 else {
      return nil
    }
    return call.arguments[0].value
  }
}

extension BinaryOperator {
  /// The comparison that is true where this one is false.
  fileprivate var opposite: BinaryOperator? {
    switch self {
    case .equal: .notEqual
    case .notEqual: .equal
    case .less: .greaterOrEqual
    case .lessOrEqual: .greater
    case .greater: .lessOrEqual
    case .greaterOrEqual: .less
    case .in: .notIn
    case .notIn: .in
    default: nil
    }
  }
}

extension Ruleset {
  /// The column of the decision's time among some columns.
  func decidedColumn(of fields: [Field]) -> Int? {
    fields.firstIndex { $0.name == decided ?? "opened_at" && $0.type == .datetime }
  }
}
