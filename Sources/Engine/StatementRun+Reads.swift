import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

// What a statement depends on, found out while it is bound and run.

extension StatementRun {
  /// Runs a plan in its better form, and notes what it reads.
  func execute(_ plan: Plan) throws -> Table {
    let better = Optimiser.optimised(plan)
    note(better)
    return try Execution(context).run(better)
  }

  /// What the statement depends on, once it has run.
  ///
  /// A dataset that was opened by something else than a plan, such as a listing, counts with all its
  /// columns.
  var reads: CellReads {
    var reads = readsOfNames
    for (name, source) in engine.store.openedTables
    where reads.columns[name] == nil && sqlMentions(name) {
      reads.columns[name] = Set(source.fields.map(\.name))
      reads.definitions.merge(marks(of: name)) { $1 }
    }
    reads.definitions.merge(definitionsUsed) { $1 }
    return reads
  }

  /// Whether plain SQL names a table; any other statement opens only what it reads.
  private func sqlMentions(_ name: String) -> Bool {
    guard case .sql(let span)? = statement?.kind else { return true }
    return source[span].lowercased().contains(name.lowercased())
  }

  /// The names that `let` gave to tables and plain SQL reads.
  func noteNamesInSQL() {
    for name in engine.session.scope.tableNames where sqlMentions(name) { note(name: name) }
  }

  /// The texts of rulesets and the hashes of files that the statement used so far.
  private var definitionsUsed: [String: String] {
    let store = engine.store
    var used: [String: String] = [:]
    let readsTests = commandName.map { Self.testingCommands.contains($0) } ?? false
    for (reference, ruleset) in store.usedRulesets {
      used.merge(definitions(in: ruleset, as: reference, readsTests: readsTests)) { $1 }
    }
    for (path, hash) in store.usedFiles { used["file " + path] = hash }
    for dataset in store.usedMarks { used.merge(marks(of: dataset)) { $1 } }
    return used
  }

  private static let testingCommands: Set<String> = ["test", "check", "publish", "sop", "diff"]

  private func marks(of dataset: String) -> [String: String] {
    let catalog = engine.catalog
    var words = (try? catalog.log(named: dataset)).flatMap { $0 }.map { [$0.written] } ?? []
    let late = (try? catalog.lateColumns(of: dataset)) ?? []
    if !late.isEmpty { words.append("late " + late.sorted().joined(separator: ", ")) }
    return words.isEmpty ? [:] : ["log " + dataset: words.joined(separator: "; ")]
  }

  /// Whether the statement reads protected columns and holds texts or numbers, which may be values of
  /// theirs.
  var mentionsProtected: Bool {
    readsProtected(reads) && holdsLiterals
  }

  /// Whether it reads protected columns, by what it reads.
  func readsProtected(_ reads: CellReads) -> Bool {
    engine.store.openedTables.contains { name, source in
      source.fields.contains { $0.isProtected && reads.columns[name]?.contains($0.name) == true }
    }
  }

  /// Notes what a name that `let` defines will depend on wherever it is used.
  func remember(_ definition: Scope.Definition, as binding: Binding) {
    if case .function(let function) = binding.value {
      // The body is bound where it is called; what it could mean is told by its words.
      function.walk { node in
        if let name = node as? Name, engine.session.scope[name.text] != nil {
          note(name: name.text)
        }
      }
    }
    var reads = readsOfNames
    // Which columns are read is seen where the name is used, when its plan is put to use.
    reads.columns = [:]
    reads.definitions.merge(definitionsUsed) { $1 }
    if case .table(let plan) = definition { note(Optimiser.optimised(plan)) }
    engine.session.definitions[binding.name.text] = reads
    // What a definition draws, it may draw where it is used.
    engine.session.keys[binding.name.text] =
      engine.configuration.resultCache == nil ? nil : resultKey().map { "let " + seeded($0) }
  }

  /// Notes the same for the names that `as` gave.
  func rememberNames(definedIn scope: Scope) {
    var reads = readsOfNames
    reads.columns = [:]
    var names = Set(scope.names.filter { engine.session.scope[$0] == nil })
    statement?.walk { node in
      // A name that was given before means these rows from now on.
      if let stage = node as? Stage, stage.name == "as", let name = stage.name("name") {
        names.insert(name.text)
      }
    }
    for name in names {
      engine.session.definitions[name] = reads
      engine.session.keys[name] = key.map { "as \(name) \($0)" }
    }
  }

  /// Notes that the statement came once more, if it drew: only then does it matter how often it came.
  func countDraws() {
    guard context.didReadSeed else { return }
    engine.session.cellCounts[identifyingText] = occurrence + 1
  }

  /// Begins the random draws of this statement: which they are follows from its text and how often
  /// that came before, not from the statements around it.
  func beginRandomCalls() {
    let text = identifyingText
    let count = engine.session.cellCounts[text, default: 0]
    occurrence = count
    engine.session.scope.beginRandomCalls(
      cell: UInt64(bitPattern: XXHash64.hash("\(count) \(text)")))
  }
}
