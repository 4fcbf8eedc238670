import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// `paths source="A" target="B"`: what happens between two steps.
enum PathsStage: StageDeclaration {
  static let signature = Signature.log(
    "paths", parameters: [Parameter("source"), Parameter("target")])
  static let summary =
    "What happens between two steps: the sequences from the first to the next of the other."
  static let details = """
    A passage runs from the first source to the next target and may hold further sources; the next one begins behind it. A row
    per sequence: n passages, different cases, mean, median and p90 of the time from the source's completion to the target's
    start, and path with both ends. Most frequent first, then by the steps.
    """
  static let examples = [
    Example("events | paths source=\"Route\" target=\"Close\" | take 3 | project n, path")
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let log = try LogStage(stage, input, binder, needs: .events)
    guard let source = try log.arguments.text("source"),
      let target = try log.arguments.text("target")
    else {
      throw log.arguments.problem(
        "paths runs from one step to another", help: "paths source=\"Route\" target=\"Close\"")
    }
    let isTime = log.hasProtectedTimes
    let fields =
      [Field("n", .long), Field("cases", .long)]
      + ["mean", "median", "p90"].map { Field($0, .timespan, isProtected: isTime) }
      + [Field("path", .dynamic, isProtected: log.isProtected(.step))]
    let groups = try log.arguments.groups(besides: fields.map(\.name))
    return log.plan(
      Paths(fields: groups.map(\.field) + fields, source: source, target: target), groups: groups)
  }
}

/// The passages between two steps.
struct Paths: LogOperation {
  let fields: [Field]
  var readsResource: Bool { false }
  var readsCases: Bool { false }
  let source: String
  let target: String

  var drawing: RenderHint? { RenderHint(.flowmap) }

  func run(_ log: LogView, _ context: RunContext) throws -> Table {
    log.warnOfOrder(context)
    let groups = try CaseGroups(log, context)
    log.warnOfUnknown([source, target], context)
    let ends = (
      source: log.steps.ids.codes(of: [source]).first ?? -1,
      target: log.steps.ids.codes(of: [target]).first ?? -1
    )
    let parts = try log.mapCases(context) { stretch in
      passages(log, groups, ends, stretch)
    }
    var table = SequenceTable()
    var times: [[Int64]] = []
    var counts: [Int] = []
    var cases: [Int] = []
    var lastCase: [Int] = []
    for part in parts {
      let numbers = (0..<part.table.count).map {
        table.number(part.table.group($0), part.table.steps($0))
      }
      while times.count < table.count {
        times.append([])
        counts.append(0)
        cases.append(0)
        lastCase.append(-1)
      }
      for (row, passage) in part.passages.enumerated() {
        try context.checkpoint(row: row)
        let sequence = numbers[Int(passage.sequence)]
        counts[sequence] += 1
        if passage.time >= 0 { times[sequence].append(passage.time) }
        if lastCase[sequence] != Int(passage.number) {
          lastCase[sequence] = Int(passage.number)
          cases[sequence] += 1
        }
      }
    }
    let order = try (0..<table.count).sorted(context) { left, right in
      if table.group(left) != table.group(right) { return table.group(left) < table.group(right) }
      if counts[left] != counts[right] { return counts[left] > counts[right] }
      return table.precedes(left, right, log.steps)
    }
    var result = FlowTable(fields)
    for (row, sequence) in order.enumerated() {
      try context.checkpoint(row: row)
      let summary = times[sequence].withUnsafeMutableBufferPointer { buffer in
        buffer.baseAddress.map { DurationSummary($0, buffer.count) }
      }
      result.append(
        groups, table.group(sequence),
        [
          .count(counts[sequence]), .count(cases[sequence]), .span(summary?.mean),
          .span(summary?.median), .span(summary?.p90), .dynamic(table.path(sequence, log.steps)),
        ])
    }
    return result.finish()
  }

  private struct Found: Sendable {
    var table = SequenceTable()
    /// The way, the case and the time of each passage, -1 where that is not known; small, since there may be millions.
    var passages: [(time: Int64, sequence: UInt32, number: UInt32)] = []
  }

  private func passages(
    _ log: LogView, _ groups: CaseGroups, _ ends: (source: Int, target: Int),
    _ stretch: Range<Int>
  ) -> Found {
    var found = Found()
    let steps = log.steps
    var sequence: [UInt32] = []
    for number in stretch {
      sequence.removeAll(keepingCapacity: true)
      var left = 0
      for position in log.positions(of: number) {
        let row = Int(log.rows.base[position])
        let step = steps[row]
        if sequence.isEmpty {
          guard step == ends.source else { continue }
          sequence.append(UInt32(step))
          left = row
        } else {
          sequence.append(UInt32(step))
          guard step == ends.target else { continue }
          found.passages.append(
            (
              log.gap(left, row) ?? -1,
              UInt32(truncatingIfNeeded: found.table.number(groups[number], sequence)),
              UInt32(truncatingIfNeeded: number)
            ))
          sequence.removeAll(keepingCapacity: true)
        }
      }
    }
    return found
  }
}

extension LogView {
  /// Says that no event has one of these steps, with the nearest name that some have.
  func warnOfUnknown(_ names: [String], _ context: RunContext) {
    let known = (0..<steps.count).map { steps.name($0) }.filter { !$0.isEmpty }
    let all = Set(known)
    for name in names where !all.contains(name) {
      let near = isProtected(.step) ? nil : nearest(to: name, in: known)
      context.warn(
        "no event has the step '\(name)'" + (near.map { "; did you mean '\($0)'?" } ?? ""))
    }
  }
}
