import CasebookTables
import CasebookValues

/// A discrete-event simulation of queues: cases arrive, wait in some order, and are served by people.
///
/// One person serves one case at a time, to its end, in the queue's hours only: work that is not done at closing
/// goes on at the next opening. People of a queue serve it alone; people of a pool take from the first of their
/// queues that has a case waiting. All of it is a function of its input; nothing is drawn here.
struct Simulation {
  /// A queue and the people who serve nothing else.
  struct Line: Sendable {
    var hours: BusinessCalendar
    var people: Int
    /// Where a case goes that waited too long.
    var escalatesTo: Int?
    var escalatesAfter: Int64 = 0
  }

  /// People who serve several queues, the first before the others.
  struct Crew: Sendable {
    var people: Int
    var serves: [Int]
  }

  /// Cases, one array a property; `key` decides the order of service, least first.
  struct Arrivals: Sendable {
    var times: [Int64] = []
    var lines: [Int32] = []
    var keys: [Int64] = []
    var dues: [Int64] = []
    var work: [Int64] = []
  }

  /// What became of a queue's cases until the end.
  struct Outcome: Sendable {
    var arrivals = 0
    var served = 0
    var met = 0
    var breached = 0
    var escalated = 0
    var busyTicks: Int64 = 0
    var crewTicks: [Int: Int64] = [:]
    /// Waits of the cases whose service began, in the order in which it did.
    var waits: [Int64] = []
    /// Their rows.
    var begun: [Int] = []
    var backlog: Int { arrivals - served - escalated }
  }

  private let lines: [Line]
  private let crews: [Crew]
  private let cases: Arrivals
  private let end: Int64
  private var waiting: [Heap<Waiting>]
  private var free: [Int]
  private var freeCrews: [Int]
  private var crewsOf: [[Int]]
  private var events = Heap<Event>()
  /// The queue in which each case waits, since when; -1 once it is served.
  private var place: [Int32]
  private var since: [Int64]
  private var doors: [Int64]
  private(set) var outcomes: [Outcome]

  private struct Waiting: Comparable {
    var key: Int64
    var due: Int64
    var row: Int32

    static func < (left: Waiting, right: Waiting) -> Bool {
      if left.key != right.key { return left.key < right.key }
      if left.due != right.due { return left.due < right.due }
      return left.row < right.row
    }
  }

  private struct Event: Comparable {
    enum Kind: UInt8 {
      case done, opens, late
    }
    var time: Int64
    var kind: Kind
    /// A case, or a queue that opens.
    var subject: Int32
    /// The queue that a case is served in; for `late` the one it waits in.
    var line: Int32
    /// The crew whose person is busy; -1 for the queue's own.
    var crew: Int32

    static func < (left: Event, right: Event) -> Bool {
      if left.time != right.time { return left.time < right.time }
      if left.kind != right.kind { return left.kind.rawValue < right.kind.rawValue }
      return left.subject < right.subject
    }
  }

  /// Prepares a run up to `end`.
  init(_ lines: [Line], _ crews: [Crew], _ cases: Arrivals, until end: Int64) {
    self.lines = lines
    self.crews = crews
    self.cases = cases
    self.end = end
    waiting = lines.map { _ in Heap() }
    free = lines.map(\.people)
    freeCrews = crews.map(\.people)
    crewsOf = lines.indices.map { line in
      crews.indices.filter { crews[$0].serves.contains(line) }
    }
    place = Array(repeating: -1, count: cases.times.count)
    since = Array(repeating: 0, count: cases.times.count)
    doors = lines.map { _ in .min }
    outcomes = lines.map { _ in Outcome() }
  }

  /// Runs to the end.
  mutating func run(_ checkpoint: () throws -> Void) rethrows {
    let order = cases.times.indices.sorted {
      (cases.times[$0], $0) < (cases.times[$1], $1)
    }
    var next = 0
    var steps = 0
    while true {
      steps &+= 1
      if steps & 0x3FFF == 0 { try checkpoint() }
      let arrival = next < order.count ? cases.times[order[next]] : Int64.max
      // Who is done at this moment can take the case that arrives at it.
      if let event = events.first, event.time <= arrival {
        guard event.time <= end else { break }
        events.removeFirst()
        handle(event)
      } else {
        guard next < order.count, arrival <= end else { break }
        enter(order[next], Int(cases.lines[order[next]]), arrival)
        next += 1
      }
    }
    settle()
  }

