import CasebookLanguage
import CasebookTables
import CasebookValues

/// `funnel_sequence`: what comes before and after a sequence of states.
enum FunnelSequence {
  static let declaration = PluginDeclaration(
    "funnel_sequence(id, timeline, start, end, max_step, bin, state, sequence, [which])",
    "How many different ids went through a sequence of states, by the state before and the one after.",
    details: """
      The states of the sequence follow each other directly, each at most `max_step` after the one before; rows that repeat
      an id's state are one visit. `prev` and `next` are empty where there is no state before or after. Rows count within the bounds, both ends in,
      and a sequence in the bin, counted from the start, in which it begins. `samples` holds up to 128 ids. Kusto gives three tables; here `which`
      chooses: 'both' (when left out), 'prev' or 'next'.
      """,
    examples: [
      Example(
        "datatable(id: long, t: long, s: string)[1, 1, \"open\", 1, 2, \"work\", 1, 3, \"closed\", 2, 1, \"work\", 2, 2, \"closed\"] | evaluate funnel_sequence(id, t, 0, 9, 5, 10, s, dynamic([\"work\"]))",
        output: "0\topen\tclosed\t1\t[1]\n0\t\tclosed\t1\t[2]"),
      Example(
        "datatable(id: long, t: long, s: string)[1, 1, \"open\", 1, 2, \"work\", 1, 3, \"closed\", 2, 1, \"work\", 2, 2, \"closed\"] | evaluate funnel_sequence(id, t, 0, 9, 5, 10, s, dynamic([\"work\"]), 'next')",
        output: "0\tclosed\t2\t[1,2]"),
    ]
  ) { request throws(Diagnostic) in
    try request.require(8)
    let (id, time, state) = (
      try request.column(0), try request.timeline(1), try request.column(6)
    )
    let start = try request.point(2, "the start")
    let end = try request.point(3, "the end")
    var which = Which.both
    if request.values.count > 8 {
      let word = try request.binder.constantText(request.values[8], what: "which table")
      guard let chosen = Which(rawValue: word) else {
        throw BindIssue.shape("this is none of the tables", help: "'both', 'prev' or 'next'").at(
          request.values[8].span)
      }
      which = chosen
    }
    let columns = FunnelColumns(
      id: id, time: time, state: state, span: start...max(start, end),
      bin: try request.length(5, "the bin"), sequence: try request.sequence(7))
    return .apply(
      Transitions(
        columns: columns, greatestGap: try request.length(4, "the longest step"), which: which,
        input: request.input.fields), [request.input])
  }

  enum Which: String, Sendable {
    case both, prev, next
  }
}

private struct Transitions: TableOperation {
  let columns: FunnelColumns
  let greatestGap: Int64
  let which: FunnelSequence.Which
  let fields: [Field]
  var title: String { "funnel_sequence" }

  private static let sampleLimit = 128

  init(
    columns: FunnelColumns, greatestGap: Int64, which: FunnelSequence.Which, input: [Field]
  ) {
    (self.columns, self.greatestGap, self.which) = (columns, greatestGap, which)
    let (time, state) = (input[columns.time], input[columns.state])
    let around = (which == .next ? [] : ["prev"]) + (which == .prev ? [] : ["next"])
    var taken = NameSet()
    fields =
      ([time] + around.map { Field($0, state.type, isProtected: state.isProtected) }
      + [
        Field("dcount", .long),
        Field("samples", .dynamic, isProtected: input[columns.id].isProtected),
      ]).map { Field(taken.unique($0.name), $0.type, isProtected: $0.isProtected) }
  }

  /// A bin with the rows whose states stand before and after; -1 for none.
  private struct Key: Hashable {
    let bin: Int64
    let before: Int32
    let after: Int32
  }

  func run(_ inputs: [Table], _ context: RunContext) throws -> Table {
    let table = inputs[0]
    let visits = try columns.visits(table, context)
    var indices: [Key: Int] = [:]
    var found: [(key: Key, before: Int32, after: Int32, ids: [Int32], count: Int)] = []
    try FunnelColumns.forEachId(visits, context) { visits in
      let runs = runs(of: visits)
      var seen: Set<Key> = []
      for first in runs.indices where matches(runs, from: first) {
        guard
          let bin = CasebookValues.bin(
            runs[first].first.point, columns.bin, at: columns.span.lowerBound)
        else { continue }
        let last = first + columns.sequence.count
        let before = which == .next || first == 0 ? nil : runs[first - 1].first
        let after = which == .prev || last == runs.count ? nil : runs[last].first
        // A state's own number is below 0, so that none is told apart by the least number.
        let key = Key(bin: bin, before: before?.state ?? .min, after: after?.state ?? .min)
        guard seen.insert(key).inserted else { continue }
        if indices[key] == nil {
          indices[key] = found.count
          found.append((key, before?.row ?? -1, after?.row ?? -1, [], 0))
        }
        guard let index = indices[key] else { continue }
        found[index].count += 1
        if found[index].ids.count < Self.sampleLimit {
          found[index].ids.append(runs[first].first.row)
        }
      }
    }
    let order = found.indices.sorted {
      let (a, b) = (found[$0], found[$1])
      return (a.key.bin, -a.count, $0) < (b.key.bin, -b.count, $1)
    }
    var builders = fields.map { ColumnBuilder($0.type) }
    let states = table.columns[columns.state]
    for entry in order.map({ found[$0] }) {
      var values: [Scalar] = [fields[0].type.timelineScalar(entry.key.bin)]
      if which != .next { values.append(state(entry.before, states)) }
      if which != .prev { values.append(state(entry.after, states)) }
      values.append(.long(Int64(entry.count)))
      values.append(
        .dynamic(.array(entry.ids.map { table.columns[columns.id].scalar(Int($0)).element })))
      for (index, value) in values.enumerated() { builders[index].append(value) }
    }
    return Table(
      fields: fields,
      columns: builders.map { builder in
        var builder = builder
        return builder.finish()
      }, rowCount: order.count)
  }

  private func state(_ row: Int32, _ states: Column) -> Scalar {
    row < 0 ? .missing(states.type) : states.scalar(Int(row))
  }

  /// Visits of one state after the other: the first row and the last.
  private func runs(
    of visits: ArraySlice<FunnelColumns.Visit>
  ) -> [(first: FunnelColumns.Visit, last: FunnelColumns.Visit)] {
    var runs: [(first: FunnelColumns.Visit, last: FunnelColumns.Visit)] = []
    for visit in visits {
      if let index = runs.indices.last, runs[index].first.state == visit.state {
        runs[index].last = visit
      } else {
        runs.append((visit, visit))
      }
    }
    return runs
  }

  private func matches(
    _ runs: [(first: FunnelColumns.Visit, last: FunnelColumns.Visit)], from first: Int
  ) -> Bool {
    guard first + columns.sequence.count <= runs.count else { return false }
    for offset in columns.sequence.indices {
      let run = runs[first + offset]
      guard run.first.state >= 0, columns.sequence[Int(run.first.state)] == columns.sequence[offset]
      else { return false }
      if offset > 0 {
        let gap = run.first.point.subtractingReportingOverflow(runs[first + offset - 1].last.point)
        if gap.overflow || gap.partialValue > greatestGap { return false }
      }
    }
    return true
  }
}
