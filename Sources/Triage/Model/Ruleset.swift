public import CasebookLanguage
public import CasebookValues

/// How the rules of a set share a case.
public enum RulesetMode: String, Sendable, CaseIterable {
  /// The first true rule wins.
  case first
  /// Every true rule acts; the first takes the exclusive slot.
  case all
  /// Two true rules that want different things are a conflict.
  case unique
}

/// Whether a rule takes part.
public enum RuleState: String, Sendable, CaseIterable {
  /// It does.
  case live
  /// It is counted as if it alone were added, and does nothing.
  case shadow
  /// It is not there.
  case off
}

/// The actions of which a case gets one.
public enum ExclusiveKind: String, Sendable, CaseIterable {
  case route, escalate, close, hold
}

/// The one thing that is done with a case.
public struct ExclusiveAction: Sendable {
  /// What is done.
  public var kind: ExclusiveKind
  /// The queue that the case goes to; "" for `close`.
  public var queue: String = ""
  /// Why it is closed.
  public var reason: String = ""
  /// Until when it is held.
  public var until: CasebookLanguage.Expression?
  /// Whether the clock of the time limit stands still while it is held.
  public var isPaused = false

  /// An action.
  public init(_ kind: ExclusiveKind, queue: String = "") {
    self.kind = kind
    self.queue = queue
  }
}

/// A time limit.
public struct TimeLimit: Sendable, Hashable {
  /// Its length in ticks.
  public var ticks: Int64
  /// Whether it runs in the queue's hours only.
  public var isOpenTime: Bool
}

/// One rule.
public struct Rule: Sendable {
  /// The name, unique in its set.
  public var name: String
  /// Where it stands among the others.
  public var at: Double
  /// The condition.
  public var when: CasebookLanguage.Expression
  /// What becomes of the case; nil for a rule that only adds something.
  public var exclusive: ExclusiveAction?
  /// Labels that it sets.
  public var labels: [String] = []
  /// Labels that it takes away.
  public var unlabels: [String] = []
  /// The time limit that it sets.
  public var limit: TimeLimit?
  /// The priority that it gives.
  public var priority: Int64?
  /// The share of cases that are drawn for review, 0 to 1.
  public var sampling: Double?
  /// A text with `{column}` in it.
  public var note: String?
  /// Whether later rules may add to what it did.
  public var continues = false
  /// Why there is such a rule, with `{column}` in it.
  public var because: String?
  /// Who answers for it.
  public var owner: String?
  /// From when it is there, in ticks.
  public var from: Int64?
  /// Until when, itself not included.
  public var to: Int64?
  /// Whether it takes part.
  public var state: RuleState = .live
  /// Where the statement stands in the text of its set.
  public var span: Span
}

/// When a decision was right.
public struct RightClause: Sendable {
  /// The action that is judged.
  public var kind: ExclusiveKind
  /// When it was right.
  public var right: CasebookLanguage.Expression
  /// When it was wrong; nil where everything that is known and not right is.
  public var wrong: CasebookLanguage.Expression?
}

/// A case that no rule may close.
public struct NeverClause: Sendable {
  /// For which cases.
  public var when: CasebookLanguage.Expression
  /// Where they go instead.
  public var queue: String
}

/// What a test expects.
public enum Expected: Sendable {
  case action(String, queue: String?, reason: String?)
  case rule(String)
  case label(String, isPresent: Bool)
  case limit(Int64)
  case priority(Int64)
}

/// A case made up to see where the rules send it.
public struct RuleTest: Sendable {
  /// What it shows.
  public var name: String
  /// The columns that the case has.
  public var given: [Argument]
  /// What has to come out.
  public var expected: [Expected]
  /// The expectation as written.
  public var expectedText: String
}

/// A ruleset: its rules, tests, queues, pools and lists, as they stand in one text.
public struct Ruleset: Sendable {
  /// The name.
  public var name: String
  /// Which version: "" for the draft, `2` for a published one.
  public var version = ""
  /// The dataset that it is for.
  public var dataset: String?
  /// The case's identity.
  public var key: String?
  /// The column of the decision's time.
  public var decided: String?
  /// The column of the work that a case took.
  public var handling: String?
  /// How the rules share a case.
  public var mode: RulesetMode = .first
  /// Where a case goes that no rule decides.
  public var fallback: ExclusiveAction?
  /// Where it goes when some rule could not be decided.
  public var unknown: ExclusiveAction?
  /// Cases that are never closed.
  public var nevers: [NeverClause] = []
  /// When a decision was right.
  public var rights: [RightClause] = []
  /// When an appeal reversed it.
  public var overturned: CasebookLanguage.Expression?
  /// What draws for review start from.
  public var seed: Int64 = 0
  /// By `at`, then in the order in which they were declared.
  public var rules: [Rule] = []
  /// In the order in which they were declared.
  public var tests: [RuleTest] = []
  /// By name.
  public var queues: [String: Queue] = [:]
  /// In the order in which they were declared.
  public var pools: [Pool] = []
  /// Where each list's values come from: dataset and column.
  public var lists: [String: (dataset: String, column: String)] = [:]
  /// The parameters that it reads, with their values.
  public var parameters: [String: Scalar] = [:]
  /// The text that all spans refer to.
  public var source: SourceText

  /// How the set is written in a pipeline: `intake`, `intake@2`.
  public var reference: String { version.isEmpty ? name : name + "@" + version }

  /// The text of a node as written, on one line.
  public func text(_ node: some SyntaxNode) -> String {
    source[node.span].split { $0 == "\n" || $0 == "\r" || $0 == "\t" }
      .map { line in String(line.drop { $0 == " " }) }.joined(separator: " ")
  }

  /// The queue of that name, or one that is always open where none was declared.
  public func queue(_ name: String) -> Queue { queues[name] ?? Queue(name: name) }

  /// Rules that take part, in order.
  public var liveRules: [Rule] { rules.filter { $0.state == .live } }
}
