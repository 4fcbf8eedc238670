import CasebookTables
import CasebookValues

extension ChartMaker {
  /// The most transitions of a map.
  static let edgeLimit = 40

  /// A map from rows of `source`, `target` and how often, such as `transitions` gives; from sequences in `path`; or from
  /// steps that say how often cases start and end with them.
  mutating func flowMap() throws(ChartProblem) -> FlowMap {
    var raw =
      try hasPair
      ? pairs() : columns.column(named: "path") != nil ? sequences() : endpoints()
    raw = merged(raw)
    let known = endpointCounts()
    guard !raw.isEmpty || !known.isEmpty else {
      throw ChartProblem(sentence: "there is no transition to draw")
    }
    let limit = columns.count(.limit) ?? ChartMaker.edgeLimit
    let ranked = raw.indices.sorted {
      raw[$0].count != raw[$1].count ? raw[$0].count > raw[$1].count : $0 < $1
    }
    let shown = ranked.prefix(limit)
    let hidden = ranked.dropFirst(limit)
    var names: [String] = []
    var places: [String: Int] = [:]
    for index in shown {
      for name in [raw[index].source, raw[index].target] where places[name] == nil {
        places[name] = names.count
        names.append(name)
      }
    }
    for (name, _) in known where places[name] == nil {
      places[name] = names.count
      names.append(name)
    }
    let order = flowOrder(
      stepCount: names.count,
      edges: shown.map { (places[raw[$0].source] ?? 0, places[raw[$0].target] ?? 0, raw[$0].count) }
    )
    var position = [Int](repeating: 0, count: names.count)
    for (place, step) in order.enumerated() { position[step] = place }
    let edges = shown.map { index in
      FlowMap.Edge(
        source: position[places[raw[index].source] ?? 0],
        target: position[places[raw[index].target] ?? 0], count: raw[index].count,
        time: raw[index].time, share: raw[index].share)
    }
    return FlowMap(
      steps: order.map { place in
        FlowMap.Step(
          name: names[place],
          count: known.first { $0.name == names[place] }?.count ?? stepCount(names[place], raw))
      },
      edges: edges.sorted { ($0.source, -$0.count, $0.target) < ($1.source, -$1.count, $1.target) },
      hiddenEdges: hidden.count, hiddenCount: hidden.reduce(0) { $0 + raw[$1].count },
      countTitle: "n")
  }

  private struct RawEdge {
    var source: String
    var target: String
    var count: Double
    var time: String
    var share: Double?
  }

  /// How often a step happened: it was entered or left at least so often.
  private func stepCount(_ name: String, _ edges: [RawEdge]) -> Double {
    let into = edges.reduce(0) { $0 + ($1.target == name ? $1.count : 0) }
    let outOf = edges.reduce(0) { $0 + ($1.source == name ? $1.count : 0) }
    return max(into, outOf)
  }

  private var hasPair: Bool { role(.source, "source") != nil && role(.target, "target") != nil }

  private func role(_ property: ChartProperty, _ name: String) -> Int? {
    columns.column(property) ?? columns.column(named: name)
  }

  private func pairs() throws(ChartProblem) -> [RawEdge] {
    guard let source = role(.source, "source"), let target = role(.target, "target") else {
      throw ChartProblem(sentence: "a flowmap needs the columns source and target")
    }
    let count =
      columns.columns(.ycolumns).first ?? columns.column(named: "n")
      ?? columns.column(named: "cases")
      ?? columns.fields.indices.first { columns.fields[$0].type == .long }
    let share = columns.column(named: "share").flatMap { columns.isMeasure($0) ? $0 : nil }
    let time = ["median", "mean"].lazy.compactMap { columns.column(named: $0) }
      .first { columns.isMeasure($0) }
    try columns.refuseProtected([count, share, time].compactMap { $0 })
    if columns.fields[source].isProtected || columns.fields[target].isProtected {
      throw ChartProblem(
        sentence: "the names of the steps are protected, so no map of them is drawn")
    }
    return (0..<columns.rowCount).map { row in
      let amount = count.map { finite($0, row) ?? 0 } ?? 1
      return RawEdge(
        source: columns.label(source, row), target: columns.label(target, row),
        count: max(amount, 0), time: time.map { timeText($0, row) } ?? "",
        share: share.flatMap { finite($0, row) })
    }
  }

