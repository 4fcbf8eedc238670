import CasebookTables

extension ChartMaker {
  /// A small line for each series, on a scale of its own.
  mutating func sparklines() throws(ChartProblem) -> ChartSparklines {
    var roles = try ChartRoles.scaled(columns)
    if let x = roles.x, columns.isText(x), let other = roles.series.first,
      columns.hint[.series] == nil,
      roles.series.count == 1, !columns.isText(other)
    {
      roles = ChartRoles(x: other, ys: roles.ys, series: [x])
    }
    guard let x = roles.x else {
      throw ChartProblem(sentence: "a sparkline needs a column along x")
    }
    notes += roles.notes
    try columns.refuseProtected((columns.isText(x) ? [] : [x]) + roles.ys)
    var reading = SeriesReading(columns, roles, x: x, isNamed: columns.isText(x))
    try reading.read(&notes)
    var xs = ChartRange()
    for point in reading.series.lazy.flatMap(\.points) { xs.add(point.x) }
    let xAxis =
      columns.isText(x)
      ? ChartAxis(
        .names(reading.names), lower: 0, upper: max(Double(reading.names.count - 1), 1))
      : xs.axis(
        columns.unit(x), isLog: false, fromZero: false, title: columns.fields[x].name,
        lower: xs.least, upper: xs.greatest, roundsOut: false)
    let rows = cut(reading.series, usual: ChartMaker.rowLimit, what: "sparklines").map {
      sparkline($0, xAxis, roles.ys[0])
    }
    return ChartSparklines(x: xAxis, rows: rows)
  }

  private func sparkline(
    _ series: ChartPlot.Series, _ axis: ChartAxis, _ y: Int
  ) -> ChartSparklines.Row {
    let points = series.points.indices.sorted {
      (series.points[$0].x, $0) < (series.points[$1].x, $1)
    }.map { series.points[$0] }
    var range = ChartRange()
    for point in points { range.add(point.y) }
    let least = columns.number(.ymin) ?? range.least
    let greatest = columns.number(.ymax) ?? range.greatest
    let length = greatest / 2 - least / 2
    func text(_ value: Double?) -> String { value.map { number($0, y) } ?? "null" }
    return ChartSparklines.Row(
      name: series.name,
      points: points.map { point in
        let height = point.y.map {
          length > 0 ? min(max(($0 / 2 - least / 2) / length, 0), 1) : 0.5
        }
        return (axis.position(point.x) ?? 0, height)
      },
      last: text(points.last?.y), least: text(range.isEmpty ? nil : range.least),
      greatest: text(range.isEmpty ? nil : range.greatest))
  }
}
