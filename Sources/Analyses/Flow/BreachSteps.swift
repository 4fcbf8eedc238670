import CasebookQuery
import CasebookTables
import CasebookValues

/// The steps at which cases were when their limit passed.
struct BreachSteps {
  private let log: LogView
  private let groups: CaseGroups
  private let states: CaseStates
  private let clock: CaseClock
  private let verdicts: CaseVerdicts
  private let limit: Int64
  private let fields: [Field]

  init(
    _ log: LogView, _ groups: CaseGroups, _ states: CaseStates, _ clock: CaseClock,
    _ verdicts: CaseVerdicts, _ limit: Int64, _ fields: [Field]
  ) {
    self.log = log
    self.groups = groups
    self.states = states
    self.clock = clock
    self.verdicts = verdicts
    self.limit = limit
    self.fields = fields
  }

  /// A row a group and step: `step breached breached_open share`, most breaches first.
  func table(_ context: RunContext) throws -> Table {
    let steps = log.steps
    // Behind the steps stand the times in which no step was: before the first, after the last.
    let names = (0..<steps.count).map(steps.name) + ["(start)", "(open)", "(end)"]
    let parts = try log.mapCases(context) { stretch in
      var counts: [Int: (breached: Int, open: Int)] = [:]
      for number in stretch {
        let verdict = verdicts[number]
        guard verdict == .breached || verdict == .breachedOpen else { continue }
        let place = groups[number] * names.count + step(of: number, steps)
        if verdict == .breached {
          counts[place, default: (0, 0)].breached += 1
        } else {
          counts[place, default: (0, 0)].open += 1
        }
      }
      return counts
    }
    var counts: [Int: (breached: Int, open: Int)] = [:]
    for part in parts {
      counts.merge(part) { ($0.breached + $1.breached, $0.open + $1.open) }
    }
    var totals = [Int](repeating: 0, count: groups.count)
    for (place, count) in counts { totals[place / names.count] += count.breached + count.open }
    let sorted = try counts.sorted(context) { left, right in
      let (a, b) = (left.key / names.count, right.key / names.count)
      if a != b { return a < b }
      let (x, y) = (left.value.breached + left.value.open, right.value.breached + right.value.open)
      if x != y { return x > y }
      return names[left.key % names.count].isBefore(names[right.key % names.count])
    }
    var table = FlowTable(fields)
    for (place, count) in sorted {
      let group = place / names.count
      table.append(
        groups, group,
        [
          .string(names[place % names.count]), .count(count.breached), .count(count.open),
          .share(ratio(Int128(count.breached + count.open), of: Int128(totals[group]))),
        ])
    }
    return table.finish()
  }

  /// The step that the time is charged to at which the limit of a case passed.
  private func step(of number: Int, _ steps: StepNames) -> Int {
    let end = states.ends.base[number]
    let isOpen = end == LogView.open
    let passed =
      clock.deadline(
        of: number, from: states.starts.base[number], after: limit,
        upTo: isOpen ? log.asOf : end) ?? log.asOf
    let (noneBefore, stillOpen, noneAfter) = (steps.count, steps.count + 1, steps.count + 2)
    if log.roles.meaning == .stateEntry, !log.hasStarts {
      let entered = log.positions(of: number).last { log.starts.base[row($0)] <= passed }
      return entered.map { steps[row($0)] } ?? noneBefore
    }
    // Waiting and work are charged to the event that they end with.
    let next = log.positions(of: number).first { position in
      let end = log.ends.base[row(position)]
      return end > passed && end != LogView.open
        || end == LogView.open && log.hasStarts
    }
    return next.map { steps[row($0)] } ?? (isOpen ? stillOpen : noneAfter)
  }

  private func row(_ position: Int) -> Int { Int(log.rows.base[position]) }
}
