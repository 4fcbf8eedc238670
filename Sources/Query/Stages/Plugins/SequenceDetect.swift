import CasebookLanguage
import CasebookTables
import CasebookValues

/// `sequence_detect`: times at which one condition after the other held.
enum SequenceDetect {
  static let declaration = PluginDeclaration(
    "sequence_detect(timeline, max_step, max_span, name = (condition), ..., [dimensions, ...])",
    "Every sequence of times at which one condition after the other was true.",
    details: """
      Each step is later than the one before, by `max_step` at most, and the last one at most `max_span` after the first. Rows of
      one time count once. `scan` follows sequences in which a row may take one step only.
      """,
    examples: [
      Example(
        "datatable(day: long, what: string)[1, \"open\", 2, \"work\", 3, \"close\", 4, \"close\"] | evaluate sequence_detect(day, 2, 5, opened = (what == \"open\"), closed = (what == \"close\"))",
        output: "1\t3\t2")
    ]
  ) { request throws(Diagnostic) in
    let arguments = request.call.arguments
    guard arguments.count >= 4, arguments.prefix(3).allSatisfy({ $0.name == nil }) else {
      throw BindIssue.shape(
        "sequence_detect needs a timeline, two lengths and conditions",
        help:
          "evaluate sequence_detect(at, 1h, 1d, opened = (state == \"open\"), closed = (state == \"closed\"))"
      ).at(request.span)
    }
    let time = try request.timeline(0)
    let step = try request.length(1, "the longest step")
    let span = try request.length(2, "the longest sequence")
    let fields = request.input.fields
    var conditions: [(name: String, value: TypedExpression)] = []
    var dimensions: [Int] = []
    for argument in arguments.dropFirst(3) {
      if conditions.isEmpty || argument.name != nil || dimensions.isEmpty {
        let value = try request.binder.expression(argument.value, over: fields)
        if value.type == .bool || conditions.isEmpty {
          let condition = try request.binder.condition(argument.value, over: fields)
          let name = argument.name?.text ?? request.binder.naturalName(of: argument.value)
          conditions.append((name ?? "step\(conditions.count + 1)", condition))
          continue
        }
      }
      dimensions.append(try request.binder.column(argument.value, of: fields))
    }
    let timeline = fields[time]
    let hidden = timeline.isProtected || conditions.contains(where: \.value.isProtected)
    var taken = NameSet()
    let yielded =
      dimensions.map { fields[$0] }
      + conditions.map { Field($0.name + "_" + timeline.name, timeline.type, isProtected: hidden) }
      + [
        Field(
          "Duration", timeline.type == .datetime ? .timespan : timeline.type, isProtected: hidden)
      ]
    let outputs = conditions.map { request.binder.output($0.name, $0.value) }
    return .apply(
      Sequences(
        time: time, dimensions: dimensions, step: step, span: span, stepCount: conditions.count,
        fields: yielded.map {
          Field(taken.unique($0.name), $0.type, isProtected: $0.isProtected)
        }), [request.input.adding(outputs)])
  }
}

private struct Sequences: TableOperation {
  let time: Int
  let dimensions: [Int]
  let step: Int64
  let span: Int64
  let stepCount: Int
  let fields: [Field]
  var title: String { "sequence_detect" }

  /// The times of a sequence, and the group that it is in.
  private struct Found {
    let group: Int32
    let times: [Int64]
  }

  func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
    let table = inputs[0]
    let groups = group(by: dimensions.map { table.columns[$0] }, rowCount: table.rowCount)
    let hits = table.columns.suffix(stepCount)
    // For each group and step the times at which its condition is true.
    var times = Array(
      repeating: Array(repeating: [Int64](), count: stepCount), count: groups.count)
    for row in 0..<table.rowCount {
      if row & 0xFFFF == 0 { try context.checkpoint() }
      guard let point = table.columns[time].scalar(row).timelinePoint else { continue }
      for (step, hit) in hits.enumerated() {
        guard case .bools(let values) = hit.data, values.base[row] != 0, !hit.isNull(row) else {
          continue
        }
        times[Int(groups.ids.base[row])][step].append(point)
      }
    }
    var found: [Found] = []
    for (group, steps) in times.enumerated() {
      let ordered = steps.map { times in
        times.sorted().reduce(into: [Int64]()) { if $0.last != $1 { $0.append($1) } }
      }
      for first in ordered[0] {
        try follow(ordered, [first], Int32(group), &found, context)
      }
    }
    found.sort { a, b in
      a.times == b.times ? a.group < b.group : a.times.lexicographicallyPrecedes(b.times)
    }
    return self.table(found, groups, of: table)
  }

  /// Adds every way to go on from some steps.
  private func follow(
    _ steps: [[Int64]], _ times: [Int64], _ group: Int32, _ found: inout [Found],
    _ context: RunContext
  ) throws {
    guard times.count < steps.count, let first = times.first, let last = times.last else {
      if found.count & 0xFFF == 0 {
        try context.checkpoint()
        try context.require(bytes: 1 << 20)
      }
      found.append(Found(group: group, times: times))
      return
    }
    try context.checkpoint()
    let candidates = steps[times.count]
    for next in candidates[firstIndex(in: candidates.indices) { candidates[$0] > last }...] {
      let gaps = (next.subtractingReportingOverflow(last), next.subtractingReportingOverflow(first))
      guard !gaps.0.overflow, !gaps.1.overflow, gaps.0.partialValue <= step,
        gaps.1.partialValue <= span
      else { break }
      try follow(steps, times + [next], group, &found, context)
    }
  }

  private func table(_ found: [Found], _ groups: Groups, of table: Table) -> Table {
    var builders = fields.map { ColumnBuilder($0.type) }
    for sequence in found {
      let row = Int(groups.firstRows.base[Int(sequence.group)])
      for (index, dimension) in dimensions.enumerated() {
        builders[index].append(table.columns[dimension].scalar(row))
      }
      for (index, time) in sequence.times.enumerated() {
        let column = dimensions.count + index
        builders[column].append(fields[column].type.timelineScalar(time))
      }
      let (first, last) = (sequence.times.first ?? 0, sequence.times.last ?? 0)
      builders[fields.count - 1].append(
        fields[fields.count - 1].type.timelineScalar(last &- first))
    }
    return Table(
      fields: fields,
      columns: builders.map { builder in
        var builder = builder
        return builder.finish()
      }, rowCount: found.count)
  }
}
