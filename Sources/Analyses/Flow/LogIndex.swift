import CasebookLanguage
import CasebookQuery
import CasebookTables

/// What is derived once from the rows of a log: its events by case, what was left out, and what the order says.
struct LogIndex: Sendable {
  /// Events by case, those of a case in order.
  let cases: CaseIndex
  /// What the log could not take.
  let counts: LogRows.Counts
  /// What the order of events says of the data.
  let order: OrderFacts

  /// Bytes held.
  var byteCount: Int { cases.byteCount + 128 }

  /// Derives it.
  init(
    cases column: Column, _ events: LogRows, order: LogRoles.Order, _ context: RunContext
  ) throws {
    cases = try CaseIndex(placing: column, events, context)
    self.order = try CaseOrder(events, order).sort(cases, context)
    counts = events.counts
  }

  /// Takes what was kept, if it fits the rows.
  ///
  /// Every row that is an event stands in one case, and the events of each case are in order. That they are of one case
  /// is not looked at, since that would take the column: the file's checksums speak for it, and whoever can forge those
  /// can as well forge the column.
  init?(
    _ kept: KeptIndex, _ events: LogRows, order: LogRoles.Order, _ context: RunContext
  ) throws {
    guard kept.rowCount == events.starts.count, kept.fits(events) else { return nil }
    guard let facts = try CaseOrder(events, order).facts(of: kept.cases, context) else {
      return nil
    }
    cases = kept.cases
    counts = kept.counts
    self.order = facts
  }

  /// As plain numbers, to be kept.
  func numbers(rowCount: Int) -> DerivedNumbers {
    let offsets = cases.offsets
    let sizes = Buffer<UInt32>(count: cases.caseCount) { target in
      for number in 0..<cases.caseCount {
        target[number] = offsets.base[number + 1] - offsets.base[number]
      }
    }
    return DerivedNumbers(
      facts: [Int64(rowCount)] + counts.all.map { Int64($0) }, lists: [sizes, cases.rows])
  }
}

extension LogIndex {
  /// An index of the same rows and roles that is there already.
  enum Known: Sendable {
    /// Derived in this process, or read and found to fit.
    case derived(LogIndex)
    /// Read from the workspace.
    case kept(KeptIndex)

    /// What is known under a key.
    init?(_ key: DerivedKey, _ context: RunContext) {
      guard let store = context.derived else { return nil }
      if let derived = store.value(key, as: LogIndex.self) {
        self = .derived(derived)
      } else if let numbers = store.kept(key) {
        guard let kept = KeptIndex(numbers) else {
          store.distrust(key)
          return nil
        }
        self = .kept(kept)
      } else {
        return nil
      }
    }
  }

  /// The known index, or one that is derived and then known.
  ///
  /// Throws `DerivedMismatch` where what was kept does not fit and the column of cases was not read.
  static func found(
    _ known: Known?, _ cases: Column?, _ events: LogRows, _ spec: LogSpec, _ context: RunContext
  ) throws -> LogIndex {
    let store = context.derived
    switch known ?? spec.key.flatMap({ Known($0, context) }) {
    case .derived(let index)?: return index
    case .kept(let kept)?:
      if let index = try LogIndex(kept, events, order: spec.roles.order, context) {
        if let key = spec.key { store?.keep(index, for: key, byteCount: index.byteCount) }
        return index
      }
      if let key = spec.key {
        store?.distrust(key)
        if cases == nil { throw DerivedMismatch(key: key) }
      }
    case nil: break
    }
    guard let cases else {
      throw Diagnostic(
        code: "E0501", message: "\(spec.word) reads a log, and no column is known as case",
        span: spec.span)
    }
    let index = try LogIndex(cases: cases, events, order: spec.roles.order, context)
    if let key = spec.key {
      store?.keep(index, for: key, byteCount: index.byteCount)
      if spec.isKept { store?.offer(index.numbers(rowCount: cases.count), for: key) }
    }
    return index
  }
}

/// An index that was read from a file: each row stands in it once, but nothing else is known of it.
struct KeptIndex: Sendable {
  let cases: CaseIndex
  let counts: LogRows.Counts
  let rowCount: Int

  /// Takes numbers apart; nil where they are no index at all.
  init?(_ numbers: DerivedNumbers) {
    guard numbers.facts.count == 1 + LogRows.Counts().all.count, numbers.lists.count == 2,
      numbers.facts.allSatisfy({ (0...(1 << 40)).contains($0) })
    else { return nil }
    rowCount = Int(numbers.facts[0])
    counts = LogRows.Counts(numbers.facts.dropFirst().map { Int($0) })
    let (sizes, rows) = (numbers.lists[0], numbers.lists[1])
    var isSound = rows.count <= rowCount
    let offsets = Buffer<UInt32>(count: sizes.count + 1) { target in
      var next = 0
      for number in 0..<sizes.count {
        let size = Int(sizes.base[number])
        next += size
        isSound = isSound && size > 0 && next <= rows.count
        target[number + 1] = UInt32(truncatingIfNeeded: next)
      }
      isSound = isSound && next == rows.count
    }
    guard isSound, Self.areDifferent(rows, below: rowCount) else { return nil }
    cases = CaseIndex(rows: rows, offsets: offsets)
  }

  /// Whether rows lie below a bound and none comes twice.
  private static func areDifferent(_ rows: Buffer<UInt32>, below rowCount: Int) -> Bool {
    let seen = Buffer<UInt64>(count: rowCount / 64 + 1) { seen in
      for index in 0..<rows.count {
        let row = Int(rows.base[index])
        if row < rowCount { seen[row >> 6] |= 1 << UInt64(row & 63) }
      }
    }
    return seen.pointer.reduce(0) { $0 + $1.nonzeroBitCount } == rows.count
  }

  /// Whether the rows that it holds are events, and all of them but those without a case.
  func fits(_ events: LogRows) -> Bool {
    // Where the column of cases was not read, rows without a case look like events.
    let counted = cases.rows.count...(cases.rows.count + counts.withoutCase)
    guard let marks = events.isEvent else { return counted.contains(rowCount) }
    var eventCount = 0
    for row in 0..<rowCount where marks.base[row] != 0 { eventCount += 1 }
    return counted.contains(eventCount)
      && !cases.rows.pointer.contains { marks.base[Int($0)] == 0 }
  }
}

extension LogRows.Counts {
  /// All counts, in the order in which they are kept.
  var all: [Int] {
    [
      withoutCase, withoutStep, withoutTime, open, inverted, duplicates, lifecycleOther, unseen,
    ]
  }

  /// Counts in that order.
  init(_ all: [Int]) {
    guard all.count == 8 else { return }
    (withoutCase, withoutStep, withoutTime, open) = (all[0], all[1], all[2], all[3])
    (inverted, duplicates, lifecycleOther, unseen) = (all[4], all[5], all[6], all[7])
  }
}