  private mutating func enter(_ row: Int, _ line: Int, _ time: Int64) {
    outcomes[line].arrivals += 1
    place[row] = Int32(line)
    since[row] = time
    waiting[line].insert(Waiting(key: cases.keys[row], due: cases.dues[row], row: Int32(row)))
    if lines[line].escalatesTo != nil {
      events.insert(
        Event(
          time: time.addingReportingOverflow(lines[line].escalatesAfter).partialValue, kind: .late,
          subject: Int32(row), line: Int32(line), crew: -1))
    }
    serve(line, time)
  }

  private mutating func handle(_ event: Event) {
    let line = Int(event.line)
    switch event.kind {
    case .done:
      let row = Int(event.subject)
      outcomes[line].served += 1
      if event.time <= cases.dues[row] {
        outcomes[line].met += cases.dues[row] == .max ? 0 : 1
      } else {
        outcomes[line].breached += 1
      }
      if event.crew >= 0 {
        freeCrews[Int(event.crew)] += 1
        for other in crews[Int(event.crew)].serves { serve(other, event.time) }
      } else {
        free[line] += 1
        serve(line, event.time)
      }
    case .opens: serve(line, event.time)
    case .late:
      let row = Int(event.subject)
      guard place[row] == event.line, let target = lines[line].escalatesTo else { return }
      outcomes[line].escalated += 1
      enter(row, target, event.time)
    }
  }

  /// Gives waiting cases to people who are free.
  private mutating func serve(_ line: Int, _ time: Int64) {
    while true {
      // A case that went elsewhere is still in the heap.
      while let first = waiting[line].first, place[Int(first.row)] != Int32(line) {
        waiting[line].removeFirst()
      }
      guard let first = waiting[line].first else { return }
      let crew = free[line] > 0 ? -1 : crewsOf[line].first { freeCrews[$0] > 0 } ?? -2
      guard crew > -2 else { return }
      let hours = lines[line].hours
      if !hours.isAlwaysOpen, !hours.isOpen(at: time) {
        waitForOpening(line, time)
        return
      }
      waiting[line].removeFirst()
      begin(Int(first.row), line, crew, time)
    }
  }

  private mutating func begin(_ row: Int, _ line: Int, _ crew: Int, _ time: Int64) {
    if crew < 0 { free[line] -= 1 } else { freeCrews[crew] -= 1 }
    place[row] = -1
    outcomes[line].waits.append(time - since[row])
    outcomes[line].begun.append(row)
    let hours = lines[line].hours
    let work = cases.work[row]
    let done =
      hours.isAlwaysOpen ? time + work : hours.deadline(from: time, after: work) ?? Int64.max
    let busy = done <= end ? work : hours.openTime(from: time, to: end)
    if crew < 0 {
      outcomes[line].busyTicks += busy
    } else {
      outcomes[line].crewTicks[crew, default: 0] += busy
    }
    events.insert(
      Event(
        time: done, kind: .done, subject: Int32(row), line: Int32(line), crew: Int32(crew)))
  }

  private mutating func waitForOpening(_ line: Int, _ time: Int64) {
    guard doors[line] <= time, let opening = lines[line].hours.deadline(from: time, after: 1)
    else { return }
    doors[line] = opening
    events.insert(
      Event(
        time: max(opening - 1, time), kind: .opens, subject: Int32(line), line: Int32(line),
        crew: -1))
  }

  /// What is open at the end and past its due time is breached.
  private mutating func settle() {
    for row in cases.times.indices where place[row] >= 0 && cases.dues[row] < end {
      outcomes[Int(place[row])].breached += 1
    }
    while let event = events.first {
      events.removeFirst()
      if event.kind == .done, cases.dues[Int(event.subject)] < end {
        outcomes[Int(event.line)].breached += 1
      }
    }
  }
}

/// A binary heap, least first.
struct Heap<Element: Comparable> {
  private var items: [Element] = []

  var first: Element? { items.first }
  var isEmpty: Bool { items.isEmpty }

  mutating func insert(_ element: Element) {
    items.append(element)
    var child = items.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard element < items[parent] else { break }
      items[child] = items[parent]
      child = parent
    }
    items[child] = element
  }

  mutating func removeFirst() {
    guard let last = items.popLast(), !items.isEmpty else { return }
    var parent = 0
    let count = items.count
    while true {
      var child = 2 * parent + 1
      guard child < count else { break }
      if child + 1 < count, items[child + 1] < items[child] { child += 1 }
      guard items[child] < last else { break }
      items[parent] = items[child]
      parent = child
    }
    items[parent] = last
  }
}
