import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// What `shift` says besides its rows: waits that are still running, the medians of both sides, and when
/// the greatest change came.
struct ShiftStory {
  private let log: LogView
  private let states: CaseStates
  private let since: Int64

  init(_ log: LogView, _ states: CaseStates, since: Int64) {
    self.log = log
    self.states = states
    self.since = since
  }

  /// Number and hours of the waits of open cases, for each side.
  func warnOfRunning(_ context: RunContext) throws {
    guard log.roles.hasClosing else {
      context.warn(
        "nothing says how cases close, so waits that are still running are not known; closed_by= or closed= says it"
      )
      return
    }
    var counts = (before: 0, after: 0)
    var sums = (before: Int128(0), after: Int128(0))
    for number in 0..<log.caseCount where !states.isClosed(number) {
      guard let last = log.positions(of: number).last else { continue }
      let end = log.ends.base[Int(log.rows.base[last])]
      // An open instance is work, not a wait.
      if end == LogView.open { continue }
      let wait = Int128(max(log.asOf - end, 0))
      if states.starts.base[number] < since {
        counts.before += 1
        sums.before += wait
      } else {
        counts.after += 1
        sums.after += wait
      }
    }
    if counts.before + counts.after == 0 { return }
    context.warn(
      "waits that are still running are left out: \(Self.text(counts.before, sums.before)) of earlier cases, \(Self.text(counts.after, sums.after)) of later ones"
    )
  }

  private static func text(_ count: Int, _ sum: Int128) -> String {
    "\(Spoken.count(count)) (\(Spoken.count(Int(Duration.hours(sum).rounded()), of: "hour")))"
  }

  /// The greatest change, when it came, and both medians.
  func find(_ change: EdgeChange?, _ context: RunContext) throws {
    if let change, let ticks = change.change, ticks != 0 {
      let names = log.steps.name(change.source) + " to " + log.steps.name(change.target)
      var sentence =
        "The greatest change is from \(names): \(Spoken.time(Int64(clamping: ticks.magnitude))) \(ticks > 0 ? "more" : "less") per case from \(Self.day(since)) on"
      if let turn = try turn(change, context) {
        sentence +=
          "; its gaps changed with cases of \(Self.day(turn.at)) (Pettitt \(Spoken.p(turn.p)))"
      }
      context.find(sentence + ".")
    }
    if log.roles.hasClosing { try findMedians(context) }
  }

  private func findMedians(_ context: RunContext) throws {
    let sides = CaseGroups.sides(log.caseCount) { states.starts.base[$0] < since }
    let lifetimes = try CaseLifetimes(log, sides, context).groups
    guard lifetimes.allSatisfy({ $0.count > 0 }) else { return }
    let medians = lifetimes.map {
      SurvivalSummary($0, shares: [0.5]).quantiles[0].map { "within " + time($0) }
        ?? "at no time known yet"
    }
    context.find(
      "Half of the cases that began before \(Self.day(since)) end \(medians[0]), of those from then on \(medians[1]) (Kaplan-Meier)."
    )
  }

  private func time(_ ticks: Int64) -> String {
    Spoken.time(ticks, hasHours: log.roles.calendar.map { !$0.isAlwaysOpen } ?? false)
  }

  private static func day(_ ticks: Int64) -> String {
    String(Spoken.moment(ticks).prefix(10))
  }

  /// When the gaps of a pair changed most, by the starts of their cases.
  ///
  /// Pettitt (1979): the split at which the rank sums differ most, with his approximate p-value; null where
  /// that is not below 0.05.
  private func turn(
    _ change: EdgeChange, _ context: RunContext
  ) throws -> (at: Int64, p: Double)? {
    var gaps: [(start: Int64, gap: Int64)] = []
    for number in 0..<log.caseCount {
      if number & 0xFFF == 0 { try context.checkpoint() }
      let start = states.starts.base[number]
      for position in log.positions(of: number).dropLast() {
        let (row, next) = (Int(log.rows.base[position]), Int(log.rows.base[position + 1]))
        guard log.steps[row] == change.source, log.steps[next] == change.target,
          log.ends.base[row] != LogView.open
        else { continue }
        gaps.append((start, max(0, log.starts.base[next] - log.ends.base[row])))
      }
    }
    gaps.sort { $0.start < $1.start }
    return ChangePoint.pettitt(gaps.map(\.gap)).flatMap { found in
      found.p < 0.05 ? (gaps[found.index].start, found.p) : nil
    }
  }
}
