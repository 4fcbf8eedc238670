/// A run of consecutive cases, told by one worker.
struct Chunk: Sendable {
  let caseCount: Int
  let cases: [UInt8]
  let reviewCount: Int
  let reviews: [UInt8]
  let events: [Event]
  /// Arrivals by hour and vertical, from `firstHour` on.
  let firstHour: Int
  let volumes: [UInt32]

  /// Bounds memory: one round of cases is held at a time.
  static let casesPerRound = 16_384
  private static let size = 1024

  /// Tells a round of cases, in parallel; the chunks come in order.
  static func generate(_ round: Range<Int>, of world: World, threads: Int) -> [Chunk] {
    let count = (round.count + size - 1) / size
    return parallelMap(count, threads: threads) { chunk in
      let first = round.lowerBound + chunk * size
      return Chunk(first..<min(round.upperBound, first + size), of: world)
    }
  }

  private init(_ range: Range<Int>, of world: World) {
    var events: [Event] = []
    events.reserveCapacity(range.count * 6)
    var votes: [Vote] = []
    var records: [CaseRecord] = []
    records.reserveCapacity(range.count)
    for index in range {
      records.append(Story.tell(index, of: world, events: &events, votes: &votes))
    }
    let verticals = Vertical.allCases.count
    firstHour = (records.first?.opened ?? 0) / Period.hour
    let lastHour = (records.last?.opened ?? 0) / Period.hour
    var volumes = [UInt32](repeating: 0, count: (lastHour - firstHour + 1) * verticals)
    for record in records {
      let hour = record.opened / Period.hour - firstHour
      volumes[hour * verticals + Int(record.vertical.rawValue)] += 1
    }
    self.volumes = volumes
    self.events = events
    caseCount = records.count
    cases = CasesFile.text(records)
    reviewCount = votes.count
    reviews = ReviewsFile.text(votes)
  }
}

/// Arrivals by hour and vertical of the whole period.
struct Volumes {
  private var counts = [UInt32](repeating: 0, count: Period.hours * Vertical.allCases.count)

  mutating func add(_ part: [UInt32], fromHour hour: Int) {
    let first = hour * Vertical.allCases.count
    for (offset, count) in part.enumerated() { counts[first + offset] += count }
  }

  func text() -> Rows { VolumesFile.text(counts) }
}
