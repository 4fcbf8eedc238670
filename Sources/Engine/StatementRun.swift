import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookTriage
import CasebookValues
import CasebookWorkspace

/// One statement being run: what commands may use.
public final class StatementRun {
  let engine: Engine
  let statement: Statement?
  private let tree: SyntaxTree
  let context: RunContext
  /// Notes met on the way.
  private(set) var notes: [Diagnostic] = []
  /// What the statement turned out to depend on.
  private var readSoFar = CellReads()
  private var binders: [Binder] = []
  /// How the result is to be shown, where the statement says so.
  var view: ResultView?
  /// Whether the result tells when something was done in this sitting.
  private(set) var tellsOfSitting = false
  /// Whether it asked for the record of the sitting.
  var asksHost = false
  /// A hash of everything that the rows depend on; nil where it cannot be told, or nobody keeps results.
  var key: String?
  /// The command whose word was the whole statement, as if it were a table.
  private var wordAlone: String?
  /// How often the statement came before.
  var occurrence = 0
  /// The rows for which an expectation does not hold.
  private(set) var rowsAtFault: Table?
  private var viewsBeingRead: Set<String> = []
  /// Whether a script is only checked: what it defines was not entered, and nothing may run.
  var onlyChecks = false

  /// A run of a statement, or of none where a statement is still being written.
  init(_ engine: Engine, _ statement: Statement?, _ tree: SyntaxTree, _ context: RunContext) {
    self.engine = engine
    self.statement = statement
    self.tree = tree
    self.context = context
  }

  /// Runs it.
  ///
  /// Throws what it got wrong.
  func output() throws -> Cell.Output {
    guard let statement else { return .nothing }
    if statement.hasErrors, let error = firstError(in: statement) { throw error }
    notes = tree.diagnostics.filter {
      $0.severity != .error && statement.span.lower <= $0.span.lower
        && $0.span.upper <= statement.span.upper
    }
    beginRandomCalls()
    if case .command = statement.kind {} else { engine.session.amending = nil }
    switch statement.kind {
    case .pipeline(let pipeline): return try run(pipeline)
    case .binding(let binding):
      let binder = makeBinder()
      let definition = try binder.define(binding)
      remember(definition, as: binding)
      engine.session.scope = binder.scope
      if case .pipeline(let pipeline) = binding.value {
        engine.session.tableTexts[binding.name.text] = text(pipeline)
      } else if case .expression(let expression) = binding.value {
        engine.session.tableTexts[binding.name.text] = text(expression)
      }
      notes += binder.notes
      return .nothing
    case .command(let command): return try run(command)
    case .sql(let span):
      noteNamesInSQL()
      let table = try engine.sql(tree.source[span], at: span, context)
      engine.session.lastResult = table
      engine.session.lastReads = reads
      return .table(table)
    case .setting(let setting): return try engine.set(setting, makeBinder(), notes: &notes)
    case .parameters(let columns):
      try engine.declare(columns, makeBinder())
      return .nothing
    case .foreign(let word, let argument): return try engine.foreign(word, argument)
    case .unsupported(let name):
      throw Diagnostic(
        code: "E0301", message: "'\(name.text)' is not supported", span: statement.span)
    case .empty: return .nothing
    case .error:
      throw firstError(in: statement)
        ?? Diagnostic(code: "E0302", message: "this is not a statement", span: statement.span)
    }
  }

  private func firstError(in statement: Statement) -> Diagnostic? {
    tree.diagnostics.first {
      $0.severity == .error && $0.span.lower >= statement.span.lower
        && $0.span.lower <= max(statement.span.upper, statement.span.lower)
    } ?? tree.diagnostics.first { $0.severity == .error }
  }

  // MARK: Pipelines

  private func run(_ pipeline: Pipeline) throws -> Cell.Output {
    if let value = try bareValue(pipeline) { return .table(value) }
    if let name = pipeline.asExpression?.asName, !engine.isTable(name.text),
      ShowCommand.listing(name.text) == nil,
      let declaration = CommandCatalogue.command(name.text)
    {
      wordAlone = declaration.signature.name
      return try run(Command(alone: name, name: declaration.signature.name))
    }
    let binder = makeBinder()
    let plan = try binder.plan(of: pipeline)
    notes += binder.notes
    var table = try cachedOrExecuted(plan)
    // `| render` may come in a statement of its own.
    table.drawing = plan.drawing
    table.mainColumns = plan.mainColumns
    if binder.didReadPrevious { readSoFar.formUnion(engine.session.lastReads) }
    rememberNames(definedIn: binder.scope)
    let reads = readsOfNames
    engine.session.scope = binder.scope
    if let name = namedResult(pipeline), table.rowCount <= Self.keptRowCount {
      // A named result is these rows, whatever becomes of the tables that they are from.
      engine.session.scope[name] = .table(.remembered(table, ground: plan.ground))
      engine.session.definitions[name]?.columns = reads.columns
    }
    engine.session.lastResult = table
    engine.session.lastGround = plan.ground
    engine.session.lastKey = key
    engine.session.lastReads = reads
    warn(of: ConditionTraps(pipeline, table))
    if table.rowCount == 0 { notes += misspeltValues(pipeline) }
    return .table(table)
  }

