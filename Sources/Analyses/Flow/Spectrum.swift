import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// `spectrum`: each passage from step to step, for a drawing of lines between times.
enum SpectrumStage: StageDeclaration {
  static let signature = Signature.log("spectrum", parameters: [Parameter("path")])
  static let summary = "Each passage from one step to the next, when it left and when it arrived."
  static let details = """
    A row per pair of consecutive events: case, source, target, left (completion of the first), arrived (start of the second), time
    between, and quarter, in which quarter of the times of its segment it lies: 1 the fastest. `path=("A", "B", "C")`
    keeps the segments A to B and B to C. Lines that cross are cases that overtake each other; lines that meet are a batch. Source:
    the performance spectrum, Denisov, Fahland and van der Aalst 2018.
    """
  static let examples = [
    Example(
      "events | spectrum path=(\"Route\", \"Review\") | summarize count(), max(time) by quarter",
      "a segment by quarters")
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let log = try LogStage(stage, input, binder, needs: .events)
    var path: [String] = []
    for item in log.arguments.syntax("path")?.asList ?? [] {
      path.append(try binder.constantText(item, what: "a step of the path"))
    }
    if log.arguments.has("path"), path.count < 2 {
      throw log.arguments.expected(
        "path", "two or more steps, such as (\"Route\", \"Review\")",
        at: log.arguments.syntax("path")?.span ?? stage.span)
    }
    let isTime = log.hasProtectedTimes
    let isStep = log.isProtected(.step)
    let name = log.roles.columns[.caseID]
    let type = input.fields.first { $0.name == name }?.type ?? .string
    let fields = [
      Field("case", type, isProtected: log.isProtected(.caseID)),
      Field("source", .string, isProtected: isStep), Field("target", .string, isProtected: isStep),
      Field("left", .datetime, isProtected: isTime),
      Field("arrived", .datetime, isProtected: isTime),
      Field("time", .timespan, isProtected: isTime), Field("quarter", .long, isProtected: isTime),
    ]
    let groups = try log.arguments.groups(besides: fields.map(\.name))
    return log.plan(Spectrum(fields: groups.map(\.field) + fields, path: path), groups: groups)
  }
}

/// The passages of a log.
struct Spectrum: LogOperation {
  let fields: [Field]
  var readsResource: Bool { false }
  let path: [String]

  var drawing: RenderHint? {
    RenderHint(
      kind: "spectrum",
      properties: [
        .init(name: "source", value: "source"), .init(name: "target", value: "target"),
        .init(name: "start", value: "left"), .init(name: "end", value: "arrived"),
        .init(name: "series", value: "quarter"),
      ])
  }

  private struct Passage: Sendable {
    var number: Int
    var from: Int
    var to: Int
    var segment: Int
  }

  func run(_ log: LogView, _ context: RunContext) throws -> Table {
    log.warnOfOrder(context)
    log.warnOfUnknown(path, context)
    let groups = try CaseGroups(log, context)
    let steps = log.steps
    let codes = path.map { steps.ids.codes(of: [$0]).first ?? -1 }
    let segments = Set(zip(codes, codes.dropFirst()).map { $0 << 32 | $1 })
    let parts = try log.mapCases(context) { stretch in
      var passages: [Passage] = []
      for number in stretch {
        for position in log.positions(of: number).dropFirst() {
          let from = Int(log.rows.base[position - 1])
          let to = Int(log.rows.base[position])
          let segment = steps[from] << 32 | steps[to]
          guard log.ends.base[from] != LogView.open, path.isEmpty || segments.contains(segment)
          else { continue }
          passages.append(Passage(number: number, from: from, to: to, segment: segment))
        }
      }
      return passages
    }
    let passages = parts.flatMap { $0 }
    let times = passages.map { max(0, log.starts.base[$0.to] - log.ends.base[$0.from]) }
    let quarters = quarters(passages, times, groups)
    let columns = columns(log, groups, passages, times, quarters)
    let count = groups.columns.count
    let order = try sortedOrder(
      (groups.columns.isEmpty
        ? [] : [SortColumn(groupNumbers(groups, passages), isDescending: false, nullsFirst: true)])
        + [count + 3, count + 4, count].map {
          SortColumn(columns[$0], isDescending: false, nullsFirst: true)
        }, rowCount: passages.count)
    let sorted = try context.mapParallel(columns.count) { columns[$0].gathered(by: order) }
    return Table(fields: fields, columns: sorted, rowCount: passages.count)
  }

  private func groupNumbers(_ groups: CaseGroups, _ passages: [Passage]) -> Column {
    Column(.long, .longs(Buffer(passages.map { Int64(groups[$0.number]) })))
  }

  private func columns(
    _ log: LogView, _ groups: CaseGroups, _ passages: [Passage], _ times: [Int64],
    _ quarters: [Int64]
  ) -> [Column] {
    let numbers = Buffer(passages.map { Int32(truncatingIfNeeded: $0.number) })
    let from = Buffer(passages.map { Int32(truncatingIfNeeded: $0.from) })
    let to = Buffer(passages.map { Int32(truncatingIfNeeded: $0.to) })
    let steps = log.table.columns[log.spec.columns[.step] ?? 0].asText
    return groups.columnsOfCases(log).map { $0.gathered(by: numbers) } + [
      log.caseNames().gathered(by: numbers), steps.gathered(by: from).asString,
      steps.gathered(by: to).asString,
      Column(.datetime, .longs(Buffer(passages.map { log.ends.base[$0.from] }))),
      Column(.datetime, .longs(Buffer(passages.map { log.starts.base[$0.to] }))),
      Column(.timespan, .longs(Buffer(times.map(Duration.rounded)))),
      Column(.long, .longs(Buffer(quarters))),
    ]
  }

  /// The quarter of each passage among those of its segment and group: the bounds belong to the faster side.
  private func quarters(
    _ passages: [Passage], _ times: [Int64], _ groups: CaseGroups
  ) -> [Int64] {
    struct Key: Hashable {
      var group: Int
      var segment: Int
    }
    var members: [Key: [Int]] = [:]
    for (index, passage) in passages.enumerated() {
      members[Key(group: groups[passage.number], segment: passage.segment), default: []]
        .append(index)
    }
    var quarters = [Int64](repeating: 1, count: passages.count)
    for indices in members.values {
      let sorted = indices.map { times[$0] }.sorted()
      let bounds = [0.25, 0.5, 0.75].map {
        Quantile.ofSorted(sorted, $0, roundedTo: Ticks.perMicrosecond) ?? 0
      }
      for index in indices {
        quarters[index] = 1 + Int64(bounds.count { Duration.rounded(times[index]) > $0 })
      }
    }
    return quarters
  }
}

extension Column {
  /// A text column as one of type `string`.
  var asString: Column {
    guard type != .string, case .texts(let codes, let dictionary) = data else { return self }
    return Column(.string, .texts(codes, dictionary))
  }
}
