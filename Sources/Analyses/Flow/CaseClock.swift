import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// The clock of a case: it runs in the calendar's hours, and stands still while a pausing step lasts.
///
/// Without a calendar it runs at all hours. The clock between two instants is B(u, v) less the open time
/// of the case's pauses between them, by prefix sums.
struct CaseClock: Sendable {
  /// The open hours; nil where every moment is open.
  let hours: CalendarTable?
  private let pauses: CasePauses?

  /// The clock of a log's cases between the least start and `latest`.
  init(
    _ log: LogView, _ states: CaseStates, pausing steps: [String] = [], _ context: RunContext
  ) throws {
    let calendar = log.roles.calendar.flatMap { $0.isAlwaysOpen ? nil : $0 }
    if let calendar {
      var (first, last) = (log.asOf, log.asOf)
      for number in 0..<log.caseCount {
        first = min(first, states.starts.base[number])
        let end = states.ends.base[number]
        if end != LogView.open { last = max(last, end) }
      }
      hours = calendar.table(covering: first, last)
    } else {
      hours = nil
    }
    pauses = steps.isEmpty ? nil : try CasePauses(log, states, steps, context)
  }

  /// The open time between two instants, whatever pauses there are.
  @inline(__always)
  func open(from start: Int64, to end: Int64) -> Int64 {
    if end <= start { return 0 }
    return hours.map { $0.openTime(from: start, to: end) } ?? end - start
  }

  /// What the clock of a case shows at `end` if it was set to zero at `start`; never negative.
  @inline(__always)
  func time(of number: Int, from start: Int64, to end: Int64) -> Int64 {
    guard let pauses else { return open(from: start, to: end) }
    var time = open(from: start, to: end)
    for span in pauses.spans(of: number) {
      time -= open(from: max(span.from, start), to: min(span.to, end))
    }
    return time
  }

  /// The least instant up to `latest` at which the clock shows `limit`; nil if it never does.
  func deadline(
    of number: Int, from start: Int64, after limit: Int64, upTo latest: Int64
  ) -> Int64? {
    if time(of: number, from: start, to: latest) < limit { return nil }
    // The clock never runs backwards, so halving finds the first instant that shows the limit.
    var (low, high) = (start, latest)
    while low < high {
      let middle = low + (high - low) / 2
      if time(of: number, from: start, to: middle) >= limit {
        high = middle
      } else {
        low = middle + 1
      }
    }
    return low
  }
}

/// When each case stood still: spans of time in order, apart from one another.
private struct CasePauses: Sendable {
  struct Span: BitwiseCopyable, Sendable {
    var from: Int64
    var to: Int64
  }

  private let all: Buffer<Span>
  private let offsets: Buffer<Int>

  func spans(of number: Int) -> UnsafeBufferPointer<Span> {
    let start = offsets.base[number]
    return UnsafeBufferPointer(start: all.base + start, count: offsets.base[number + 1] - start)
  }

  init(
    _ log: LogView, _ states: CaseStates, _ names: [String], _ context: RunContext
  ) throws {
    let steps = log.steps
    let codes = Set(steps.ids.codes(of: names))
    for name in names where steps.ids.codes(of: [name]).isEmpty {
      context.warn("pause: no event has the step \(LogRoles.inQuotes(name))")
    }
    let isPausing = (0..<steps.count).map(codes.contains)
    let parts = try log.mapCases(context) { stretch in
      var spans: [Span] = []
      var counts: [Int] = []
      for number in stretch {
        let before = spans.count
        Self.append(number, log, states, steps, isPausing, to: &spans)
        counts.append(spans.count - before)
      }
      return (spans, counts)
    }
    all = Buffer(parts.flatMap(\.0))
    var sum = 0
    var offsets = [0]
    for count in parts.flatMap(\.1) {
      sum += count
      offsets.append(sum)
    }
    self.offsets = Buffer(offsets)
  }

  /// A pausing step lasts from its start to its completion, or in a log of state entries to the next event.
  private static func append(
    _ number: Int, _ log: LogView, _ states: CaseStates, _ steps: StepNames, _ isPausing: [Bool],
    to spans: inout [Span]
  ) {
    let positions = log.positions(of: number)
    let ended = states.ends.base[number]
    let last = ended == LogView.open ? log.asOf : ended
    let first = spans.count
    for position in positions {
      let row = Int(log.rows.base[position])
      guard isPausing[steps[row]] else { continue }
      let from = log.starts.base[row]
      var to = log.ends.base[row]
      if !log.hasStarts {
        let next = position + 1
        to =
          next < positions.upperBound ? log.starts.base[Int(log.rows.base[next])] : LogView.open
      }
      to = min(to, last)
      if from >= to { continue }
      if spans.count > first, from <= spans[spans.count - 1].to {
        spans[spans.count - 1].to = max(spans[spans.count - 1].to, to)
      } else {
        spans.append(Span(from: from, to: to))
      }
    }
  }
}

extension LogStage {
  /// The steps of `pause=("Wait")`, at which a case's clock stands still.
  ///
  /// An error where nobody knows how long a step lasts.
  func pausingSteps() throws(Diagnostic) -> [String] {
    guard let syntax = arguments.syntax("pause") else { return [] }
    guard roles.hasEvents else {
      throw arguments.problem(
        "pause names steps, and a log with a row a case has none",
        help: "leave pause out, or declare the log of events", at: syntax.span)
    }
    let hasSpans =
      roles.columns[.start] != nil || roles.columns[.lifecycle] != nil
      || roles.meaning == .stateEntry
    guard hasSpans else {
      throw arguments.problem(
        "pause needs to know how long a step lasts, and each event has only the time of its completion",
        help:
          "name the column of starts, start=COLUMN, or say meaning=state_entry if the time is that at which the step was entered",
        at: syntax.span)
    }
    return try arguments.texts("pause")
  }
}
