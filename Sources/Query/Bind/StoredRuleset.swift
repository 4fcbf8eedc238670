public import CasebookValues

/// A ruleset as the workspace keeps it: text, and what a published version fixed.
///
/// The binder does not know what the text means; the stages that read rulesets do.
public struct StoredRuleset: Sendable {
  /// The name.
  public var name: String
  /// The number of a published version; nil for the draft.
  public var version: Int?
  /// The statements: parameters, queues, pools and lists first, then the ruleset, its rules and its tests.
  public var text: String
  /// From when a published version is in force, in ticks.
  public var effective: Int64?
  /// The values of each list when the version was published.
  public var lists: [String: [Scalar]]
  /// A hash of the text and the lists' values.
  public var hash: String

  /// A stored ruleset.
  public init(
    name: String, version: Int? = nil, text: String, effective: Int64? = nil,
    lists: [String: [Scalar]] = [:], hash: String = ""
  ) {
    self.name = name
    self.version = version
    self.text = text
    self.effective = effective
    self.lists = lists
    self.hash = hash
  }
}

extension Catalog {
  /// The draft of a ruleset; nil when there is none of that name.
  public func rulesetDraft(named name: String) throws -> StoredRuleset? { nil }
  /// The published versions of a ruleset, oldest first.
  public func rulesetVersions(named name: String) throws -> [StoredRuleset] { [] }
  /// Nobody keeps account.
  public func noteMarks(of table: String) {}
  /// Nobody keeps account.
  public func noteUse(of ruleset: StoredRuleset, as reference: String) {}
  /// The names of all rulesets, sorted.
  public var rulesetNames: [String] { [] }
  /// The columns of a stored table that are known only after the decision.
  public func lateColumns(of table: String) throws -> Set<String> { [] }
  /// Nothing was declared.
  public var parameters: [String: Scalar] { [:] }
}
