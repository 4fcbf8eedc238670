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

  func run(_ log: LogView, _ context: RunContext) throws -> Table {
    log.warnOfOrder(context)
    log.warnOfUnknown(path, context)
    let groups = try CaseGroups(log, context)
    let passages = try Passages(log, groups, path, context)
    let columns = try columns(log, groups, passages, context)
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

  private func groupNumbers(_ groups: CaseGroups, _ passages: Passages) -> Column {
    let numbers = passages.numbers
    return Column(
      .long,
      .longs(
        Buffer(count: passages.count) { target in
          for index in 0..<passages.count { target[index] = Int64(groups[Int(numbers[index])]) }
        }))
  }

  private func columns(
    _ log: LogView, _ groups: CaseGroups, _ passages: Passages, _ context: RunContext
  ) throws -> [Column] {
    let (numbers, from, to) = (passages.numbers.buffer, passages.from.buffer, passages.to.buffer)
    let count = passages.count
    let quarters = try passages.quarters(context)
    let memory = LogMemory(log)
    let steps = log.table.columns[log.spec.columns[.step] ?? 0].asText
    let times = { (time: (Int) -> Int64) in
      Buffer<Int64>(count: count) { target in
        for index in 0..<count { target[index] = time(index) }
      }
    }
    defer { withExtendedLifetime(log) {} }
    return groups.columnsOfCases(log).map { $0.gathered(by: numbers) } + [
      log.caseNames().gathered(by: numbers), steps.gathered(by: from).asString,
      steps.gathered(by: to).asString,
      Column(.datetime, .longs(times { memory.ends[Int(from.base[$0])] })),
      Column(.datetime, .longs(times { memory.starts[Int(to.base[$0])] })),
      Column(.timespan, .longs(times { Duration.rounded(passages.times[$0]) })),
      Column(.long, .longs(quarters)),
    ]
  }
}

/// The passages of a log between two steps, in the order of cases, in plain memory: of ten million events they are as many.
private struct Passages: Sendable {
  let count: Int
  /// The case of each, the rows it is between, how long it took, and its segment.
  let numbers: UnsafeResult<Int32>
  let from: UnsafeResult<Int32>
  let to: UnsafeResult<Int32>
  let times: UnsafeResult<Int64>
  private let segments: UnsafeResult<Int32>
  /// How many passages each segment (within a group) has.
  private let sizes: [Int]

  /// What one stretch of cases has.
  private struct Part: Sendable {
    var table: PairTable
    var sizes: [Int] = []
    var count = 0
  }

  /// The passages between consecutive steps of a path, or between all.
  init(
    _ log: LogView, _ groups: CaseGroups, _ path: [String], _ context: RunContext
  ) throws {
    let steps = log.steps
    let memory = LogMemory(log)
    let codes = path.map { steps.ids.codes(of: [$0]).first ?? -1 }
    let wanted = Set(zip(codes, codes.dropFirst()).map { $0 << 32 | $1 })
    let visit = { @Sendable (stretch: Range<Int>, body: (Int, Int, Int, Int, Int) -> Void) in
      for number in stretch {
        let positions = memory.positions(of: number)
        var from = Int(memory.rows[positions.lowerBound])
        for position in positions.dropFirst() {
          let to = Int(memory.rows[position])
          let (source, target) = (steps[from], steps[to])
          if memory.ends[from] != LogView.open,
            wanted.isEmpty || wanted.contains(source << 32 | target)
          {
            body(number, from, to, source, target)
          }
          from = to
        }
      }
    }
    let parts = try log.mapCases(context) { stretch in
      var part = Part(table: PairTable(width: steps.count, groups: groups.count))
      visit(stretch) { number, _, _, source, target in
        let segment = part.table.number(groups[number], source, target)
        if segment == part.sizes.count { part.sizes.append(0) }
        part.sizes[segment] += 1
        part.count += 1
      }
      return part
    }
    var whole = PairTable(width: steps.count, groups: groups.count)
    var sizes: [Int] = []
    let places = parts.map { part in
      (0..<part.table.count).map { local in
        let (group, source, target) = part.table.pair(local)
        let segment = whole.number(group, source, target)
        if segment == sizes.count { sizes.append(0) }
        sizes[segment] += part.sizes[local]
        return Int32(truncatingIfNeeded: segment)
      }
    }
    let starts = parts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    let count = starts[starts.count - 1]
    // These, and columns with their sorted copies.
    try context.require(bytes: count * 110)
    let made = { UnsafeResult(Buffer<Int32>(count: count) { _ in }) }
    let (numbers, from, to, segments) = (made(), made(), made(), made())
    let times = UnsafeResult(Buffer<Int64>(count: count) { _ in })
    let stretches = log.index.stretches(of: CaseIndex.stretchCount)
    _ = try context.mapParallel(stretches.count) { index in
      var table = parts[index].table
      var next = starts[index]
      visit(stretches[index]) { number, left, arrived, source, target in
        numbers[next] = Int32(truncatingIfNeeded: number)
        from[next] = Int32(truncatingIfNeeded: left)
        to[next] = Int32(truncatingIfNeeded: arrived)
        times[next] = max(0, memory.starts[arrived] &- memory.ends[left])
        segments[next] = places[index][table.number(groups[number], source, target)]
        next += 1
      }
    }
    withExtendedLifetime(log) {}
    self.count = count
    (self.numbers, self.from, self.to, self.times) = (numbers, from, to, times)
    (self.segments, self.sizes) = (segments, sizes)
  }

  /// The quarter of each passage among those of its segment and group: the bounds belong to the faster side.
  func quarters(_ context: RunContext) throws -> Buffer<Int64> {
    var next = sizes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    let ranges = zip(next, next.dropFirst()).map { $0..<$1 }
    let bySegment = UnsafeResult(Buffer<Int64>(count: count) { _ in })
    for index in 0..<count {
      try context.checkpoint(row: index)
      let segment = Int(segments[index])
      bySegment[next[segment]] = times[index]
      next[segment] += 1
    }
    let bounds = try context.mapParallel(ranges.count) { segment in
      let values = UnsafeMutableBufferPointer(
        start: bySegment.base + ranges[segment].lowerBound, count: ranges[segment].count)
      return Quantile.select(values, [0.25, 0.5, 0.75], roundedTo: Ticks.perMicrosecond)
        .map { $0 ?? 0 }
    }
    return Buffer(count: count) { target in
      for index in 0..<count {
        let time = Duration.rounded(times[index])
        target[index] = 1 + Int64(bounds[Int(segments[index])].count { time > $0 })
      }
    }
  }
}

extension Column {
  /// A text column as one of type `string`.
  var asString: Column {
    guard type != .string, case .texts(let codes, let dictionary) = data else { return self }
    return Column(.string, .texts(codes, dictionary))
  }
}
