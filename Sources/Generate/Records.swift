// What a story tells, in numbers: text is made from these only when a file is written.

/// One row of `cases.csv`.
///
/// Times are seconds of the period; nil is an empty cell.
struct CaseRecord {
  var number: Int
  var opened: Int
  var decided: Int?
  var closed: Int?
  var vertical: Vertical
  var policy: UInt8
  var source: Source
  /// Indexes of `Country.all` and `Country.languages`.
  var country: Int
  var language: Int?
  var reports: Int
  var strikes: Int
  /// In ten-thousandths.
  var scoreA: Int?
  var scoreB: Int?
  var queue: Queue
  var reviewer: Int?
  var decision: Decision?
  var outcome: Finding?
  var appealed: Bool?
  var appealResult: AppealResult?
}

/// One row of `events.csv`, small because many wait for their turn in the log.
struct Event: Comparable {
  /// When the log received it, then the case and the event's place in it: the order of the file.
  var received: UInt64
  var completed: UInt32
  /// Equal to `noTime` for a step that is a moment.
  var started: UInt32
  var agent: UInt16
  var place: UInt8
  var step: Step
  var queue: Queue

  static let noTime = UInt32.max
  static let nobody = UInt16.max

  var caseIndex: Int { Int(received & 0xFFFF_FFFF) }

  static func key(received time: Int, caseIndex: Int) -> UInt64 {
    UInt64(time) << 32 | UInt64(caseIndex)
  }

  static func < (left: Event, right: Event) -> Bool {
    left.received == right.received ? left.place < right.place : left.received < right.received
  }
}

/// One row of `reviews.csv`.
struct Vote {
  var caseIndex: Int
  var agent: Int
  var time: Int
  var label: Finding
  /// The truth of a golden item; nil for others.
  var truth: Finding?
}
