import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// `handoffs`: who passes work to whom.
enum HandoffsStage: StageDeclaration {
  static let signature = Signature.log("handoffs", parameters: [Parameter("of")])
  static let summary =
    "Who passes cases to whom, how often, and how long the case lies between them."
  static let details = """
    Consecutive events of a case whose resources are both present and differ; `of=COLUMN` looks at another column, such as a
    queue. A row per pair: n, cases, share of all pairs with both present, mean and median of the gap, total_hours, and
    ping_pong, those after which the case goes straight back. Most frequent first.

    A note compares the gaps across hands with those within (Mann-Whitney). Source: edeaR's handover of work; van der Aalst and
    Song 2004.
    """
  static let examples = [
    Example("events | handoffs | take 3 | project source, target, n"),
    Example("events | handoffs of=queue | take 3 | project source, target, n", "between queues"),
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let log = try LogStage(stage, input, binder, needs: .events)
    let named = log.roles.columns[.resource].flatMap { name in
      input.fields.firstIndex { $0.name == name }
    }
    guard let column = try log.arguments.column("of") ?? named else {
      throw log.arguments.problem(
        "handoffs has to know who did what",
        help: "say the column: handoffs of=COLUMN, or resource= of the log")
    }
    let isTime = log.hasProtectedTimes
    let isName = input.fields[column].isProtected
    let fields = [
      Field("source", .string, isProtected: isName), Field("target", .string, isProtected: isName),
      Field("n", .long), Field("cases", .long), Field("share", .real),
      Field("mean", .timespan, isProtected: isTime),
      Field("median", .timespan, isProtected: isTime),
      Field("total_hours", .real, isProtected: isTime), Field("ping_pong", .long),
    ]
    let groups = try log.arguments.groups(besides: fields.map(\.name))
    return log.plan(
      Handoffs(fields: groups.map(\.field) + fields), groups: groups,
      extras: [log.output(column)])
  }
}

/// The pairs of resources between which cases pass.
struct Handoffs: LogOperation {
  let fields: [Field]
  var readsResource: Bool { false }
  var readsCases: Bool { false }

  var drawing: RenderHint? {
    RenderHint(
      kind: "heattable",
      properties: [
        .init(name: "xcolumn", value: "target"), .init(name: "series", value: "source"),
        .init(name: "ycolumns", value: "n"),
      ])
  }

  func run(_ log: LogView, _ context: RunContext) throws -> Table {
    log.warnOfOrder(context)
    let groups = try CaseGroups(log, context)
    let names = StepNames(TextIDs(log.table.columns[log.spec.extras.lowerBound].asText))
    let samples = try KeyedSamples(
      log, PairVisitor(names: names, groups: groups), width: names.count, groups: groups.count,
      context)
    let counted = try PairCounts(log, names, groups, context)
    try note(samples, context)
    let summaries = try samples.summaries(context)
    var order = samples.keys.indices.filter { samples.keys[$0].source != samples.keys[$0].target }
    try order.sort(context) { left, right in
      let (a, b) = (samples.keys[left], samples.keys[right])
      if a.group != b.group { return a.group < b.group }
      if samples.counts[left] != samples.counts[right] {
        return samples.counts[left] > samples.counts[right]
      }
      if a.source != b.source { return names.name(a.source).isBefore(names.name(b.source)) }
      return names.name(a.target).isBefore(names.name(b.target))
    }
    var totals = [Int](repeating: 0, count: groups.count)
    for (index, key) in samples.keys.enumerated() { totals[key.group] += samples.counts[index] }
    var table = FlowTable(fields)
    for (row, index) in order.enumerated() {
      try context.checkpoint(row: row)
      let key = samples.keys[index]
      let gaps = summaries[index]
      table.append(
        groups, key.group,
        [
          .string(names.name(key.source)), .string(names.name(key.target)),
          .count(samples.counts[index]), .count(counted.cases[Key(key)] ?? 0),
          .share(ratio(Int128(samples.counts[index]), of: Int128(totals[key.group]))),
          .span(gaps.mean), .span(gaps.median), .share(gaps.count > 0 ? gaps.hours : nil),
          .count(counted.pingPong[Key(key)] ?? 0),
        ])
    }
    return table.finish()
  }

