import CasebookQuery
import CasebookTables

/// The events of a log by case: which rows belong to each case, in the order of time.
///
/// Cases are numbered in first appearance. Rows are put in place by counting them by case; `CaseOrder` then sorts
/// cases whose rows are out of order.
struct CaseIndex: Sendable {
  /// Rows of the table, case after case, each case in its order.
  let rows: Buffer<UInt32>
  /// Where each case begins in `rows`; one more position than there are cases.
  let offsets: Buffer<UInt32>

  /// Stretches that work on cases is cut into: few enough to keep, short enough to stop between.
  static let stretchCount = 64

  /// Cases.
  var caseCount: Int { offsets.count - 1 }
  /// Bytes held.
  var byteCount: Int { rows.count * 4 + offsets.count * 4 }

  /// Cases of these sizes, whose rows stand one case after the other.
  init(rows: Buffer<UInt32>, offsets: Buffer<UInt32>) {
    self.rows = rows
    self.offsets = offsets
  }

  /// Puts the events of a table in place by the case of each row, those of a case in the order of the table.
  init(placing cases: Column, _ events: LogRows, _ context: RunContext) throws {
    let count = cases.count
    try context.require(bytes: count * 4 * 2)
    switch cases.data {
    case .texts(.narrow(let codes), let dictionary) where Self.isPlain(cases, dictionary):
      (rows, offsets) = try Self.placed(
        codes.base, dictionary.count, count, events.isEvent, context)
    case .texts(.wide(let codes), let dictionary)
    where events.isEvent == nil && Self.isPlain(cases, dictionary)
      && Self.isInFirstAppearance(codes.pointer, dictionary.count):
      (rows, offsets) = try Self.placed(inFirstAppearance: codes, dictionary.count, context)
    case .texts(.medium(let codes), let dictionary) where Self.isPlain(cases, dictionary):
      (rows, offsets) = try Self.placed(
        codes.base, dictionary.count, count, events.isEvent, context)
    case .texts(.wide(let codes), let dictionary) where Self.isPlain(cases, dictionary):
      (rows, offsets) = try Self.placed(
        codes.base, dictionary.count, count, events.isEvent, context)
    default:
      let groups = group(by: [cases], rowCount: count)
      (rows, offsets) = try Self.placed(
        groups.ids.base, groups.count, count, events.isEvent, context)
      withExtendedLifetime(groups) {}
    }
    try context.checkpoint()
  }

  private static func isPlain(_ column: Column, _ dictionary: TextDictionary) -> Bool {
    dictionary.isDistinct && column.validity == nil
  }

  /// Whether every code that is met for the first time is the next number, as where a log was loaded in one go.
  private static func isInFirstAppearance(
    _ codes: UnsafeBufferPointer<UInt32>, _ codeCount: Int
  ) -> Bool {
    var next: UInt32 = 0
    for code in codes {
      if code > next { return false }
      next = max(next, code &+ 1)
    }
    return Int(next) == codeCount
  }

  /// The same where codes are the numbers of cases already: all workers count and place, each a run of rows.
  ///
  /// A worker's rows of a case stand behind those of the workers before it, so that any number of them gives the same.
  private static func placed(
    inFirstAppearance codes: Buffer<UInt32>, _ codeCount: Int, _ context: RunContext
  ) throws -> (rows: Buffer<UInt32>, offsets: Buffer<UInt32>) {
    let count = codes.count
    let workers = max(1, min(context.threads, 4, count / rowsPerWorker))
    let runs = (0..<workers).map { count * $0 / workers..<count * ($0 + 1) / workers }
    try context.require(bytes: workers * codeCount * 4)
    // Sizes of cases within each run; then where the next row of each goes.
    let places = try context.mapParallel(workers) { worker in
      let sizes = UnsafeResult(Buffer<UInt32>(count: codeCount) { _ in })
      let codes = codes.base
      try inSteps(of: runs[worker], context) { rows in
        for row in rows { sizes.base[Int(codes[row])] &+= 1 }
      }
      return sizes
    }
    let offsets = Buffer<UInt32>(count: codeCount + 1) { target in
      var next: UInt32 = 0
      let bases = places.map(\.base)
      bases.withUnsafeBufferPointer { bases in
        for number in 0..<codeCount {
          target[number] = next
          for worker in 0..<workers {
            let size = bases[worker][number]
            bases[worker][number] = next
            next &+= size
          }
        }
      }
      target[codeCount] = next
    }
    let rows = UnsafeResult(Buffer<UInt32>(count: count) { _ in })
    _ = try context.mapParallel(workers) { worker in
      let (codes, next, rows) = (codes.base, places[worker].base, rows.base)
      try inSteps(of: runs[worker], context) { run in
        for row in run {
          let number = Int(codes[row])
          rows[Int(next[number])] = UInt32(truncatingIfNeeded: row)
          next[number] &+= 1
        }
      }
    }
    withExtendedLifetime((codes, places)) {}
    return (rows.buffer, offsets)
  }

