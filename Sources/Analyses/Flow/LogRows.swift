import CasebookQuery
import CasebookTables
import CasebookValues

/// The times of a log's rows as every stage reads them, and which rows are events at all.
///
/// Times are ticks by row of the table. What a log cannot take is counted here and nowhere else.
struct LogRows: Sendable {
  /// The end of an event that has begun and was not seen to end, and of a case that is open.
  static let open = Int64.max

  /// s: when each event began.
  var starts: Buffer<Int64>
  /// t: when it was completed, `open` if that was not seen.
  var ends: Buffer<Int64>
  /// Non-zero where the row is an event that is seen; nil when all rows are.
  var isEvent: Buffer<UInt8>?
  /// Non-zero where the service time is not known because t lay before s; nil when none.
  var isInverted: Buffer<UInt8>?
  /// What was left out or changed.
  var counts = Counts()
  /// Whether some events were not seen to end.
  var hasOpen = false

  /// What a log found in its rows.
  struct Counts: Sendable, Equatable {
    /// Rows without a case, a step or a time.
    var withoutCase = 0
    var withoutStep = 0
    var withoutTime = 0
    /// Events that begin and have no end, ends that lie before their start.
    var open = 0
    var inverted = 0
    /// Rows that equal an earlier one and were left out.
    var duplicates = 0
    /// Rows of a lifecycle log that begin a step, are paired, or say neither start nor complete.
    var lifecycleOther = 0
    /// Rows after the end of observation.
    var unseen = 0

    var rejected: Int { withoutCase + withoutStep + withoutTime }
  }
}

/// Why a row is no event.
enum LogReject: String, Sendable {
  case noCase = "no case"
  case noStep = "no step"
  case noTime = "no time"
}

extension LogRows {
  /// Reads the times and marks what is no event.
  init(_ table: Table, _ spec: LogSpec, _ context: RunContext) throws {
    let count = table.rowCount
    let column = { (role: LogRole) in spec.columns[role].map { table.columns[$0] } }
    var marks = EventMarks(count: count)
    if let cases = column(.caseID) {
      counts.withoutCase = marks.drop(where: MissingRows(cases))
    }
    if let steps = column(.step), spec.hasEvents {
      counts.withoutStep = marks.drop(where: MissingRows(steps))
    }
    let begin = spec.hasEvents ? column(.start) : column(.opened) ?? column(.start)
    let end = spec.hasEvents ? column(.at) : column(.closed)
    try context.checkpoint()
    if spec.roles.columns[.lifecycle] != nil, spec.hasEvents, let at = end {
      counts.withoutTime = marks.drop(where: MissingRows(at))
      let times = Self.longs(at, count)
      (starts, ends) = (times, times)
    } else if let begin {
      let times = Self.times(begin: begin, end: end, count, isCaseLog: !spec.hasEvents)
      counts.withoutTime = marks.drop(where: MissingRows(bytes: times.missing))
      counts.open = spec.hasEvents ? marks.count(of: times.open) : 0
      hasOpen = counts.open > 0
      counts.inverted = marks.count(of: times.inverted)
      isInverted = counts.inverted > 0 ? times.inverted : nil
      (starts, ends) = (times.starts, times.ends)
    } else if let only = end {
      counts.withoutTime = marks.drop(where: MissingRows(only))
      let times = Self.longs(only, count)
      (starts, ends) = (times, times)
    } else {
      starts = Buffer(repeating: 0, count: count)
      ends = starts
    }
    isEvent = marks.finished
  }

  static func longs(_ column: Column, _ count: Int) -> Buffer<Int64> {
    if case .longs(let values) = column.data { return values }
    return Buffer(repeating: 0, count: count)
  }

  private struct Times {
    var starts: Buffer<Int64>
    var ends: Buffer<Int64>
    var missing: Buffer<UInt8>?
    var open: Buffer<UInt8>?
    var inverted: Buffer<UInt8>?
  }

