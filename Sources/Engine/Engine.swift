import CasebookAnalyses
public import CasebookLanguage
public import CasebookQuery
import CasebookTables
import CasebookTriage
import CasebookWorkspace
import Glibc
import Synchronization

/// The one way to run a text: source in, a stream of cells out.
///
/// The shell, `-c`, `run`, `check` and the tests all go through an engine. An engine belongs to one
/// thread; only `canceller` may be used from others.
public final class Engine {
  /// Stops whatever is running, from any thread.
  public let canceller = Canceller()
  /// What the engine was told when it was made.
  public let configuration: Configuration
  /// The parser's knowledge of stages and commands.
  public static let signatures = SignatureSet(stages.signatures + CommandCatalogue.signatures)
  /// Every stage: KQL's, then one family of analyses after the other.
  public static let stages = StageSet(
    StageCatalogue.all + AnalysisCatalogue.all + TriageCatalogue.all)

  var session = Session()
  /// What `undo` can take back, the last change last.
  var undoSteps: [UndoStep] = []
  /// What keeps the record of the session, where something does.
  public weak var host: (any SessionHost)?
  /// What the last failed statement would be as its error proposes it.
  var correction: String?
  /// The script that `run` read and that comes next.
  var pendingScript: (name: String, text: String)?
  /// The scripts that are running, each run by the one before.
  var runningScripts: [String] = []
  /// Values that completions offered since the last statement.
  var frequentValues: [String: [FrequentValue]] = [:]
  let store: Store

  /// An engine on a workspace.
  ///
  /// Nothing is opened before it is needed, unless a file is named.
  public init(_ configuration: Configuration = Configuration()) throws {
    self.configuration = configuration
    store = try Store(configuration)
  }

  /// The settings of the session.
  public var settings: Settings { session.settings }

  /// Runs the statements of a text in order and hands each one's cell to `receive`, up to the first
  /// that fails.
  ///
  /// Gives whether all of them ran.
  ///
  /// When the text does not parse, nothing runs: the one cell handed over holds its first error.
  /// `amending` names the command that a text beginning with a clause word amends.
  @discardableResult
  public func run(
    _ text: String, amending: String? = nil, receive: (Cell) throws -> Void
  ) rethrows -> Bool {
    let tree = parse(
      text, signatures: Self.signatures,
      amending: amending ?? session.amending?.kind.rawValue)
    for statement in tree.statements {
      if case .empty = statement.kind { continue }
      if case .command(let command) = statement.kind, command.name == FixCommand.signature.name,
        let correction
      {
        try receive(message(correction, statement, tree))
        guard try run(correction, receive: receive) else { return false }
        continue
      }
      var cell = run(statement, of: tree)
      cell.script = runningScripts.last
      remember(cell, of: tree)
      // Behind the answer, so that nobody waits for it.
      defer { store.workspace.keepDerived(makeContext()) }
      try receive(cell)
      if cell.isFailure { return false }
      if case .leave = cell.output { return true }
      guard let script = pendingScript else { continue }
      pendingScript = nil
      runningScripts.append(script.name)
      defer { runningScripts.removeLast() }
      guard try run(script.text, receive: receive) else { return false }
    }
    return true
  }

  /// Closes the workspace; a transient one is removed.
  public func close() throws { try store.close() }

  // MARK: One statement

  private func run(_ statement: Statement, of tree: SyntaxTree) -> Cell {
    let start = stopwatch()
    let startedAt = wallClock()
    let context = makeContext()
    canceller.begin(context)
    defer { canceller.end() }
    let before = session
    store.refresh()
    frequentValues = [:]
    let statementRun = StatementRun(self, statement, tree, context)
    let output: Cell.Output
    let stepCount = undoSteps.count
    do {
      let change = try beginChange(statement, tree)
      let made = try statementRun.output()
      statementRun.countDraws()
      if let change { try noteChange(change, statementRun.identifyingText) }
      output = made
    } catch {
      session = before
      output = Self.failure(error, at: statement.span)
    }
    // Told once: rulesets are read for it.
    let reads = statementRun.reads
    let readsProtected = statementRun.readsProtected(reads)
    return Cell(
      statement: statement, source: tree.source, output: withoutSecrets(output, statementRun),
      view: statementRun.view,
      rowsAtFault: statementRun.rowsAtFault, notes: statementRun.notes,
      findings: session.settings.isOn("findings") ? context.takeFindings() : [],
      warnings: context.takeWarnings(),
      canBeWithdrawn: undoSteps.count > stepCount && undoSteps.last?.barrier == nil,
      reads: reads,
      readsProtected: readsProtected,
      mentionsProtected: readsProtected && statementRun.holdsLiterals,
      commandName: statementRun.commandName, asksHost: statementRun.asksHost,
      tellsOfSitting: statementRun.tellsOfSitting, startedAt: startedAt,
      fixedClock: before.clock, seed: before.seed,
      canonicalText: tree.canonicalText(of: statement), seconds: stopwatch() - start)
  }

  /// A context for one statement.
  func makeContext() -> RunContext {
    RunContext(
      clock: session.clock ?? wallClock(), seed: session.seed,
      threads: configuration.threads ?? Self.coreCount,
      memoryLimitBytes: configuration.memoryLimitBytes ?? Self.memoryByteCount,
      derived: store.workspace.derived)
  }

  /// What the machine has, as the bound where none was given.
  static let memoryByteCount =
    Int(sysconf(Int32(_SC_PHYS_PAGES))) * Int(sysconf(Int32(_SC_PAGESIZE)))
  static let coreCount = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
}

/// Stops the statement that is running.
///
/// Safe to use from any thread.
public final class Canceller: Sendable {
  private let context = Mutex<RunContext?>(nil)

  /// Whether something is running.
  public var isRunning: Bool { context.withLock { $0 != nil } }

  /// How far the running statement is: rows done, of rows known.
  public var progress: (done: Int, known: Int)? { context.withLock { $0?.progress } }

  /// Asks the running statement to stop.
  public func cancel() { context.withLock { $0?.cancel() } }

  func begin(_ running: RunContext) { context.withLock { $0 = running } }
  func end() { context.withLock { $0 = nil } }
}
