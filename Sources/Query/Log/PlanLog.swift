public import CasebookTables
import CasebookValues

/// A plan's rows seen as a log: which of its columns play which roles.
public struct PlanLog: Sendable {
  /// What was declared, with names of columns of the dataset.
  public var roles: LogRoles
  /// Where each role's column stands in the plan.
  public var positions: [LogRole: Int]
  /// Where the rows come from.
  public var ground: PlanGround

  /// The roles with the names that their columns have in the plan.
  ///
  /// A role whose column is gone has none.
  public func roles(over fields: [Field]) -> LogRoles {
    var roles = roles
    roles.columns = positions.mapValues { fields[$0].name }
    return roles
  }
}

extension Plan {
  /// The log that the rows belong to; nil where no roles are known.
  ///
  /// Roles follow their columns through renaming, and a column that was computed anew under its own name
  /// keeps its role.
  public var log: PlanLog? {
    let ground = ground
    guard let roles = ground.roles else { return nil }
    let fields = fields
    var positions: [LogRole: Int] = [:]
    for (role, name) in roles.columns {
      let place =
        ground.position(ofBaseColumn: name)
        ?? fields.firstIndex { $0.name == name && role.types.accepts($0.type) }
      if let place { positions[role] = place }
    }
    return PlanLog(roles: roles, positions: positions, ground: ground)
  }

  /// The end of observation of the dataset that the rows come from: as declared, or the latest of its
  /// declared times before any filter; nil where no log with times is known.
  public var logAsOf: Int64? {
    guard let log else { return nil }
    if let declared = log.roles.asOf { return declared }
    let latest = log.ground.all.map { ground -> Int64? in
      let times = log.roles.columns.filter(\.key.isTime).values
      let columns = times.compactMap { name in
        ground.base.fields.firstIndex { $0.name == name }
      }
      return (try? ground.base.latest(of: columns)).flatMap { $0 }
    }
    return latest.compactMap { $0 }.max()
  }

  /// The latest time in columns of a stored table or one that is there; nil for none.
  ///
  /// Throws where a block cannot be read. Other plans give nil.
  public func latest(of columns: [Int]) throws -> Int64? {
    switch self {
    case .scan(let scan): try scan.source.latest(of: columns.map { scan.columns[$0] })
    case .values(let table): try MemorySource(table).latest(of: columns)
    default: nil
    }
  }
}

extension TableSource {
  /// The latest time in some columns, from what is known of blocks where that says it.
  func latest(of columns: [Int]) throws -> Int64? {
    var latest: Int64?
    for column in columns where fields[column].type == .datetime {
      for block in blockRowCounts.indices {
        let known = statistics(block: block, column: column)
        if known?.nullCount == blockRowCounts[block] { continue }
        let range = try known?.range ?? read(block: block, columns: [column])[0].valueRange()
        if case .datetime(let ticks)? = range?.greatest { latest = max(latest ?? ticks, ticks) }
      }
    }
    return latest
  }
}

/// Rows of an earlier statement with the log that they belong to.
struct RememberedLog: LogCarrying {
  let fields: [Field]
  let known: PlanGround
  var title: String { "the last result" }

  func ground(_ plan: Plan) -> PlanGround { known }

  func run(_ inputs: [Table], _ context: RunContext) throws -> Table { inputs[0] }
}

extension Plan {
  /// A table as a log.
  public static func log(of table: Table, _ roles: LogRoles) -> Plan {
    let ground = PlanGround(.values(table), roles: roles)
    return .apply(RememberedLog(fields: table.fields, known: ground), [.values(table)])
  }

  /// The rows of an earlier statement's result, with the log that they belong to.
  public static func remembered(_ table: Table, ground: PlanGround?) -> Plan {
    guard var ground, ground.roles != nil, ground.columns.count == table.fields.count else {
      return .values(table)
    }
    ground.isWhole = false
    return .apply(RememberedLog(fields: table.fields, known: ground), [.values(table)])
  }
}
