/// The events that were told but not yet written: the file is in the order in which the log received
/// them, and a case's events reach days ahead of the cases being told.
struct EventLog {
  private let threads: Int
  private var waiting: [Event] = []
  /// Everything before it is written.
  private var released = 0

  init(threads: Int) {
    self.threads = threads
  }

  mutating func append(_ events: [Event]) {
    waiting += events
  }

  /// Takes out the events received before `horizon`, sorted, as text in pieces.
  ///
  /// The order is total (time, case, place in the case), so where the pieces are cut changes nothing.
  mutating func release(before horizon: Int) -> [Rows] {
    let latest = waiting.reduce(released) { max($0, Int($1.received >> 32)) }
    let pieces = 32
    let width = max(1, (min(horizon, latest + 1) - released + pieces - 1) / pieces)
    var sliced = [[Event]](repeating: [], count: pieces)
    var kept: [Event] = []
    for event in waiting {
      let time = Int(event.received >> 32)
      if time >= horizon {
        kept.append(event)
      } else {
        sliced[min(pieces - 1, (time - released) / width)].append(event)
      }
    }
    waiting = kept
    released = min(horizon, latest + 1)
    return parallelMap(pieces, threads: threads) { [sliced] piece in
      EventsFile.text(sliced[piece].sorted())
    }
  }
}
