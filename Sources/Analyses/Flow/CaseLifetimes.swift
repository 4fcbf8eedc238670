import CasebookQuery
import CasebookTables

/// How long the cases of each group lasted, or up to now have lasted.
struct CaseLifetimes {
  /// A group each, as `CaseGroups` numbers them.
  let groups: [Lifetimes]

  /// Measures all cases; those begun before `from` are watched from then on, at their age.
  init(
    _ log: LogView, _ groups: CaseGroups, from: Int64? = nil, pausing: [String] = [],
    _ context: RunContext
  ) throws {
    let states = try log.states(context)
    let clock = try CaseClock(log, states, pausing: pausing, context)
    let times = UnsafeResult(Buffer<Int64>(count: log.caseCount) { _ in })
    let asOf = log.asOf
    let parts = try log.mapCases(context) { stretch in
      var entries: [(number: Int, age: Int64)] = []
      for number in stretch {
        let start = states.starts.base[number]
        let end = states.ends.base[number]
        let isOpen = end == LogView.open
        let last = isOpen ? asOf : end
        if let from, start < from {
          if last < from {
            times[number] = Self.unwatched
            continue
          }
          entries.append((number, clock.time(of: number, from: start, to: from)))
        }
        let time = clock.time(of: number, from: start, to: last)
        times[number] = isOpen ? ~time : time
      }
      return entries
    }
    if states.invertedCount > 0 {
      context.warn(
        "closed before it was opened: a case that took no time", rows: states.invertedCount)
    }
    self.groups = Self.collected(times, log.caseCount, groups, parts.flatMap { $0 })
  }

  /// Stands for a case that ended before anybody watched.
  private static let unwatched = Int64.min

  /// Negative times are the complements of those at which cases were open.
  private static func collected(
    _ times: UnsafeResult<Int64>, _ count: Int, _ groups: CaseGroups,
    _ entries: [(number: Int, age: Int64)]
  ) -> [Lifetimes] {
    var ended = [[Int64]](repeating: [], count: groups.count)
    var censored = ended
    var entered = ended
    for number in 0..<count {
      let time = times[number]
      if time >= 0 {
        ended[groups[number]].append(time)
      } else if time != unwatched {
        censored[groups[number]].append(~time)
      }
    }
    for entry in entries { entered[groups[entry.number]].append(entry.age) }
    return (0..<groups.count).map { group in
      defer { (ended[group], censored[group], entered[group]) = ([], [], []) }
      return Lifetimes(ended: ended[group], censored: censored[group], entered: entered[group])
    }
  }
}
