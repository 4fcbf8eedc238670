import CasebookLanguage
import CasebookQuery
public import CasebookTables

extension Engine {
  /// The first rows of what a name stands for now, a value as one cell; nil when it stands for nothing.
  ///
  /// Nothing of the session changes, so whoever asks leaves no trace in what comes after.
  public func firstRows(ofName name: String, count: Int) throws -> Table? {
    let before = session
    defer { session = before }
    store.refresh()
    let plan: Plan
    switch session.scope[name] {
    case .value(let value):
      plan = .compute(
        .oneRow,
        [Plan.Output(Field(name, value.type, isProtected: value.isProtected), value.expression)])
    case .table(let rows): plan = .take(rows, count: count)
    case .function: return nil
    case nil:
      guard let source = try catalog.table(named: name) else { return nil }
      plan = .take(.scan(Plan.Scan(name: name, source: source)), count: count)
    }
    return try Execution(makeContext()).run(Optimiser.optimised(plan))
  }
}
