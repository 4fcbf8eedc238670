import CasebookQuery
import CasebookTables

/// How a case stands to a limit.
enum CaseVerdict: UInt8, Sendable {
  /// Ended within it.
  case met
  /// Ended after it.
  case breached
  /// Open, and longer than the limit already.
  case breachedOpen
  /// Ended, but so lately begun that slower cases of its age are not known yet.
  case undecided
  /// Open and within the limit.
  case undecidedOpen
}

/// How each case of a log stands to a limit of its clock, which may be another for each case.
///
/// If any case is open, a case counts only once its limit had passed by the end of observation: its clock,
/// run on after an end, stands above the limit there. What has already ended is else no fair sample.
struct CaseVerdicts: Sendable {
  private let verdicts: UnsafeResult<UInt8>
  private let times: UnsafeResult<Int64>

  /// The verdict of a case.
  subscript(number: Int) -> CaseVerdict { CaseVerdict(rawValue: verdicts[number]) ?? .undecided }

  /// What the clock of a case shows at its end, or at the end of observation.
  func time(_ number: Int) -> Int64 { times[number] }

  init(
    _ log: LogView, _ states: CaseStates, _ clock: CaseClock, _ context: RunContext,
    limit: @Sendable (Int) -> Int64
  ) throws {
    let verdicts = UnsafeResult(Buffer<UInt8>(count: log.caseCount) { _ in })
    let times = UnsafeResult(Buffer<Int64>(count: log.caseCount) { _ in })
    let waits = states.openCount > 0
    _ = try log.mapCases(context) { stretch in
      for number in stretch {
        let start = states.starts.base[number]
        let end = states.ends.base[number]
        let isOpen = end == LogView.open
        let time = clock.time(of: number, from: start, to: isOpen ? log.asOf : end)
        times[number] = time
        let hasPassed =
          !waits || time + (isOpen ? 0 : clock.open(from: end, to: log.asOf)) > limit(number)
        let verdict: CaseVerdict =
          !hasPassed
          ? (isOpen ? .undecidedOpen : .undecided)
          : time <= limit(number) ? .met : isOpen ? .breachedOpen : .breached
        verdicts[number] = verdict.rawValue
      }
    }
    self.verdicts = verdicts
    self.times = times
  }
}
