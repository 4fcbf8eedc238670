import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

// What a statement depends on, found out while it is bound and run.

extension StatementRun {
  /// Runs a plan in its better form, and notes what it reads.
  func execute(_ plan: Plan) throws -> Table {
    let better = Optimiser.optimised(plan)
    note(columns: better.columnsRead)
    return try Execution(context).run(better)
  }

  /// What the statement depends on, once it has run.
  ///
  /// A dataset that was opened by something else than a plan, such as a listing, counts with all its
  /// columns.
  var reads: CellReads {
    var reads = readsOfNames
    for (name, source) in engine.store.openedTables where reads.columns[name] == nil {
      reads.columns[name] = Set(source.fields.map(\.name))
    }
    reads.rulesets.formUnion(engine.store.readRulesets)
    return reads
  }

  /// Whether the statement reads protected columns and holds texts or numbers, which may be values of
  /// theirs.
  var mentionsProtected: Bool {
    let reads = self.reads
    let readsProtected = engine.store.openedTables.contains { name, source in
      source.fields.contains { $0.isProtected && reads.columns[name]?.contains($0.name) == true }
    }
    return readsProtected && holdsLiterals
  }

  /// Notes what a name that `let` defines will depend on wherever it is used.
  func remember(_ definition: Scope.Definition, as binding: Binding) {
    var reads = readsOfNames
    // Which columns are read is seen where the name is used, when its plan is put to use.
    reads.columns = [:]
    if case .table(let plan) = definition { note(columns: Optimiser.optimised(plan).columnsRead) }
    if case .function(let function) = binding.value {
      // The body is bound where it is called; what it could mean is told by its words.
      function.walk { node in
        if let name = node as? Name, let known = engine.session.definitions[name.text] {
          reads.names.insert(name.text)
          reads.formUnion(known)
        }
      }
    }
    engine.session.definitions[binding.name.text] = reads
  }

  /// Notes the same for the names that `as` gave.
  func rememberNames(definedIn scope: Scope) {
    var reads = readsOfNames
    reads.columns = [:]
    for name in scope.names where engine.session.scope[name] == nil {
      engine.session.definitions[name] = reads
    }
  }

  /// Begins the random draws of this statement: which they are follows from its text and how often
  /// that came before, not from the statements around it.
  func beginRandomCalls() {
    let text = identifyingText
    let count = engine.session.cellCounts[text, default: 0]
    engine.session.cellCounts[text] = count + 1
    engine.session.scope.beginRandomCalls(
      cell: UInt64(bitPattern: XXHash64.hash("\(count) \(text)")))
  }
}
