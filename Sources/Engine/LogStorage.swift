import CasebookQuery
import CasebookValues
import CasebookWorkspace

extension StoredLog {
  /// The roles as the workspace keeps them.
  init(_ roles: LogRoles, isProposed: Bool) {
    var arguments: [Argument] = []
    func add(_ name: String, _ value: String) {
      arguments.append(Argument(name: name, value: value))
    }
    for role in LogRole.allCases {
      if let column = roles.columns[role] { add(role.rawValue, column) }
    }
    if let meaning = roles.meaning { add("meaning", meaning.rawValue) }
    switch roles.closing {
    case .last?: add("closed_by=last", "")
    case .steps(let steps)?: for step in steps { add("closed_by", step) }
    case nil: break
    }
    if let asOf = roles.asOf { add("as_of", String(asOf)) }
    if let calendar = roles.calendar { add("calendar", calendar.text) }
    if let zone = roles.zone { add("zone", zone.name) }
    if roles.order != .start { add("order", roles.order.rawValue) }
    if roles.dedupe != .none { add("dedupe", roles.dedupe.rawValue) }
    self.init(arguments: arguments, isProposed: isProposed)
  }

  /// The roles; what this version does not know is passed over.
  var roles: LogRoles {
    var roles = LogRoles()
    var steps: [String] = []
    for argument in arguments {
      let value = argument.value
      switch argument.name {
      case "meaning": roles.meaning = LogRoles.Meaning(rawValue: value)
      case "closed_by=last": roles.closing = .last
      case "closed_by": steps.append(value)
      case "as_of": roles.asOf = Int64(value)
      case "calendar": roles.calendar = try? BusinessCalendar(value)
      case "zone": roles.zone = Zone.named(value)
      case "order": roles.order = LogRoles.Order(rawValue: value) ?? .start
      case "dedupe": roles.dedupe = LogRoles.Dedupe(rawValue: value) ?? .none
      default:
        if let role = LogRole(rawValue: argument.name) { roles.columns[role] = value }
      }
    }
    if !steps.isEmpty { roles.closing = .steps(steps) }
    return roles
  }
}
