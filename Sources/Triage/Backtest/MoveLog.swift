import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// Which cases a person moved to another place after they were decided, from a log of events.
enum MoveLog {
  /// Case, time, place and person of every event, in the log's order.
  ///
  /// As the log's roles say, or the usual names; a column `queue` is the place before any step, since steps
  /// change in the ordinary course of work.
  static func plan(
    _ syntax: CasebookLanguage.Expression, _ deployed: DeployedRuleset?,
    _ arguments: AnalysisArguments, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let log = try binder.table(syntax)
    let key = deployed?.newest.ruleset.key
    let roles = log.log?.positions ?? [:]
    let caseNames = [key].compactMap { $0 } + ["case_id", "case", "id"].filter { $0 != key }
    let names: [(String, LogRole, [String])] = [
      ("the case", .caseID, caseNames),
      ("the time", .at, ["completed_at", "at", "changed_at", "timestamp", "time"]),
      ("the queue or step", .step, ["queue", "step", "status", "activity"]),
      ("the person", .resource, ["agent", "resource", "reviewer", "user", "actor"]),
    ]
    var outputs: [Plan.Output] = []
    for (role, logRole, usual) in names {
      let places = usual.compactMap { name in log.fields.firstIndex { $0.name == name } }
      let queue = logRole == .step ? log.fields.firstIndex { $0.name == "queue" } : nil
      guard let column = queue ?? roles[logRole] ?? places.first else {
        throw arguments.problem(
          "the log has no column of \(role)",
          help:
            "declare its roles, log \(syntax.asName?.text ?? "events") (case=..., step=..., at=..., "
            + "resource=...); without them it is looked for as \(usual.joined(separator: ", "))",
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
  static func moved(
    _ log: Table, key: Column?, decided: Column?, rowCount: Int, _ context: RunContext
  ) throws -> [Bool] {
    let none = Array(repeating: false, count: rowCount)
    guard let key, case .longs(let ticks) = log.columns[1].data else { return none }
    let cases = group(by: [log.columns[0]], rowCount: log.rowCount)
    let latest = try latestMoves(log, ticks, cases, context)
    var numbers: [String: Int] = [:]
    for number in 0..<cases.count where latest[number] > .min {
      numbers[log.columns[0].scalar(Int(cases.firstRows.base[number])).text] = number
    }
    var result = none
    for row in 0..<rowCount {
      if row & 0xFFFF == 0 { try context.checkpoint() }
      guard let number = numbers[key.scalar(row).text] else { continue }
      if let decided, case .longs(let starts) = decided.data, !decided.isNull(row) {
        result[row] = latest[number] > starts.base[row]
      } else {
        result[row] = true
      }
    }
    return result
  }

  /// When a person last moved each case; the least number for one that nobody moved.
  private static func latestMoves(
    _ log: Table, _ ticks: Buffer<Int64>, _ cases: Groups, _ context: RunContext
  ) throws -> [Int64] {
    let (times, people) = (log.columns[1], log.columns[3])
    let places = group(by: [log.columns[2]], rowCount: log.rowCount)
    try context.checkpoint()
    let order = try sortedOrder(
      [SortColumn(times, isDescending: false, nullsFirst: false)], rowCount: log.rowCount,
      context: context)
    var latest = [Int64](repeating: .min, count: cases.count)
    var before = [Int32](repeating: -1, count: cases.count)
    for index in 0..<log.rowCount {
      if index & 0xFFFF == 0 { try context.checkpoint() }
      let row = Int(order.base[index])
      if times.isNull(row) { break }
      let (number, here) = (Int(cases.ids.base[row]), places.ids.base[row])
      if before[number] >= 0, before[number] != here, !people.isMissing(row) {
        latest[number] = ticks.base[row]
      }
      before[number] = here
    }
    return latest
  }
}
