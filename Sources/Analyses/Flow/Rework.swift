import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// `rework`: which steps are done again.
enum ReworkStage: StageDeclaration {
  static let signature = Signature.log("rework")
  static let summary = "Which steps are done again in the same case, by whom, and what it takes."
  static let details = """
    A row per step. extra counts what comes beyond the first occurrence in a case; of these, self_loops follow the same step
    directly (self_loops_same by the same resource) and later do not; repeat is by the resource of the first occurrence, redo by
    another, and two empty resources are equal. ping_pong counts a, b, a; reopened counts events directly behind a closing step
    that are none. rework_cases are the cases with extra; rework_hours run from the first to the last completion in them.

    Columns that need a resource are null without one, and reopened is null unless closed_by names steps. Most extra first. Source:
    edeaR's repetitions and self-loops.
    """
  static let examples = [
    Example("events | rework | where extra > 0 | project step, extra, repeat, redo"),
    Example("events | rework by queue | top 3 by rework_hours", "where rework costs most"),
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let log = try LogStage(stage, input, binder, needs: .events)
    let counts = [
      "n", "cases", "rework_cases", "extra", "self_loops", "self_loops_same", "later", "repeat",
      "redo", "ping_pong", "reopened",
    ]
    let fields =
      [Field("step", .string, isProtected: log.isProtected(.step))]
      + counts.map { Field($0, .long) }
      + [Field("rework_hours", .real, isProtected: log.hasProtectedTimes)]
    let groups = try log.arguments.groups(besides: fields.map(\.name))
    return log.plan(Rework(fields: groups.map(\.field) + fields), groups: groups)
  }
}

/// The steps of a log that are done again.
struct Rework: LogOperation {
  let fields: [Field]
  var readsCases: Bool { false }

  var drawing: RenderHint? {
    RenderHint(
      kind: "barchart",
      properties: [.init(name: "xcolumn", value: "step"), .init(name: "ycolumns", value: "extra")])
  }

  fileprivate struct Row: Sendable {
    var key: StepKey
    var count = 0
    var cases = 0
    var reworkCases = 0
    var extra = 0
    var selfLoops = 0
    var selfLoopsSame = 0
    var repeats = 0
    var redos = 0
    var pingPong = 0
    var reopened = 0
    var ticks: Int128 = 0

    mutating func add(_ other: Row) {
      count += other.count
      cases += other.cases
      reworkCases += other.reworkCases
      extra += other.extra
      selfLoops += other.selfLoops
      selfLoopsSame += other.selfLoopsSame
      repeats += other.repeats
      redos += other.redos
      pingPong += other.pingPong
      reopened += other.reopened
      ticks += other.ticks
    }
  }

  func run(_ log: LogView, _ context: RunContext) throws -> Table {
    log.warnOfOrder(context)
    let groups = try CaseGroups(log, context)
    let parts = try log.mapCases(context) { stretch in counted(log, groups, stretch) }
    var table = PairTable(width: max(log.steps.count, 2), groups: groups.count)
    var rows: [Row] = []
    for row in parts.joined() {
      let index = table.number(row.key.group, 0, row.key.step)
      if index == rows.count { rows.append(Row(key: row.key)) }
      rows[index].add(row)
    }
    try rows.sort(context) { left, right in
      if left.key.group != right.key.group { return left.key.group < right.key.group }
      if left.extra != right.extra { return left.extra > right.extra }
      return log.steps.name(left.key.step).isBefore(log.steps.name(right.key.step))
    }
    let hasResource = log.spec.columns[.resource] != nil
    if !hasResource {
      context.warn("self_loops_same, repeat and redo are null: the log has no resource")
    }
    var hasClosingSteps = false
    if case .steps? = log.roles.closing { hasClosingSteps = true }
    var result = FlowTable(fields)
    for row in rows {
      result.append(
        groups, row.key.group,
        [
          .string(log.steps.name(row.key.step)), .count(row.count), .count(row.cases),
          .count(row.reworkCases), .count(row.extra), .count(row.selfLoops),
          .count(hasResource ? row.selfLoopsSame : nil), .count(row.extra - row.selfLoops),
          .count(hasResource ? row.repeats : nil), .count(hasResource ? row.redos : nil),
          .count(row.pingPong), .count(hasClosingSteps ? row.reopened : nil),
          .real(Duration.hours(row.ticks)),
        ])
    }
    if groups.columns.isEmpty { try find(log, rows, context) }
    return result.finish()
  }

  private func find(_ log: LogView, _ rows: [Row], _ context: RunContext) throws {
    let extra = rows.reduce(0) { $0 + $1.extra }
    guard extra > 0, log.caseCount > 0 else { return }
    let parts = try log.mapCases(context) { stretch in
      var cases = 0
      var seen: Set<Int> = []
      for number in stretch {
        seen.removeAll(keepingCapacity: true)
        let steps = log.steps
        for position in log.positions(of: number)
        where !seen.insert(steps[Int(log.rows.base[position])]).inserted {
          cases += 1
          break
        }
      }
      return cases
    }
    let share = Double(parts.reduce(0, +)) / Double(log.caseCount)
    context.find(
      "\(percentText(share)) of cases have a step that was done again, \(extra) times in all.")
  }

  private func counted(_ log: LogView, _ groups: CaseGroups, _ stretch: Range<Int>) -> [Row] {
    let steps = log.steps
    let resources = log.spec.columns[.resource] == nil ? nil : log.resources
    let closing = log.closingCodes
    var table = PairTable(width: max(steps.count, 2), groups: groups.count)
    var rows: [Row] = []
    // Of each row's step: the case it was last met in, and the first and last occurrence there.
    var lastCase: [Int] = []
    var first: [Int] = []
    var last: [Int] = []
    var occurrences: [Int] = []
    var touched: [Int] = []
    for number in stretch {
      let positions = log.positions(of: number)
      touched.removeAll(keepingCapacity: true)
      for position in positions {
        let row = Int(log.rows.base[position])
        let step = steps[row]
        let index = table.number(groups[number], 0, step)
        if index == rows.count {
          rows.append(Row(key: StepKey(group: groups[number], step: step)))
          lastCase.append(-1)
          first.append(0)
          last.append(0)
          occurrences.append(0)
        }
        rows[index].count += 1
        if lastCase[index] != number {
          lastCase[index] = number
          first[index] = row
          occurrences[index] = 1
          rows[index].cases += 1
          touched.append(index)
        } else {
          occurrences[index] += 1
          rows[index].extra += 1
          if let resources {
            if resources[row] == resources[first[index]] {
              rows[index].repeats += 1
            } else {
              rows[index].redos += 1
            }
          }
        }
        last[index] = row
        guard position > positions.lowerBound else { continue }
        let before = Int(log.rows.base[position - 1])
        if steps[before] == step {
          rows[index].selfLoops += 1
          if let resources, resources[before] == resources[row] { rows[index].selfLoopsSame += 1 }
        } else if position - 1 > positions.lowerBound,
          steps[Int(log.rows.base[position - 2])] == step
        {
          rows[index].pingPong += 1
        }
        if !closing.isEmpty, closing.contains(steps[before]), !closing.contains(step) {
          rows[index].reopened += 1
        }
      }
      for index in touched where occurrences[index] > 1 {
        rows[index].reworkCases += 1
        let (from, to) = (log.ends.base[first[index]], log.ends.base[last[index]])
        if from != LogView.open, to != LogView.open {
          rows[index].ticks += Int128(max(0, to - from))
        }
      }
    }
    return rows
  }
}