  /// The name that a pipeline gives to its rows at its end.
  private func namedResult(_ pipeline: Pipeline) -> String? {
    guard let stage = pipeline.stages.last, stage.name == "as" else { return nil }
    return stage.name("name")?.text
  }

  /// Longer results are computed again where their names are used.
  private static let keptRowCount = 1_000_000

  private func warn(of traps: ConditionTraps) {
    notes += traps.notes
    for lost in traps.lostValues {
      context.warn("\(lost.column) is \(lost.wanted), null used", rows: lost.rows)
    }
    for kept in traps.keptNulls {
      context.warn(
        "`!=` keeps rows where \(kept.column) is null; `and isnotnull(\(kept.column))` drops them",
        rows: kept.rows)
    }
  }

  /// A name that `let` bound to a value, as a table of one cell.
  private func bareValue(_ pipeline: Pipeline) throws -> Table? {
    guard let name = pipeline.asExpression?.asName,
      case .value? = engine.session.scope[name.text]
    else { return nil }
    let value = try makeBinder().value(named: name)
    let plan = Plan.compute(
      .oneRow,
      [Plan.Output(Field(name.text, value.type, isProtected: value.isProtected), value.expression)])
    return try execute(plan)
  }

  private func run(_ command: Command) throws -> Cell.Output {
    // A first word alone is a table of that name if there is one.
    if command.parts.isEmpty, engine.isTable(command.word.text), !command.isReserved {
      let binder = makeBinder()
      let plan = try binder.table(named: command.word.text, span: command.word.span)
      let table = try execute(plan)
      engine.session.lastResult = table
      engine.session.lastGround = plan.ground
      engine.session.lastReads = reads
      return .table(table)
    }
    guard let declaration = CommandCatalogue.command(command.name) else {
      throw Diagnostic(
        code: "E0303", message: "no command is named '\(command.word.text)'",
        span: command.word.span)
    }
    try requireWhole(command, declaration)
    if !command.isAmendment, !declaration.signature.isAmendable { engine.session.amending = nil }
    let output = try declaration.run(command, self)
    if case .table(let table) = output {
      note(listing: command, table)
      engine.session.lastResult = table
      engine.session.lastReads = reads
    }
    return output
  }

  /// A binder that sees the session as it is now.
  func makeBinder(runsNothing: Bool = false) -> Binder {
    let runNow: ((Plan) throws -> Table)? =
      runsNothing || onlyChecks ? nil : { [unowned self] in try execute($0) }
    let binder = Binder(
      catalog: engine.catalog, stages: Engine.stages, scope: engine.session.scope,
      context: context, source: tree.source,
      previous: engine.session.lastResult.map {
        .remembered($0, ground: engine.session.lastGround)
      },
      runNow: runNow)
    binders.append(binder)
    binder.commandTable = { [unowned self] command throws(Diagnostic) in
      try self.table(of: command)
    }
    binder.listing = { [unowned self] name throws(Diagnostic) in
      if let view = try savedView(name) { return view }
      if let listing = ShowCommand.listing(name.text) {
        do {
          let table = try listing(self)
          note(listing: name.text, table)
          return table
        } catch { throw Engine.diagnostic(error, at: name.span) }
      }
      guard let declaration = CommandCatalogue.command(name.text),
        declaration.signature.role == .tableCommand
      else { return nil }
      return try self.table(of: Command(alone: name, name: declaration.signature.name))
    }
    return binder
  }

  /// The table of a command that heads a pipeline.
  private func table(of command: Command) throws(Diagnostic) -> Table {
    do {
      if let declaration = CommandCatalogue.command(command.name) {
        try requireWhole(command, declaration)
        if case .table(let table) = try declaration.run(command, self) {
          note(listing: command, table)
          return table
        }
      }
    } catch {
      throw Engine.diagnostic(error, at: command.span)
    }
    throw Diagnostic(
      code: "E0304", message: "'\(command.word.text)' does not yield a table",
      span: command.word.span)
  }

  /// A word alone may be a table's name, so the parser does not miss what should follow.
  private func requireWhole(
    _ command: Command, _ declaration: any CommandDeclaration.Type
  ) throws(Diagnostic) {
    guard command.parts.isEmpty, declaration.signature.needsMore else { return }
    throw Diagnostic(
      code: "E0325", message: "'\(command.word.text)' alone says too little",
      span: command.word.span, help: "The form is `\(declaration.signature.usage)`.")
  }

  /// The rows of a view that the workspace keeps, nil when there is none of that name.
  ///
  /// Its text means what it would mean if it were entered now, in a new session.
  private func savedView(_ name: Name) throws(Diagnostic) -> Table? {
    try withSavedView(name) { [unowned self] plan in
      try execute(plan)
    }
  }

