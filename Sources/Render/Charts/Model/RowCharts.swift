import CasebookTables

extension ChartMaker {
  /// The most rows that are drawn unless `limit` says otherwise.
  static let rowLimit = 40

  /// Bars to the right, one or more for each name.
  mutating func bars() throws(ChartProblem) -> ChartRows {
    let roles = try ChartRoles.named(columns)
    notes += roles.notes
    try columns.refuseProtected(roles.ys)
    if kind == .piechart { return try shares(roles) }
    let bounds = roles.ys.indices.map { roles.bounds($0, columns) }
    try columns.refuseProtected(bounds.flatMap { [$0.low, $0.high].compactMap { $0 } })
    let references = referenceValues()
    let groups = groups(roles, limitsGroups: isStacked, what: "bars")
    if isStacked { return stackedBars(roles, groups, references) }
    var rows: [ChartRows.Row] = []
    var (range, running) = (ChartRange(), [String: Double]())
    for group in groups {
      for (index, entry) in group.entries.enumerated() {
        var value = finite(roles.ys[entry.y], entry.row)
        if columns.isOn(.accumulate), let one = value {
          value = one + (running[entry.name] ?? 0)
          running[entry.name] = value
        }
        let labels = entry.name.isEmpty ? [group.name] : [index == 0 ? group.name : "", entry.name]
        rows.append(
          row(labels, value, bounds[entry.y], roles.ys[entry.y], entry.row, &range))
      }
    }
    return framedRows(rows, &range, references, roles, bars: true)
  }

  /// A value with its bounds as one row.
  private func row(
    _ labels: [String], _ value: Double?, _ bounds: (low: Int?, high: Int?), _ y: Int, _ row: Int,
    _ range: inout ChartRange
  ) -> ChartRows.Row {
    let text = figure(value, y, row)
    var marks: [ChartRows.Mark] = []
    if let value { marks.append(.bar(0, value, fill: 0, text: text)) }
    range.add(value)
    let low = bounds.low.flatMap { finite($0, row) }
    let high = bounds.high.flatMap { finite($0, row) }
    if low != nil || high != nil, value != nil {
      marks.append(.interval(low, high))
      range.add(low)
      range.add(high)
    }
    return ChartRows.Row(labels: labels, marks: marks, figure: text)
  }

  /// A dot with its bounds for each row.
  mutating func intervals() throws(ChartProblem) -> ChartRows {
    var roles = try ChartRoles.named(columns)
    // Without a word about it the first column that has bounds is meant.
    let isChosen = !columns.columns(.ycolumns).isEmpty
    if !isChosen {
      let bounded = roles.ys.indices.first { place in
        let bounds = roles.bounds(place, columns)
        return bounds.low != nil || bounds.high != nil
      }
      roles.ys = [roles.ys[bounded ?? 0]]
    }
    notes += roles.notes
    let bounds = roles.ys.indices.map { roles.bounds($0, columns) }
    try columns.refuseProtected(
      roles.ys + bounds.flatMap { [$0.low, $0.high].compactMap { $0 } })
    var range = ChartRange()
    var rows: [ChartRows.Row] = []
    for group in groups(roles, what: "rows") {
      for (index, entry) in group.entries.enumerated() {
        let y = roles.ys[entry.y]
        let value = finite(y, entry.row)
        let low = bounds[entry.y].low.flatMap { finite($0, entry.row) }
        let high = bounds[entry.y].high.flatMap { finite($0, entry.row) }
        var text = figure(value, y, entry.row)
        var marks: [ChartRows.Mark] = []
        if bounds[entry.y].low != nil || bounds[entry.y].high != nil, low != nil || high != nil {
          marks.append(.interval(low, high))
          text +=
            " (" + (low.map { number($0, y) } ?? "") + ".." + (high.map { number($0, y) } ?? "")
          text += ")"
        }
        if let value { marks.append(.dot(value, fill: 0, text: text)) }
        for one in [value, low, high] { range.add(one) }
        let labels = entry.name.isEmpty ? [group.name] : [index == 0 ? group.name : "", entry.name]
        rows.append(ChartRows.Row(labels: labels, marks: marks, figure: text))
      }
    }
    return framedRows(rows, &range, referenceValues(), roles, bars: false)
  }