  /// Whether gaps across hands are longer than within.
  private func note(_ samples: KeyedSamples, _ context: RunContext) throws {
    guard !fields[fields.count - 2].isProtected else { return }
    var across: [Int64] = []
    var within: [Int64] = []
    for (index, key) in samples.keys.enumerated() {
      let range = samples.ranges[index]
      let values = range.map { samples.values[$0] }
      if key.source == key.target { within += values } else { across += values }
    }
    try context.checkpoint()
    guard across.count >= 30, within.count >= 30 else { return }
    try across.sort(context, by: <)
    try within.sort(context, by: <)
    let middles = [across, within].map {
      Quantile.ofSorted($0, 0.5, roundedTo: Ticks.perMicrosecond) ?? 0
    }
    let p = across.withUnsafeBufferPointer { across in
      within.withUnsafeBufferPointer { within in MannWhitney.testSorted(across, within)?.p }
    }
    context.find(
      "The gap is \(spanText(middles[0])) in the middle where the case changes hands and \(spanText(middles[1])) where it does not"
        + (p.map { " (Mann-Whitney, \(pText($0)))." } ?? "."))
  }

  /// Pairs of values, both present.
  private struct PairVisitor: SampleVisitor {
    let names: StepNames
    let groups: CaseGroups

    func visit(
      _ log: LogView, _ stretch: Range<Int>,
      _ give: (_ group: Int, _ source: Int, _ target: Int, _ value: Int64?) -> Void
    ) {
      for number in stretch {
        let positions = log.positions(of: number)
        var previous = Int(log.rows.base[positions.lowerBound])
        for position in positions.dropFirst() {
          let row = Int(log.rows.base[position])
          let (from, to) = (names[previous], names[row])
          if from != names.missing, to != names.missing {
            give(groups[number], from, to, log.gap(previous, row))
          }
          previous = row
        }
      }
    }
  }

  fileprivate struct Key: Hashable, Sendable {
    var group: Int
    var source: Int
    var target: Int

    init(_ key: (group: Int, source: Int, target: Int)) {
      (group, source, target) = key
    }
  }

  /// Different cases of each pair, and how often a case goes straight back.
  private struct PairCounts {
    var cases: [Key: Int] = [:]
    var pingPong: [Key: Int] = [:]

    init(
      _ log: LogView, _ names: StepNames, _ groups: CaseGroups, _ context: RunContext
    ) throws {
      let parts = try log.mapCases(context) { stretch in
        var cases: [Key: Int] = [:]
        var pingPong: [Key: Int] = [:]
        var seen: Set<Key> = []
        for number in stretch {
          seen.removeAll(keepingCapacity: true)
          let positions = log.positions(of: number)
          for position in positions.dropFirst() {
            let from = names[Int(log.rows.base[position - 1])]
            let to = names[Int(log.rows.base[position])]
            guard from != to, from != names.missing, to != names.missing else { continue }
            let key = Key((groups[number], from, to))
            if seen.insert(key).inserted { cases[key, default: 0] += 1 }
            if position + 1 < positions.upperBound,
              names[Int(log.rows.base[position + 1])] == from
            {
              pingPong[key, default: 0] += 1
            }
          }
        }
        return (cases, pingPong)
      }
      for (partCases, partPingPong) in parts {
        cases.merge(partCases, uniquingKeysWith: +)
        pingPong.merge(partPingPong, uniquingKeysWith: +)
      }
    }
  }
}

extension Column {
  /// The values as texts; a text column as it is.
  var asText: Column {
    if case .texts = data { return self }
    let groups = group(by: [self], rowCount: count)
    let first = gathered(by: groups.firstRows)
    let words = (0..<groups.count).map { first.isNull($0) ? "" : first.scalar($0).text }
    let codes = Buffer<UInt32>(count: count) { target in
      for row in 0..<count { target[row] = UInt32(bitPattern: groups.ids.base[row]) }
    }
    return Column(
      .string,
      .texts(Codes(codes, entryCount: max(words.count, 1)), TextDictionary(words, isDistinct: true))
    )
  }
}

/// A length of time as a person reads it, to the second.
func spanText(_ ticks: Int64) -> String {
  let seconds = ticks / Ticks.perSecond
  let (days, rest) = (seconds / 86_400, seconds % 86_400)
  let two = { (value: Int64) in value < 10 ? "0\(value)" : "\(value)" }
  let clock = "\(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60))"
  return days > 0 ? "\(days)d \(clock)" : clock
}

/// A p-value as a person reads it.
func pText(_ p: Double) -> String {
  if p < 0.0001 { return "p below 0.0001" }
  let parts = Int((p * 10_000).rounded())
  let digits = String(parts + 10_000).dropFirst()
  return "p = \(parts >= 10_000 ? 1 : 0).\(digits)"
}
