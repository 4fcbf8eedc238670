import CasebookLanguage
import CasebookTables
import CasebookValues

extension Binder {
  /// The plan of a name that `let` gave, over what its tables hold now: a view is evaluated when it is used.
  ///
  /// What was computed once, by `as` or `materialize`, stays as it was. A table may have come to have other columns;
  /// those that the plan reads have to be there with their types. An analysis may have looked at the rows when it was
  /// bound, as for the end of observation, so it has to be entered again.
  func current(_ plan: Plan, named name: Name) throws(Diagnostic) -> Plan {
    var problem: Diagnostic?
    let renewed = renewed(plan, name, isBelowOperation: false, &problem)
    if let problem { throw problem }
    return renewed
  }

  private func renewed(
    _ plan: Plan, _ name: Name, isBelowOperation: Bool, _ problem: inout Diagnostic?
  ) -> Plan {
    var isBelowOperation = isBelowOperation
    if case .apply = plan { isBelowOperation = true }
    switch plan {
    case .shared: return plan
    case .scan(var scan):
      guard let source = try? catalog.table(named: scan.name) else {
        problem = changed(name, scan.name, "is no longer there")
        return plan
      }
      if source.identity != nil, source.identity == scan.source.identity { return plan }
      guard !isBelowOperation else {
        problem = changed(name, scan.name, "was loaded again since")
        return plan
      }
      var columns: [Int] = []
      for field in scan.columns.map({ scan.source.fields[$0] }) {
        guard
          let index = source.fields.firstIndex(where: {
            $0.name == field.name && $0.type == field.type
          })
        else {
          problem = changed(name, scan.name, "has no \(field.type.name) '\(field.name)' any more")
          return plan
        }
        // Protection that came since counts; rows under it were bound without it.
        guard source.fields[index].isProtected == field.isProtected else {
          problem = changed(name, scan.name, "has other protected columns now")
          return plan
        }
        columns.append(index)
      }
      scan.source = source
      scan.columns = columns
      return .scan(scan)
    default:
      var found = problem
      let renewedPlan = plan.mapInputs {
        renewed($0, name, isBelowOperation: isBelowOperation, &found)
      }
      problem = found
      return renewedPlan
    }
  }

  private func changed(_ name: Name, _ table: String, _ what: String) -> Diagnostic {
    Diagnostic(
      code: "E0234", message: "'\(table)', which \(name.text) reads, \(what)", span: name.span,
      help: "enter the `let` again")
  }
}
