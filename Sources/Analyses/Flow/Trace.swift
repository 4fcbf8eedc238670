import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// `trace "T-17"`: what happened to one case.
enum TraceStage: StageDeclaration {
  static let signature = Signature.log("trace")
  static let summary = "What happened to one case, event by event."
  static let details = """
    The item is the case as a literal. Columns: seq, step, start and at, resource, wait (since the completion before), service,
    elapsed (since the case began, up to the event's completion), and flags: tie (equal times, the file's order decides), overlap
    (begins before the event before is completed), repeat (the step was done before), handoff (by another resource than the event
    before), reopened (other work behind a closing step). Start, wait and service are null where events have one time.
    """
  static let examples = [
    Example(
      "events | trace \"C0000002\" | project seq, step, at",
      "from the first event to the last")
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let log = try LogStage(stage, input, binder, needs: .events)
    guard log.arguments.items.count == 1, let item = log.arguments.items.first else {
      throw log.arguments.problem(
        "trace follows one case", help: "say which: trace \"C0000001\"")
    }
    let value = try binder.constant(item, what: "the case")
    let isTime = log.hasProtectedTimes
    let fields = [
      Field("seq", .long), Field("step", .string, isProtected: log.isProtected(.step)),
      Field("start", .datetime, isProtected: isTime), Field("at", .datetime, isProtected: isTime),
      Field("resource", .string, isProtected: log.isProtected(.resource)),
      Field("wait", .timespan, isProtected: isTime),
      Field("service", .timespan, isProtected: isTime),
      Field("elapsed", .timespan, isProtected: isTime), Field("flags", .string),
    ]
    return log.plan(Trace(fields: fields, name: value.text, span: item.span))
  }
}

/// The events of one case.
struct Trace: LogOperation {
  let fields: [Field]
  let name: String
  let span: Span

  var drawing: RenderHint? {
    RenderHint(
      kind: "timeline",
      properties: [
        .init(name: "xcolumn", value: "step"), .init(name: "start", value: "start"),
        .init(name: "end", value: "at"),
      ])
  }

  func run(_ log: LogView, _ context: RunContext) throws -> Table {
    log.warnOfRows(context)
    let names = log.caseNames()
    guard let number = (0..<log.caseCount).first(where: { names.scalar($0).text == name }) else {
      throw Diagnostic(
        code: "E0503", message: "the log has no such case", span: span,
        help: "`per_case` lists the cases")
    }
    let states = try log.states(context)
    var table = FlowTable(fields)
    let resources = log.spec.columns[.resource] == nil ? nil : log.resources
    let steps = log.steps
    let positions = log.positions(of: number)
    var seen: Set<Int> = []
    let closing = log.closingCodes
    for position in positions {
      let row = Int(log.rows.base[position])
      let before = position == positions.lowerBound ? nil : Int(log.rows.base[position - 1])
      let end = log.ends.base[row]
      var flags: [String] = []
      if let before {
        if log.starts.base[row] == log.starts.base[before], end == log.ends.base[before] {
          flags.append("tie")
        }
        if log.ends.base[before] != LogView.open, log.starts.base[row] < log.ends.base[before] {
          flags.append("overlap")
        }
      }
      if !seen.insert(steps[row]).inserted { flags.append("repeat") }
      if let before, let resources, resources[row] != resources[before],
        resources[row] != resources.missing, resources[before] != resources.missing
      {
        flags.append("handoff")
      }
      if let before, closing.contains(steps[before]), !closing.contains(steps[row]) {
        flags.append("reopened")
      }
      table.append([
        .count(position - positions.lowerBound + 1), .string(steps.name(steps[row])),
        log.hasStarts ? .datetime(log.starts.base[row]) : .null(.datetime),
        end == LogView.open ? .null(.datetime) : .datetime(end),
        .string(resources.map { $0.name($0[row]) } ?? ""),
        .span(log.hasStarts ? before.flatMap { log.gap($0, row) }.map(Duration.rounded) : nil),
        .span(log.service(row).map(Duration.rounded)),
        .span(
          end == LogView.open
            ? nil : Duration.rounded(max(0, end - states.starts.base[number]))),
        .string(flags.joined(separator: ", ")),
      ])
    }
    return table.finish()
  }
}

extension LogView {
  /// The numbers of the closing steps; none where cases close in another way.
  var closingCodes: Set<Int> {
    guard case .steps(let names)? = roles.closing else { return [] }
    return Set(steps.ids.codes(of: names))
  }
}
