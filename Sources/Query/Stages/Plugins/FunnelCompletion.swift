import CasebookLanguage
import CasebookTables
import CasebookValues

/// `funnel_sequence_completion`: how far through a sequence of states ids come within some time.
enum FunnelCompletion {
  static let declaration = PluginDeclaration(
    "funnel_sequence_completion(id, timeline, start, end, bin, state, sequence, max_spans)",
    "How many different ids came to each state of a sequence, within each of several lengths of time.",
    details: """
      The states come one after the other, others may lie between, and the time counts from the first one. Rows count within the
      bounds, both ends in, and an id in each bin, counted from the start, in which it begins.
      """,
    examples: [
      Example(
        "datatable(id: long, t: long, s: string)[1, 1, \"open\", 1, 2, \"work\", 1, 9, \"closed\", 2, 3, \"open\"] | evaluate funnel_sequence_completion(id, t, 0, 9, 10, s, dynamic([\"open\", \"work\", \"closed\"]), dynamic([5, 9]))",
        output:
          "0\topen\t5\t2\n0\twork\t5\t1\n0\tclosed\t5\t0\n0\topen\t9\t2\n0\twork\t9\t1\n0\tclosed\t9\t1"
      )
    ]
  ) { request throws(Diagnostic) in
    try request.require(8)
    let (id, time, state) = (
      try request.column(0), try request.timeline(1), try request.column(5)
    )
    let start = try request.point(2, "the start")
    let end = try request.point(3, "the end")
    let columns = FunnelColumns(
      id: id, time: time, state: state, span: start...max(start, end),
      bin: try request.length(4, "the bin"), sequence: try request.sequence(6))
    let isTime = request.input.fields[time].type == .datetime
    return .apply(
      Completions(
        columns: columns,
        spans: try request.spans(7, isTime || request.input.fields[time].type == .timespan),
        input: request.input.fields), [request.input])
  }
}

extension EvaluateStage.Request {
  /// Lengths of time in an array, or numbers.
  fileprivate func spans(_ index: Int, _ isTime: Bool) throws(Diagnostic) -> [Int64] {
    var spans: [Int64] = []
    if case .dynamic(.array(let lengths)) = try binder.constant(values[index], what: "the lengths")
    {
      spans = lengths.compactMap {
        Scalar.dynamic($0).converted(to: isTime ? .timespan : .long).timelinePoint
      }
      if spans.count != lengths.count { spans = [] }
    }
    guard !spans.isEmpty else {
      throw BindIssue.constantOfType(
        what: "the lengths",
        expected: isTime ? "an array such as dynamic([1h, 1d])" : "an array of whole numbers"
      ).at(values[index].span)
    }
    return spans
  }
}

private struct Completions: TableOperation {
  let columns: FunnelColumns
  let spans: [Int64]
  let fields: [Field]
  var title: String { "funnel_sequence_completion" }

  init(columns: FunnelColumns, spans: [Int64], input: [Field]) {
    (self.columns, self.spans) = (columns, spans)
    let (time, state) = (input[columns.time], input[columns.state])
    let isTime = time.type == .datetime || time.type == .timespan
    var taken = NameSet()
    fields = [
      time, Field(state.name, .string, isProtected: false),
      Field("Period", isTime ? .timespan : .long), Field("dcount", .long),
    ].map { Field(taken.unique($0.name), $0.type, isProtected: $0.isProtected) }
  }

  func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
    let visits = try columns.visits(inputs[0], context)
    let stepCount = columns.sequence.count
    // For each bin how many ids came to each step, one list of steps a length.
    var counts: [Int64: [Int64]] = [:]
    try FunnelColumns.forEachId(visits, context) { visits in
      for (bin, shortest) in shortest(visits) {
        var found = counts[bin] ?? Array(repeating: 0, count: spans.count * stepCount)
        for (index, span) in spans.enumerated() {
          for step in 0..<stepCount where shortest[step].map({ $0 <= span }) ?? false {
            found[index * stepCount + step] += 1
          }
        }
        counts[bin] = found
      }
    }
    var builders = fields.map { ColumnBuilder($0.type) }
    for bin in counts.keys.sorted() {
      for (place, count) in (counts[bin] ?? []).enumerated() {
        builders[0].append(fields[0].type.timelineScalar(bin))
        builders[1].append(text: columns.sequence[place % stepCount])
        builders[2].append(fields[2].type.timelineScalar(spans[place / stepCount]))
        builders[3].append(long: count)
      }
    }
    return Table(
      fields: fields,
      columns: builders.map { builder in
        var builder = builder
        return builder.finish()
      }, rowCount: counts.count * spans.count * stepCount)
  }

  /// For each bin in which an id is in the first state, the shortest time from there to each step.
  private func shortest(
    _ visits: ArraySlice<FunnelColumns.Visit>
  ) -> [(bin: Int64, lengths: [Int64?])] {
    let places = columns.sequence.map { state in
      visits.indices.filter {
        visits[$0].state >= 0 && columns.sequence[Int(visits[$0].state)] == state
      }
    }
    var result: [(bin: Int64, lengths: [Int64?])] = []
    for first in places[0] {
      let start = visits[first].point
      guard let bin = CasebookValues.bin(start, columns.bin, at: columns.span.lowerBound) else {
        continue
      }
      if result.last?.bin != bin {
        result.append((bin, Array(repeating: nil, count: places.count)))
      }
      // The earliest visit of each state after the one before is the best from here on.
      var last = first
      for step in places.indices {
        if step > 0 {
          let next = firstIndex(in: places[step].indices) { places[step][$0] > last }
          guard next < places[step].count else { break }
          last = places[step][next]
        }
        let length = visits[last].point &- start
        let index = result.count - 1
        result[index].lengths[step] = min(result[index].lengths[step] ?? .max, length)
      }
    }
    return result
  }
}
