public import CasebookLanguage
public import CasebookTables
public import CasebookValues

/// An expression with its type, and whether it tells of protected values.
public struct TypedExpression: Sendable {
  /// The expression.
  public var expression: BoundExpression
  /// Whether the value has to be masked.
  public var isProtected: Bool

  /// A typed expression.
  public init(_ expression: BoundExpression, isProtected: Bool = false) {
    self.expression = expression
    self.isProtected = isProtected
  }

  /// The type of every value.
  public var type: ScalarType { expression.type }
}

/// What a name means besides columns: the values, tables and functions that `let` defined.
public struct Scope: Sendable {
  /// What a name was bound to.
  public enum Definition: Sendable {
    case value(TypedExpression)
    case table(Plan)
    case function(FunctionDefinition)
  }

  /// A function with what its body may see.
  public struct FunctionDefinition: Sendable {
    /// The function as written.
    public let syntax: Function
    /// The names that were defined where it was written.
    public let scope: Scope
    /// The text that it was written in.
    public let source: SourceText
  }

  /// What a `let` said and saw, so that it can be bound again when its tables hold something else.
  struct Origin: Sendable {
    let binding: Binding
    let scope: Scope
    let source: SourceText
    /// The result before it, which `_` meant.
    let previous: Plan?
    /// What `now()` was, where the definition asked.
    let clock: Int64?
    /// Plans whose rows decided something when it was bound: the columns of a `pivot`, a constant.
    let plansRun: [Plan]
    /// Whether it reads what may change without a table changing: a listing, a ruleset.
    let readsSession: Bool
  }

  private var definitions: [String: Definition] = [:]
  private var origins: [String: Origin] = [:]
  /// The calls of random functions in the present cell: each draws from a sequence of its own.
  private var randomCell: UInt64 = 0
  private var randomCallCount: UInt64 = 0

  /// The names that stand for values.
  var valueNames: [String] {
    names.filter { if case .value = definitions[$0] { true } else { false } }
  }

  /// A scope without names.
  public init() {}

  /// The number of the sequence that one more call of a random function draws from.
  ///
  /// It follows from the cell and the call's place in it alone, so a cell that is inserted before does
  /// not shift the draws of the others.
  mutating func nextRandomCall() -> Int64 {
    randomCallCount += 1
    return Int64(
      bitPattern: CounterRandom.key(seed: 0, cell: randomCell, stage: randomCallCount))
  }

  /// Says which cell the calls to come stand in.
  public mutating func beginRandomCalls(cell: UInt64) {
    randomCell = cell
    randomCallCount = 0
  }

  /// Goes on counting where another scope of the same cell stopped.
  mutating func continueRandomCalls(of other: Scope) {
    randomCallCount =
      randomCell == other.randomCell
      ? max(randomCallCount, other.randomCallCount) : other.randomCallCount
    randomCell = other.randomCell
  }

  /// What a name means.
  public subscript(name: String) -> Definition? {
    get { definitions[name] }
    set {
      definitions[name] = newValue
      origins[name] = nil
    }
  }

  /// What a `let` said to define a name; nil where none did, as for rows that `as` named.
  func origin(of name: String) -> Origin? { origins[name] }

  /// Gives a name the meaning that its `let` has now.
  mutating func define(_ name: String, _ definition: Definition, from origin: Origin) {
    definitions[name] = definition
    origins[name] = origin
  }

  /// All names, sorted.
  public var names: [String] { definitions.keys.sorted() }

  /// The names of tables and of functions, sorted.
  public var tableNames: [String] {
    definitions.filter { if case .value = $0.value { false } else { true } }.keys.sorted()
  }
}

/// What the binder asks of the workspace.
public protocol Catalog: Sendable {
  /// The rows of a stored table.
  func table(named name: String) throws -> (any TableSource)?
  /// The roles that the columns of a stored table play, where it is a log.
  func log(named name: String) throws -> LogRoles?
  /// The names of all stored tables, sorted.
  var tableNames: [String] { get }
  /// A table that a file outside the workspace holds, for `externaldata`; its text in UTF-8.
  func externalText(at path: String) throws -> [UInt8]
  /// The draft of a ruleset; nil when there is none of that name.
  func rulesetDraft(named name: String) throws -> StoredRuleset?
  /// The published versions of a ruleset, oldest first.
  func rulesetVersions(named name: String) throws -> [StoredRuleset]
  /// Notes that a statement uses a ruleset, by the name that it gave it: `intake`, `intake@live`.
  func noteUse(of ruleset: StoredRuleset, as reference: String)
  /// Notes that a statement goes by the marks of a table that it need not read: roles of a log, late columns.
  func noteMarks(of table: String)
  /// The names of all rulesets, sorted.
  var rulesetNames: [String] { get }
  /// The columns of a stored table that are known only after the decision.
  func lateColumns(of table: String) throws -> Set<String>
  /// The parameters of the session, but for secrets, for rules that are entered now.
  var parameters: [String: Scalar] { get }
}

extension Catalog {
  /// No table is a log.
  public func log(named name: String) throws -> LogRoles? { nil }
}

/// A catalog of nothing.
public struct EmptyCatalog: Catalog {
  /// An empty catalog.
  public init() {}
  /// No table.
  public func table(named name: String) -> (any TableSource)? { nil }
  /// No names.
  public var tableNames: [String] { [] }
  /// No file.
  public func externalText(at path: String) throws -> [UInt8] { [] }
}
