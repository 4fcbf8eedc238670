import CasebookQuery
import CasebookTables
import CasebookValues

/// What becomes of a case: an action and the queue that it goes to.
struct Outcome: Hashable, Sendable {
  /// `route`, `escalate`, `close`, `hold`, `conflict`, `error`, or "" where nothing was decided.
  var action: String
  /// The queue; "" where there is none.
  var queue: String
}

/// A rule bound to the columns of some cases.
struct CompiledRule: Sendable {
  /// The rule.
  let rule: Rule
  /// The program's node of its condition.
  let node: Int
  /// The columns of the cases that its condition reads.
  let reads: [Int]
  /// What becomes of a case that it wins; -1 for a rule that only adds something.
  let outcome: Int
  /// The evaluator's column that says until when a case is held.
  let until: Int?
  /// What becomes of a case whose hold is past, and of one whose hold has no end.
  let released: Int
  let failed: Int

  var isLive: Bool { rule.state == .live }
  var isExclusive: Bool { outcome >= 0 }
  /// Whether later rules are not looked at once it is true, in `mode first`.
  var stops: Bool { !rule.continues }
  /// Whether an unknown condition keeps later rules from closing the case.
  var blocksClosing: Bool { rule.exclusive.map { $0.kind != .close } ?? false }
  var closes: Bool { rule.exclusive?.kind == .close }
}

/// What loops over rows ask of a rule: plain numbers, so that nothing is retained for each of them.
struct RuleFacts: Sendable {
  let node: Int
  let outcome: Int
  let isLive: Bool
  let isExclusive: Bool
  let stops: Bool
  let blocksClosing: Bool
  let closes: Bool

  init(_ rule: CompiledRule) {
    node = rule.node
    outcome = rule.outcome
    isLive = rule.isLive
    isExclusive = rule.isExclusive
    stops = rule.stops
    blocksClosing = rule.blocksClosing
    closes = rule.closes
  }
}

/// A ruleset bound to the columns of some cases: one program for all conditions.
struct CompiledRuleset: Sendable {
  let ruleset: Ruleset
  /// The columns of the cases.
  let fields: [Field]
  /// Rules that are not off, in order.
  let rules: [CompiledRule]
  let program: LogicProgram
  /// What the evaluator reads, as expressions over the columns of the cases.
  let inputs: [BoundExpression]
  /// The evaluator's column of the decision's time, where the cases have one.
  let decided: Int?
  /// The evaluator's column of the work that a case took.
  let handling: Int?
  /// The evaluator's column of the case's identity; nil for the number of the row.
  let key: Int?
  let nevers: [(node: Int, outcome: Int)]
  /// By what is judged: where it was right, and where wrong (nil: where `right` is false).
  let rights: [ExclusiveKind: (right: Int, wrong: Int?)]
  let overturned: Int?
  /// Everything that can become of a case.
  let outcomes: [Outcome]
  /// The outcome of a case that no rule decides.
  let fallback: Int
  /// The outcome when some rule was unknown.
  let unknown: Int
  /// The outcome of a conflict.
  let conflict: Int
  /// Whether a condition reads a protected column.
  let readsProtected: Bool

  /// Whether the column of the key also decides something.
  var usesKeyOtherwise: Bool {
    guard let key else { return false }
    let atoms = program.atoms.flatMap { atom -> [Int?] in
      if case .computed(let missing) = atom.test { return [atom.column, missing] }
      return [atom.column]
    }
    return (atoms + rules.map(\.until) + [decided, handling]).contains(key)
  }

  /// The action that an outcome is judged as.
  func kind(of outcome: Int) -> ExclusiveKind? {
    outcome >= 0 ? ExclusiveKind(rawValue: outcomes[outcome].action) : nil
  }

  /// The clause by which an action is judged: an escalation is a route, too.
  func judgement(of outcome: Int) -> (right: Int, wrong: Int?)? {
    guard let kind = kind(of: outcome) else { return nil }
    return rights[kind] ?? (kind == .escalate || kind == .hold ? rights[.route] : nil)
  }

  /// The name that the rules' columns give the winner of a case.
  func winnerName(_ winner: Int) -> String {
    winner < rules.count ? rules[winner].rule.name : Winner.name(winner - rules.count)
  }
}

/// Winners that are no rule, counted from behind the last rule.
enum Winner {
  static let fallback = 0
  static let unknown = 1
  static let conflict = 2
  /// No version was in force.
  static let nobody = 3

  static func name(_ index: Int) -> String {
    switch index {
    case fallback: "default"
    case unknown: "unknown"
    default: ""
    }
  }
}
