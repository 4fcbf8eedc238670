import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// Which cases are slow, and for which that is known.
struct SlowCases {
  /// 0 for a case that does not count yet, 1 for a fast one, 2 for a slow one.
  private var marks: [UInt8]
  /// Cases that count, and slow ones of them, by group.
  private(set) var totals: [(cases: Int, slow: Int)]

  /// Whether it is known of a case if it is slow.
  func counts(_ number: Int) -> Bool { marks[number] > 0 }
  /// Whether a case is slow.
  func isSlow(_ number: Int) -> Bool { marks[number] == 2 }

  init(
    _ log: LogView, _ groups: CaseGroups, _ rule: Drivers.Rule, _ context: RunContext
  ) throws {
    marks = Array(repeating: 0, count: log.caseCount)
    totals = Array(repeating: (0, 0), count: groups.count)
    switch rule {
    case .condition: try readCondition(log, context)
    case .limit(let limit):
      try judge(log, groups, Array(repeating: limit, count: groups.count), context)
    case .percentile(let share):
      try log.requireClosing()
      let ended = try CaseLifetimes(log, groups, context).groups.map(\.ended)
      // Above the quantile is above its whole ticks.
      let limits = ended.map { Quantile.floorOfSorted($0.pointer, share) ?? .max }
      try judge(log, groups, limits, context)
    }
    for number in 0..<log.caseCount where marks[number] > 0 {
      totals[groups[number]].cases += 1
      totals[groups[number]].slow += marks[number] == 2 ? 1 : 0
    }
  }

  private mutating func judge(
    _ log: LogView, _ groups: CaseGroups, _ limits: [Int64], _ context: RunContext
  ) throws {
    try log.requireClosing()
    log.warnOfClosing(context)
    let states = try log.states(context)
    let clock = try CaseClock(log, states, context)
    let verdicts = try CaseVerdicts(log, states, clock, context) { limits[groups[$0]] }
    var undecided = 0
    for number in 0..<log.caseCount {
      switch verdicts[number] {
      case .met: marks[number] = 1
      case .breached, .breachedOpen: marks[number] = 2
      case .undecided, .undecidedOpen: undecided += 1
      }
    }
    if undecided > 0 {
      context.warn(
        "undecided, since their limit had not passed at the end of observation: left out",
        rows: undecided)
    }
  }

  private mutating func readCondition(_ log: LogView, _ context: RunContext) throws {
    let column = log.table.columns[log.spec.extras.upperBound - 1]
    for number in 0..<log.caseCount {
      let row = log.firstRow(of: number)
      if case .bool(true) = column.scalar(row) { marks[number] = 2 } else { marks[number] = 1 }
    }
    guard log.roles.hasClosing else { return }
    let open = try log.states(context).openCount
    if open > 0 {
      context.warn("open cases count, though the condition may yet come true for them", rows: open)
    }
  }
}