  private func timeText(_ column: Int, _ row: Int) -> String {
    finite(column, row).map { number($0, column) } ?? ""
  }

  /// The transitions of sequences in a column `path`, each as often as its row says.
  private func sequences() throws(ChartProblem) -> [RawEdge] {
    guard let path = columns.table.index(of: "path") else { return [] }
    let count = columns.column(named: "n") ?? columns.column(named: "cases")
    try columns.refuseProtected([path] + [count].compactMap { $0 })
    // An array was taken apart into a row for each element, which follow each other.
    var edges: [RawEdge] = []
    guard columns.expanded.contains(path) else {
      throw ChartProblem(sentence: "a flowmap needs the columns source and target")
    }
    for row in 0..<max(columns.rowCount - 1, 0) where columns.isSameSource(row, row + 1) {
      edges.append(
        RawEdge(
          source: columns.label(path, row), target: columns.label(path, row + 1),
          count: count.map { finite($0, row) ?? 0 } ?? 1, time: "", share: nil))
    }
    return edges
  }

  /// The columns of a table of steps that says how often cases start and end with each.
  private var endpointColumns: (step: Int, starts: Int, ends: Int)? {
    guard !hasPair, columns.column(named: "path") == nil,
      let step = columns.column(named: "step"), let starts = columns.column(named: "starts"),
      let ends = columns.column(named: "ends")
    else { return nil }
    return (step, starts, ends)
  }

  /// Steps with how often cases start and end with them, as `steps` gives; they are not joined to each other.
  private func endpoints() throws(ChartProblem) -> [RawEdge] {
    guard let (step, starts, ends) = endpointColumns else { return try pairs() }
    try columns.refuseProtected([step, starts, ends])
    var edges: [RawEdge] = []
    for row in 0..<columns.rowCount {
      let name = columns.label(step, row)
      for (source, target, column) in [("(start)", name, starts), (name, "(end)", ends)] {
        let count = finite(column, row) ?? 0
        if count > 0 {
          edges.append(RawEdge(source: source, target: target, count: count, time: "", share: nil))
        }
      }
    }
    return edges
  }

  /// How often each of such steps happened, which its ends do not say.
  private func endpointCounts() -> [(name: String, count: Double)] {
    guard let (step, _, _) = endpointColumns, let count = columns.column(named: "n") else {
      return []
    }
    var counts: [(name: String, count: Double)] = []
    var places: [String: Int] = [:]
    for row in 0..<columns.rowCount {
      let name = columns.label(step, row)
      if places[name] == nil {
        places[name] = counts.count
        counts.append((name, 0))
      }
      counts[places[name] ?? 0].count += finite(count, row) ?? 0
    }
    return counts
  }

  /// Rows of one pair added up, as when groups stand below each other.
  private mutating func merged(_ edges: [RawEdge]) -> [RawEdge] {
    var places: [String: Int] = [:]
    var result: [RawEdge] = []
    var wasMerged = false
    for edge in edges {
      let key = edge.source + "\u{0}" + edge.target
      if let place = places[key] {
        result[place].count += edge.count
        if result[place].time != edge.time { result[place].time = "" }
        if let share = edge.share { result[place].share = (result[place].share ?? 0) + share }
        wasMerged = wasMerged || columns.expanded.isEmpty
      } else {
        places[key] = result.count
        result.append(edge)
      }
    }
    if wasMerged { notes.append("rows with the same source and target are added up") }
    return result
  }
}