  func withSavedView(
    _ name: Name, _ body: @escaping (Plan) throws -> Table
  ) throws(Diagnostic) -> Table? {
    guard
      let view = try? engine.store.workspace.views().first(where: { $0.name == name.text })
    else { return nil }
    guard viewsBeingRead.insert(name.text).inserted else {
      throw Diagnostic(
        code: "E0326", message: "view '\(name.text)' reads itself", span: name.span)
    }
    defer { viewsBeingRead.remove(name.text) }
    let tree = parse(view.text, signatures: Engine.signatures)
    guard case .pipeline(let pipeline)? = tree.statements.first?.kind else { return nil }
    let binder = Binder(
      catalog: engine.catalog, stages: Engine.stages, scope: Scope(), context: context,
      source: tree.source,
      runNow: { [unowned self] in try execute($0) })
    binder.listing = { [unowned self] name throws(Diagnostic) in
      try withSavedView(name, body)
    }
    do {
      readSoFar.definitions["view " + name.text] = view.text
      return try body(binder.plan(of: pipeline))
    } catch let diagnostic as Diagnostic {
      throw Diagnostic(
        code: diagnostic.code, message: "in view \(name.text): \(diagnostic.message)",
        span: name.span, help: diagnostic.help)
    } catch {
      throw Engine.diagnostic(error, at: name.span)
    }
  }

  /// Notes a name of the session that is read.
  func note(name: String) {
    readSoFar.names.insert(name)
    if let known = engine.session.definitions[name] { readSoFar.formUnion(known) }
  }

  /// Notes that a listing was read.
  private func note(listing command: Command, _ table: Table) {
    switch command.name {
    case ShowCommand.signature.name: note(listing: command.word("what") ?? "", table)
    case DatasetsCommand.signature.name, CellsCommand.signature.name:
      note(listing: command.name, table)
    default: break
    }
  }

  private func note(listing word: String, _ table: Table) {
    if Self.listingsOfSitting.contains(word) {
      tellsOfSitting = true
    } else {
      let rows = (0..<table.rowCount).map { row in
        table.columns.map { $0.scalar(row).text }.joined(separator: "\t")
      }
      readSoFar.definitions["listing " + word] = rows.joined(separator: "\n")
    }
  }

  /// Listings that hold when something was done, so that no two sittings have the same.
  private static let listingsOfSitting: Set<String> = [
    "cells", "datasets", "reveals", "rulesets", "sessions", "versions",
  ]

  /// Whether the statement goes on with the result before it.
  var didReadPrevious: Bool { binders.contains(where: \.didReadPrevious) }

  /// Notes what a plan reads.
  func note(_ plan: Plan) {
    readSoFar.columns.merge(plan.columnsRead) { $0.union($1) }
    for (name, words) in plan.marksRead { readSoFar.definitions["log " + name] = words }
  }

  /// The name of the command that is run, or that heads the pipeline; nil where there is none.
  var commandName: String? {
    switch statement?.kind {
    case _ where wordAlone != nil: wordAlone
    case .command(let command)?: command.name
    case .pipeline(let pipeline)?:
      if case .command(let command) = pipeline.source { command.name } else { nil }
    default: nil
    }
  }

  /// What the statement depends on by the plans that it ran and the names that it used.
  var readsOfNames: CellReads {
    var reads = readSoFar
    for name in binders.flatMap(\.namesRead) {
      reads.names.insert(name)
      if let known = engine.session.definitions[name] { reads.formUnion(known) }
    }
    // A draft goes by the parameters as they are; a version has those that it was published with.
    for (_, ruleset) in engine.store.usedRulesets where ruleset.version == nil {
      for name in RuleParameters.lines(of: ruleset.text).keys {
        reads.names.insert(name)
        if let known = engine.session.definitions[name] { reads.formUnion(known) }
      }
    }
    reads.readsPrevious = didReadPrevious
    if context.didReadClock { reads.clocks.insert(engine.session.clock) }
    if context.didReadSeed { reads.seeds.insert(context.startingSeed) }
    return reads
  }

  /// The name that the statement defines, else its text without layout and comments.
  var identifyingText: String {
    guard let statement else { return "" }
    if case .binding(let binding) = statement.kind { return "let " + binding.name.text }
    return tree.canonicalText(of: statement)
  }

  /// The statement on one line.
  var canonicalText: String { statement.map { tree.canonicalText(of: $0) } ?? "" }

  /// Whether a text or number stands in the statement.
  var holdsLiterals: Bool {
    guard let statement else { return false }
    return tree.tokens[tree.tokenRange(of: statement.span)].contains {
      $0.kind == .string || $0.kind == .number
    }
  }

  /// Has rows shown with the error that is about to be thrown.
  func showRowsAtFault(_ table: Table) { rowsAtFault = table.rowCount == 0 ? nil : table }

  /// Adds a note.
  func note(_ diagnostic: Diagnostic) { notes.append(diagnostic) }

  /// The text of a node as written.
  func text(_ node: some SyntaxNode) -> String { tree.source[node.span] }

  /// The whole text.
  var source: SourceText { tree.source }
}

extension Command {
  /// Whether the word means the command even where a table has its name.
  var isReserved: Bool { CommandCatalogue.command(name)?.signature.isReserved ?? false }
}