  /// Start and completion of each row with the rules for what is missing or the wrong way round.
  private static func times(
    begin: Column, end: Column?, _ count: Int, isCaseLog: Bool
  ) -> Times {
    let s = longs(begin, count)
    let t = end.map { longs($0, count) } ?? Buffer(repeating: 0, count: count)
    let endValidity = end == nil ? Bitmap(repeating: false, count: count) : end?.validity
    let inverted = (0..<count).contains { s.base[$0] > t.base[$0] }
    if begin.validity == nil, endValidity == nil, !inverted {
      return Times(starts: s, ends: t)
    }
    var times = Times(starts: s, ends: t)
    times.missing = Buffer(count: count) { missing in
      for row in 0..<count where begin.isNull(row) {
        let hasEnd = endValidity.map { $0[row] } ?? true
        if isCaseLog || !hasEnd { missing[row] = 1 }
      }
    }
    times.open = Buffer(count: count) { open in
      for row in 0..<count where !begin.isNull(row) {
        if let endValidity, !endValidity[row] { open[row] = 1 }
      }
    }
    times.inverted = Buffer(count: count) { inverted in
      for row in 0..<count where !begin.isNull(row) && t.base[row] < s.base[row] {
        if endValidity.map({ $0[row] }) ?? true { inverted[row] = 1 }
      }
    }
    times.starts = Buffer(count: count) { target in
      for row in 0..<count { target[row] = begin.isNull(row) ? t.base[row] : s.base[row] }
    }
    times.ends = Buffer(count: count) { target in
      for row in 0..<count {
        let hasEnd = endValidity.map { $0[row] } ?? true
        target[row] = hasEnd ? max(t.base[row], times.starts.base[row]) : open
      }
    }
    return times
  }

  /// Leaves out what came after the end of observation; what was begun before it is open.
  mutating func see(upTo asOf: Int64, isCaseLog: Bool) {
    let count = starts.count
    let s = starts.base
    let t = ends.base
    var late = 0
    var running = 0
    for row in 0..<count {
      late += s[row] > asOf ? 1 : 0
      running += t[row] > asOf && t[row] != Self.open ? 1 : 0
    }
    guard late > 0 || running > 0 else { return }
    var marks = EventMarks(count: count, isEvent)
    let lateRows = Buffer<UInt8>(count: count) { target in
      for row in 0..<count { target[row] = s[row] > asOf ? 1 : 0 }
    }
    counts.unseen = marks.drop(where: MissingRows(bytes: lateRows))
    isEvent = marks.finished
    ends = Buffer(count: count) { target in
      for row in 0..<count { target[row] = t[row] > asOf ? Self.open : t[row] }
    }
    hasOpen = hasOpen || running > 0
  }
}

/// A byte a row, made only when some row is left out.
struct EventMarks {
  private let count: Int
  private var bytes: Buffer<UInt8>?

  init(count: Int, _ bytes: Buffer<UInt8>? = nil) {
    self.count = count
    self.bytes = bytes
  }

  /// The marks, nil when all rows are events.
  var finished: Buffer<UInt8>? { bytes }

  /// Takes rows out and says how many were still in.
  mutating func drop(where missing: MissingRows) -> Int {
    guard let gone = missing.bytes else { return 0 }
    var dropped = 0
    let before = bytes
    let after = Buffer<UInt8>(count: count) { target in
      for row in 0..<count {
        let was = before?.base[row] ?? 1
        target[row] = gone.base[row] != 0 ? 0 : was
        dropped += gone.base[row] != 0 && was != 0 ? 1 : 0
      }
    }
    if dropped > 0 { bytes = after }
    return dropped
  }

  /// How many rows that are in are marked.
  func count(of marks: Buffer<UInt8>?) -> Int {
    guard let marks else { return 0 }
    var total = 0
    for row in 0..<count where marks.base[row] != 0 && (bytes?.base[row] ?? 1) != 0 { total += 1 }
    return total
  }
}

/// The rows in which a column has no value; the empty text is none.
struct MissingRows {
  /// Non-zero where missing; nil when every row has a value.
  let bytes: Buffer<UInt8>?

  init(bytes: Buffer<UInt8>?) { self.bytes = bytes }

  init(_ column: Column) {
    let count = column.count
    var found = false
    let isEmpty: ((Int) -> Bool)?
    if case .texts(let codes, let dictionary) = column.data {
      let offsets = dictionary.offsets
      let empty = (0..<dictionary.count).filter { offsets.base[$0] == offsets.base[$0 + 1] }
      isEmpty = empty.isEmpty ? nil : { empty.contains(codes[$0]) }
    } else {
      isEmpty = nil
    }
    guard column.validity != nil || isEmpty != nil else {
      bytes = nil
      return
    }
    let marks = Buffer<UInt8>(count: count) { target in
      for row in 0..<count where column.isNull(row) || isEmpty?(row) == true {
        target[row] = 1
        found = true
      }
    }
    bytes = found ? marks : nil
  }
}
