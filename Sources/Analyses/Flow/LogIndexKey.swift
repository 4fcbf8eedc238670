import CasebookQuery
import CasebookTables

/// Names the index of a stored dataset's rows under some roles, so that it is derived once.
struct LogIndexKey {
  let key: DerivedKey

  /// Another way to order or number events is another index.
  private static let form = "index 1"

  /// Roles on which the events, their order or what is left out depend; who worked, for one, is none of them.
  private static let wanted: [LogRole] = [
    .caseID, .step, .start, .at, .opened, .closed, .lifecycle, .instance,
  ]

  /// A name; nil where the rows are not those of one stored dataset, in its order.
  init?(_ roles: LogRoles, _ ground: PlanGround, _ fields: [Field]) {
    guard ground.isWhole, ground.others.isEmpty, case .scan(let scan) = ground.base,
      let identity = scan.source.identity
    else { return nil }
    var parts = [Self.form]
    var columns: [Int] = []
    for role in Self.wanted where roles.columns[role] != nil {
      guard let base = ground.baseColumns(of: [role], roles, over: fields) else { return nil }
      let column = scan.columns[base[0]]
      columns.append(column)
      parts.append("\(role.rawValue)=\(column)")
    }
    // Where equal rows are left out, the index depends on every column.
    if roles.dedupe == .exact { columns = Array(scan.source.fields.indices) }
    parts.append(roles.order.rawValue)
    parts.append(roles.dedupe.rawValue)
    if let asOf = roles.asOf { parts.append("as_of=\(asOf)") }
    key = DerivedKey(rows: identity, content: parts.joined(separator: " "), columns: columns)
  }
}

extension PlanGround {
  /// The columns of the base that roles had before any stage; nil when one of them was computed.
  func baseColumns(of wanted: [LogRole], _ roles: LogRoles, over fields: [Field]) -> [Int]? {
    var found: [Int] = []
    for role in wanted {
      guard let name = roles.columns[role],
        let place = fields.firstIndex(where: { $0.name == name }), let column = columns[place]
      else { return nil }
      found.append(column)
    }
    return found.sorted()
  }
}
