import CasebookLanguage
import CasebookTables
import CasebookValues

extension Binder {
  /// What a name of the scope means, over what its tables hold now.
  ///
  /// A name that `let` gave means its pipeline, evaluated when it is used, also where its columns or constants followed
  /// from rows, and in queries inside expressions. So it is bound again, with the names and the time of then, when
  /// a table that it reads has changed. Rows that `as` named stay as they were.
  func currentMeaning(of name: Name) throws(Diagnostic) -> Scope.Definition? {
    guard let definition = meaning(of: name.text) else { return nil }
    guard let origin = scope.origin(of: name.text) else { return definition }
    if let known = renewed[name.text] { return known }
    guard hasChanged(definition, origin) else {
      // What decides over this name decides over those that are made of it.
      plansRun += origin.plansRun
      readsSession = readsSession || origin.readsSession
      return definition
    }
    let binder = Binder(
      catalog: catalog, stages: stages, scope: origin.scope, context: context,
      source: origin.source, previous: origin.previous, runNow: runNow)
    binder.commandTable = commandTable
    binder.listing = listing
    binder.rowClock = origin.clock.map { TypedExpression(.constant(.datetime($0))) }
    do throws(Diagnostic) {
      let fresh = try binder.definition(of: origin.binding)
      plansRun += binder.plansRun
      readsSession = readsSession || binder.readsSession
      renewed[name.text] = fresh
      return fresh
    } catch {
      throw Diagnostic(
        code: "E0234", message: "\(name.text) does not fit its tables any more: \(error.message)",
        span: name.span, help: error.help ?? "enter the `let` again")
    }
  }

  private func hasChanged(_ definition: Scope.Definition, _ origin: Scope.Origin) -> Bool {
    if origin.readsSession { return true }
    var search = ChangeSearch(catalog: catalog)
    switch definition {
    case .table(let plan): search.visit(plan)
    case .value(let value): search.visit(value.expression)
    case .function: break
    }
    for plan in origin.plansRun { search.visit(plan) }
    return search.found
  }
}

/// Looks for a stored table that holds something else than when a plan was made.
private struct ChangeSearch {
  let catalog: any Catalog
  private(set) var found = false
  private var sharesSeen: Set<Int> = []

  init(catalog: any Catalog) { self.catalog = catalog }

  mutating func visit(_ plan: Plan) {
    if found { return }
    switch plan {
    case .scan(let scan): found = hasChanged(scan)
    case .shared(_, let id) where !sharesSeen.insert(id).inserted: return
    case .apply(let operation as any RunsPlans, _):
      for inner in operation.plans { visit(inner) }
    default: break
    }
    for expression in plan.expressions { visit(expression) }
    for input in plan.inputs { visit(input) }
  }

  mutating func visit(_ expression: BoundExpression) {
    switch expression {
    case .scalarQuery(let plan, _), .listQuery(let plan): visit(plan)
    default: for child in expression.children { visit(child) }
    }
  }

  /// Marks count too: a column may be protected since, or the table be a log.
  private func hasChanged(_ scan: Plan.Scan) -> Bool {
    guard let source = try? catalog.table(named: scan.name), let identity = source.identity,
      identity == scan.source.identity, source.fields == scan.source.fields,
      (try? catalog.log(named: scan.name)) == .some(scan.roles)
    else { return true }
    return (try? catalog.lateColumns(of: scan.name)) != scan.late
  }
}
