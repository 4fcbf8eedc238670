import CasebookTables
import CasebookValues

/// For how long one resource was busy in spans of time, and with what.
///
/// The times that matter cut the axis into segments, each of which is covered once at most. Work is laid
/// down in the order in which it came in, and each question is asked when just the work is down that had
/// come before it: so all questions together cost about as much as sorting.
enum BusyTime {
  /// An event that kept the resource busy.
  struct Work: Sendable {
    var start: Int64
    var end: Int64
    /// When its case was there; the least number where nothing came before it.
    var enabled: Int64
  }

  /// A span `[from, to)` in which something that was there at `enabled` waited.
  struct Question: Sendable {
    var enabled: Int64
    var from: Int64
    var to: Int64
  }

  /// What kept the resource from it.
  struct Answer: Sendable {
    var question: Question
    /// Time on work that was there no later.
    var contention: Int64
    /// Time on any work.
    var busy: Int64
    /// Closed time without work.
    var closed: Int64
  }

  /// Answers in the order of the questions.
  static func answers(
    _ questions: [Question], _ work: [Work], _ hours: CalendarTable?, _ context: RunContext
  ) throws -> [Answer] {
    if questions.isEmpty { return [] }
    var times = questions.flatMap { [$0.from, $0.to] } + work.flatMap { [$0.start, $0.end] }
    times.sort()
    var last = 0
    for time in times where time != times[last] {
      last += 1
      times[last] = time
    }
    times.removeLast(times.count - last - 1)
    let covered = CoveredTime(times, hours)
    let byArrival = work.sorted { $0.enabled < $1.enabled }
    let order = questions.indices.sorted { questions[$0].enabled < questions[$1].enabled }
    var answers = questions.map { Answer(question: $0, contention: 0, busy: 0, closed: 0) }
    var next = 0
    for (count, index) in order.enumerated() {
      if count & 0x3FF == 0 { try context.checkpoint() }
      let question = questions[index]
      while next < byArrival.count, byArrival[next].enabled <= question.enabled {
        covered.cover(byArrival[next].start, byArrival[next].end)
        next += 1
      }
      answers[index].contention = covered.time(question.from, question.to).all
    }
    while next < byArrival.count {
      covered.cover(byArrival[next].start, byArrival[next].end)
      next += 1
    }
    for (index, question) in questions.enumerated() {
      let busy = covered.time(question.from, question.to)
      answers[index].busy = busy.all
      if let hours {
        let closed =
          question.to - question.from - hours.openTime(from: question.from, to: question.to)
        answers[index].closed = closed - busy.closed
      }
    }
    return answers
  }
}

/// How much of an axis of time is covered, by two Fenwick trees over its segments.
private final class CoveredTime {
  private let times: [Int64]
  private let hours: CalendarTable?
  private var all: [Int64]
  private var closed: [Int64]
  /// For each segment the first one at or behind it that is not covered yet.
  private var free: [Int32]

  init(_ times: [Int64], _ hours: CalendarTable?) {
    self.times = times
    self.hours = hours
    all = Array(repeating: 0, count: times.count + 1)
    closed = hours == nil ? [] : all
    free = (0...Int32(times.count)).map { $0 }
  }

  /// Covers a span between two of the times.
  func cover(_ start: Int64, _ end: Int64) {
    guard start < end else { return }
    let last = place(end)
    var segment = firstFree(place(start))
    while segment < last {
      let (from, to) = (times[segment], times[segment + 1])
      Self.add(to - from, at: segment, &all)
      if let hours {
        Self.add(to - from - hours.openTime(from: from, to: to), at: segment, &closed)
      }
      free[segment] = Int32(segment + 1)
      segment = firstFree(segment + 1)
    }
  }

  /// Covered time between two of the times, and how much of it is closed.
  func time(_ start: Int64, _ end: Int64) -> (all: Int64, closed: Int64) {
    let (first, last) = (place(start), place(end))
    return (
      Self.sum(before: last, all) - Self.sum(before: first, all),
      hours == nil ? 0 : Self.sum(before: last, closed) - Self.sum(before: first, closed)
    )
  }

  private func place(_ time: Int64) -> Int {
    var (low, high) = (0, times.count)
    while low < high {
      let middle = (low + high) / 2
      if times[middle] < time { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Shortens the way for those that come later.
  private func firstFree(_ segment: Int) -> Int {
    var found = segment
    while free[found] != found { found = Int(free[found]) }
    var walked = segment
    while free[walked] != found {
      let next = Int(free[walked])
      free[walked] = Int32(found)
      walked = next
    }
    return found
  }

  private static func add(_ value: Int64, at place: Int, _ tree: inout [Int64]) {
    var node = place + 1
    while node < tree.count {
      tree[node] += value
      node += node & -node
    }
  }

  private static func sum(before place: Int, _ tree: [Int64]) -> Int64 {
    var node = place
    var sum: Int64 = 0
    while node > 0 {
      sum += tree[node]
      node -= node & -node
    }
    return sum
  }
}
