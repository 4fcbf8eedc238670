import CasebookQuery
import CasebookTables
import CasebookValues

/// The open cases as a list to work from: least time left first.
struct OpenCases {
  private let log: LogView
  private let groups: CaseGroups
  private let states: CaseStates
  private let clock: CaseClock
  private let verdicts: CaseVerdicts
  private let level: ServiceLevel

  init(
    _ log: LogView, _ groups: CaseGroups, _ states: CaseStates, _ clock: CaseClock,
    _ verdicts: CaseVerdicts, _ level: ServiceLevel
  ) {
    self.log = log
    self.groups = groups
    self.states = states
    self.clock = clock
    self.verdicts = verdicts
    self.level = level
  }

  /// `case start due age left status last_step`; due is null where the calendar never gets there.
  func table(_ context: RunContext) throws -> Table {
    var open: [(number: Int, age: Int64)] = []
    for number in 0..<log.caseCount where !states.isClosed(number) {
      open.append((number, verdicts.time(number)))
    }
    try open.sort(context) { $0.age != $1.age ? $0.age > $1.age : $0.number < $1.number }
    var table = FlowTable(level.fields)
    for (index, (number, age)) in open.enumerated() {
      if index & 0xFFF == 0 { try context.checkpoint() }
      let left = level.limit - age
      table.append(
        groups, groups[number],
        [
          log.caseValue(number), .datetime(states.starts.base[number]),
          due(number, left).map { .datetime($0) } ?? .null(.datetime),
          .timespan(Duration.rounded(age)), .timespan(Duration.rounded(left)),
          .string(left < 0 ? "breached" : left < level.warning ? "at risk" : "in time"),
          .string(lastStep(number)),
        ])
    }
    return table.finish()
  }

  /// When the limit passed or, if nothing pauses the case from now on, will pass.
  private func due(_ number: Int, _ left: Int64) -> Int64? {
    if left <= 0 {
      return clock.deadline(
        of: number, from: states.starts.base[number], after: level.limit, upTo: log.asOf)
    }
    return (log.roles.calendar ?? .always).deadline(from: log.asOf, after: left)
  }

  private func lastStep(_ number: Int) -> String {
    guard log.spec.hasEvents, let last = log.positions(of: number).last else { return "" }
    return log.steps.name(log.steps[Int(log.rows.base[last])])
  }
}

extension LogView {
  /// The case itself: the value of its column.
  func caseValue(_ number: Int) -> Scalar {
    table.columns[spec.columns[.caseID] ?? 0].scalar(firstRow(of: number))
  }
}
