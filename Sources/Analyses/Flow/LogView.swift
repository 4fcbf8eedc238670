import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues
import Synchronization

/// A log as every stage of the family reads it: events by case and in order, with their times.
///
/// An event is a row of the table; `rows[position]` is the event at a position of the case order, and case
/// `c` has the positions `offsets[c] ..< offsets[c + 1]`. `starts` (s), `ends` (t) and `steps` go by row.
///
/// All rules of the log are applied here: what is rejected, the order, ties, duplicates, lifecycle rows, what is not yet
/// seen at the end of observation.
final class LogView: Sendable {
  /// Roles and places of columns.
  let spec: LogSpec
  /// The columns that the stage reads.
  let table: Table
  /// End of observation, in ticks: open cases are measured at it.
  let asOf: Int64
  /// Events by case.
  let index: CaseIndex
  /// What the order of events says of the data: ties and overlaps.
  let order: OrderFacts
  /// Times by row.
  let events: LogRows
  /// Cases of which some events were cut by stages before; nil where nothing was cut.
  let cutCaseCount: Int
  /// For `closed_by=last` with an early end of observation: the latest completion of each row's case, seen or not.
  private let ground: Table?
  private let lazySteps = Mutex<TextIDs?>(nil)
  private let lazyResources = Mutex<TextIDs?>(nil)
  private let lazyStates = Mutex<CaseStates?>(nil)
  /// The latest completion of every case in the data, whatever of it is seen.
  let lastEnds: Buffer<Int64>?

  /// The sentinel of a time that was not seen.
  static let open = LogRows.open

  /// Cases.
  var caseCount: Int { index.caseCount }
  /// Events.
  var eventCount: Int { index.rows.count }
  /// Rows by position.
  var rows: Buffer<UInt32> { index.rows }
  /// Where each case begins; one position more than there are cases.
  var offsets: Buffer<UInt32> { index.offsets }
  /// s by row.
  var starts: Buffer<Int64> { events.starts }
  /// t by row; `open` where it was not seen.
  var ends: Buffer<Int64> { events.ends }
  /// Whether events have a start of their own, so that service and waiting can be parted.
  var hasStarts: Bool {
    spec.columns[.start] != nil || spec.columns[.lifecycle] != nil
  }
  /// Whether some events were not seen to end.
  var hasOpenEvents: Bool { events.hasOpen }
  /// The roles.
  var roles: LogRoles { spec.roles }

  /// Reads a table as a log; `ground` holds the cases and times before any filter.
  ///
  /// The column of cases may have been left unread where an index is known.
  init(
    _ table: Table, ground: Table?, _ spec: LogSpec, known: LogIndex.Known? = nil,
    _ context: RunContext
  ) throws {
    self.table = table
    self.spec = spec
    self.ground = ground
    let cases = spec.columns[.caseID].map { table.columns[$0] }
    context.expect(rows: table.rowCount)
    var events = try LogRows(table, spec, context)
    if spec.columns[.lifecycle] != nil, spec.hasEvents {
      try events.pair(table, spec, context)
    }
    if spec.roles.dedupe != .none { events.dropDuplicates(table, spec) }
    let asOf = Self.asOf(spec, events, table, ground)
    self.asOf = asOf
    // Nothing comes after the end of observation where that is the latest time of all.
    let hasLater = spec.roles.asOf != nil
    if hasLater, spec.roles.closing == .last, let cases,
      events.ends.pointer.contains(where: { $0 > asOf && $0 != LogRows.open })
    {
      lastEnds = try Self.lastEnds(cases, events, spec, context)
    } else {
      lastEnds = nil
    }
    if hasLater { events.see(upTo: asOf, isCaseLog: !spec.hasEvents) }
    let index = try LogIndex.found(known, cases, events, spec, context)
    events.counts = index.counts
    self.events = events
    self.index = index.cases
    order = index.order
    cutCaseCount =
      cases.flatMap { cases in ground.map { Self.cutCases(cases, $0.columns[0], context) } } ?? 0
    context.advance(rows: table.rowCount)
  }

  /// The end of observation: as declared, else the latest declared time before any filter.
  private static func asOf(
    _ spec: LogSpec, _ events: LogRows, _ table: Table, _ ground: Table?
  ) -> Int64 {
    if let asOf = spec.asOf { return asOf }
    var latest: Int64?
    let times =
      ground.map { Array($0.columns.dropFirst()) }
      ?? LogRole.allCases.filter(\.isTime).compactMap { spec.columns[$0].map { table.columns[$0] } }
    for column in times where column.type == .datetime {
      if case .datetime(let ticks)? = column.valueRange()?.greatest {
        latest = max(latest ?? ticks, ticks)
      }
    }
    return latest ?? 0
  }

