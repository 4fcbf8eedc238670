public import CasebookTables
import CasebookValues

extension LogRoles {
  /// The roles that the names of columns make plain; nil where they do not.
  ///
  /// Events need a case, a step and a time; a case log needs a case, when it was opened and when it was
  /// closed. What a log says of closing, calendars and meaning is never guessed.
  public static func proposed(for fields: [Field]) -> LogRoles? {
    let named = Dictionary(
      fields.map { (plainName($0.name), $0) }, uniquingKeysWith: { first, _ in first })
    func column(_ role: LogRole, _ names: [String]) -> String? {
      names.lazy.compactMap { named[$0] }.first { role.types.accepts($0.type) }?.name
    }
    var roles = LogRoles()
    roles.columns[.caseID] = column(.caseID, caseNames)
    guard roles.columns[.caseID] != nil else { return nil }
    roles.columns[.step] = column(.step, stepNames)
    roles.columns[.at] = column(.at, atNames)
    if roles.hasEvents {
      roles.columns[.start] = column(.start, startNames)
      roles.columns[.resource] = column(.resource, resourceNames)
      roles.columns[.lifecycle] = column(.lifecycle, ["lifecycle_transition"])
      return roles
    }
    roles.columns[.step] = nil
    roles.columns[.at] = nil
    roles.columns[.opened] = column(.opened, ["opened_at", "created_at", "opened"])
    roles.columns[.closed] = column(.closed, ["closed_at", "closed"])
    return roles.columns[.opened] != nil && roles.columns[.closed] != nil ? roles : nil
  }

  private static let caseNames = [
    "case_id", "caseid", "case", "case_concept_name", "ticket_id", "incident_id", "report_id",
  ]
  private static let stepNames = ["step", "activity", "concept_name", "task"]
  private static let atNames = [
    "completed_at", "timestamp", "time_timestamp", "complete_timestamp", "completion_time",
    "end_timestamp", "ended_at", "changed_at", "end_time", "at",
  ]
  private static let startNames = ["started_at", "start_timestamp", "start_time"]
  private static let resourceNames = ["resource", "org_resource", "agent", "reviewer", "assignee"]

  /// Lower case, with `_` for whatever is neither a letter nor a digit.
  private static func plainName(_ name: String) -> String {
    String(name.lowercased().map { $0.isLetter || $0.isNumber ? $0 : "_" })
  }
}
