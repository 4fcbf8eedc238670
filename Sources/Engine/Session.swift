import CasebookQuery
import CasebookTables
import CasebookTriage
import CasebookValues

/// What a session has besides its workspace.
///
/// A value: a statement that fails leaves the old one.
struct Session {
  /// What `let` and `as` defined.
  var scope = Scope()
  /// The texts of the pipelines that `let` named, for `save view`.
  var tableTexts: [String: String] = [:]
  /// What the names that are defined now depend on.
  var definitions: [String: CellReads] = [:]
  /// Hashes of what the names stand for and depend on, for who keeps results; a name without one is not
  /// known well enough.
  var keys: [String: String] = [:]
  /// The same of the last result.
  var lastKey: String?
  /// How often each statement drew since the seed was set, by its text without layout.
  var cellCounts: [String: Int] = [:]
  /// The result of the last pipeline, which `_` and a leading `|` mean.
  var lastResult: Table? {
    didSet {
      lastGround = nil
      lastKey = nil
      lastReads = CellReads()
    }
  }
  /// Where the rows of the last result are from, so that roles of a log follow them.
  var lastGround: PlanGround?
  /// What that result depends on.
  var lastReads = CellReads()
  /// What `now()` answers, when `clock` fixed it.
  var clock: Int64?
  /// What random draws start from.
  var seed: UInt64 = 0
  /// Whether a lock of the script keeps small results whole.
  var locksValues = true
  /// Settings that never change a result, by name.
  var settings = Settings()
  /// Protected columns that may be shown, as `dataset.column`.
  var revealed: Set<String> = []
  /// The queue, ruleset or rule just entered, which a line that begins with a clause word amends.
  var amending: TriageDefinition?
  /// What a script that is only checked has defined.
  var checked = CheckedDefinitions()
  /// The parameters declared so far, with the values they have.
  private(set) var parameterNames: [String] = []
  /// What each parameter takes, in words; "" where it takes anything.
  private(set) var allowedValues: [String: String] = [:]
  /// The values of parameters that are no secrets, by name.
  private(set) var parameters: [String: Scalar] = [:]
  /// The values of secret parameters, by name.
  private(set) var secrets: [String: String] = [:]

  /// Notes a parameter, once; with its value where nobody may see it.
  mutating func addParameter(
    _ name: String, _ value: Scalar? = nil, allowed: String = "", secret: String? = nil
  ) {
    if !parameterNames.contains(name) { parameterNames.append(name) }
    allowedValues[name] = allowed
    parameters[name] = secret == nil ? value : nil
    keys[name] = parameters[name].map { "param \($0.type.name) \($0.text)" }
    secrets[name] = secret
  }
}
