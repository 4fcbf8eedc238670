import CasebookLanguage
public import CasebookQuery
public import CasebookTables
import CasebookValues

/// What a dataset is as a log: cases, events, time, and the rows that it cannot take.
public struct LogFacts: Sendable {
  /// `4,580 cases, 21,348 events, 2010-01-13 to 2014-01-03`.
  public let summary: String
  /// What is worth knowing, a sentence each.
  public let notes: [String]
  /// Rows that are no events.
  public let rejectCount: Int
  /// The rejected rows, counted from 1, with the reason.
  public let rejects: [(row: Int, role: LogRole, reason: String)]

  /// Reads the log of a stored dataset; `run` runs a plan.
  public init(
    _ plan: Plan, _ context: RunContext, run: (Plan) throws -> Table
  ) throws {
    guard let log = plan.log else {
      (summary, notes, rejectCount, rejects) = ("no log", [], 0, [])
      return
    }
    var spec = LogSpec(roles: log.roles(over: plan.fields), span: Span(0, 0), word: "log")
    var outputs: [Plan.Output] = []
    for role in LogRole.allCases {
      guard let place = log.positions[role] else { continue }
      spec.columns[role] = outputs.count
      let field = plan.fields[place]
      outputs.append(Plan.Output(field, .column(index: place, type: field.type)))
    }
    spec.extras = outputs.count..<outputs.count
    if spec.roles.dedupe == .exact {
      outputs += plan.fields.enumerated().map {
        Plan.Output($0.element, .column(index: $0.offset, type: $0.element.type))
      }
    }
    spec.asOf = log.roles.asOf
    let table = try run(.compute(plan, outputs))
    let view = try LogView(table, ground: nil, spec, context)
    let counts = view.events.counts
    summary = Self.summary(view)
    notes = try Self.notes(view, counts, context)
    rejectCount = counts.rejected
    rejects = counts.rejected == 0 ? [] : Self.rejects(table, spec)
  }

  private static func summary(_ view: LogView) -> String {
    let cases = Self.count(view.caseCount, "case")
    guard view.spec.hasEvents else { return cases }
    var text = cases + ", " + count(view.eventCount, "event")
    var first = Int64.max
    var last = Int64.min
    for row in view.rows.pointer {
      first = min(first, view.starts.base[Int(row)])
      let end = view.ends.base[Int(row)]
      last = max(last, end == LogView.open ? view.starts.base[Int(row)] : end)
    }
    if view.eventCount > 0, !view.isProtected(.at), !view.isProtected(.start) {
      text += ", \(date(first)) to \(date(last))"
    }
    return text
  }

  private static func date(_ ticks: Int64) -> String {
    String(Instant.plainText(min(max(ticks, Instant.least), Instant.greatest)).prefix(10))
  }

  private static func notes(
    _ view: LogView, _ counts: LogRows.Counts, _ context: RunContext
  ) throws -> [String] {
    var notes: [String] = []
    func add(_ count: Int, _ words: String) {
      if count > 0 { notes.append(Self.count(count, "row") + " " + words) }
    }
    add(counts.withoutCase, "rejected: no case")
    add(counts.withoutStep, "rejected: no step")
    add(counts.withoutTime, "rejected: no time")
    if view.spec.hasEvents {
      add(counts.open, "begun and not completed: open instances")
    }
    add(counts.inverted, "completed before the start: taken to start and end then")
    add(counts.duplicates, "left out as duplicates")
    add(counts.lifecycleOther, "left out: lifecycle is neither start nor complete")
    add(counts.unseen, "after as_of: not seen")
    guard view.spec.hasEvents else { return notes }
    let order = view.order
    if order.ties > 0 {
      notes.append(
        "\(count(order.ties, "pair")) of \(count(order.pairs, "consecutive event")) tied in time")
    }
    if order.overlaps > 0 { notes.append("\(count(order.overlaps, "pair")) overlap") }
    if view.isMeaningAssumed {
      notes.append("one time: taken as the step's completion; meaning= says so or otherwise")
    }
    if !view.roles.hasClosing {
      notes.append("nothing says how cases close: closed_by= or closed= does")
    }
    return notes
  }

  private static func count(_ count: Int, _ noun: String) -> String {
    var digits = String(count)
    var grouped = ""
    while digits.count > 3 {
      grouped = "," + digits.suffix(3) + grouped
      digits = String(digits.dropLast(3))
    }
    return "\(digits)\(grouped) \(noun)\(count == 1 ? "" : "s")"
  }

  /// Every rejected row with the first thing that it lacks.
  private static func rejects(
    _ table: Table, _ spec: LogSpec
  ) -> [(row: Int, role: LogRole, reason: String)] {
    let missing = { (role: LogRole) in
      spec.columns[role].map { MissingRows(table.columns[$0]).bytes } ?? nil
    }
    let lacksCase = missing(.caseID)
    let lacksStep = spec.hasEvents ? missing(.step) : nil
    let times: [LogRole] =
      spec.hasEvents ? [.at, .start] : spec.columns[.opened] != nil ? [.opened] : [.start]
    let known = times.filter { spec.columns[$0] != nil }
    let lacksTime = known.map { missing($0) }
    return (0..<table.rowCount).compactMap { row in
      if lacksCase?.base[row] == 1 { return (row + 1, .caseID, LogReject.noCase.rawValue) }
      if lacksStep?.base[row] == 1 { return (row + 1, .step, LogReject.noStep.rawValue) }
      if !known.isEmpty, lacksTime.allSatisfy({ $0?.base[row] == 1 }) {
        return (row + 1, known[0], LogReject.noTime.rawValue)
      }
      return nil
    }
  }
}