  @inline(__always)
  private static func inSteps(
    of run: Range<Int>, _ context: RunContext, _ body: (Range<Int>) -> Void
  ) throws {
    for start in stride(from: run.lowerBound, to: run.upperBound, by: rowsPerCheck) {
      try context.checkpoint()
      body(start..<min(start + rowsPerCheck, run.upperBound))
    }
  }

  /// Rows that are worth another worker.
  private static let rowsPerWorker = 1 << 14
  /// Rows that are gone through between two looks at whether to stop.
  private static let rowsPerCheck = 1 << 19

  /// Rows by code, codes in first appearance, rows of one code in table order.
  private static func placed<Code: FixedWidthInteger>(
    _ codes: UnsafePointer<Code>, _ codeCount: Int, _ count: Int, _ isEvent: Buffer<UInt8>?,
    _ context: RunContext
  ) throws -> (rows: Buffer<UInt32>, offsets: Buffer<UInt32>) {
    // The number of each code in first appearance, counted from 1; 0 for one not met.
    let numbers = UnsafeMutablePointer<UInt32>.allocate(capacity: codeCount + 1)
    numbers.initialize(repeating: 0, count: codeCount + 1)
    defer { numbers.deallocate() }
    let sizes = UnsafeMutablePointer<UInt32>.allocate(capacity: codeCount + 2)
    sizes.initialize(repeating: 0, count: codeCount + 2)
    defer { sizes.deallocate() }
    var caseCount: UInt32 = 0
    var eventCount = 0
    let marks = isEvent?.base
    try inSteps(of: 0..<count, context) { rows in
      for row in rows {
        if let marks, marks[row] == 0 { continue }
        let code = Int(truncatingIfNeeded: codes[row])
        if numbers[code] == 0 {
          caseCount += 1
          numbers[code] = caseCount
        }
        sizes[Int(numbers[code])] += 1
        eventCount += 1
      }
    }
    // `sizes[number]` becomes where the case begins, and moves on as rows are placed.
    let offsets = Buffer<UInt32>(count: Int(caseCount) + 1) { target in
      for number in 0..<Int(caseCount) { target[number + 1] = target[number] + sizes[number + 1] }
      for number in 0..<Int(caseCount) { sizes[number + 1] = target[number] }
    }
    let rows = try Buffer<UInt32>(count: eventCount) { target in
      try inSteps(of: 0..<count, context) { rows in
        for row in rows {
          if let marks, marks[row] == 0 { continue }
          let number = Int(numbers[Int(truncatingIfNeeded: codes[row])])
          target[Int(sizes[number])] = UInt32(truncatingIfNeeded: row)
          sizes[number] += 1
        }
      }
    }
    withExtendedLifetime(isEvent) {}
    return (rows, offsets)
  }

  /// Runs of cases with about as many events each, at most `count` of them.
  func stretches(of count: Int) -> [Range<Int>] {
    let events = rows.count
    let wanted = max(1, min(count, events / 16_384 + 1))
    var stretches: [Range<Int>] = []
    var start = 0
    for part in 1...wanted {
      let end = part == wanted ? caseCount : firstCase(atOrBehind: events * part / wanted)
      if end > start {
        stretches.append(start..<end)
        start = end
      }
    }
    return stretches
  }

  private func firstCase(atOrBehind position: Int) -> Int {
    var low = 0
    var high = caseCount
    while low < high {
      let middle = (low + high) / 2
      if Int(offsets.base[middle]) < position { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
