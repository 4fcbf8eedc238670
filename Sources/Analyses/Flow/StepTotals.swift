import CasebookQuery
import CasebookTables

/// What a step of a log is charged with: how it is read where an event has one time only.
enum StepReading: Sendable {
  /// Service and the wait before, where events have a start.
  case interval
  /// The gap before a completion.
  case completion
  /// The gap behind an entry.
  case stateEntry

  /// The reading of a log.
  init(_ log: LogView) {
    self =
      log.hasStarts ? .interval : log.roles.meaning == .stateEntry ? .stateEntry : .completion
  }
}

/// Service, waiting or the time spent, event by event under its step.
struct StepVisitor: SampleVisitor {
  enum Measure: Sendable { case service, wait, spent(StepReading) }

  let measure: Measure
  let groups: CaseGroups

  func visit(
    _ log: LogView, _ stretch: Range<Int>,
    _ give: (_ group: Int, _ source: Int, _ target: Int, _ value: Int64?) -> Void
  ) {
    let steps = log.steps
    let rows = log.rows.base
    for number in stretch {
      let positions = log.positions(of: number)
      let group = groups[number]
      for position in positions {
        let row = Int(rows[position])
        let before = position == positions.lowerBound ? nil : Int(rows[position - 1])
        let after = position + 1 == positions.upperBound ? nil : Int(rows[position + 1])
        switch measure {
        case .service: give(group, 0, steps[row], log.service(row))
        case .wait: give(group, 0, steps[row], before.flatMap { log.gap($0, row) })
        case .spent(.completion):
          give(group, 0, steps[row], before.flatMap { log.gap($0, row) })
        case .spent(.stateEntry):
          give(group, 0, steps[row], after.flatMap { log.gap(row, $0) })
        case .spent(.interval):
          let wait = before.map { log.gap($0, row) ?? 0 } ?? 0
          give(group, 0, steps[row], log.service(row).map { $0 + wait })
        }
      }
    }
  }
}

extension LogView {
  /// The time from an event's completion to the next one's start, at least 0; nil behind one that was not seen to end.
  @inline(__always)
  func gap(_ row: Int, _ next: Int) -> Int64? {
    let end = ends.base[row]
    return end == LogView.open ? nil : max(0, starts.base[next] &- end)
  }

  /// The time from an event's start to its completion; nil where either is not known.
  @inline(__always)
  func service(_ row: Int) -> Int64? {
    let end = ends.base[row]
    if !hasStarts || end == LogView.open || events.isInverted?.base[row] == 1 { return nil }
    return end &- starts.base[row]
  }
}
