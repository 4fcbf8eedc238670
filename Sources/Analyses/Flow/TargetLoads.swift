import CasebookQuery
import CasebookTables

/// How busy those are who do each step, pooled: the sum of their busy time over that of their available time.
///
/// Resources count that do at least a twentieth of the step's events. Known only with starts, resources and a calendar.
struct TargetLoads: Sendable {
  private var rates: [Int: Double] = [:]

  /// The rate of a step; nil where it is not known.
  func rate(of step: Int) -> Double? { rates[step] }

  init(_ log: LogView, _ context: RunContext) throws {
    guard log.hasStarts, log.spec.columns[.resource] != nil, log.roles.calendar != nil else {
      return
    }
    let loads = try ResourceLoads(log, CaseGroups.one, context)
    let byResource = Dictionary(uniqueKeysWithValues: loads.rows.map { ($0.resource, $0) })
    let steps = log.steps
    let resources = log.resources
    let parts = try log.mapCases(context) { stretch in
      var counts: [StepKey: Int] = [:]
      let rows =
        Int(log.offsets.base[stretch.lowerBound])..<Int(log.offsets.base[stretch.upperBound])
      for position in rows {
        let row = Int(log.rows.base[position])
        // The group of a key is the resource here.
        counts[StepKey(group: resources[row], step: steps[row]), default: 0] += 1
      }
      return counts
    }
    let counts = parts.reduce(into: [StepKey: Int]()) { $0.merge($1, uniquingKeysWith: +) }
    var totals: [Int: Int] = [:]
    for (key, count) in counts { totals[key.step, default: 0] += count }
    var busy: [Int: Int128] = [:]
    var available: [Int: Int128] = [:]
    for (key, count) in counts where key.group != resources.missing {
      guard count * 20 >= totals[key.step] ?? 0, let load = byResource[key.group] else { continue }
      busy[key.step, default: 0] += load.busy
      available[key.step, default: 0] += load.available
    }
    for (step, time) in available { rates[step] = ratio(busy[step] ?? 0, of: time) }
  }
}

extension CaseGroups {
  /// All cases in one group.
  static let one = CaseGroups()
}
