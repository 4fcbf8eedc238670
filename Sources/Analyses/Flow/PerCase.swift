import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// `per_case`: one row a case.
enum PerCaseStage: StageDeclaration {
  static let signature = Signature.log("per_case")
  static let summary = "A row per case: when it began and ended, how long it took or how old it is."
  static let details = """
    Duration is from start to end, null while the case is open; age is from start to the end of observation (as_of), null
    once it has closed. With calendar= both count working time only. Cases stand in first appearance.

    Columns: case, start, end, duration, age, events, first_step, last_step; a case log has no steps.
    """
  static let examples = [
    Example(
      "events | per_case closed_by=(\"Close\") | summarize count(), median(duration)",
      "how long cases take"),
    Example(
      "events | per_case closed_by=(\"Close\") calendar=\"mon-fri 09:00-17:00\" | top 3 by duration",
      "in working hours"),
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let log = try LogStage(stage, input, binder, needs: .cases)
    let isTime = log.hasProtectedTimes
    let isStep = log.isProtected(.step)
    let name = log.roles.columns[.caseID]
    let type = input.fields.first { $0.name == name }?.type ?? .string
    let fields = [
      Field("case", type, isProtected: log.isProtected(.caseID)),
      Field("start", .datetime, isProtected: isTime), Field("end", .datetime, isProtected: isTime),
      Field("duration", .timespan, isProtected: isTime),
      Field("age", .timespan, isProtected: isTime), Field("events", .long),
      Field("first_step", .string, isProtected: isStep),
      Field("last_step", .string, isProtected: isStep),
    ]
    let groups = try log.arguments.groups(besides: fields.map(\.name))
    return log.plan(PerCase(fields: groups.map(\.field) + fields), groups: groups)
  }
}

/// Cases with their times.
struct PerCase: LogOperation {
  let fields: [Field]
  var readsResource: Bool { false }

  func run(_ log: LogView, _ context: RunContext) throws -> Table {
    try log.requireClosing()
    log.warnOfOrder(context)
    log.warnOfClosing(context)
    let groups = try CaseGroups(log, context)
    let states = try log.states(context)
    let count = log.caseCount
    let calendar = log.roles.calendar
    let durations = Buffer<Int64>(count: count) { target in
      let table = calendar?.table(covering: log.earliest(states), log.asOf)
      for number in 0..<count {
        let start = states.starts.base[number]
        let end = states.isClosed(number) ? states.ends.base[number] : log.asOf
        let length = table?.openTime(from: start, to: max(start, end)) ?? max(0, end - start)
        target[number] = Duration.rounded(length)
      }
    }
    let isClosed = Bitmap(count: count) { states.isClosed($0) }
    let isOpen = Bitmap(count: count) { !states.isClosed($0) }
    let ends = Buffer<Int64>(count: count) { target in
      for number in 0..<count {
        target[number] = states.isClosed(number) ? states.ends.base[number] : 0
      }
    }
    let events = Buffer<Int64>(count: count) { target in
      for number in 0..<count { target[number] = Int64(log.positions(of: number).count) }
    }
    let columns = [
      log.caseNames(), Column(.datetime, .longs(states.starts)),
      Column(.datetime, .longs(ends), validity: isClosed),
      Column(.timespan, .longs(durations), validity: isClosed),
      Column(.timespan, .longs(durations), validity: isOpen), Column(.long, .longs(events)),
      log.stepColumn { $0.lowerBound }, log.stepColumn { $0.upperBound - 1 },
    ]
    let all = groups.columnsOfCases(log) + columns
    return Table(fields: fields, columns: all, rowCount: count)
  }
}

extension Bitmap {
  /// A bit a row as `isSet` says.
  init(count: Int, isSet: (Int) -> Bool) {
    let words = Buffer<UInt64>(count: (count + 63) / 64) { target in
      for row in 0..<count where isSet(row) { target[row >> 6] |= 1 << UInt64(row & 63) }
    }
    self.init(words: words, count: count)
  }
}

extension LogView {
  /// The earliest start of any case; the end of observation where there is none.
  func earliest(_ states: CaseStates) -> Int64 {
    var earliest = asOf
    for start in states.starts.pointer { earliest = min(earliest, start) }
    return earliest
  }

  /// The step of one event of each case, as a text column; empty texts for a log without steps.
  func stepColumn(_ position: (Range<Int>) -> Int) -> Column {
    guard spec.hasEvents, let place = spec.columns[.step] else {
      return Column(repeating: .string(""), type: .string, count: caseCount)
    }
    let chosen = Buffer<Int32>(count: caseCount) { target in
      for number in 0..<caseCount {
        target[number] = Int32(bitPattern: rows.base[position(positions(of: number))])
      }
    }
    let column = table.columns[place].gathered(by: chosen)
    guard column.type != .string, case .texts(let codes, let dictionary) = column.data else {
      return column
    }
    return Column(.string, .texts(codes, dictionary))
  }
}

extension CaseGroups {
  /// The columns of `by`, a row a case.
  func columnsOfCases(_ log: LogView) -> [Column] {
    let numbers = Buffer<Int32>(count: columns.isEmpty ? 0 : log.caseCount) { target in
      for number in 0..<(columns.isEmpty ? 0 : log.caseCount) {
        target[number] = Int32(truncatingIfNeeded: self[number])
      }
    }
    return columns.map { $0.gathered(by: numbers) }
  }
}
