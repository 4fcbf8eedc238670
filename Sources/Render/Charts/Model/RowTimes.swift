import CasebookTables
import CasebookValues

extension ChartMaker {
  /// What went on from when to when, a line for each row.
  ///
  /// Where a row has a `wait`, it is drawn before its start. A row without an end is a point.
  mutating func timeline() throws(ChartProblem) -> ChartRows {
    let all = columns.fields.indices
    let times = all.filter { columns.isTime($0) }
    var (start, end) = (columns.column(.start), columns.column(.end))
    if start == nil, kind == .ladderchart, times.count > 1 { start = times[times.count - 2] }
    start = start ?? columns.column(named: "start").flatMap { columns.isTime($0) ? $0 : nil }
    start = start ?? times.first
    end = end ?? columns.column(named: "end").flatMap { columns.isTime($0) ? $0 : nil }
    end = end ?? times.first { $0 != start && $0 > start ?? 0 }
    guard let begin = start ?? end, columns.isTime(begin) else {
      throw ChartProblem(sentence: "`\(kind.rawValue)` needs a column of times")
    }
    let last = end.flatMap { columns.isTime($0) ? $0 : nil } ?? begin
    let wait = columns.column(named: "wait").flatMap {
      columns.fields[$0].type == .timespan ? $0 : nil
    }
    try columns.refuseProtected([begin, last] + [wait].compactMap { $0 })
    let name =
      columns.column(.xcolumn) ?? all.first { columns.fields[$0].type == .string }
      ?? all.first { !columns.isTime($0) }
    return lines(begin, last, wait, name)
  }

  private mutating func lines(_ begin: Int, _ last: Int, _ wait: Int?, _ name: Int?) -> ChartRows {
    var range = ChartRange()
    var (rows, without) = ([ChartRows.Row](), 0)
    for row in 0..<columns.rowCount {
      let times = [finite(begin, row), finite(last, row)].compactMap { $0 }
      guard let from = times.min(), let to = times.max() else {
        without += 1
        continue
      }
      var marks: [ChartRows.Mark] = []
      let axis = ChartAxis(.datetime, lower: 0, upper: 1)
      var figure = axis.text(of: from)
      if to > from { figure += "  " + formatDuration((to - from) / Double(Ticks.perSecond)) }
      if let wait, let length = finite(wait, row), length > 0 {
        let text = "wait " + formatDuration(length / Double(Ticks.perSecond))
        marks.append(.bar(from - length, from, fill: 1, text: text))
        range.add(from - length)
      }
      marks.append(
        to > from ? .bar(from, to, fill: 0, text: figure) : .dot(from, fill: 0, text: figure))
      range.add(from)
      range.add(to)
      let label = name.map { columns.label($0, row) } ?? String(row + 1)
      rows.append(ChartRows.Row(labels: [label], marks: marks, figure: figure))
    }
    if without > 0 { notes.append(formatCount(without, of: "row") + " without a time not drawn") }
    rows = cut(rows, usual: ChartMaker.rowLimit, what: "rows")
    let axis = range.axis(
      .datetime, isLog: false, fromZero: false, title: columns.hint[.xtitle], lower: nil,
      upper: nil)
    var chart = ChartRows(axis: axis, rows: rows)
    if wait != nil { chart.fills = ["service", "wait"] }
    return chart
  }

  /// Lines between two steps: when each case left one and arrived at the other.
  mutating func passages() throws(ChartProblem) -> ChartPassages {
    func find(_ property: ChartProperty, _ name: String) -> Int? {
      columns.column(property) ?? columns.column(named: name)
    }
    guard let source = find(.source, "source"), let target = find(.target, "target"),
      let left = find(.start, "left"), let arrived = find(.end, "arrived"), columns.isTime(left),
      columns.isTime(arrived)
    else {
      throw ChartProblem(
        sentence: "a spectrum needs the columns source, target, left and arrived")
    }
    try columns.refuseProtected([left, arrived])
    let fill = columns.columns(.series).first ?? columns.column(named: "quarter")
    var bands: [ChartPassages.Band] = []
    var places: [String: Int] = [:]
    var fills: [String] = []
    var range = ChartRange()
    let stride = max(1, (columns.rowCount + 19_999) / 20_000)
    if stride > 1 {
      notes.append("\(formatCount(columns.rowCount)) passages, one in \(stride) is drawn")
    }
    for row in Swift.stride(from: 0, to: columns.rowCount, by: stride) {
      guard let from = finite(left, row), let to = finite(arrived, row) else { continue }
      let names = (columns.label(source, row), columns.label(target, row))
      let key = names.0 + "\u{0}" + names.1
      let place = places[key] ?? bands.count
      if place == bands.count {
        places[key] = place
        bands.append(ChartPassages.Band(source: names.0, target: names.1, lines: []))
      }
      let name = fill.map { columns.label($0, row) } ?? ""
      if !fills.contains(name), fills.count < 8 { fills.append(name) }
      bands[place].lines.append(
        ChartPassages.Line(left: from, arrived: to, fill: fills.firstIndex(of: name) ?? 7))
      range.add(from)
      range.add(to)
    }
    guard !bands.isEmpty else { throw ChartProblem(sentence: "there is no passage to draw") }
    if let order = numericOrder(fills) {
      let places = Dictionary(uniqueKeysWithValues: zip(order, order.indices))
      for band in bands.indices {
        for line in bands[band].lines.indices {
          bands[band].lines[line].fill = places[bands[band].lines[line].fill] ?? 0
        }
      }
      fills = order.map { fills[$0] }
    }
    bands = cut(bands, usual: 8, what: "pairs of steps")
    let axis = range.axis(
      .datetime, isLog: false, fromZero: false, title: nil, lower: nil, upper: nil)
    return ChartPassages(
      axis: axis, bands: bands,
      fills: fill == nil ? [] : fills.map { columns.fields[fill ?? 0].name + " " + $0 })
  }

  /// The places of names that are numbers, by rising number.
  private func numericOrder(_ names: [String]) -> [Int]? {
    let numbers = names.compactMap { Double($0) }
    guard numbers.count == names.count else { return nil }
    return numbers.indices.sorted { numbers[$0] < numbers[$1] }
  }
}