  /// By row, the latest completion of the row's case, whether it is seen or not.
  private static func lastEnds(
    _ cases: Column, _ events: LogRows, _ spec: LogSpec, _ context: RunContext
  ) throws -> Buffer<Int64> {
    let all = try CaseIndex(placing: cases, events, context)
    return Buffer(count: cases.count) { target in
      for number in 0..<all.caseCount {
        let range = Int(all.offsets.base[number])..<Int(all.offsets.base[number + 1])
        var last = Int64.min
        for position in range {
          let end = events.ends.base[Int(all.rows.base[position])]
          if end != open { last = max(last, end) }
        }
        for position in range { target[Int(all.rows.base[position])] = last }
      }
    }
  }

  /// How many cases have fewer rows here than in the log before any filter.
  private static func cutCases(_ here: Column, _ before: Column, _ context: RunContext) -> Int {
    guard here.count > 0 else { return 0 }
    let match = matchRows(
      left: [here], leftCount: here.count, right: [before], rightCount: before.count,
      context: context)
    var rows = [Int32](repeating: 0, count: match.keyCount)
    for id in match.leftIds.pointer { rows[Int(id)] += 1 }
    var cut = 0
    for key in 0..<match.keyCount where rows[key] > 0 {
      let whole = match.rightOffsets.base[key + 1] - match.rightOffsets.base[key]
      if rows[key] < whole { cut += 1 }
    }
    return cut
  }
}

extension LogView {
  /// The positions of a case's events.
  @inline(__always)
  func positions(of number: Int) -> Range<Int> {
    Int(offsets.base[number])..<Int(offsets.base[number + 1])
  }

  /// The row of a case's first event.
  @inline(__always)
  func firstRow(of number: Int) -> Int { Int(rows.base[Int(offsets.base[number])]) }

  /// The steps of all rows.
  var steps: StepNames { StepNames(ids(.step, lazySteps)) }

  /// Who worked on each row.
  var resources: StepNames { StepNames(ids(.resource, lazyResources)) }

  private func ids(_ role: LogRole, _ known: borrowing Mutex<TextIDs?>) -> TextIDs {
    known.withLock { known in
      if let known { return known }
      let column =
        spec.columns[role].map { table.columns[$0] }
        ?? Column(repeating: .string(""), type: .string, count: table.rowCount)
      let made = TextIDs(column)
      known = made
      return made
    }
  }

  /// When each case began and ended.
  func states(_ context: RunContext) throws -> CaseStates {
    if let known = lazyStates.withLock({ $0 }) { return known }
    let made = try CaseStates(self, context)
    lazyStates.withLock { $0 = made }
    return made
  }

  /// The case column at the first event of each case.
  func caseNames() -> Column {
    let first = Buffer<Int32>(count: caseCount) { target in
      for number in 0..<caseCount {
        target[number] = Int32(truncatingIfNeeded: firstRow(of: number))
      }
    }
    return table.columns[spec.columns[.caseID] ?? 0].gathered(by: first)
  }

  /// Runs `body` for stretches of cases on all workers; results in the order of cases.
  func mapCases<Result: Sendable>(
    _ context: RunContext, _ body: @Sendable (Range<Int>) throws -> Result
  ) throws -> [Result] {
    let stretches = index.stretches(of: CaseIndex.stretchCount)
    context.expect(rows: eventCount)
    return try context.mapParallel(stretches.count) { number in
      let stretch = stretches[number]
      let result = try body(stretch)
      context.advance(
        rows: Int(offsets.base[stretch.upperBound] - offsets.base[stretch.lowerBound]))
      return result
    }
  }
}

/// Texts of a log's rows as numbers, for stages.
struct StepNames: Sendable {
  let ids: TextIDs

  init(_ ids: TextIDs) { self.ids = ids }

  /// Numbers are below this.
  var count: Int { ids.count }
  /// The number of a row.
  @inline(__always)
  subscript(row: Int) -> Int { ids.codes[row] }
  /// The number of the empty text; -1 for none.
  var missing: Int { ids.missing }
  /// The text of a number.
  func name(_ code: Int) -> String { ids.name(code) }
}
