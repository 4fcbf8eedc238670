import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// `variants`: the different ways that cases take.
enum VariantsStage: StageDeclaration {
  static let signature = Signature.log("variants", parameters: [Parameter("collapse")])
  static let summary = "The different sequences of steps that cases take, the most frequent first."
  static let details = """
    A row per sequence: rank, cases, share and cumulative_share of cases, events in the sequence, mean and median of the time
    from first start to last completion, and path, an array of steps. `collapse=1` takes a run of one step as one,
    `collapse=2` cuts longer runs to two.

    Sequences are compared step by step. Equally frequent ones are ordered by their steps.
    """
  static let examples = [
    Example("events | variants | take 3 | project rank, cases, events", "the usual ways"),
    Example(
      "events | variants collapse=1 by vendor | where rank == 1 | project vendor, cases, path"),
  ]

  static func bind(
    _ stage: Stage, _ input: Plan, _ binder: Binder
  ) throws(Diagnostic) -> Plan {
    let log = try LogStage(stage, input, binder, needs: .events)
    let isTime = log.hasProtectedTimes
    let fields = [
      Field("rank", .long), Field("cases", .long), Field("share", .real),
      Field("cumulative_share", .real), Field("events", .long),
      Field("mean", .timespan, isProtected: isTime),
      Field("median", .timespan, isProtected: isTime),
      Field("path", .dynamic, isProtected: log.isProtected(.step)),
    ]
    let groups = try log.arguments.groups(besides: fields.map(\.name))
    let collapse =
      log.arguments.has("collapse")
      ? try log.arguments.count("collapse", in: 1...Int(Int32.max), otherwise: 1) : Int.max
    return log.plan(
      Variants(fields: groups.map(\.field) + fields, collapse: collapse), groups: groups)
  }
}

/// The sequences of a log.
struct Variants: LogOperation {
  let fields: [Field]
  var readsResource: Bool { false }
  var readsCases: Bool { false }
  let collapse: Int
  var drawing: RenderHint? {
    RenderHint(
      kind: "barchart",
      properties: [
        .init(name: "xcolumn", value: "path"), .init(name: "ycolumns", value: "cases"),
      ])
  }

  func run(_ log: LogView, _ context: RunContext) throws -> Table {
    log.warnOfOrder(context)
    let groups = try CaseGroups(log, context)
    let (table, numbers) = try sequences(log, groups, context)
    let samples = try KeyedSamples(
      log, SpanVisitor(numbers: numbers), width: max(table.count, 2), groups: 1, context)
    let summaries = try samples.summaries(context)
    var bySequence = [Int](repeating: 0, count: table.count)
    for (key, entry) in samples.keys.enumerated() { bySequence[entry.target] = key }
    let caseCounts = groups.caseCounts(log.caseCount)
    let order = try (0..<table.count).sorted(context) { left, right in
      let (a, b) = (table.group(left), table.group(right))
      if a != b { return a < b }
      let (casesA, casesB) = (samples.counts[bySequence[left]], samples.counts[bySequence[right]])
      return casesA != casesB ? casesA > casesB : table.precedes(left, right, log.steps)
    }
    try context.checkpoint()
    var result = FlowTable(fields)
    var rank = 0
    var cumulative = 0
    var group = -1
    for (row, sequence) in order.enumerated() {
      try context.checkpoint(row: row)
      if table.group(sequence) != group {
        group = table.group(sequence)
        (rank, cumulative) = (0, 0)
      }
      let cases = samples.counts[bySequence[sequence]]
      rank += 1
      cumulative += cases
      let times = summaries[bySequence[sequence]]
      let whole = Int128(caseCounts[group])
      result.append(
        groups, group,
        [
          .count(rank), .count(cases), .share(ratio(Int128(cases), of: whole)),
          .share(ratio(Int128(cumulative), of: whole)), .count(table.steps(sequence).count),
          .span(times.mean), .span(times.median), .dynamic(table.path(sequence, log.steps)),
        ])
    }
    if groups.columns.isEmpty, let first = order.first {
      let cases = samples.counts[bySequence[first]]
      context.find(
        "\(percentText(Double(cases) / Double(max(log.caseCount, 1)))) of cases take the most frequent of "
          + "\(table.count) ways.")
    }
    return result.finish()
  }

  /// The sequence of each case; sequences are numbered in first appearance.
  private func sequences(
    _ log: LogView, _ groups: CaseGroups, _ context: RunContext
  ) throws -> (SequenceTable, Buffer<Int32>) {
    let local = UnsafeResult(Buffer<Int32>(count: log.caseCount) { _ in })
    let parts = try log.mapCases(context) { stretch in
      var table = SequenceTable()
      var sequence: [UInt32] = []
      let steps = log.steps
      for number in stretch {
        sequence.removeAll(keepingCapacity: true)
        var run = 0
        for position in log.positions(of: number) {
          let step = UInt32(truncatingIfNeeded: steps[Int(log.rows.base[position])])
          run = sequence.last == step ? run + 1 : 1
          if run <= collapse { sequence.append(step) }
        }
        local[number] = Int32(table.number(groups[number], sequence))
      }
      return table
    }
    var whole = SequenceTable()
    let numbers = try parts.map { part in
      try context.checkpoint()
      return (0..<part.count).map { Int32(whole.number(part.group($0), part.steps($0))) }
    }
    for (index, stretch) in log.index.stretches(of: CaseIndex.stretchCount).enumerated() {
      for number in stretch { local[number] = numbers[index][Int(local[number])] }
    }
    return (whole, local.buffer)
  }

  /// First start to last completion, under the case's sequence.
  private struct SpanVisitor: SampleVisitor {
    let numbers: Buffer<Int32>

    func visit(
      _ log: LogView, _ stretch: Range<Int>,
      _ give: (_ group: Int, _ source: Int, _ target: Int, _ value: Int64?) -> Void
    ) {
      for number in stretch {
        var first = Int64.max
        var last = Int64.min
        for position in log.positions(of: number) {
          let row = Int(log.rows.base[position])
          first = min(first, log.starts.base[row])
          if log.ends.base[row] != LogView.open { last = max(last, log.ends.base[row]) }
        }
        give(0, 0, Int(numbers.base[number]), last == .min ? nil : max(0, last - first))
      }
    }
  }
}