  /// The share of each row in the sum.
  private mutating func shares(_ roles: ChartRoles) throws(ChartProblem) -> ChartRows {
    let y = roles.ys[0]
    var (sum, negative) = (0.0, 0)
    for row in 0..<columns.rowCount {
      let value = finite(y, row) ?? 0
      if value < 0 { negative += 1 } else { sum += value }
    }
    let groups = groups(ChartRoles(x: roles.x, ys: [y], series: roles.series), what: "shares")
    let entries = groups.flatMap { group in
      group.entries.map { (group.name + ($0.name.isEmpty ? "" : ", " + $0.name), $0.row) }
    }
    if negative > 0 { notes.append(formatCount(negative, of: "negative value") + " have no share") }
    guard sum > 0, sum.isFinite else { throw ChartProblem(sentence: "the sum is not above zero") }
    var range = ChartRange()
    let rows = entries.map { name, row -> ChartRows.Row in
      let value = finite(y, row)
      let share = max(value ?? 0, 0) / sum
      range.add(share)
      let text = formatShare(share) + "  " + figure(value, y, row)
      return ChartRows.Row(
        labels: [name], marks: value == nil ? [] : [.bar(0, share, fill: 0, text: text)],
        figure: text)
    }
    var chart = framedRows(rows, &range, [], roles, bars: true)
    chart.axis = range.axis(
      .number, isLog: false, fromZero: true, title: "share of " + columns.fields[y].name, lower: 0,
      upper: columns.number(.ymax))
    return chart
  }

  private mutating func stackedBars(
    _ roles: ChartRoles, _ groups: [Group], _ references: [Double]
  ) -> ChartRows {
    var fills: [String] = []
    for group in groups {
      for entry in group.entries where !fills.contains(entry.name) && fills.count < 26 {
        fills.append(entry.name)
      }
    }
    var range = ChartRange()
    let rows = groups.map { group -> ChartRows.Row in
      let values = group.entries.map { finite(roles.ys[$0.y], $0.row) ?? 0 }
      let whole = values.reduce(0) { $0 + $1.magnitude }
      var (above, below) = (0.0, 0.0)
      var marks: [ChartRows.Mark] = []
      for (entry, value) in zip(group.entries, values) where value != 0 {
        let length = isStackedToOne ? (whole > 0 ? value / whole : 0) : value
        let start = length < 0 ? below : above
        if length < 0 { below += length } else { above += length }
        let text =
          isStackedToOne ? formatShare(length) : figure(value, roles.ys[entry.y], entry.row)
        marks.append(
          .bar(
            start, start + length, fill: fills.firstIndex(of: entry.name) ?? 25,
            text: entry.name + ": " + text))
        range.add(above)
        range.add(below)
      }
      let total = values.reduce(0, +)
      return ChartRows.Row(labels: [group.name], marks: marks, figure: number(total, roles.ys[0]))
    }
    var chart = framedRows(rows, &range, references, roles, bars: true)
    chart.fills = fills
    return chart
  }

  func framedRows(
    _ rows: [ChartRows.Row], _ range: inout ChartRange, _ references: [Double], _ roles: ChartRoles,
    bars: Bool
  ) -> ChartRows {
    for value in references { range.add(value) }
    let title =
      columns.hint[.ytitle] ?? (roles.ys.count == 1 ? columns.fields[roles.ys[0]].name : nil)
    if kind == .diverging, !range.isEmpty {
      let reach = max(range.least.magnitude, range.greatest.magnitude)
      range.add(reach)
      range.add(-reach)
    }
    let isLog = columns.isLog(.yaxis)
    var axis = range.axis(
      columns.unit(roles.ys[0]), isLog: isLog, fromZero: bars, title: title,
      lower: columns.number(.ymin), upper: columns.number(.ymax), roundsOut: !bars)
    axis.isWhole = columns.isWhole(roles.ys) && !isStackedToOne
    return ChartRows(
      axis: axis, rows: rows, references: references, hasZeroLine: bars && !isLog && axis.lower < 0)
  }
}
