import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// Which cases a person moved to another queue after they were decided, from a log of events.
enum MoveLog {
  /// Case, time, place and person of every event, in the log's order.
  static func plan(
    _ syntax: CasebookLanguage.Expression, _ deployed: DeployedRuleset?,
    _ arguments: AnalysisArguments, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let log = try binder.table(syntax)
    let key = deployed?.newest.ruleset.key
    let names = [
      ("the case", [key, "case_id", "case", "id"].compactMap { $0 }),
      ("the time", ["completed_at", "at", "changed_at", "timestamp", "time"]),
      ("the queue or step", ["queue", "step", "status", "activity"]),
      ("the person", ["agent", "resource", "reviewer", "user", "actor"]),
    ]
    var outputs: [Plan.Output] = []
    for (role, usual) in names {
      guard let name = usual.first(where: { name in log.fields.contains { $0.name == name } }),
        let column = log.fields.firstIndex(where: { $0.name == name })
      else {
        throw arguments.problem(
          "the log has no column of \(role)",
          help: "it is looked for as \(usual.joined(separator: ", ")); rename one: "
            + "log=(events | project-rename \(usual[0]) = ...)",
          at: syntax.span)
      }
      outputs.append(
        Plan.Output(
          Field(role, log.fields[column].type),
          .column(index: column, type: log.fields[column].type)))
    }
    guard outputs[1].field.type == .datetime else {
      throw arguments.problem(
        "the log's time is \(outputs[1].field.type.name)", help: "a datetime is needed",
        at: syntax.span)
    }
    return .compute(log, outputs)
  }

  /// For each case whether a person moved it to another place after it was decided.
  static func moved(_ log: Table, key: Column?, decided: Column?, rowCount: Int) -> [Bool] {
    guard let key else { return Array(repeating: false, count: rowCount) }
    let (cases, times, places, people) = (
      log.columns[0], log.columns[1], log.columns[2], log.columns[3]
    )
    guard case .longs(let ticks) = times.data else {
      return Array(repeating: false, count: rowCount)
    }
    let order = (0..<log.rowCount).filter { !times.isNull($0) }.sorted {
      (ticks.base[$0], $0) < (ticks.base[$1], $1)
    }
    var place: [String: String] = [:]
    var latest: [String: Int64] = [:]
    for row in order {
      let name = cases.scalar(row).text
      let here = places.scalar(row).text
      defer { place[name] = here }
      guard let before = place[name], before != here, !people.scalar(row).isMissing else {
        continue
      }
      latest[name] = ticks.base[row]
    }
    return (0..<rowCount).map { row in
      guard let move = latest[key.scalar(row).text] else { return false }
      guard let decided, case .longs(let starts) = decided.data, !decided.isNull(row) else {
        return true
      }
      return move > starts.base[row]
    }
  }
}
