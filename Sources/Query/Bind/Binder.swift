public import CasebookLanguage
public import CasebookTables
import CasebookValues
import Synchronization

/// Gives names and types to a syntax tree and makes the plan that it asks for.
///
/// One binder serves one statement. Stages call it for their expressions and tables.
public final class Binder {
  /// Stored tables.
  public let catalog: any Catalog
  /// The stages that may stand between two `|`.
  public let stages: StageSet
  /// What `let` has defined.
  public var scope: Scope
  /// Clock and seed: `now()` is a constant.
  public let context: RunContext
  /// The text that spans refer to.
  public let source: SourceText
  /// The plan of the session's last pipeline, for a text that begins with `|`.
  let previous: Plan?
  /// Whether the statement goes on from the session's last pipeline.
  public private(set) var didReadPrevious = false
  /// Runs a plan whose data decide the columns of what follows; nil where nothing may run, as in
  /// `check`.
  public var runNow: ((Plan) throws -> Table)? {
    guard let run else { return nil }
    return { [self] plan in
      plansRun.append(plan)
      return try run(plan)
    }
  }
  private let run: ((Plan) throws -> Table)?
  /// The plans that were run while the statement was bound.
  var plansRun: [Plan] = []
  /// Whether the statement reads what may change without a table changing: a listing, a ruleset.
  public var readsSession = false
  /// Runs a command that yields a table and heads a pipeline.
  public var commandTable: ((Command) throws(Diagnostic) -> Table)?
  /// The listing that a command's bare word stands for, nil when there is no such command.
  public var listing: ((Name) throws(Diagnostic) -> Table?)?
  /// What `now()` and `ago()` answer where that differs from row to row, as in a rule, which is decided
  /// at its case's own time.
  public var rowClock: TypedExpression?
  /// Notes and warnings for the person who wrote the statement.
  public internal(set) var notes: [Diagnostic] = []

  /// The names of the scope that the statement means, for what it depends on.
  public private(set) var namesRead: Set<String> = []

  /// The meanings of names whose tables have changed since their `let`.
  var renewed: [String: Scope.Definition] = [:]
  /// The rows around a pipeline in brackets, as in `mv-apply ... on (...)`.
  var surroundingInput: Plan?
  /// Where aggregates are gathered while a `summarize` is bound.
  var aggregates: AggregateCollector?
  /// How many functions are being bound within each other.
  var functionDepth = 0

  /// A binder for one statement.
  public init(
    catalog: any Catalog, stages: StageSet = StageCatalogue.set, scope: Scope,
    context: RunContext, source: SourceText, previous: Plan? = nil,
    runNow: ((Plan) throws -> Table)? = nil
  ) {
    self.stages = stages
    self.catalog = catalog
    self.scope = scope
    self.context = context
    self.source = source
    self.previous = previous
    run = runNow
  }

  /// Adds a note, once.
  public func note(_ diagnostic: Diagnostic) { notes.append(diagnostic) }

  /// The session's last pipeline; that it was asked for is remembered.
  func readPrevious() -> Plan? {
    didReadPrevious = previous != nil
    return previous
  }

  /// What a name of the scope means; that it was asked for is remembered.
  func meaning(of name: String) -> Scope.Definition? {
    guard let definition = scope[name] else { return nil }
    namesRead.insert(name)
    return definition
  }

  /// The number of the sequence of random draws that one more use of them takes.
  func nextRandomStream() -> UInt64 { UInt64(bitPattern: scope.nextRandomCall()) }

  private static let sharedIds = Atomic<Int>(0)

  /// A plan that is computed once however many places read it.
  public static func shared(_ plan: Plan) -> Plan {
    if case .shared = plan { return plan }
    if case .values = plan { return plan }
    return .shared(plan, id: sharedIds.wrappingAdd(1, ordering: .relaxed).oldValue)
  }

  /// The text of a node as written.
  func text(_ node: some SyntaxNode) -> String { source[node.span] }
}
